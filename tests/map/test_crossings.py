"""Count crossings by a sweep from left to right; brute force over all pairs gives the same."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb.map.layout.crossings import crossings

POINTS = st.tuples(st.integers(0, 6), st.integers(0, 6))
ROUTES = st.lists(st.lists(POINTS, min_size=2, max_size=4), max_size=5)


def turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


@given(ROUTES)
def test_no_pair_is_passed_over(routes: list[list[tuple[int, int]]]) -> None:
    def cross(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> bool:
        return any(
            turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0
            for a, b in pairwise(one)
            for c, d in pairwise(other)
        )

    every = sum(cross(one, other) for one, other in combinations(routes, 2))
    assert crossings(routes) == every
    assert [crossings(routes, enough=most) for most in (1, 2)] == [min(every, most) for most in (1, 2)]
