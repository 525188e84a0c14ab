"""Call igraph's Sugiyama layout (Sugiyama, Tagawa and Toda 1981), one connected component at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from calcinosis_kb.map.layout.routing import Ends

__all__ = ["directed", "sugiyama"]


def directed(ids: Sequence[str], edges: Sequence[Ends]) -> Any:
    """Return an igraph graph with vertices numbered in the order of ``ids``."""
    import igraph

    index = {id_: number for number, id_ in enumerate(ids)}
    return igraph.Graph(len(ids), [(index[source], index[target]) for source, target in edges], directed=True)


def sugiyama(
    columns: Mapping[str, int], order: Sequence[str], edges: Sequence[Ends]
) -> tuple[dict[str, float], list[list[tuple[int, float]]]]:
    """Return the height of each box in its column, and of each edge in each column that it passes, from source to target.

    Boxes and passing edges of one column are at least 1 apart. ``order``: the order in which igraph gets the boxes. Connected
    components are laid out one by one, since igraph 1.0 assigns bends to the wrong edges if there are several.
    """
    graph = directed(order, edges)
    layers = [columns[id_] for id_ in order]
    across = [0.0] * len(order)
    passed: list[list[tuple[int, float]]] = [[] for _ in range(graph.ecount())]
    start = 0.0
    graph.vs["number"], graph.es["number"] = range(graph.vcount()), range(graph.ecount())
    for vertices in graph.connected_components(mode="weak"):
        part = graph.induced_subgraph(vertices)
        own = [layers[vertex] for vertex in part.vs["number"]]
        present = sorted(set(own))
        layout = part.layout_sugiyama(layers=[present.index(layer) for layer in own], maxiter=500)
        for vertex, (x, _) in zip(part.vs["number"], layout.coords, strict=True):
            across[vertex] = start + x
        for number, control in zip(part.es["number"], layout.edge_routing, strict=True):
            known = {present[round(y)]: start + x for x, y in control}
            passed[number] = _passed(graph.es[number].tuple, layers, known)
        bends = (x for control in layout.edge_routing for x, _ in control)
        start += 1.0 + max([*(x for x, _ in layout.coords), *bends])
    return dict(zip(order, across, strict=True)), passed


def _passed(ends: tuple[int, int], layers: Sequence[int], known: Mapping[int, float]) -> list[tuple[int, float]]:
    """The bends of an edge, completed for columns where its own component has no box: there it goes straight on."""
    first, last = layers[ends[0]], layers[ends[1]]
    step = 1 if last >= first else -1
    found: list[tuple[int, float]] = []
    for column in range(first + step, last, step):
        if column in known:
            found.append((column, known[column]))
        elif found:
            found.append((column, found[-1][1]))
        else:
            found.append((column, next(iter(known.values()), 0.0)))
    return found
