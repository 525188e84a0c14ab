"""Keys of rows: which combinations of several columns of whole numbers are different, and which each row has."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from calcinosis_kb.cohort.layout import BITS

__all__ = ["Integers", "different", "distinct", "joined"]

Integers = NDArray[Any]


def different(parts: Sequence[Integers], spans: Sequence[int], size: int) -> tuple[Integers, Integers]:
    """The first row of each different combination of parts, and for each row the place of its combination."""
    groups: list[list[int]] = [[]]
    for n, span in enumerate(spans):
        if math.prod(spans[m] for m in groups[-1]) * span > 1 << BITS:
            groups.append([])
        groups[-1].append(n)
    return distinct([joined([parts[n] for n in group], [spans[n] for n in group], size, np.int64) for group in groups])


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


def joined(parts: Sequence[Integers], spans: Sequence[int], size: int, type_: Any) -> Integers:
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
