"""The rows of a screen as Arrow tables: one for each person and therapy."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from calcinosis_kb.advice.stamp import Stamp
from calcinosis_kb.cohort.judging import Judged
from calcinosis_kb.cohort.keys import Integers, distinct
from calcinosis_kb.cohort.marks import Bits

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


def writer(path: Path, people: pa.Array, made: Stamp) -> pq.ParquetWriter:
    """Return what writes the rows of some people to a Parquet file, which says with which knowledge and rules it was made.

    Ids in order are stored as differences, and words once. Statistics of long lists of words would take as long as the rest.
    """
    columns = _stamped(schema(people), made)
    return pq.ParquetWriter(
        path,
        columns,
        compression="zstd",
        use_dictionary=[name for name in columns.names if name != "person_id"],
        column_encoding={"person_id": "DELTA_BINARY_PACKED"} if pa.types.is_integer(people.type) else None,
        write_statistics=["person_id", "therapy", "rank"],
    )


def write_nobody(path: Path, made: Stamp) -> Path:
    """Write a file of no rows, and return its path."""
    columns = _stamped(schema(pa.array([], pa.int64())), made)
    pq.write_table(columns.empty_table(), path)
    return path


def _stamped(columns: pa.Schema, made: Stamp) -> pa.Schema:
    """The columns with a stamp in their metadata, as JSON under ``calcinosis-kb``."""
    return columns.with_metadata({"calcinosis-kb": json.dumps(made)})


def rows(people: pa.Array, judged: Sequence[Judged], ranks: Integers) -> Iterator[pa.Table]:
    """Yield a table for each therapy: of each person the judgement on it."""
    for rank, one in zip(ranks, judged, strict=True):
        standing, rule, seen = zip(*one.options, strict=True)
        yield pa.Table.from_arrays(
            [
                people,
                _words([one.therapy.id], np.zeros_like(one.option), one.place),
                _words(standing, one.option, one.place),
                _words(seen, one.option, one.place),
                _words([made.state for made in one.rulings], one.ruling, one.place),
                _words([made.verdict for made in one.rulings], one.ruling, one.place),
                pa.array(rank, mask=rank == 0),
                _sets(one.words, one.held, one.place, rule, one.option),
                _sets(one.words, one.open, one.place),
            ],
            schema=schema(people),
        )


def _words(words: Sequence[str], number: Integers, place: Integers) -> pa.DictionaryArray:
    """A column of words, numbered for each of the different judgements; those that occur are stored once."""
    different = sorted({words[n] for n in np.unique(number).tolist()})
    place_of = {word: n for n, word in enumerate(different)}
    found = np.array([place_of.get(word, -1) for word in words], np.int16)[number][place]
    return pa.DictionaryArray.from_arrays(pa.array(found), pa.array(different, pa.string()))


def _sets(
    words: Sequence[str], sets: Bits, place: Integers, leads: Sequence[str] = (), lead: Integers | None = None
) -> pa.DictionaryArray:
    """A column of sets of words in their order, given for each of the different judgements, behind a word that leads if there is one.

    Each is stored once.
    """
    number = {word: n for n, word in enumerate(dict.fromkeys(leads))}
    first, inverse = distinct([*([] if lead is None else [np.array([number[word] for word in leads])[lead]]), *sets])
    leading = [()] * len(first) if lead is None else [(leads[n],) for n in lead[first].tolist()]
    chunks: dict[tuple[int, int], str] = {}
    texts = [
        " ".join((*before, *_chunks(each, words, chunks)))
        for before, each in zip(leading, sets[:, first].T.tolist(), strict=True)
    ]
    return pa.DictionaryArray.from_arrays(pa.array(inverse.astype(np.int32)[place]), pa.array(texts, pa.string()))


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
