"""The signature of a person: every item that is known of them as bits of a few whole numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import msgspec

from calcinosis_kb.cohort.item import Item
from calcinosis_kb.cohort.limits import Limits

__all__ = ["BITS", "CALCIUM", "LIMITED", "PROVISIONAL", "Field", "Layout"]

BITS = 62
"""The bits of a word: sums of distinct powers of two stay below the largest number that every database holds in 64 bits."""

CALCIUM, PROVISIONAL = "calcium", "provisional"
"""A calcium that no albumin corrects shows a condition only in part."""

LIMITED = {"age": ("patient", "age"), "largest": ("lesion", "largest_mm")}
"""The limits, as kind and name, of the kinds of items that are not tests."""

_EXCLUSIVE = ("sex", "pregnant", "pattern")
"""The kinds of which a person has one item at most."""


class Field(msgspec.Struct, frozen=True):
    """Some bits of a word: 0 if none of ``items`` is known of a person, else the number of the item, counted from 1."""

    word: int
    offset: int
    items: tuple[Item, ...]

    @property
    def width(self) -> int:
        """The number of bits."""
        return len(self.items).bit_length()

    @property
    def flag(self) -> bool:
        """Whether it tells of one item only, known or not."""
        return len(self.items) == 1

    def value(self, words: Sequence[int]) -> int:
        """The value of the field in a signature."""
        return (int(words[self.word]) >> self.offset) & ((1 << self.width) - 1)


class Layout:
    """Where each item stands in a signature. It is made for the items that occur, in their order."""

    def __init__(self, items: Iterable[Item], limits: Mapping[tuple[str, str], Limits]) -> None:
        """Lay out the items that are no measured numbers, and a field for every quantity that has limits or may be asked for."""
        groups: dict[tuple[object, ...], list[Item]] = defaultdict(list)
        for item in sorted(set(items), key=lambda item: (*item[:3], item.value or 0.0)):
            groups[(item.kind,) if item.kind in _EXCLUSIVE else item].append(item)
        self.limits = limits
        for key, known in limits.items():
            for kind, id_, detail in _quantities(key):
                values = map(known.inside, range(known.regions))
                groups[kind, id_, detail] = [Item(kind, id_, detail, value) for value in values]
        self.fields = tuple(_placed(groups))

    @cached_property
    def words(self) -> int:
        """The number of words of a signature."""
        return self.fields[-1].word + 1 if self.fields else 1

    @cached_property
    def by_kind(self) -> dict[str, tuple[Field, ...]]:
        """The fields by the kind of their items."""
        found: dict[str, list[Field]] = defaultdict(list)
        for field in self.fields:
            found[field.items[0].kind].append(field)
        return {kind: tuple(fields) for kind, fields in found.items()}

    def read(self, words: Sequence[int], fields: Iterable[Field] | None = None) -> list[Item]:
        """The items that a signature tells of, as far as they stand in some fields."""
        values = ((field, field.value(words)) for field in (self.fields if fields is None else fields))
        return [field.items[value - 1] for field, value in values if value]


def _quantities(key: tuple[str, str]) -> list[tuple[str, str, str]]:
    """The items without their values behind a limit; calcium that is not corrected for albumin is one of its own."""
    kind, name = key
    if kind == "lab":
        return [(kind, name, ""), (kind, name, PROVISIONAL)] if name == CALCIUM else [(kind, name, "")]
    return [(item, "", "") for item, limited in LIMITED.items() if limited == key]


def _placed(groups: Mapping[tuple[object, ...], Sequence[Item]]) -> Iterable[Field]:
    word = offset = 0
    for items in groups.values():
        width = len(items).bit_length()
        if offset + width > BITS:
            word, offset = word + 1, 0
        yield Field(word, offset, tuple(items))
        offset += width
