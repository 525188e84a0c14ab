"""Rank the therapies of everybody in a batch, by the keys of the order of one patient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from calcinosis_kb.advice.ranking import tier
from calcinosis_kb.advice.verdicts import LISTED
from calcinosis_kb.cohort.judging import Judged
from calcinosis_kb.cohort.keys import Integers

__all__ = ["ranks"]

_AT_ONCE = 8_192
"""The signatures that are ranked at once, so that what is sorted stays small."""


def ranks(judged: Sequence[Judged]) -> Integers:
    """Return the rank of each therapy (row) for each signature (column), counted in decisions from 1; 0 where it is not listed.

    It is what `calcinosis_kb.advice.ranking.by_decision` gives: the listed therapies of a family in one tier are one decision, at the
    place of the best.
    """
    if not judged:
        return np.empty((0, 0), np.int16)
    listed = {ruling.key for one in judged for ruling in one.rulings if ruling.verdict in LISTED}
    order = {key: number for number, key in enumerate(sorted(listed))}
    last = len(order)
    places = np.empty((len(judged), len(judged[0].place)), np.int32)
    tiers = np.empty(places.shape, np.int8)
    for row, one in enumerate(judged):
        number = np.array([order[r.key] if r.verdict in LISTED else last for r in one.rulings], np.int32)
        places[row] = number[one.ruling][one.place]
        tiers[row] = np.array([tier(r.key.place) for r in one.rulings], np.int8)[one.ruling][one.place]
    families: dict[str, list[int]] = defaultdict(list)
    for row, one in enumerate(judged):
        families[one.therapy.family or one.therapy.id].append(row)
    for rows in families.values():
        if len(rows) > 1:
            places[rows] = _best_of_tier(places[rows], tiers[rows], last)
    pieces = range(0, places.shape[1], _AT_ONCE)
    return np.concatenate([_numbered(places[:, start : start + _AT_ONCE], last) for start in pieces], axis=1)


def _best_of_tier(places: Integers, tiers: Integers, last: int) -> Integers:
    """Give each member of a family the place of the best in its tier; what is not listed keeps its own."""
    found = places.copy()
    for one in np.unique(tiers):
        inside = (tiers == one) & (places < last)
        best = np.where(inside, places, last).min(axis=0)
        found = np.where(inside, best, found)
    return found


def _numbered(places: Integers, last: int) -> Integers:
    """Number the different places of each column from 1, the lowest first; 0 for the last place, which is none."""
    rows = len(places)
    # Sorting numbers that hold their row is much faster than sorting places of numbers.
    ascending = np.sort((places * rows + np.arange(rows, dtype=np.int32)[:, None]).T)
    place, row = np.divmod(ascending, np.int32(rows))
    new = np.ones(place.shape, bool)
    new[:, 1:] = place[:, 1:] != place[:, :-1]
    numbers = np.cumsum(new, axis=1, dtype=np.int16)
    numbers[place == last] = 0
    found = np.empty_like(numbers)
    np.put_along_axis(found, row, numbers, axis=1)
    return np.ascontiguousarray(found.T)
