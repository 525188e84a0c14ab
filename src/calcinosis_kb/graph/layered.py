"""A layered drawing from left to right: igraph's Sugiyama layout, spaced for boxes of different sizes.

igraph assigns the order within each layer, the heights and the bends of the edges. Here the layers are chosen that it is
given (a therapy stands right before its target, calcinosis last), and its heights are drawn apart until the boxes fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from calcinosis_kb.graph.lettering import missing_extra
from calcinosis_kb.graph.routing import Placement, Size, trace

__all__ = ["GAP", "Arc", "place"]

Arc = tuple[str, str, float]
"""Source, target and how much it matters that the arc points to the right."""

GAP = 18.0
"""What lies between two boxes, in pixels."""
_LANE = 14.0
"""What a passing edge needs."""
_EASE = 1.1
"""How much higher than the fullest column the whole may be."""


@dataclass
class _Slot:
    """What stands in a column: a box, or an edge that passes."""

    wanted: float
    height: float
    y: float = 0.0


def place(
    sizes: Mapping[str, Size],
    arcs: Sequence[Arc],
    *,
    last: str | None = None,
    layers: Mapping[str, int] | None = None,
    gap: float = GAP,
) -> Placement:
    """Boxes of these sizes in columns, causes left of effects wherever no cycle forbids it.

    What leads to the box ``last`` stands as near to what it acts on as it can. ``layers`` prescribes the column of every
    box. Two boxes never overlap, and an edge passes between boxes, not through them, except where ``layers`` puts both of
    its ends in one column. Raises `InputError` (CKB054) where igraph is not installed.
    """
    try:
        import igraph
    except ImportError:
        raise missing_extra("igraph") from None
    ids = list(sizes)
    index = {id_: number for number, id_ in enumerate(ids)}
    graph = igraph.Graph(len(ids), [(index[s], index[t]) for s, t, _ in arcs], directed=True)
    columns = _layers(ids, arcs, graph, last) if layers is None else [layers[id_] for id_ in ids]
    ranks = {layer: rank for rank, layer in enumerate(sorted(set(columns)))}
    columns = [ranks[layer] for layer in columns]
    across, crossings = _sugiyama(graph, columns)
    boxes = {id_: _Slot(x, sizes[id_][1] + gap) for id_, x in zip(ids, across, strict=True)}
    bends = [[(column, _Slot(x, _LANE)) for column, x in passed] for passed in crossings]
    slots: list[list[_Slot]] = [[] for _ in ranks]
    for id_, column in zip(ids, columns, strict=True):
        slots[column].append(boxes[id_])
    for column, slot in (bend for route in bends for bend in route):
        slots[column].append(slot)
    # igraph keeps boxes and passing edges alike one step apart; a step is what makes the fullest column fit.
    span = max(across, default=0.0) - min(across, default=0.0)
    step = max((sum(slot.height for slot in column) for column in slots), default=0.0) * _EASE / max(span, 1.0)
    for column_slots in slots:
        for slot in column_slots:
            slot.wanted *= step
        _spread(column_slots)
    return trace(
        sizes,
        [(source, target) for source, target, _ in arcs],
        dict(zip(ids, columns, strict=True)),
        {id_: slot.y for id_, slot in boxes.items()},
        [[(column, slot.y) for column, slot in route] for route in bends],
    )


def _sugiyama(graph: Any, columns: Sequence[int]) -> tuple[list[float], list[list[tuple[int, float]]]]:
    """Where igraph puts each box across its layer, and each edge across the layers that it passes, in the edge's order.

    One connected component after the other: of several at once, igraph 1.0 gives the bends to the wrong edges.
    """
    across = [0.0] * graph.vcount()
    crossings: list[list[tuple[int, float]]] = [[] for _ in range(graph.ecount())]
    start = 0.0
    for vertices in graph.connected_components(mode="weak"):
        part = graph.induced_subgraph(vertices)
        present = sorted({columns[vertex] for vertex in vertices})
        layout = part.layout_sugiyama(layers=[present.index(columns[vertex]) for vertex in vertices], maxiter=500)
        for vertex, (x, _) in zip(vertices, layout.coords, strict=True):
            across[vertex] = start + x
        inside = set(vertices)
        edges = [edge.index for edge in graph.es if edge.source in inside]
        for edge, control in zip(edges, layout.edge_routing, strict=True):
            crossings[edge] = _crossings(
                graph.es[edge].tuple, columns, {present[round(y)]: start + x for x, y in control}
            )
        start += 1.0 + max(
            x for x, _ in [*layout.coords, *(point for control in layout.edge_routing for point in control)]
        )
    return across, crossings


def _crossings(ends: tuple[int, int], columns: Sequence[int], known: Mapping[int, float]) -> list[tuple[int, float]]:
    """An edge's bends with those in columns where its own component has no box: there it goes straight on."""
    first, last = columns[ends[0]], columns[ends[1]]
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


def _layers(ids: Sequence[str], arcs: Sequence[Arc], graph: Any, last: str | None) -> list[int]:
    """What leads to ``last`` in the last column left of all that it leads to; what does not, right after its causes."""
    import igraph

    back = set(graph.feedback_arc_set([weight for *_, weight in arcs], "ip")) if arcs else set()
    index = {id_: number for number, id_ in enumerate(ids)}
    ahead = [
        (index[target], index[source]) if number in back else (index[source], index[target])
        for number, (source, target, _) in enumerate(arcs)
    ]
    forward = igraph.Graph(len(ids), ahead, directed=True)
    order = forward.topological_sorting()
    layer = [0] * len(ids)
    for vertex in reversed(order):
        layer[vertex] = min((layer[after] for after in forward.successors(vertex)), default=0) - 1
    leading = set(forward.subcomponent(index[last], mode="in")) if last in index else set()
    for vertex in order:
        causes = forward.predecessors(vertex)
        if vertex not in leading and causes:
            layer[vertex] = max(layer[before] for before in causes) + 1
    return layer


def _spread(column: list[_Slot]) -> None:
    """Moves the slots of a column apart, as little as possible and without changing their order.

    Least squares under order constraints, by pooling adjacent violators (Ayer and others 1955).
    """
    column.sort(key=lambda slot: slot.wanted)
    offsets = [0.0]
    for above, below in pairwise(column):
        offsets.append(offsets[-1] + (above.height + below.height) / 2)
    blocks: list[tuple[float, int]] = []
    for slot, offset in zip(column, offsets, strict=False):
        mean, count = slot.wanted - offset, 1
        while blocks and blocks[-1][0] > mean:
            before, number = blocks.pop()
            mean, count = (before * number + mean * count) / (number + count), number + count
        blocks.append((mean, count))
    means = [mean for mean, count in blocks for _ in range(count)]
    for slot, offset, mean in zip(column, offsets, means, strict=False):
        slot.y = mean + offset
