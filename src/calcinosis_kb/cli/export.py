"""``calcinosis-kb export``: write the content of the knowledge base for other programs."""

from __future__ import annotations

from typing import Annotated

import typer

from calcinosis_kb.cli.app import OverlayOption
from calcinosis_kb.report.evidence.formats import FORMATS

__all__ = ["export"]

export = typer.Typer(
    add_completion=False,
    help="Write what is known for other programs. 'graph export' writes the mechanisms.",
    no_args_is_help=True,
)


@export.callback()
def group() -> None:
    """Write what is known for other programs. 'graph export' writes the mechanisms."""


@export.command()
def evidence(
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            help=f"The file: {', '.join(FORMATS)}; a folder, ending in /, for CSV files with their description.",
        ),
    ],
    overlay: OverlayOption = None,
) -> None:
    """Write studies, results, pooled responses and recommendations, in the format of the suffix."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.report.evidence.formats import export as write

    kb = load(overlay=overlay)
    for file in write(kb.knowledge, output):
        print(file)
