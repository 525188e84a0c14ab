"""What hangs on one node or edge: in words and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from calcinosis_kb.graph.neighbours import link
from calcinosis_kb.graph.paths import MechanismPath
from calcinosis_kb.graph.without import Loss
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.citations import cited, node_name, path_sources, sources_blocks

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["without_blocks", "without_data"]


def without_data(knowledge: Knowledge, graph: MultiDiGraph[str], removed: str, found: Sequence[Loss]) -> dict[str, Any]:
    """Each therapy that is affected, with the paths that it loses, as plain data."""
    return {
        "without": removed,
        "name": _told(knowledge, graph, removed),
        "therapies": [
            {
                "therapy": loss.therapy,
                "name": node_name(knowledge, loss.therapy),
                "rationale_lost": loss.rationale_lost,
                "polarity_before": loss.before,
                "polarity_after": loss.after,
                "paths_left": len(loss.left),
                "lost": [_lost(knowledge, path) for path in loss.lost],
            }
            for loss in found
        ],
        "sources": cited(knowledge, (s for loss in found for path in loss.lost for s in path_sources(knowledge, path))),
    }


def _lost(knowledge: Knowledge, path: MechanismPath) -> dict[str, Any]:
    return {
        "nodes": list(path.nodes),
        "sign": path.sign,
        "strength": path.strength,
        "words": path.words,
        "sources": path_sources(knowledge, path),
    }


def without_blocks(
    knowledge: Knowledge, graph: MultiDiGraph[str], removed: str, found: Sequence[Loss]
) -> Iterator[Block]:
    """Which therapies lose their rationale without a node or edge, which change, and which only lose a path."""
    yield Heading(f"Without {_told(knowledge, graph, removed)}")
    lost = sum(loss.rationale_lost for loss in found)
    turned = sum(loss.turned and not loss.rationale_lost for loss in found)
    yield Text(
        f"Left without any path that lowers calcinosis: {lost} of {len(knowledge.options)} therapies of this knowledge base. "
        f"Polarity changed: {turned} more. Fewer paths: {len(found) - lost - turned} more.",
        style="bold",
    )
    if not found:
        yield Text("No path of a therapy to calcinosis passes through it.")
        return
    yield Table(
        ("Therapy", "What changes", "Before", "After", "Lost", "Left"),
        [
            (
                node_name(knowledge, loss.therapy),
                "rationale lost" if loss.rationale_lost else "polarity changes" if loss.turned else "fewer paths",
                loss.before,
                loss.after,
                str(len(loss.lost)),
                str(len(loss.left)),
            )
            for loss in found
        ],
        ratios=(22, 17, 13, 13, 5, 5),
    )
    paths = [_telling(loss) for loss in found if loss.turned or loss.rationale_lost]
    if paths:
        yield Heading("The path that is lost, the strongest if there are several", level=2)
        yield Marked([("→", f"{path.words} ({', '.join(path_sources(knowledge, path))})") for path in paths])
    yield Text(f"'calcinosis-kb graph without {removed} --format json' lists every path that is lost.")
    yield from sources_blocks(knowledge, (source for path in paths for source in path_sources(knowledge, path)))


def _telling(loss: Loss) -> MechanismPath:
    """The strongest path that is lost: of those that lower, where these were the rationale."""
    return next(path for path in loss.lost if path.sign == "-" or not loss.rationale_lost)


def _told(knowledge: Knowledge, graph: MultiDiGraph[str], removed: str) -> str:
    """A node by its name, an edge as its sentence."""
    if removed in graph:
        return node_name(knowledge, removed)
    hop = next(hop for hop in graph.edges(keys=True) if hop[2] == removed)
    return f"the link: {link(graph, hop).words} ({removed})"
