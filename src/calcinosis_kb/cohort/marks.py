"""Sets of rules and facts as bits, which the states of columns set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calcinosis_kb.cohort.column import Column, Values

__all__ = ["Bits", "Marks", "masks", "members"]

Bits = NDArray[np.uint64]

_UNIT = 64
"""The bits of one word."""


class Marks:
    """The bits that each state of a column sets in the sets of a therapy, whose highest bit is ``last``."""

    def __init__(self, column: Column, mark: Callable[[Any], int], last: int) -> None:
        self.column, self.mark, self.last = column, mark, last
        self.bits: Bits = masks(0, last)[:, :0]

    def of(self, values: Values) -> tuple[Column | None, Bits]:
        """The bits by the states of the root of the column."""
        coded = values.of(self.column)
        new = [masks(self.mark(state), self.last) for state in self.column.states[self.bits.shape[1] :]]
        if new:
            self.bits = np.concatenate([self.bits, *new], axis=1)
        return coded.root, self.bits[:, coded.numbers]


def masks(bits: int, last: int) -> Bits:
    """Bits as a column of words, as many as hold the last of them."""
    starts = range(0, last.bit_length(), _UNIT)
    return np.array([[bits >> start & (1 << _UNIT) - 1] for start in starts], np.uint64)


def members(words: Bits) -> list[int]:
    """The numbers of the bits that are set in some words, from the lowest."""
    found: list[int] = []
    for n, word in enumerate(words.tolist()):
        left = word
        while left:
            lowest = left & -left
            found.append(n * _UNIT + lowest.bit_length() - 1)
            left ^= lowest
    return found
