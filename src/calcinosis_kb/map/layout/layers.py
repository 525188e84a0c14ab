"""Lay out boxes in columns from left to right: igraph's Sugiyama layout, spaced for boxes of different sizes.

This module chooses the layer of each box (a therapy directly before its target, calcinosis last). igraph finds the order within
each layer, the heights and the bends of the edges. Then the heights are spread until the boxes fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from calcinosis_kb.map.layout.crossings import crossings
from calcinosis_kb.map.layout.routing import Placement, Size, trace
from calcinosis_kb.map.layout.sugiyama import directed, sugiyama

__all__ = ["GAP", "Arc", "place"]

Arc = tuple[str, str, float]
"""Source, target, and the weight of drawing the arc from left to right."""

GAP = 18.0
"""The vertical gap between two boxes, in pixels."""
_LANE = 14.0
"""The height for a passing edge, in pixels."""
_STRIDES = (1, 2, 3, 5, 7, 11, 13, 17)
_MOST_TRIED = 100
"""A picture with more arcs is laid out only once: it is for zooming, not for reading as a whole, and counting crossings would be slow."""
_EASE = 1.1
"""The most that the picture may be higher than its fullest column, as a factor."""


@dataclass
class _Slot:
    """An item of a column: a box or a passing edge."""

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
    """Place boxes of these sizes in columns, causes left of effects except where a cycle forbids it.

    Boxes that lead to the box ``last`` are placed as near as possible to what they act on. ``layers`` prescribes the column of every
    box. Boxes never overlap, and edges pass between boxes, not through them, except where ``layers`` puts both ends of an
    edge in one column.
    """
    ids = list(sizes)
    columns = layers or _layers(ids, arcs, last)
    ranks = {layer: rank for rank, layer in enumerate(sorted(set(columns.values())))}
    columns = {id_: ranks[columns[id_]] for id_ in ids}
    placed = _arranged(sizes, arcs, columns, gap)
    if len(arcs) > _MOST_TRIED:
        return placed
    crossed = crossings(placed.routes)
    for order in _orders(ids):
        if not crossed:
            break
        other = _arranged({id_: sizes[id_] for id_ in order}, arcs, columns, gap)
        fewer = crossings(other.routes, enough=crossed)
        if fewer < crossed:
            crossed, placed = fewer, other
    return placed


def _orders(ids: Sequence[str]) -> Iterator[list[str]]:
    """Yield the boxes in several orders, since igraph's starting order affects the number of crossings."""
    for number, stride in enumerate(_STRIDES):
        order = [id_ for start in range(stride) for id_ in ids[start::stride]]
        yield order if number % 2 else order[::-1]


def _arranged(sizes: Mapping[str, Size], arcs: Sequence[Arc], columns: Mapping[str, int], gap: float) -> Placement:
    edges = [(source, target) for source, target, _ in arcs]
    across, passed = sugiyama(columns, list(sizes), edges)
    boxes = {id_: _Slot(across[id_], height + gap) for id_, (_, height) in sizes.items()}
    bends = [[(column, _Slot(x, _LANE)) for column, x in route] for route in passed]
    slots: list[list[_Slot]] = [[] for _ in set(columns.values())]
    for id_, box in boxes.items():
        slots[columns[id_]].append(box)
    for column, slot in (bend for route in bends for bend in route):
        slots[column].append(slot)
    # igraph keeps boxes and passing edges one step apart; the step is chosen so that the fullest column fits.
    span = max(across.values(), default=0.0) - min(across.values(), default=0.0)
    step = max((sum(slot.height for slot in column) for column in slots), default=0.0) * _EASE / max(span, 1.0)
    for column_slots in slots:
        for slot in column_slots:
            slot.wanted *= step
        _spread(column_slots)
    heights = {id_: slot.y for id_, slot in boxes.items()}
    return trace(sizes, edges, columns, heights, [[(column, slot.y) for column, slot in route] for route in bends])


def _layers(ids: Sequence[str], arcs: Sequence[Arc], last: str | None) -> dict[str, int]:
    """The column per box: as far right as possible if it leads to ``last``, otherwise directly after its causes."""
    graph = directed(ids, [(source, target) for source, target, _ in arcs])
    back = set(graph.feedback_arc_set([weight for *_, weight in arcs], "ip")) if arcs else set()
    index = {id_: number for number, id_ in enumerate(ids)}
    ahead = [
        (target, source) if number in back else (source, target) for number, (source, target, _) in enumerate(arcs)
    ]
    forward = directed(ids, ahead)
    order = forward.topological_sorting()
    layer = [0] * len(ids)
    for vertex in reversed(order):
        layer[vertex] = min((layer[after] for after in forward.successors(vertex)), default=0) - 1
    leading = set(forward.subcomponent(index[last], mode="in")) if last in index else set()
    for vertex in order:
        causes = forward.predecessors(vertex)
        if vertex not in leading and causes:
            layer[vertex] = max(layer[before] for before in causes) + 1
    return dict(zip(ids, layer, strict=True))


def _spread(column: list[_Slot]) -> None:
    """Move the slots of a column apart, as little as possible and in the same order.

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
