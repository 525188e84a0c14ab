"""The rows of a screen as Arrow tables: one for each person and therapy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from calcinosis_kb.cohort.column import Integers
from calcinosis_kb.cohort.judging import Bits, Judged

__all__ = ["rows", "schema"]

_WORD = pa.dictionary(pa.int16(), pa.string())
_WORDS = pa.list_(pa.dictionary(pa.int16(), pa.string()))

_COLUMNS = [
    ("therapy", _WORD),
    ("standing", _WORD),
    ("seen", _WORD),
    ("state", _WORD),
    ("verdict", _WORD),
    ("rank", pa.int16()),
    ("rules", _WORDS),
    ("open_facts", _WORDS),
]


def schema(people: pa.Array) -> pa.Schema:
    """Return the columns of the rows of some people. ``rank`` is null for what is not listed; ``rules`` begin with that of the standing."""
    return pa.schema([("person_id", people.type), *_COLUMNS])


def rows(people: pa.Array, situation: Integers, judged: Sequence[Judged], ranks: Integers) -> Iterator[pa.Table]:
    """Yield a table for each therapy: of each person, whose situation is numbered, the judgement on it."""
    for rank, one in zip(ranks, judged, strict=True):
        option, ruling, place = one.option[situation], one.ruling[situation], rank[situation]
        rules = [*dict.fromkeys(rule for _, rule, _ in one.options), *one.rules]
        standing_rule = np.array([rules.index(rule) for _, rule, _ in one.options], np.int16)
        yield pa.Table.from_arrays(
            [
                people,
                _words(np.zeros(len(people), np.int64), [one.therapy.id]),
                _words(option, [standing for standing, *_ in one.options]),
                _words(option, [seen for *_, seen in one.options]),
                _words(ruling, [made.state for made in one.rulings]),
                _words(ruling, [made.verdict for made in one.rulings]),
                pa.array(place, mask=place == 0),
                _sets(standing_rule[one.option], one.held, rules, len(rules) - len(one.rules), situation),
                _sets(None, one.open, list(one.facts), 0, situation),
            ],
            schema=schema(people),
        )


def _words(index: Integers, words: Sequence[str]) -> pa.DictionaryArray:
    """A column of words, each stored once."""
    different = list(dict.fromkeys(words))
    number = {word: n for n, word in enumerate(different)}
    found = np.array([number[word] for word in words], np.int16)[index]
    return pa.DictionaryArray.from_arrays(pa.array(found), pa.array(different, pa.string()))


def _sets(
    first: Integers | None, sets: Sequence[Bits], words: Sequence[str], shift: int, situation: Integers
) -> pa.ListArray:
    """A column of lists of words: the first of each list if one is given, then the members of each set in their order."""
    size = len(sets[0]) if sets else len(first if first is not None else situation)
    member = [np.zeros((size, 0), bool), *(_bits(word) for word in sets)]
    held = np.concatenate(member, axis=1)[:, : len(words) - shift]
    lead = 0 if first is None else 1
    counts = held.sum(axis=1) + lead
    offsets = np.zeros(size + 1, np.int32)
    np.cumsum(counts, out=offsets[1:])
    values = np.empty(int(offsets[-1]), np.int16)
    row, column = np.nonzero(held)
    inside = np.arange(len(row)) - (offsets[:-1] - lead * np.arange(size))[row] + lead
    values[offsets[:-1][row] + inside] = column + shift
    if first is not None:
        values[offsets[:-1]] = first
    made = pa.ListArray.from_arrays(
        pa.array(offsets), pa.DictionaryArray.from_arrays(pa.array(values), pa.array(words, pa.string()))
    )
    return made.take(pa.array(situation))


def _bits(word: Bits) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    return np.unpackbits(word.view(np.uint8).reshape(len(word), 8), axis=1, bitorder="little").astype(bool)
