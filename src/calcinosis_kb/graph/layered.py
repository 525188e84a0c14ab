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

__all__ = ["Arc", "Placement", "Point", "Size", "place"]

Point = tuple[float, float]
Size = tuple[float, float]
Arc = tuple[str, str, float]
"""Source, target and how much it matters that the arc points to the right."""

_GAP = 18.0
_LANE = 14.0
"""What a passing edge needs for itself, in pixels."""
_MARGIN = 24.0
_CHANNEL = 64.0
"""The least space between two columns, where the edges bend."""


@dataclass(frozen=True)
class Placement:
    """Centres of boxes, the points of each arc in the order given, and the size of the whole, in pixels."""

    centres: dict[str, Point]
    routes: tuple[tuple[Point, ...], ...]
    size: Size


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
    layout = graph.layout_sugiyama(layers=columns, hgap=1, vgap=1, maxiter=500)
    slots: list[list[_Slot]] = [[] for _ in ranks]
    scale = max((height for _, height in sizes.values()), default=0) + _GAP
    boxes = {}
    for id_, column, (x, _) in zip(ids, columns, layout.coords, strict=True):
        boxes[id_] = _Slot(x * scale, sizes[id_][1] + _GAP)
        slots[column].append(boxes[id_])
    bends: list[list[tuple[int, _Slot]]] = []
    for control in layout.edge_routing:
        passing = [(round(y), _Slot(x * scale, _LANE)) for x, y in control]
        bends.append(passing)
        for column, slot in passing:
            slots[column].append(slot)
    for column_slots in slots:
        _spread(column_slots)
    return _placement(sizes, arcs, dict(zip(ids, columns, strict=True)), boxes, bends)


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


def _placement(
    sizes: Mapping[str, Size],
    arcs: Sequence[Arc],
    columns: Mapping[str, int],
    boxes: Mapping[str, _Slot],
    bends: Sequence[Sequence[tuple[int, _Slot]]],
) -> Placement:
    number = max(columns.values(), default=-1) + 1
    widths = [
        max((sizes[id_][0] for id_ in columns if columns[id_] == column), default=0.0) for column in range(number)
    ]
    top = min((slot.y - slot.height / 2 for slot in boxes.values()), default=0.0)
    top = min([top, *(slot.y - slot.height / 2 for route in bends for _, slot in route)]) - _MARGIN + _GAP / 2
    lefts, left = [], _MARGIN
    for column in range(number):
        lefts.append(left)
        left += widths[column] + _CHANNEL
    centres = {
        id_: (round(lefts[columns[id_]] + widths[columns[id_]] / 2, 1), round(boxes[id_].y - top, 1)) for id_ in sizes
    }
    routes = []
    for (source, target, _), passing in zip(arcs, bends, strict=True):
        step = 1 if columns[target] >= columns[source] else -1
        points = [_side(centres[source], sizes[source], step)]
        for column, slot in passing:
            ends = (lefts[column], lefts[column] + widths[column])
            points += [(round(x, 1), round(slot.y - top, 1)) for x in (ends if step > 0 else ends[::-1])]
        points.append(_side(centres[target], sizes[target], -step))
        routes.append(points)
    _share_sides(routes, arcs, sizes)
    bottoms = [centres[id_][1] + sizes[id_][1] / 2 for id_ in sizes]
    lowest = max([*bottoms, *(y for route in routes for _, y in route)], default=0.0)
    return Placement(
        centres, tuple(map(tuple, routes)), (round(left - _CHANNEL + _MARGIN, 1), round(lowest + _MARGIN, 1))
    )


def _side(centre: Point, size: Size, step: int) -> Point:
    return round(centre[0] + step * size[0] / 2, 1), centre[1]


def _share_sides(routes: list[list[Point]], arcs: Sequence[Arc], sizes: Mapping[str, Size]) -> None:
    """Spreads the edges that meet at one side of a box over its height, in the order in which they come."""
    meeting: dict[tuple[str, float], list[tuple[float, int, int]]] = {}
    for number, ((source, target, _), points) in enumerate(zip(arcs, routes, strict=True)):
        meeting.setdefault((source, points[0][0]), []).append((points[1][1], number, 0))
        meeting.setdefault((target, points[-1][0]), []).append((points[-2][1], number, -1))
    for (id_, _), ends in meeting.items():
        room = sizes[id_][1] * 0.6
        gap = min(room / len(ends), _LANE)
        for place_, (_, number, end) in enumerate(sorted(ends)):
            x, y = routes[number][end]
            routes[number][end] = (x, round(y + (place_ - (len(ends) - 1) / 2) * gap, 1))
