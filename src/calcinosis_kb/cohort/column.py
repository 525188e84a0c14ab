"""Columns of a batch of signatures: what a function gives for each, computed once for each different input."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calcinosis_kb.cohort.layout import BITS, Field

__all__ = ["Batch", "Column", "Derived", "Integers", "Recorded", "Values", "present"]

Integers = NDArray[Any]

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


class Column:
    """What is known for each signature of a batch: the number of one of ``states``."""

    def __init__(self) -> None:
        self.states: list[Any] = []
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[tuple[int, ...], int] = {}

    def of(self, values: Values) -> Integers:
        """The number of the state of each signature."""
        raise NotImplementedError

    def _state(self, key: tuple[int, ...], compute: Callable[[], Hashable]) -> int:
        """The number of the state of a key, computed when the key is first seen."""
        number = self._known.get(key)
        if number is None:
            state = compute()
            number = self._known[key] = self._numbers.setdefault(state, len(self.states))
            if number == len(self.states):
                self.states.append(state)
        return number


class Values:
    """The columns of one batch, each computed when it is first asked for; ``known`` are those that are already."""

    def __init__(self, batch: Batch, known: Mapping[Column, Integers] | None = None) -> None:
        self.batch = batch
        self.known = dict(known or {})

    def of(self, column: Column) -> Integers:
        """The number of the state of each signature."""
        found = self.known.get(column)
        if found is None:
            found = self.known[column] = column.of(self)
        return found


class Recorded(Column):
    """A column that depends on some fields of the signature.

    ``folded`` are groups of flags of which it only counts whether any is set; ``single`` are fields that count each by itself.
    ``compute`` gives the state of a signature.
    """

    def __init__(
        self, folded: Iterable[Sequence[Field]], single: Iterable[Field], compute: Callable[[list[int]], Hashable]
    ) -> None:
        super().__init__()
        self.folded = [_masks(fields) for fields in folded]
        self.single = tuple(single)
        self.compute = compute

    def of(self, values: Values) -> Integers:
        batch = values.batch
        keys = self._keys(batch)
        first, inverse = _different(keys, batch.size)
        found = np.empty(len(first), np.int32)
        for n, row in enumerate(first.tolist()):
            found[n] = self._state(tuple(int(key[row]) for key, _ in keys), partial(self.compute, batch.row(row)))
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


class Derived(Column):
    """A column that depends on the states of others: ``compute`` gives its state for one state of each."""

    def __init__(self, inputs: Sequence[Column], compute: Callable[[Sequence[Any]], Hashable]) -> None:
        super().__init__()
        self.inputs = tuple(inputs)
        self.compute = compute

    def of(self, values: Values) -> Integers:
        columns = [values.of(column) for column in self.inputs]
        key: Integers = np.zeros(values.batch.size, np.int64)
        span = 1
        for column, numbers in zip(self.inputs, columns, strict=True):
            if len(column.states) > 1:
                key = key + numbers * np.int64(span)
                span *= len(column.states)
        if span > 1 << BITS:
            raise OverflowError("a rule depends on more combinations of facts than a key holds")
        keys, first, inverse = present(key, span)
        found = np.empty(len(keys), np.int32)
        for n, row in enumerate(first.tolist()):
            numbers_of = tuple(int(numbers[row]) for numbers in columns)
            states = [column.states[number] for column, number in zip(self.inputs, numbers_of, strict=True)]
            found[n] = self._state(numbers_of, partial(self.compute, states))
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
    first = np.zeros(min(size, 1), np.int64)
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
