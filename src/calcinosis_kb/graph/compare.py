"""Compare two therapies: what they share in the graph, and what only one of them does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from calcinosis_kb.graph.paths import MAX_EDGES, paths
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, Polarity, Step, polarity

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["Sides", "TherapyComparison", "compare"]


Item = TypeVar("Item")


@dataclass(frozen=True)
class Sides(Generic[Item]):
    """What both have, what only the first has, and what only the second has."""

    shared: tuple[Item, ...]
    first: tuple[Item, ...]
    second: tuple[Item, ...]


@dataclass(frozen=True)
class TherapyComparison:
    """Two therapies and their paths to a target.

    ``mechanisms`` are mechanisms of action by id; ``processes`` everything between these and the target; ``paths`` the paths from
    the first mechanism of action on, so that two drugs which act by the same mechanism share them.
    """

    first: str
    second: str
    target: str
    polarities: tuple[Polarity, Polarity]
    mechanisms: Sides[str]
    processes: Sides[str]
    paths: Sides[MechanismPath]


def compare(
    graph: MultiDiGraph[str], first: str, second: str, target: str = OUTCOME_NODE, *, max_edges: int = MAX_EDGES
) -> TherapyComparison:
    """What two therapies have in common, and what each does alone. Raises `KeyError` for an unknown node.

    >>> from calcinosis_kb import load
    >>> compare(load().graph, "pamidronate", "alendronate").mechanisms.first
    ()
    """
    one, other = (paths(graph, therapy, target, max_edges=max_edges) for therapy in (first, second))
    tails = [[_tail(graph, path) for path in found] for found in (one, other)]
    return TherapyComparison(
        first,
        second,
        target,
        (polarity(one), polarity(other)),
        mechanisms=_sides(*(_mechanisms(graph, therapy) for therapy in (first, second))),
        processes=_sides(*(_between(graph, found, target) for found in tails)),
        paths=_sides(*tails),
    )


def _sides(first: Iterable[Item], second: Iterable[Item]) -> Sides[Item]:
    """Each item once, in the order in which it comes."""
    one, other = dict.fromkeys(first), dict.fromkeys(second)
    return Sides(
        tuple(item for item in one if item in other),
        tuple(item for item in one if item not in other),
        tuple(item for item in other if item not in one),
    )


def _mechanisms(graph: MultiDiGraph[str], therapy: str) -> list[str]:
    """The mechanisms of action of a therapy, of its family where it has none, and those that they bring about."""
    found: set[str] = set()
    queue = [therapy]
    while queue:
        for _, target, edge in graph.out_edges(queue.pop(), data=True):
            kind = graph.nodes[target]["kind"]
            if edge["predicate"] == "subclass_of" and kind == "therapy":
                queue.append(target)
            elif edge["predicate"] == "causes" and kind == "mechanism_of_action" and target not in found:
                found.add(target)
                queue.append(target)
    return sorted(found)


def _tail(graph: MultiDiGraph[str], path: MechanismPath) -> MechanismPath:
    """A path without the therapy and its family; the whole of it where there is no mechanism of action."""
    steps: tuple[Step, ...] = path.steps
    while len(steps) > 1 and graph.nodes[steps[0].source]["kind"] == "therapy":
        steps = steps[1:]
    return MechanismPath(steps=steps)


def _between(graph: MultiDiGraph[str], found: Iterable[MechanismPath], target: str) -> list[str]:
    passed = {node for path in found for node in path.nodes} - {target}
    return sorted(node for node in passed if graph.nodes[node]["kind"] not in ("mechanism_of_action", "therapy"))
