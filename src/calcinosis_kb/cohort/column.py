"""Columns of a batch of signatures: what a function gives for each, computed once for each different input."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from calcinosis_kb.cohort.keys import Integers, different, joined
from calcinosis_kb.cohort.layout import Field

__all__ = ["Batch", "Column", "Derived", "Recorded", "Values"]

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


class Coded(NamedTuple):
    """What a column gives for a batch: the numbers of its states by the states of another column, its ``root``, which may be itself.

    A column that is the same for everybody has no root.
    """

    root: Column | None
    numbers: Integers


class Column:
    """What is known for each signature of a batch: one of ``states``, of which more are found with each batch.

    A ``shared`` column is computed once for a batch, and not for each therapy.
    """

    def __init__(self, *, shared: bool = False) -> None:
        self.shared = shared
        self.states: list[Any] = []
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[tuple[int, ...], int] = {}
        self._told_by: tuple[Any, ...] = ()
        self._table: Integers = np.empty(0, np.int32)

    def of(self, values: Values) -> Coded:
        """Give the state of each signature."""
        raise NotImplementedError

    def _number(self, key: tuple[int, ...], compute: Callable[[], Hashable]) -> int:
        """The number of the state for a key, computed when the key is first seen."""
        number = self._known.get(key)
        if number is None:
            state = compute()
            number = self._known[key] = self._numbers.setdefault(state, len(self.states))
            if number == len(self.states):
                self.states.append(state)
        return number

    def _looked_up(
        self,
        values: Values,
        told_by: tuple[Any, ...],
        parts: Sequence[Integers],
        spans: Sequence[int],
        number: Callable[[int], int],
    ) -> Coded:
        """Give the state of each signature as ``number`` gives it for one row of each different combination of ``parts``.

        Parts are below ``spans``. The same ``told_by`` promises that the same combination has the same state.
        """
        keys, size = math.prod(spans), values.batch.size
        if keys > TABLE:
            first, inverse = different(parts, spans, size)
            codes = np.array([number(row) for row in first.tolist()], np.int32)[inverse]
        else:
            if self._told_by != (told_by, spans):
                self._told_by, self._table = (told_by, spans), np.full(keys, -1, np.int32)
            key = joined(parts, spans, size, np.uint32)
            codes = self._table[key]
            missing = np.flatnonzero(codes < 0)[::-1]
            if len(missing):
                rows = np.full(keys, -1, np.int64)
                rows[key[missing]] = missing
                for place in np.flatnonzero(rows >= 0).tolist():
                    self._table[place] = number(int(rows[place]))
                codes = self._table[key]
        values.codes[self] = codes.astype(np.min_scalar_type(len(self.states)))
        return self._coded(self, range(len(self.states)))

    def _coded(self, root: Column | None, numbers: Sequence[int]) -> Coded:
        different = set(numbers)
        return (
            Coded(root, np.array(numbers, np.int32))
            if len(different) > 1
            else Coded(None, np.array([*different], np.int32))
        )


class Values:
    """The columns of one batch, each computed when it is first asked for; those that are shared stand in ``common``."""

    def __init__(self, batch: Batch, common: Values | None = None) -> None:
        self.batch = batch
        self.common = common or self
        self.known: dict[Column, Coded] = {}
        self.codes: dict[Column, Integers] = {}

    def of(self, column: Column) -> Coded:
        """What a column gives."""
        values = self.common if column.shared else self
        found = values.known.get(column)
        if found is None:
            found = values.known[column] = column.of(values)
        return found

    def codes_of(self, root: Column) -> Integers:
        """The number of the state of a root in each signature."""
        return (self.common if root.shared else self).codes[root]

    def numbers(self, column: Column) -> Integers:
        """The number of the state of a column in each signature."""
        root, numbers = self.of(column)
        return np.repeat(numbers, self.batch.size) if root is None else numbers[self.codes_of(root)]


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

    def of(self, values: Values) -> Coded:
        batch = values.batch
        parts = [*map(batch.any_of, self.folded), *map(batch.field, self.single)]

        def number(row: int) -> int:
            return self._number(tuple(int(part[row]) for part in parts), lambda: self.compute(batch.row(row)))

        return self._looked_up(values, (), parts, self.spans, number)


class Derived(Column):
    """A column that depends on the states of others: ``compute`` gives its state for one state of each."""

    def __init__(
        self, inputs: Sequence[Column], compute: Callable[[Sequence[Any]], Hashable], *, shared: bool = False
    ) -> None:
        super().__init__(shared=shared)
        self.inputs = tuple(inputs)
        self.compute = compute
        self._alone: tuple[Column | None, list[int]] | None = None
        self._last: Coded

    def of(self, values: Values) -> Coded:
        inputs = [values.of(column) for column in self.inputs]
        roots = tuple(dict.fromkeys(one.root for one in inputs if one.root is not None))
        if len(roots) < 2:
            return self._relabelled(roots[0] if roots else None, inputs)
        parts, spans = [], []
        for root in roots:
            mine = [n for n, one in enumerate(inputs) if one.root is root]
            codes = values.codes_of(root)
            alone = len(mine) == 1
            parts.append(inputs[mine[0]].numbers[codes] if alone else codes)
            spans.append(len(self.inputs[mine[0]].states if alone else root.states))

        def number(row: int) -> int:
            states = {root: int(values.codes_of(root)[row]) for root in roots}
            return self._of([int(one.numbers[states[one.root] if one.root else 0]) for one in inputs])

        return self._looked_up(values, roots, parts, tuple(spans), number)

    def _relabelled(self, root: Column | None, inputs: Sequence[Coded]) -> Coded:
        """A column of which another tells all needs to be computed for the states of that alone."""
        if self._alone is None or self._alone[0] is not root:
            self._alone = root, []
        numbers, size = self._alone[1], len(root.states) if root else 1
        if len(numbers) < size:
            for state in range(len(numbers), size):
                numbers.append(self._of([int(one.numbers[state if one.root else 0]) for one in inputs]))
            self._last = self._coded(root, numbers)
        return self._last

    def _of(self, numbers: Sequence[int]) -> int:
        states = zip(self.inputs, numbers, strict=True)
        return self._number(tuple(numbers), lambda: self.compute([column.states[number] for column, number in states]))


def _masks(fields: Sequence[Field]) -> list[tuple[int, np.int64]]:
    """The words and masks by which flags are read together."""
    found: dict[int, int] = {}
    for field in fields:
        found[field.word] = found.get(field.word, 0) | 1 << field.offset
    return [(word, np.int64(mask)) for word, mask in sorted(found.items())]
