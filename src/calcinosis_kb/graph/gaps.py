"""Find gaps: causes of calcinosis on which no therapy acts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from calcinosis_kb.graph.paths import step
from calcinosis_kb.graph.walk import Hop, carries, distances, simple_paths
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE, Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["Gap", "GapKind", "established_way", "gaps", "treatments"]

GapKind = Literal["unreached", "contested", "indirect"]
"""unreached: no therapy has a path to it. contested: every path from a therapy to it has a contested link. indirect:
therapies have a path to it, but none acts on it directly, except by a contested link."""

_ORDER = ("unreached", "contested", "indirect")
_NO_TREATMENT = frozenset({"exposure", "comparator"})
_TARGETS = frozenset({"cell", "mediator", "pathophysiology_process", "tissue_change"})
"""Kinds of node that a therapy could act on: not sex, age or a diagnosis."""


@dataclass(frozen=True)
class Gap:
    """A node on an established path to the target on which no therapy acts directly by an uncontested link.

    ``distance``: number of edges from the node to the target.
    """

    node: str
    kind: GapKind
    distance: int


def treatments(knowledge: Knowledge) -> tuple[str, ...]:
    """Return the ids of the therapies that can close a gap: all except comparators and exposures, which may harm."""
    return tuple(sorted(id_ for id_, therapy in knowledge.therapies.items() if therapy.kind not in _NO_TREATMENT))


def gaps(graph: MultiDiGraph[str], therapies: Collection[str], target: str = OUTCOME_NODE) -> tuple[Gap, ...]:
    """Return the gaps among the nodes with a path of established links to the target, of any sign and length.

    ``therapies``: ids of those that count, as from `treatments`. The search is breadth first and visits each node a fixed number of
    times, however many paths there are. Order: worst first, then nearest to the target. Raises `KeyError` for an unknown target or therapy.

    >>> from calcinosis_kb import load
    >>> kb = load()
    >>> [gap.node for gap in gaps(kb.graph, treatments(kb.knowledge)) if gap.kind == "contested"]
    ['extracellular_atp', 'adenosine']
    """
    for node in (target, *therapies):
        if node not in graph:
            raise KeyError(node)

    def firm(hop: Hop) -> bool:
        return carries(graph, hop) and _strength(graph, hop) != "contested"

    leading = distances(graph, [target], lambda hop: _established(graph, hop), towards="causes")
    reached = distances(graph, therapies, lambda hop: carries(graph, hop))
    firmly = distances(graph, therapies, firm)
    acting = {node for node in firmly if graph.nodes[node].get("kind") in ("therapy", "mechanism_of_action")}
    direct = {
        target for node in acting for _, target, key in graph.out_edges(node, keys=True) if firm((node, target, key))
    }
    found = [
        Gap(node, "unreached" if node not in reached else "contested" if node not in firmly else "indirect", distance)
        for node, distance in leading.items()
        if node != target and node not in direct and graph.nodes[node].get("kind") in _TARGETS
    ]
    return tuple(sorted(found, key=lambda gap: (_ORDER.index(gap.kind), gap.distance, gap.node)))


def established_way(graph: MultiDiGraph[str], gap: Gap, target: str = OUTCOME_NODE) -> MechanismPath:
    """Return the shortest established path from a gap to its target; of several, the first."""
    ways = simple_paths(graph, gap.node, target, lambda hop: _established(graph, hop), max_edges=gap.distance)
    return MechanismPath(steps=tuple(step(graph, hop) for hop in next(ways)))


def _established(graph: MultiDiGraph[str], hop: Hop) -> bool:
    return carries(graph, hop) and _strength(graph, hop) == "established"


def _strength(graph: MultiDiGraph[str], hop: Hop) -> str:
    source, target, key = hop
    return str(graph[source][target][key]["strength"])
