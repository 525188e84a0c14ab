"""``calcinosis-kb graph export``: the graph for other programs."""

from __future__ import annotations

from typing import Annotated

import typer

from calcinosis_kb.cli.graph.group import graph

__all__ = ["export"]


@graph.command()
def export(
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            help="Where to: .graphml, .gexf, .cyjs, .json, .jsonld, .mmd, .dot or .csv; a folder, ending in /, for KGX.",
        ),
    ],
) -> None:
    """The whole graph for other programs, in the format that the suffix names."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.graph.exporters.content import content
    from calcinosis_kb.graph.exporters.formats import export as write

    kb = load()
    for file in write(content(kb.graph, kb.knowledge), output):
        print(file)
