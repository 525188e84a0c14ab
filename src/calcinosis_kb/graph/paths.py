"""Find the paths from a therapy to a target, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calcinosis_kb.graph.walk import Hop, explains, simple_paths
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE
from calcinosis_kb.knowledge.mechanism_paths import STRENGTHS, MechanismPath, Step
from calcinosis_kb.knowledge.spelling import in_sentence
from calcinosis_kb.knowledge.wording import verb

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["LONGEST", "MAX_EDGES", "paths", "step"]

LONGEST = 12
"""The most edges that may be asked for: longer paths number thousands and say nothing."""

MAX_EDGES = 7
"""The default limit: longer chains are too speculative. Warfarin's two opposite actions on calcinosis take five and six edges."""


def paths(
    graph: MultiDiGraph[str], therapy: str, target: str = OUTCOME_NODE, *, max_edges: int = MAX_EDGES
) -> list[MechanismPath]:
    """Return all simple causal paths of at most ``max_edges`` edges, best first: strongest weakest link, then shortest.

    An edge straight from a therapy to a deeper node is left out if its mechanism of action leads there in steps.
    Parallel edges give one path each. Raises `KeyError` for a node that is not in the graph.
    """
    for node in (therapy, target):
        if node not in graph:
            raise KeyError(node)
    hops = simple_paths(graph, therapy, target, lambda hop: explains(graph, hop), max_edges=max_edges)
    found = (MechanismPath(steps=tuple(step(graph, hop) for hop in chain)) for chain in hops)
    return sorted(found, key=_order)


def step(graph: MultiDiGraph[str], hop: Hop) -> Step:
    """Return an edge as a step of a path. Raises `KeyError` for an unknown edge."""
    source, target, key = hop
    edge = graph[source][target][key]
    names = graph.nodes[source].get("name", source), graph.nodes[target].get("name", target)
    return Step(
        edge=key,
        source=source,
        target=target,
        sign=edge["sign"],
        strength=edge["strength"],
        subject=names[0],
        verb=verb(edge["predicate"], edge["sign"], graph.nodes[target].get("kind")),
        object=in_sentence(names[1].partition(", dystrophic")[0]),
        local=any(part.get("local", False) for part in (edge, graph.nodes[source], graph.nodes[target])),
    )


def _order(path: MechanismPath) -> tuple[int, int, tuple[str, ...], tuple[str, ...]]:
    return (
        STRENGTHS.index(path.strength),
        len(path.steps),
        path.nodes,
        tuple(step.edge for step in path.steps),
    )
