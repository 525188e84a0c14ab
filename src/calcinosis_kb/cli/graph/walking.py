"""``calcinosis-kb graph path``, ``neighbours``, ``compare`` and ``polarity``: the map walked, in words."""

from __future__ import annotations

from typing import Annotated

import typer

from calcinosis_kb.cli import completion
from calcinosis_kb.cli.app import FormatOption, OutputFormat, OverlayOption, show
from calcinosis_kb.graph.paths import MAX_EDGES
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE

__all__ = ["LONGEST", "compare", "neighbours", "path", "polarity"]

LONGEST = 12
"""Paths of more links than this are not asked for: there are thousands of them, and none says anything."""

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
            metavar="A", help="Where it starts: a therapy or node, by id or name.", autocompletion=completion.nodes
        ),
    ],
    target: Annotated[
        str, typer.Argument(metavar="[B]", help="Where it leads.", autocompletion=completion.nodes)
    ] = OUTCOME_NODE,
    longest: Annotated[int, typer.Option(help="Links that a path has at most.", min=1, max=LONGEST)] = MAX_EDGES,
    format_: FormatOption = OutputFormat.table,
    overlay: OverlayOption = None,
) -> None:
    """By which paths does A act on B? Each with its signs, its weakest link, where it was seen and who says so."""
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
    depth: Annotated[int, typer.Option(help="Links to go, upstream and downstream.", min=1, max=LONGEST)] = 1,
    format_: FormatOption = OutputFormat.table,
    overlay: OverlayOption = None,
) -> None:
    """What leads to this node, and what does it lead to? Every edge with its sign, strength, context and sources."""
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
    """What do two therapies share, and what does only one of them: mechanisms, processes and paths to calcinosis?"""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.cli.therapies import resolve
    from calcinosis_kb.graph.compare import compare as side_by_side
    from calcinosis_kb.report.graph.compare import CompareReport

    kb = load(overlay=overlay)
    found = side_by_side(kb.graph, resolve(kb, first), resolve(kb, second))
    show(format_, CompareReport(kb.knowledge, kb.graph, found))


def polarity(format_: FormatOption = OutputFormat.table, overlay: OverlayOption = None) -> None:
    """Should each therapy lower calcinosis or raise it? Lowering, raising, both or undetermined, and how to see why."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.report.graph.polarity import PolarityReport

    kb = load(overlay=overlay)
    found = {option.id: kb.paths(option.id) for option in kb.knowledge.options}
    show(format_, PolarityReport(kb.knowledge, found))
