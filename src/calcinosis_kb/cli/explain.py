"""``calcinosis-kb explain``: what an error code means."""

from __future__ import annotations

from typing import Annotated

import typer

from calcinosis_kb.cli import completion
from calcinosis_kb.cli.app import FormatOption, OutputFormat, app, show
from calcinosis_kb.codes import CODES
from calcinosis_kb.errors import InputError, Problem, nearest

__all__ = ["explain"]


@app.command()
def explain(
    code: Annotated[
        str | None,
        typer.Argument(help="A code such as CKB012; without it, all of them.", autocompletion=completion.codes),
    ] = None,
    format_: FormatOption = OutputFormat.table,
) -> None:
    """What does an error code mean, and how is it fixed?"""
    from calcinosis_kb.report.blocks import Block, Heading, Table, Text

    if code is None:
        rows = [(name, known.title, known.fix) for name, known in CODES.items()]
        data = {name: known.__dict__ for name, known in CODES.items()}
        show(
            format_,
            lambda: data,
            lambda: [Table(("Code", "What", "How to fix it"), rows, ratios=(6, 26, 44))],
        )
        return
    known = CODES.get(code.upper())
    if known is None:
        fix = "'calcinosis-kb explain' lists them all"
        raise InputError(
            (Problem("CKB053", f"there is no code '{code}'", nearest=nearest(code.upper(), CODES), fix=fix),)
        )
    blocks: list[Block] = [
        Heading(f"{code.upper()}: {known.title}"),
        Text(known.meaning),
        Text(f"How to fix it: {known.fix}"),
    ]
    show(format_, lambda: {"code": code.upper(), **known.__dict__}, lambda: blocks)
