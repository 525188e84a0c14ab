"""``calcinosis-kb explain``: what an error code means."""

from __future__ import annotations

import re
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
        typer.Argument(help="A code such as CKB012; all codes if left out.", autocompletion=completion.codes),
    ] = None,
    format_: FormatOption = OutputFormat.table,
) -> None:
    """Explain an error code and how to fix the error."""
    from calcinosis_kb.report.explain import CodeReport, CodesReport

    if code is None:
        show(format_, CodesReport())
        return
    if code.upper() not in CODES:
        fix = "'calcinosis-kb explain' lists them all"
        raise InputError((Problem("CKB053", f"there is no code '{code}'", nearest=_near(code), fix=fix),))
    show(format_, CodeReport(code.upper()))


def _near(typed: str) -> tuple[str, ...]:
    """Return the codes whose number starts with the typed one, the smallest first; else those that look similar."""
    number = re.sub("[^0-9]", "", typed).lstrip("0")
    begun = [code for code in CODES if number and code[3:].lstrip("0").startswith(number)]
    return tuple(sorted(begun, key=lambda code: int(code[3:])))[:4] or nearest(typed.upper(), CODES)
