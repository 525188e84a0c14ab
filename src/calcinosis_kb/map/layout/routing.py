"""Convert columns and heights to pixels: positions of columns, and points of edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["CHANNEL", "MARGIN", "Ends", "Placement", "Point", "Size", "height_for", "trace"]

Point = tuple[float, float]
Size = tuple[float, float]
Ends = tuple[str, str]

MARGIN = 24.0
CHANNEL = 64.0
"""The space between two columns, where the edges bend."""
_PORT = 14.0
"""The distance in pixels between edges at the side of a box, if it is high enough."""
_LEAST_PORT = 12.0
"""The least distance in pixels at which the ends of two edges can be distinguished."""
_SIDE = 0.7
"""The middle share of a side where edges may end: some shapes recede near their corners."""


@dataclass(frozen=True)
class Placement:
    """Centres of boxes, the points of each edge in the order given, and the size of the whole, in pixels."""

    centres: dict[str, Point]
    routes: tuple[tuple[Point, ...], ...]
    size: Size


def height_for(edges: int) -> float:
    """Return the height in pixels of a box with this number of edges at one side."""
    return edges * _LEAST_PORT / _SIDE


def trace(
    sizes: Mapping[str, Size],
    edges: Sequence[Ends],
    columns: Mapping[str, int],
    heights: Mapping[str, float],
    bends: Sequence[Sequence[tuple[int, float]]],
) -> Placement:
    """Place boxes of these sizes, centred in their columns at their heights, with edges that bend only between columns.

    ``bends``: the columns that each edge passes, with the height there.
    """
    number = max(columns.values(), default=-1) + 1
    spans: list[tuple[float, float]] = []
    for column in range(number):
        left = spans[-1][1] + CHANNEL if spans else MARGIN
        spans.append((left, left + max((sizes[id_][0] for id_ in sizes if columns[id_] == column), default=0.0)))
    highest = min((heights[id_] - sizes[id_][1] / 2 for id_ in sizes), default=0.0)
    top = min([highest, *(y for route in bends for _, y in route)]) - MARGIN
    centres = {id_: ((spans[columns[id_]][0] + spans[columns[id_]][1]) / 2, heights[id_] - top) for id_ in sizes}
    routes = []
    for (source, target), passed in zip(edges, bends, strict=True):
        ends = [
            (columns[source], centres[source][1]),
            *((at, y - top) for at, y in passed),
            (columns[target], centres[target][1]),
        ]
        step = 1 if columns[target] >= columns[source] else -1
        near, far = (0, 1) if step > 0 else (1, 0)
        points = [(spans[column][side], y) for column, y in ends for side in (near, far)]
        points[0] = (centres[source][0] + step * sizes[source][0] / 2, points[0][1])
        points[-1] = (centres[target][0] - step * sizes[target][0] / 2, points[-1][1])
        routes.append(points)
    _share_sides(routes, edges, sizes)
    lowest = max([y + sizes[id_][1] / 2 for id_, (_, y) in centres.items()], default=0.0)
    lowest = max([lowest, *(y for route in routes for _, y in route)])
    return Placement(
        {id_: _rounded(centre) for id_, centre in centres.items()},
        tuple(_without_repeats(points) for points in routes),
        _rounded((spans[-1][1] + MARGIN if spans else 2 * MARGIN, lowest + MARGIN)),
    )


def _share_sides(routes: Sequence[list[Point]], edges: Sequence[Ends], sizes: Mapping[str, Size]) -> None:
    """Spread the edges at one side of a box over its height, in order of arrival."""
    meeting: dict[tuple[str, float], list[tuple[float, int, int]]] = {}
    for number, ((source, target), points) in enumerate(zip(edges, routes, strict=True)):
        meeting.setdefault((source, points[0][0]), []).append((points[2][1], number, 0))
        meeting.setdefault((target, points[-1][0]), []).append((points[-3][1], number, -1))
    for (id_, _), ends in meeting.items():
        gap = min(sizes[id_][1] * _SIDE / len(ends), _PORT)
        for place, (_, number, end) in enumerate(sorted(ends)):
            # The end is level up to the edge of the column, so that it avoids a wider box of the same column.
            for at in (end, 1 if end == 0 else -2):
                x, y = routes[number][at]
                routes[number][at] = (x, y + (place - (len(ends) - 1) / 2) * gap)


def _without_repeats(points: Sequence[Point]) -> tuple[Point, ...]:
    return tuple(dict.fromkeys(_rounded(point) for point in points))


def _rounded(point: Point) -> Point:
    return round(point[0], 1), round(point[1], 1)
