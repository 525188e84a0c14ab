"""``calcinosis-kb graph gaps``, ``without``, ``conflicts`` and ``search``: ask the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calcinosis_kb.cli import completion
from calcinosis_kb.cli.app import FormatOption, OutputFormat, OverlayOption, show
from calcinosis_kb.errors import InputError, Problem, nearest

if TYPE_CHECKING:
    from calcinosis_kb.base import KnowledgeBase
    from calcinosis_kb.knowledge.mechanism_paths import MechanismPath

__all__ = ["conflicts", "gaps", "search", "without"]


def gaps(format_: FormatOption = OutputFormat.table, overlay: OverlayOption = None) -> None:
    """List causes of calcinosis on which no therapy acts, or only by contested links."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.graph.gaps import established_way, treatments
    from calcinosis_kb.graph.gaps import gaps as untargeted
    from calcinosis_kb.report.graph.gaps import GapsReport

    kb = load(overlay=overlay)
    found = [(gap, established_way(kb.graph, gap)) for gap in untargeted(kb.graph, treatments(kb.knowledge))]
    show(format_, GapsReport(kb.knowledge, found))


def without(
    removed: Annotated[
        str,
        typer.Argument(
            metavar="NODE|EDGE", help="A node by id or name, or an edge by id.", autocompletion=completion.nodes
        ),
    ],
    format_: FormatOption = OutputFormat.table,
    overlay: OverlayOption = None,
) -> None:
    """Show which therapies lose their rationale, or reverse it, without a node or edge."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.graph.without import without as losses
    from calcinosis_kb.report.graph.without import WithoutReport

    kb = load(overlay=overlay)
    id_ = _node_or_edge(kb, removed)
    show(format_, WithoutReport(kb.knowledge, kb.graph, id_, losses(id_, _every_path(kb))))


def conflicts(format_: FormatOption = OutputFormat.table, overlay: OverlayOption = None) -> None:
    """List disagreements of sources, therapies that act both ways, and open questions."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.graph.conflicts import conflicts as disputed
    from calcinosis_kb.report.graph.conflicts import ConflictsReport

    kb = load(overlay=overlay)
    found = disputed(kb.graph, _every_path(kb), kb.knowledge.questions.values())
    show(format_, ConflictsReport(kb.knowledge, found))


def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORD...", help="One word or several, all of which must occur.")
    ],
    format_: FormatOption = OutputFormat.table,
    overlay: OverlayOption = None,
) -> None:
    """Search nodes, therapies, open questions, claims of edges and studies; misspelt words find the nearest."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.graph.search import search as find
    from calcinosis_kb.report.graph.search import SearchReport

    found = find(load(overlay=overlay).knowledge, " ".join(words))
    if not found.read_as:
        fix = "give a word, as in 'calcinosis-kb graph search phosphate'"
        raise InputError((Problem("CKB086", f"'{found.words}' contains no letter or digit", fix=fix),))
    show(format_, SearchReport(found))


def _every_path(kb: KnowledgeBase) -> dict[str, list[MechanismPath]]:
    return {option.id: kb.paths(option.id) for option in kb.knowledge.options}


def _node_or_edge(kb: KnowledgeBase, named: str) -> str:
    """Return the id of an edge or node. Raises `InputError` (CKB087) with the nearest if there is none."""
    from calcinosis_kb.graph.node_names import NodeNames

    edges = {key for _, _, key in kb.graph.edges(keys=True)}
    if named in edges:
        return named
    try:
        return NodeNames(kb.knowledge, kb.names).node(named)
    except InputError as error:
        problem = error.problems[0]
        near = tuple(dict.fromkeys([*problem.nearest, *problem.valid, *nearest(named, edges)]))
        fix = "'calcinosis-kb graph neighbours NODE' shows the ids of edges"
        raise InputError((Problem("CKB087", f"no node or edge is called '{named}'", nearest=near, fix=fix),)) from None
