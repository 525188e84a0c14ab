"""The numbers with which anything that decides an answer compares a test, an age or a size: between them nothing changes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable

import msgspec

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.person import CHILD_BELOW, FERTILE_AGES
from calcinosis_kb.knowledge.terms import AgeLimit, Bound, Limit
from calcinosis_kb.rules.compiler import Conjunction

__all__ = ["Limits", "limits"]


class Limits(msgspec.Struct, frozen=True):
    """The limits of one quantity, ascending. They part its values into regions: below the first, at it, between it and the next, …"""

    at: tuple[float, ...] = ()

    @property
    def regions(self) -> int:
        """The number of regions."""
        return 2 * len(self.at) + 1

    def region(self, value: float) -> int:
        """The region of a value, counted from 0.

        >>> [Limits((30.0, 60.0)).region(value) for value in (29.9, 30, 45, 60, 61)]
        [0, 1, 2, 3, 4]
        """
        return bisect_left(self.at, value) + bisect_right(self.at, value)

    def inside(self, region: int) -> float:
        """A value of a region.

        >>> [Limits((30.0, 60.0)).inside(region) for region in range(5)]
        [29.0, 30.0, 45.0, 60.0, 61.0]
        """
        below, odd = divmod(region, 2)
        if odd:
            return self.at[below]
        if not self.at:
            return 1.0
        if below == 0:
            # Values are measured: a half of the lowest limit is a value where one less would be none.
            return self.at[0] - 1.0 if self.at[0] > 1.0 else self.at[0] / 2
        return self.at[-1] + 1.0 if below == len(self.at) else (self.at[below - 1] + self.at[below]) / 2


def limits(
    knowledge: Knowledge, conjunctions: Iterable[Conjunction], asked: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Limits]:
    """Return the limits of every quantity as (kind, name): ("lab", "egfr"), ("patient", "age"), ("lesion", "largest_mm").

    ``asked`` are the facts that rules ask for; a test among them may have no limits.
    """
    labs = knowledge.terms.labs
    found: dict[tuple[str, str], set[float]] = defaultdict(set)
    found.update({(kind, name): set() for kind, name in asked if kind == "lab" and not labs[name].values})
    for conjunction in conjunctions:
        for clause in conjunction.clauses:
            for test in clause.tests:
                if isinstance(test.value, int | float):
                    name = str(clause.name) if clause.name is not None else test.attribute
                    found[clause.kind, name].add(float(test.value))
    for condition in knowledge.terms.conditions.values():
        for lab, bound in condition.defined_by.items():
            by_age: tuple[Bound | AgeLimit, ...] = (bound, *bound.younger)
            for limit in by_age:
                found["lab", lab] |= _numbers(limit)
                found["patient", "age"].add(limit.from_age)
        for lab, suggested in condition.suggested_by.items():
            found["lab", lab] |= _numbers(suggested) | (_numbers(suggested.women) if suggested.women else set())
    found["patient", "age"] |= {CHILD_BELOW, *FERTILE_AGES}
    return {key: Limits(tuple(sorted(numbers))) for key, numbers in sorted(found.items())}


def _numbers(limit: Limit) -> set[float]:
    given = (limit.below, limit.at_most, limit.above, limit.at_least)
    return {number for number in given if number is not None}
