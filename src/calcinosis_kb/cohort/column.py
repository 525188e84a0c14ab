"""Columns of a batch of signatures: what a function gives for each, computed once for each different input."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from calcinosis_kb.cohort.layout import BITS, Field

__all__ = ["Batch", "Column", "Derived", "Integers", "Recorded", "Values", "different", "distinct"]

Integers = NDArray[Any]

TABLE = 1 << 16
"""The keys up to which a column keeps a table of the states of all of them; beyond, keys are looked for among those that occur."""


class Batch:
    """Signatures, as one array for each word."""

    def __init__(self, words: Sequence[Integers]) -> None:
        self.words = tuple(words)
        self.size = len(words[0])
        self._fields: dict[Field, Integers] = {}

    def row(self, index: int) -> list[int]:
        """The words of one signature."""
        return [int(word[index]) for word in self.words]

    def field(self, field: Field) -> Integers:
        """The value of a field in each signature."""
        found = self._fields.get(field)
        if found is None:
            value = (self.words[field.word] >> field.offset) & ((1 << field.width) - 1)
            found = self._fields[field] = value.astype(np.min_scalar_type(len(field.items)))
        return found

    def any_of(self, masks: Iterable[tuple[int, np.int64]]) -> NDArray[np.bool_]:
        """Whether any bit of some words, each with its mask, is set in each signature."""
        found = np.zeros(self.size, bool)
        for word, mask in masks:
            found |= (self.words[word] & mask) != 0
        return found


class Column:
    """What is known for each signature of a batch: the number of one of ``states``.

    A ``shared`` column is computed once for a batch, and not for each therapy.
    """

    def __init__(self, *, shared: bool = False) -> None:
        self.shared = shared
        self.states: list[Any] = []
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[tuple[int, ...], int] = {}
        self._spans: tuple[int, ...] | None = None
        self._table: Integers = np.empty(0, np.int32)
        self._missing = 0

    def of(self, values: Values) -> Integers:
        """The number of the state of each signature."""
        raise NotImplementedError

    def _looked_up(
        self, parts: Sequence[Integers], spans: tuple[int, ...], size: int, compute: Callable[[int], Hashable]
    ) -> Integers:
        """The number of the state of each row, given by ``parts`` that are below ``spans``; ``compute`` gives the state of a row."""
        keys = math.prod(spans)
        if keys > TABLE:
            first, inverse = different(parts, spans, size)
            return self._numbered([self._number(parts, row, compute) for row in first.tolist()])[inverse]
        if self._spans != spans:
            self._spans = spans
            self._table = np.full(keys, -1, np.int32)
            for known, number in self._known.items():
                self._table[_place(known, spans)] = number
            self._missing = int((self._table < 0).sum())
        key = _joined(parts, spans, size, np.uint32)
        if self._missing:
            found = self._table[key]
            if found.min(initial=0) >= 0:
                return self._numbered(found)
            rows = np.full(keys, -1, np.int64)
            missing = np.flatnonzero(found < 0)[::-1]
            rows[key[missing]] = missing
            places = np.flatnonzero(rows >= 0).tolist()
            for place in places:
                self._table[place] = self._number(parts, int(rows[place]), compute)
            self._missing -= len(places)
        return self._numbered(self._table)[key]

    def _number(self, parts: Sequence[Integers], row: int, compute: Callable[[int], Hashable]) -> int:
        """The number of the state of a row, computed when its parts are first seen together."""
        key = tuple(int(part[row]) for part in parts)
        number = self._known.get(key)
        if number is None:
            state = compute(row)
            number = self._known[key] = self._numbers.setdefault(state, len(self.states))
            if number == len(self.states):
                self.states.append(state)
        return number

    def _numbered(self, numbers: Sequence[int] | Integers) -> Integers:
        """Numbers of states in as few bytes as hold them."""
        return np.asarray(numbers, np.min_scalar_type(len(self.states)))


class Values:
    """The columns of one batch, each computed when it is first asked for; those that are shared stand in ``common``."""

    def __init__(self, batch: Batch, common: Values | None = None) -> None:
        self.batch = batch
        self.common = common or self
        self.known: dict[Column, Integers] = {}

    def of(self, column: Column) -> Integers:
        """The number of the state of each signature."""
        values = self.common if column.shared else self
        found = values.known.get(column)
        if found is None:
            found = values.known[column] = column.of(values)
        return found


class Recorded(Column):
    """A column that depends on some fields of the signature.

    ``folded`` are groups of flags of which it only counts whether any is set; ``single`` are fields that count each by itself.
    ``compute`` gives the state of a signature.
    """

    def __init__(
        self,
        folded: Iterable[Sequence[Field]],
        single: Iterable[Field],
        compute: Callable[[list[int]], Hashable],
        *,
        shared: bool = False,
    ) -> None:
        super().__init__(shared=shared)
        self.folded = [_masks(fields) for fields in folded]
        self.single = tuple(single)
        self.compute = compute
        self.spans = (*(2 for _ in self.folded), *(len(field.items) + 1 for field in self.single))

    def of(self, values: Values) -> Integers:
        batch = values.batch
        parts = [*map(batch.any_of, self.folded), *map(batch.field, self.single)]
        return self._looked_up(parts, self.spans, batch.size, lambda row: self.compute(batch.row(row)))


class Derived(Column):
    """A column that depends on the states of others: ``compute`` gives its state for one state of each."""

    def __init__(
        self, inputs: Sequence[Column], compute: Callable[[Sequence[Any]], Hashable], *, shared: bool = False
    ) -> None:
        super().__init__(shared=shared)
        self.inputs = tuple(inputs)
        self.compute = compute

    def of(self, values: Values) -> Integers:
        parts = [values.of(column) for column in self.inputs]
        spans = tuple(len(column.states) for column in self.inputs)

        def state(row: int) -> Hashable:
            return self.compute(
                [column.states[int(part[row])] for column, part in zip(self.inputs, parts, strict=True)]
            )

        return self._looked_up(parts, spans, values.batch.size, state)


def different(parts: Sequence[Integers], spans: Sequence[int], size: int) -> tuple[Integers, Integers]:
    """The first row of each different combination of parts, and for each row the place of its combination."""
    groups: list[list[int]] = [[]]
    for n, span in enumerate(spans):
        if math.prod(spans[m] for m in groups[-1]) * span > 1 << BITS:
            groups.append([])
        groups[-1].append(n)
    return distinct([_joined([parts[n] for n in group], [spans[n] for n in group], size, np.int64) for group in groups])


def distinct(keys: Sequence[Integers]) -> tuple[Integers, Integers]:
    """The first row of each different combination of keys, and for each row the place of its combination."""
    inverse: Integers = np.zeros(0)
    count = 0
    for n, key in enumerate(keys):
        place, more = _coded(key)
        inverse, count = _coded(inverse.astype(np.int64) * more + place) if n else (place, more)
    if not count:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    new = np.diff(np.maximum.accumulate(inverse), prepend=-1) > 0
    return np.flatnonzero(new), inverse


def _coded(key: Integers) -> tuple[Integers, int]:
    """The place of each key among the different ones, in the order of their first rows, and how many these are."""
    coded = pa.array(key).dictionary_encode()
    return coded.indices.to_numpy(), len(coded.dictionary)


def _joined(parts: Sequence[Integers], spans: Sequence[int], size: int, type_: Any) -> Integers:
    """One key of several parts, each below its span; a part that tells nothing apart is left out."""
    telling = [(part, span) for part, span in zip(parts, spans, strict=True) if span > 1]
    if not telling:
        return np.zeros(size, np.uint8)
    first, *others = telling
    if not others:
        return first[0].view(np.uint8) if first[0].dtype == np.bool_ else first[0]
    key = first[0].astype(type_)
    for part, span in others:
        key *= type_(span)
        key += part.astype(type_, copy=False)
    return key


def _place(key: Sequence[int], spans: Sequence[int]) -> int:
    """The key that `_joined` makes of the parts of one row."""
    place = 0
    for part, span in zip(key, spans, strict=True):
        place = place * span + part
    return place


def _masks(fields: Sequence[Field]) -> list[tuple[int, np.int64]]:
    """The words and masks by which flags are read together."""
    found: dict[int, int] = {}
    for field in fields:
        found[field.word] = found.get(field.word, 0) | 1 << field.offset
    return [(word, np.int64(mask)) for word, mask in sorted(found.items())]
