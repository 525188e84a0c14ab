"""``calcinosis-kb graph path``, ``neighbours``, ``compare`` and ``polarity``: walk the map."""

from __future__ import annotations

from typing import Annotated

import typer

from calcinosis_kb.cli import completion
from calcinosis_kb.cli.app import FormatOption, OutputFormat, OverlayOption, show
from calcinosis_kb.graph.paths import LONGEST, MAX_EDGES
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE

__all__ = ["compare", "neighbours", "path", "polarity"]

NodeArgument = Annotated[
    str,
    typer.Argument(
        metavar="NODE", help="A node: id, name or abbreviation; or a therapy.", autocompletion=completion.nodes
    ),
]


def path(
    source: Annotated[
        str,
        typer.Argument(
            metavar="A", help="The start: a therapy or node, by id or name.", autocompletion=completion.nodes
        ),
    ],
    target: Annotated[
        str, typer.Argument(metavar="[B]", help="The end; calcinosis if left out.", autocompletion=completion.nodes)
    ] = OUTCOME_NODE,
    longest: Annotated[int, typer.Option(help="The most links per path.", min=1, max=LONGEST)] = MAX_EDGES,
    format_: FormatOption = OutputFormat.table,
    overlay: OverlayOption = None,
) -> None:
    """List the paths by which A acts on B, with signs, weakest link, context and sources."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.graph.node_names import NodeNames
    from calcinosis_kb.graph.paths import paths
    from calcinosis_kb.report.graph.paths import PathsReport

    kb = load(overlay=overlay)
    nodes = NodeNames(kb.knowledge, kb.names)
    one, other = nodes.node(source), nodes.node(target)
    found = paths(kb.graph, one, other, max_edges=longest)
    show(format_, PathsReport(kb.knowledge, kb.graph, one, other, found))


def neighbours(
    node: NodeArgument,
    depth: Annotated[int, typer.Option(help="Number of links upstream and downstream.", min=1, max=LONGEST)] = 1,
    format_: FormatOption = OutputFormat.table,
    overlay: OverlayOption = None,
) -> None:
    """List the edges into and out of a node, with sign, strength, context and sources."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.graph.neighbours import neighbours as around
    from calcinosis_kb.graph.node_names import NodeNames
    from calcinosis_kb.report.graph.neighbours import NeighboursReport

    kb = load(overlay=overlay)
    found = around(kb.graph, NodeNames(kb.knowledge, kb.names).node(node), depth=depth)
    show(format_, NeighboursReport(kb.knowledge, found))


def compare(
    first: Annotated[
        str,
        typer.Argument(metavar="A", help="A therapy: id, name, brand or code.", autocompletion=completion.therapies),
    ],
    second: Annotated[str, typer.Argument(metavar="B", help="Another.", autocompletion=completion.therapies)],
    format_: FormatOption = OutputFormat.table,
    overlay: OverlayOption = None,
) -> None:
    """Compare two therapies: shared and separate mechanisms, processes and paths to calcinosis."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.graph.compare import compare as side_by_side
    from calcinosis_kb.intake.rows import resolve
    from calcinosis_kb.report.graph.compare import CompareReport

    kb = load(overlay=overlay)
    found = side_by_side(kb.graph, resolve(kb, first), resolve(kb, second))
    show(format_, CompareReport(kb.knowledge, kb.graph, found))


def polarity(format_: FormatOption = OutputFormat.table, overlay: OverlayOption = None) -> None:
    """List whether each therapy should lower calcinosis, raise it, do both, or is undetermined."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.report.graph.polarity import PolarityReport

    kb = load(overlay=overlay)
    found = {option.id: kb.paths(option.id) for option in kb.knowledge.options}
    show(format_, PolarityReport(kb.knowledge, found))
