"""The rows of a screen as Arrow tables: one for each person and therapy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from calcinosis_kb.cohort.column import Integers, distinct
from calcinosis_kb.cohort.judging import Bits, Judged

__all__ = ["rows", "schema", "write_nobody", "writer"]

_WORD = pa.dictionary(pa.int16(), pa.string())
_WORDS = pa.dictionary(pa.int32(), pa.string())

_CHUNK = 16
"""The bits of a set whose words are put together at once."""

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
    """Return the columns of the rows of some people. ``rank`` is null for what is not listed.

    ``rules`` and ``open_facts`` are words with spaces between them; the first rule is that of the standing.
    """
    return pa.schema([("person_id", people.type), *_COLUMNS])


def writer(path: Path, people: pa.Array) -> pq.ParquetWriter:
    """Return what writes the rows of some people to a Parquet file.

    Ids in order are stored as differences, and words once. Statistics of long lists of words would take as long as the rest.
    """
    columns = schema(people)
    return pq.ParquetWriter(
        path,
        columns,
        compression="zstd",
        use_dictionary=[name for name in columns.names if name != "person_id"],
        column_encoding={"person_id": "DELTA_BINARY_PACKED"} if pa.types.is_integer(people.type) else None,
        write_statistics=["person_id", "therapy", "rank"],
    )


def write_nobody(path: Path) -> Path:
    """Write a file of no rows, and return its path."""
    columns = schema(pa.array([], pa.int64()))
    pq.write_table(columns.empty_table(), path)
    return path


def rows(people: pa.Array, situation: Integers, judged: Sequence[Judged], ranks: Integers) -> Iterator[pa.Table]:
    """Yield a table for each therapy: of each person, whose situation is numbered, the judgement on it."""
    for rank, one in zip(ranks, judged, strict=True):
        option, ruling, place = one.option[situation], one.ruling[situation], rank[situation]
        yield pa.Table.from_arrays(
            [
                people,
                _words(np.zeros(len(people), np.int64), [one.therapy.id]),
                _words(option, [standing for standing, *_ in one.options]),
                _words(option, [seen for *_, seen in one.options]),
                _words(ruling, [made.state for made in one.rulings]),
                _words(ruling, [made.verdict for made in one.rulings]),
                pa.array(place, mask=place == 0),
                _sets(one.option, [rule for _, rule, _ in one.options], one.held, one.rules, situation),
                _sets(None, [], one.open, one.facts, situation),
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
    lead: Integers | None, leads: Sequence[str], sets: Sequence[Bits], words: Sequence[str], situation: Integers
) -> pa.DictionaryArray:
    """A column of sets of words in their order, behind a word that leads if there is one; each is stored once."""
    first, inverse = distinct([*([] if lead is None else [lead]), *sets])
    leading = [()] * len(first) if lead is None else [(leads[number],) for number in lead[first].tolist()]
    chunks: dict[tuple[int, int], str] = {}
    members = zip(*(word[first].tolist() for word in sets), strict=True) if sets else [()] * len(first)
    texts = [" ".join((*before, *_chunks(each, words, chunks))) for before, each in zip(leading, members, strict=True)]
    return pa.DictionaryArray.from_arrays(pa.array(inverse[situation], pa.int32()), pa.array(texts, pa.string()))


def _chunks(sets: Sequence[int], words: Sequence[str], known: dict[tuple[int, int], str]) -> Iterator[str]:
    """Yield the words of a set, several at a time: those that stand together in a chunk of its bits, put together once."""
    for n, bits in enumerate(sets):
        for shift in range(0, 64, _CHUNK):
            chunk = bits >> shift & (1 << _CHUNK) - 1
            if chunk:
                start = n * 64 + shift
                text = known.get((start, chunk))
                if text is None:
                    inside = (words[start + bit] for bit in range(_CHUNK) if chunk >> bit & 1)
                    text = known[start, chunk] = " ".join(inside)
                yield text
