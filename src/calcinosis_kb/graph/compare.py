"""Compare two therapies: shared and separate mechanisms, processes and paths."""

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
    """Items of both therapies, of the first only, and of the second only."""

    shared: tuple[Item, ...]
    first: tuple[Item, ...]
    second: tuple[Item, ...]


@dataclass(frozen=True)
class TherapyComparison:
    """The comparison of two therapies by their paths to a target.

    ``mechanisms``: mechanisms of action by id. ``processes``: every node between these and the target. ``paths``: each path from its
    first mechanism of action on, so that two drugs which act by the same mechanism share it.
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
    """Return what two therapies share and what each does alone. Raises `KeyError` for an unknown node.

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
    """Sort items into sides, each once, in order of appearance."""
    one, other = dict.fromkeys(first), dict.fromkeys(second)
    return Sides(
        tuple(item for item in one if item in other),
        tuple(item for item in one if item not in other),
        tuple(item for item in other if item not in one),
    )


def _mechanisms(graph: MultiDiGraph[str], therapy: str) -> list[str]:
    """The mechanisms of action of a therapy (or else of its family), and those that they cause."""
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
    """A path without its leading therapies (the therapy and its family). At least one step is kept."""
    steps: tuple[Step, ...] = path.steps
    while len(steps) > 1 and graph.nodes[steps[0].source]["kind"] == "therapy":
        steps = steps[1:]
    return MechanismPath(steps=steps)


def _between(graph: MultiDiGraph[str], found: Iterable[MechanismPath], target: str) -> list[str]:
    passed = {node for path in found for node in path.nodes} - {target}
    return sorted(node for node in passed if graph.nodes[node]["kind"] not in ("mechanism_of_action", "therapy"))
