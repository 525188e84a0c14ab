"""Results that a laboratory gives as a bound ("<5 mg/L"): whether every value that they allow would be judged alike."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal, get_args

__all__ = ["COMPARATORS", "Comparator", "decided", "divide", "inside"]

Comparator = Literal["<", "<=", ">", ">="]
COMPARATORS: dict[str, Comparator] = {**{sign: sign for sign in get_args(Comparator)}, "≤": "<=", "≥": ">="}
"""The signs of a bound, by how they are written."""


def divide(limit: str, number: float) -> float:
    """The place at which a limit parts the values: just below its number, or just above it.

    >>> divide("below", 60) < 60 < divide("above", 60), divide("at_least", 60) < 60 < divide("at_most", 60)
    (True, True)
    """
    return math.nextafter(number, -math.inf if limit in ("below", "at_least") else math.inf)


def decided(comparator: Comparator, bound: float, divides: Iterable[float]) -> bool:
    """Whether all values within a bound lie on one side of every divide.

    >>> sixty = (divide("below", 60),)
    >>> [decided(sign, 60, sixty) for sign in ("<", "<=", ">", ">=")], decided("<", 70, sixty), decided(">", 70, sixty)
    ([True, False, True, True], False, True)
    """
    nearest = inside(comparator, bound)
    return all(place >= nearest if comparator in ("<", "<=") else place <= nearest for place in divides)


def inside(comparator: Comparator, bound: float) -> float:
    """The value within a bound that is next to it; where a bound is decided, it is judged as every other value within it.

    >>> inside("<=", 5), 4.999 < inside("<", 5) < 5, 5 < inside(">", 5) < 5.001
    (5, True, True)
    """
    return {"<": math.nextafter(bound, -math.inf), ">": math.nextafter(bound, math.inf)}.get(comparator, bound)
