"""How often the lines of a drawing cross, which is what makes one hard to follow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from calcinosis_kb.graph.routing import Point

__all__ = ["crossings"]


def crossings(routes: Sequence[Sequence[Point]]) -> int:
    """How many pairs of lines cross, each line taken straight from point to point.

    >>> crossings([((0, 0), (2, 2)), ((0, 2), (2, 0)), ((0, 3), (2, 3))])
    1
    """
    pieces = [[piece for piece in pairwise(route) if piece[0] != piece[1]] for route in routes]
    return sum(
        any(_cross(*piece, *other) for piece in one for other in another) for one, another in combinations(pieces, 2)
    )


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two pieces cross inside both; that they touch is no crossing."""
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
