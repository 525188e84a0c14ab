"""Resolve the distinct concepts of a table of events once, with a count of each way."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.omop.cdm import Cdm
from calcinosis_kb.patients.omop.ladders import LADDERS, Ladder
from calcinosis_kb.patients.omop.relations import Who, of, small
from calcinosis_kb.patients.omop.senses import Sense
from calcinosis_kb.patients.omop.tables import EVENTS, Event
from calcinosis_kb.patients.omop.vocabulary import Vocabulary

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Resolution", "resolve", "spoken"]


_CODES = ("concept", "source", "route")


class Resolution(msgspec.Struct):
    """The senses of one table by number.

    ``coded``: the number by concept, source concept and route, or -1 where the source value decides. ``worded``: by these and that value.
    ``ways``: as many concepts were resolved in each way.
    """

    event: Event
    senses: list[Sense] = msgspec.field(default_factory=list)
    coded: dict[tuple[int, int, int], int] = msgspec.field(default_factory=dict)
    worded: dict[tuple[int, int, int, str], int] = msgspec.field(default_factory=dict)
    ways: Counter[str] = msgspec.field(default_factory=Counter)

    def add(self, sense: Sense) -> int:
        self.ways[sense.way] += 1
        self.senses.append(sense)
        return len(self.senses) - 1


def resolve(cdm: Cdm, table: str, meanings: Meanings, who: Who = None) -> Resolution:
    """Resolve the concepts of a table of events, or those of some persons."""
    found = Resolution(EVENTS[table])
    if not cdm.has(table):
        return found
    events = spoken(of(cdm.table(table), who), found.event).select(*_CODES, "word")
    coded = sorted(tuple(row.values()) for row in cdm.rows(events.select(*_CODES).distinct()))
    ladder = LADDERS[table](meanings, Vocabulary(cdm, (id_ for codes in coded for id_ in codes)))
    for codes in coded:
        sense = ladder.coded(*codes)
        found.coded[codes] = found.add(sense) if sense.understood else -1
    _by_words(cdm, events, found, ladder)
    return found


def _by_words(cdm: Cdm, events: ir.Table, found: Resolution, ladder: Ladder) -> None:
    """Read the source value where the concepts are not understood."""
    open_ = [codes for codes, number in found.coded.items() if number < 0]
    if not open_:
        return
    left = events.semi_join(small(open_, c="int64", s="int64", r="int64"), list(zip(_CODES, "csr", strict=True)))
    for said in sorted(tuple(row.values()) for row in cdm.rows(left.distinct())):
        found.worded[said] = found.add(ladder.worded(*said))


def spoken(table: ir.Table, event: Event) -> ir.Table:
    """The rows of a table with what they say, without nulls: concept, source concept, route and source value."""
    import ibis

    return table.mutate(
        concept=table[event.concept].coalesce(0),
        source=table[event.source_concept].coalesce(0),
        route=table[event.route].coalesce(0) if event.route else ibis.literal(0, type="int64"),
        word=table[event.source_value].coalesce(""),
    )
