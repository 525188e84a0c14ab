"""Columns of a batch of signatures: what a function gives for each, computed once for each different input."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from calcinosis_kb.cohort.layout import BITS, Field

__all__ = ["Batch", "Column", "Derived", "Integers", "Recorded", "present"]

Integers = NDArray[np.integer[Any]]

SPARSE = 4
"""How many times more keys than rows there may be for a table of all keys to be quicker than sorting."""


class Batch:
    """Signatures, as one array for each word."""

    def __init__(self, words: Sequence[Integers]) -> None:
        self.words = tuple(words)
        self.size = len(words[0])

    def row(self, index: int) -> list[int]:
        """The words of one signature."""
        return [int(word[index]) for word in self.words]


class Column(Protocol):
    """What is known for each signature of a batch: the number of one of ``states``."""

    states: list[Any]

    def of(self, batch: Batch) -> Integers:
        """The number of the state of each signature."""


class Recorded:
    """A column that depends on some fields of the signature.

    ``folded`` are groups of flags of which it only counts whether any is set; ``single`` are fields that count each by itself.
    ``compute`` gives the state of a signature.
    """

    def __init__(
        self, folded: Iterable[Sequence[Field]], single: Iterable[Field], compute: Callable[[list[int]], Hashable]
    ) -> None:
        self.folded = [_masks(fields) for fields in folded]
        self.single = tuple(single)
        self.compute = compute
        self.states: list[Any] = []
        self._numbers: dict[Any, int] = {}
        self._known: dict[tuple[int, ...], int] = {}

    def of(self, batch: Batch) -> Integers:
        """The number of the state of each signature."""
        keys = self._keys(batch)
        first, inverse = _different(keys, batch.size)
        found = np.empty(len(first), np.int32)
        for n, row in enumerate(first.tolist()):
            known = tuple(int(key[row]) for key, _ in keys)
            number = self._known.get(known)
            if number is None:
                number = self._known[known] = self._number(self.compute(batch.row(row)))
            found[n] = number
        return found[inverse]

    def _keys(self, batch: Batch) -> list[tuple[Integers, int]]:
        """The bits on which the state depends, as one or more whole numbers with the bits of each."""
        keys: list[tuple[Integers, int]] = []
        key, width = np.zeros(batch.size, np.int64), 0
        for bits, more in self._bits(batch):
            if width + more > BITS:
                keys.append((key, width))
                key, width = np.zeros(batch.size, np.int64), 0
            key |= bits << width
            width += more
        return [*keys, (key, width)]

    def _bits(self, batch: Batch) -> Iterator[tuple[Integers, int]]:
        for masks in self.folded:
            held = np.zeros(batch.size, bool)
            for word, mask in masks:
                held |= (batch.words[word] & mask) != 0
            yield held.astype(np.int64), 1
        for field in self.single:
            yield (batch.words[field.word] >> field.offset) & ((1 << field.width) - 1), field.width

    def _number(self, state: Hashable) -> int:
        number = self._numbers.setdefault(state, len(self.states))
        if number == len(self.states):
            self.states.append(state)
        return number


class Derived:
    """A column that depends on the states of others: ``compute`` gives its state for one state of each."""

    def __init__(self, inputs: Sequence[Column], compute: Callable[[Sequence[Any]], Hashable]) -> None:
        self.inputs = tuple(inputs)
        self.compute = compute
        self.states: list[Any] = []
        self._numbers: dict[Any, int] = {}
        self._known: dict[tuple[int, ...], int] = {}

    def of(self, columns: Sequence[Integers], size: int) -> Integers:
        """The number of the state of each signature, from those of the inputs."""
        key = np.zeros(size, np.int64)
        span = 1
        for column, values in zip(self.inputs, columns, strict=True):
            if len(column.states) > 1:
                key += values * span
                span *= len(column.states)
        if span > 1 << 62:
            raise OverflowError("a rule depends on more combinations of facts than a key holds")
        keys, first, inverse = present(key, span)
        found = np.empty(len(keys), np.int32)
        for n, row in enumerate(first.tolist()):
            states = tuple(int(values[row]) for values in columns)
            number = self._known.get(states)
            if number is None:
                state = self.compute([column.states[one] for column, one in zip(self.inputs, states, strict=True)])
                number = self._numbers.setdefault(state, len(self.states))
                if number == len(self.states):
                    self.states.append(state)
                self._known[states] = number
            found[n] = number
        return found[inverse]


def present(key: Integers, span: int) -> tuple[Integers, Integers, Integers]:
    """The different keys, the first row of each, and for each row the place of its key; keys are below ``span``."""
    if span > max(SPARSE * len(key), 1024):
        keys, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        return keys, first, inverse
    where = np.full(span, -1, np.int64)
    where[key[::-1]] = np.arange(len(key) - 1, -1, -1)
    keys = np.flatnonzero(where >= 0)
    first = where[keys]
    where[keys] = np.arange(len(keys))
    return keys, first, where[key]


def _different(keys: Sequence[tuple[Integers, int]], size: int) -> tuple[Integers, Integers]:
    """The first row of each different combination of keys, and for each row the place of its combination."""
    inverse = np.zeros(size, np.int64)
    first: Integers = np.zeros(min(size, 1), np.int64)
    for key, width in keys:
        different, _, place = present(key, 1 << width)
        _, first, inverse = present(inverse * len(different) + place, len(first) * len(different))
    return first, inverse


def _masks(fields: Sequence[Field]) -> list[tuple[int, np.int64]]:
    """The words and masks by which flags are read together."""
    found: dict[int, int] = {}
    for field in fields:
        found[field.word] = found.get(field.word, 0) | 1 << field.offset
    return [(word, np.int64(mask)) for word, mask in sorted(found.items())]
