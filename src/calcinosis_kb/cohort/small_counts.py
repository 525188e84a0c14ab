"""Counts of people that may be shown to others: small ones, and those that would give a small one away, are withheld."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

__all__ = ["LEAST", "Count", "among", "overlapping", "parted"]

LEAST = 5
"""The smallest count that is shown: what databases of OMOP agree on by default (the vignette "suppression" of the R package
omopgenerics, CRAN). Others want more: the Centers for Medicare & Medicaid Services in the United States 11."""


class Count(msgspec.Struct, frozen=True):
    """A count as it may be shown: None is withheld, ``small`` because it is small, else because it would tell of another."""

    shown: int | None
    small: bool = False

    def text(self, least: int) -> str:
        """The count in words.

        >>> [count.text(5) for count in (Count(1200), Count(None, small=True), Count(None))]
        ['1200', '<5', 'withheld']
        """
        if self.shown is None:
            return f"<{least}" if self.small else "withheld"
        return str(self.shown)


_WITHHELD = Count(None)
_SMALL = Count(None, small=True)


def parted(parts: Sequence[int], least: int) -> tuple[Count, ...]:
    """Return the parts of a whole that everybody knows, so that no small part can be told from the rest.

    A small part alone would be the whole less the others, so others are withheld too, from the last on. Which ones depends
    only on which parts are small and on the sum of what is withheld, so that even who knows how it is done learns no small
    part from the choice: it can be anything from 1 to one below ``least``. Where that cannot be reached, all are withheld.

    >>> [count.text(5) for count in parted((90, 3, 7, 0), 5)]
    ['90', '<5', 'withheld', '0']
    >>> [count.text(5) for count in parted((4, 4), 5)]
    ['withheld', 'withheld']
    """
    small = [place for place, part in enumerate(parts) if 0 < part < least]
    if not small:
        return tuple(map(Count, parts))
    large = [place for place, part in enumerate(parts) if part >= least]
    for more in range(len(large) + 1):
        withheld = large[len(large) - more :]
        if _safe(sum(parts[place] for place in (*small, *withheld)), len(small), more, least):
            return tuple(
                _SMALL if place in small else _WITHHELD if place in withheld else Count(part)
                for place, part in enumerate(parts)
            )
    return (_WITHHELD,) * len(parts)


def _safe(hidden: int, small: int, large: int, least: int) -> bool:
    """Whether each of some small parts could be anything from 1 to one below ``least``, given the sum of all that are hidden."""
    could_be_most = hidden - (least - 1) >= (small - 1) + large * least
    could_be_one = large > 0 or hidden - 1 <= (small - 1) * (least - 1)
    return could_be_most and could_be_one


def among(count: int, whole: int, least: int) -> Count:
    """Return how many of a whole, where neither they nor the rest may be told if few.

    >>> [among(count, 100, 5).text(5) for count in (0, 3, 40, 97, 100)]
    ['0', '<5', '40', 'withheld', '100']
    """
    return parted((count, whole - count), least)[0]


def overlapping(counts: Sequence[int], union: int, least: int) -> tuple[Count, ...]:
    """Return counts of groups that may share people, beside the number of all together, which everybody knows.

    The smallest that a group can be is what the others leave of all.

    >>> [count.text(5) for count in overlapping((40, 3), 40, 5)], [count.text(5) for count in overlapping((8, 4), 12, 5)]
    (['40', '<5'], ['withheld', '<5'])
    """
    made = [among(count, union, least) for count in counts]
    small = [place for place, one in enumerate(made) if one.small]
    if not small:
        return tuple(made)
    known = sum(one.shown or 0 for one in made)
    large_hidden = any(one.shown is None and not one.small for one in made)
    left = union - known - (len(small) - 1) * (least - 1)
    if large_hidden or left <= 1:
        return tuple(made)
    shown = sorted((place for place, one in enumerate(made) if one.shown), key=lambda place: (counts[place], place))
    if not shown:
        return (_WITHHELD,) * len(counts)
    made[shown[0]] = _WITHHELD
    return tuple(made)
