"""Gaps: what leads to calcinosis and no therapy acts on."""

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
"""unreached: no therapy reaches it by any path. contested: every path to it from a therapy has a contested link. indirect:
therapies reach it, but none acts on it itself other than by a contested link."""

_ORDER = ("unreached", "contested", "indirect")
_NO_TREATMENT = frozenset({"exposure", "comparator"})
_TARGETS = frozenset({"cell", "mediator", "pathophysiology_process", "tissue_change"})
"""What a therapy could act on: not sex, age or a diagnosis."""


@dataclass(frozen=True)
class Gap:
    """A node on an established path to the target that no therapy acts on firmly; ``distance`` counts the edges between."""

    node: str
    kind: GapKind
    distance: int


def treatments(knowledge: Knowledge) -> tuple[str, ...]:
    """The therapies that can close a gap, by id: all but exposures, which may harm, and comparators."""
    return tuple(sorted(id_ for id_, therapy in knowledge.therapies.items() if therapy.kind not in _NO_TREATMENT))


def gaps(graph: MultiDiGraph[str], therapies: Collection[str], target: str = OUTCOME_NODE) -> tuple[Gap, ...]:
    """The gaps among the nodes from which established links alone lead to the target, of whatever sign and length.

    ``therapies`` are those that count, `treatments` say. Each node is visited a fixed number of times (breadth first),
    however many paths there are. Worst first, then nearest to the target. Raises `KeyError` for an unknown target or therapy.

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
    """The first of the shortest established paths by which a gap matters."""
    ways = simple_paths(graph, gap.node, target, lambda hop: _established(graph, hop), max_edges=gap.distance)
    return MechanismPath(steps=tuple(step(graph, hop) for hop in next(ways)))


def _established(graph: MultiDiGraph[str], hop: Hop) -> bool:
    return carries(graph, hop) and _strength(graph, hop) == "established"


def _strength(graph: MultiDiGraph[str], hop: Hop) -> str:
    source, target, key = hop
    return str(graph[source][target][key]["strength"])
