"""``calcinosis-kb explain``: what an error code means."""

from __future__ import annotations

from typing import Annotated

import typer

from calcinosis_kb.cli import completion
from calcinosis_kb.cli.app import FormatOption, OutputFormat, show
from calcinosis_kb.codes import CODES
from calcinosis_kb.errors import InputError, Problem, nearest

__all__ = ["explain"]


def explain(
    code: Annotated[
        str | None,
        typer.Argument(help="A code such as CKB012; without it, all of them.", autocompletion=completion.codes),
    ] = None,
    format_: FormatOption = OutputFormat.table,
) -> None:
    """What does an error code mean, and how is it fixed?"""
    from calcinosis_kb.report.explain import CodeReport, CodesReport

    if code is None:
        show(format_, CodesReport())
        return
    if code.upper() not in CODES:
        fix = "'calcinosis-kb explain' lists them all"
        raise InputError(
            (Problem("CKB053", f"there is no code '{code}'", nearest=nearest(code.upper(), CODES), fix=fix),)
        )
    show(format_, CodeReport(code.upper()))
