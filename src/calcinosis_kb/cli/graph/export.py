"""``calcinosis-kb graph export``: export the graph for other programs."""

from __future__ import annotations

from typing import Annotated

import typer

from calcinosis_kb.cli.app import OverlayOption
from calcinosis_kb.graph.exporters.formats import FORMATS

__all__ = ["export"]


def export(
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            help=f"The file: {', '.join(FORMATS)}; a folder, ending in /, for KGX.",
        ),
    ],
    overlay: OverlayOption = None,
) -> None:
    """Export the whole graph for other programs, in the format of the suffix."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.graph.exporters.content import content
    from calcinosis_kb.graph.exporters.formats import export as write

    kb = load(overlay=overlay)
    for file in write(content(kb.graph, kb.knowledge), output):
        print(file)
