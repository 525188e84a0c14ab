"""Walk the graph: causal edges, distances, and simple paths one at a time.

Searches are breadth first, and a path is only continued if the target can still be reached within the allowed length, so the code
also serves a graph of a hundred thousand nodes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["CAUSAL", "Hop", "carries", "distances", "explains", "simple_paths"]

CAUSAL = frozenset(
    {"acts_on", "causes", "contributes_to", "negatively_regulates", "positively_regulates", "subclass_of"}
)
"""The predicates of cause and effect. An association or a treatment claim explains no mechanism by itself."""

Hop = tuple[str, str, str]
"""An edge: source, target and key."""


def carries(graph: MultiDiGraph[str], hop: Hop) -> bool:
    """Whether an edge is causal."""
    return graph.get_edge_data(*hop)["predicate"] in CAUSAL


def explains(graph: MultiDiGraph[str], hop: Hop) -> bool:
    """Whether an edge can be a step of a path: causal, and not a short cut past a therapy's mechanism of action."""
    predicate = graph.get_edge_data(*hop)["predicate"]
    return predicate in CAUSAL and not (predicate == "acts_on" and graph.nodes[hop[0]].get("kind") == "therapy")


def distances(
    graph: MultiDiGraph[str],
    starts: Iterable[str],
    follow: Callable[[Hop], bool],
    *,
    towards: Literal["effects", "causes"] = "effects",
    at_most: int | None = None,
) -> dict[str, int]:
    """Return the distance in edges of each node from the nearest start, along the edges that ``follow`` accepts.

    ``towards``: whether edges are walked forwards or backwards. Nodes further than ``at_most`` are left out.
    """
    found = dict.fromkeys(starts, 0)
    queue = deque(found)
    while queue:
        node = queue.popleft()
        if at_most is not None and found[node] >= at_most:
            continue
        for other, hop in _around(graph, node, towards):
            if other not in found and follow(hop):
                found[other] = found[node] + 1
                queue.append(other)
    return found


def _around(graph: MultiDiGraph[str], node: str, towards: Literal["effects", "causes"]) -> Iterator[tuple[str, Hop]]:
    """Each edge of a node with the node at its other end. Faster than networkx's views of single edges."""
    if towards == "effects":
        yield from ((hop[1], hop) for hop in graph.out_edges(node, keys=True))
    else:
        yield from ((hop[0], hop) for hop in graph.in_edges(node, keys=True))


def simple_paths(
    graph: MultiDiGraph[str], source: str, target: str, follow: Callable[[Hop], bool], *, max_edges: int
) -> Iterator[tuple[Hop, ...]]:
    """Yield every path of 1 to ``max_edges`` edges without a repeated node, in order of ids and keys.

    Parallel edges give one path each. A node has no path to itself. Memory grows with the number of nodes between
    the two ends, not with the number of paths.
    """
    if source == target:
        return
    left = _remaining(graph, source, target, follow, max_edges)
    if source not in left:
        return
    onward: dict[str, list[tuple[int, Hop]]] = {}

    def leads(node: str, budget: int) -> Iterator[Hop]:
        """The edges from a node by which the target can still be reached with this many edges left; cached."""
        if node not in onward:
            hops = sorted(graph.out_edges(node, keys=True))
            onward[node] = [(left[hop[1]], hop) for hop in hops if hop[1] in left and follow(hop)]
        return (hop for away, hop in onward[node] if away < budget)

    path: list[Hop] = []
    passed = {source}
    branches = [leads(source, max_edges)]
    while branches:
        hop = next(branches[-1], None)
        if hop is None:
            branches.pop()
            if path:
                passed.discard(path.pop()[1])
        elif hop[1] == target:
            yield (*path, hop)
        elif hop[1] not in passed:
            path.append(hop)
            passed.add(hop[1])
            branches.append(leads(hop[1], max_edges - len(path)))


def _remaining(
    graph: MultiDiGraph[str], source: str, target: str, follow: Callable[[Hop], bool], max_edges: int
) -> dict[str, int]:
    """The distance to the target of every node that can lie on a path of at most ``max_edges`` (and perhaps of some others).

    A bidirectional search expands the smaller frontier until both depths add up to ``max_edges``. The search from the target then
    continues only among the nodes that the search from the source has met.
    """
    met, left = {source: 0}, {target: 0}
    ahead, behind = [source], [target]
    forward = backward = 0
    while ahead and behind and forward + backward < max_edges:
        if len(ahead) < len(behind):
            forward += 1
            ahead = _grow(graph, ahead, met, forward, follow, "effects")
        else:
            backward += 1
            behind = _grow(graph, behind, left, backward, follow, "causes")
    while behind and backward < max_edges:
        backward += 1
        near = {node for node, away in met.items() if away + backward <= max_edges}
        behind = _grow(graph, behind, left, backward, follow, "causes", near)
    return left


def _grow(
    graph: MultiDiGraph[str],
    front: list[str],
    known: dict[str, int],
    depth: int,
    follow: Callable[[Hop], bool],
    towards: Literal["effects", "causes"],
    within: Container[str] | None = None,
) -> list[str]:
    """Return the new nodes of one level of a breadth-first search, and add them to ``known`` with their depth."""
    new: list[str] = []
    for node in front:
        for other, hop in _around(graph, node, towards):
            if other not in known and (within is None or other in within) and follow(hop):
                known[other] = depth
                new.append(other)
    return new
