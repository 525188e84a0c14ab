"""Count line crossings, which make a drawing hard to follow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, pairwise

from calcinosis_kb.map.layout.routing import Point

__all__ = ["crossings"]


def crossings(routes: Sequence[Sequence[Point]], *, enough: int | None = None) -> int:
    """Return the number of crossing pairs of lines, each straight from point to point. Counting stops at ``enough``.

    >>> crossings([((0, 0), (2, 2)), ((0, 2), (2, 0)), ((0, 3), (2, 3))])
    1
    """
    pieces = sorted(
        (min(start[0], end[0]), max(start[0], end[0]), number, start, end)
        for number, route in enumerate(routes)
        for start, end in pairwise(route)
        if start != end
    )
    found: set[tuple[int, int]] = set()
    for place, (_, right, one, *piece) in enumerate(pieces, start=1):
        # Pieces are sorted from left to right: a piece that begins beyond this one cannot cross it.
        for left, _, another, *other in islice(pieces, place, None):
            if left > right:
                break
            pair = (min(one, another), max(one, another))
            if one != another and pair not in found and _cross(*piece, *other):
                found.add(pair)
                if len(found) == enough:
                    return len(found)
    return len(found)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two pieces cross in the interior of both; touching is not crossing."""
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
