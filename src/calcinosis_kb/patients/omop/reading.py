"""The ibis expressions that read a database of OMOP: everything understood of everybody, or of one person, in the same way.

Nothing is computed before an expression is asked for; concepts are resolved once and joined as small tables.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.fhir.concept import Concept
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.omop import conditions, drugs, results
from calcinosis_kb.patients.omop.cdm import Cdm
from calcinosis_kb.patients.omop.concepts import Resolution, resolve, spoken
from calcinosis_kb.patients.omop.ladders import LADDERS
from calcinosis_kb.patients.omop.lists import lists
from calcinosis_kb.patients.omop.persons import days, persons
from calcinosis_kb.patients.omop.relations import Who, item, of, small, union
from calcinosis_kb.patients.omop.senses import STANDINGS

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Prepared", "Reading"]


class Prepared(NamedTuple):
    """What is known of the concepts of a database, without which no expression can be made."""

    resolved: dict[str, Resolution]
    tests: dict[tuple[int, int], Concept]
    conversions: list[tuple[results.Spoken, results.Conversion]]


class Reading:
    """Reads a database as of a day, or each record as of its latest date; of everybody, or of some (``who``)."""

    def __init__(self, cdm: Cdm, names: Names, *, as_of: date | None = None, who: Who = None) -> None:
        self.cdm = cdm
        self.as_of = as_of
        self.who = who
        self.names = names
        self.meanings = Meanings(names)
        self._resolved: dict[str, Resolution] = {}

    def resolution(self, table: str) -> Resolution:
        """The senses of the concepts of a table of events."""
        if table not in self._resolved:
            self._resolved[table] = resolve(self.cdm, table, self.meanings, self.who)
        return self._resolved[table]

    @cached_property
    def days(self) -> ir.Table:
        """The day of reading of each person."""
        return days(self.cdm, self.as_of, self.who)

    @cached_property
    def tests(self) -> dict[tuple[int, int], Concept]:
        """What the tests that occur are called, by concept and source concept."""
        return results.concepts(self)

    @cached_property
    def conversions(self) -> list[tuple[results.Spoken, results.Conversion]]:
        """How the results that occur are read."""
        return list(results.conversions(self))

    @property
    def prepared(self) -> Prepared:
        """What is known of the concepts that occur, all of it resolved."""
        return Prepared({table: self.resolution(table) for table in LADDERS}, self.tests, self.conversions)

    def within(self, who: Who) -> Reading:
        """The same reading of some persons; concepts are not resolved again."""
        part = Reading(self.cdm, self.names, as_of=self.as_of, who=who)
        part.use(self.prepared)
        return part

    def use(self, prepared: Prepared) -> None:
        """Take what is known of the concepts from another reading of the same database."""
        self._resolved, self.tests, self.conversions = prepared

    def persons(self) -> ir.Table:
        """``person_id``, ``age``, ``sex``, ``dead`` and ``day`` of each person."""
        return persons(self.cdm, self.days, self.as_of, self.who)

    def items(self) -> ir.Table:
        """One row for each thing understood of a person on the day of reading, none twice: ``person_id``, ``kind``, ``id``, ``detail``
        and ``value``.

        ``id`` is the word that a patient file takes, by ``kind``: trial (``detail`` "unclear/ongoing"), medication, condition, disease,
        allergy; lab (``value`` in the unit of the test; ``detail`` that it is a bound, "<", or the finding); unread (the list in which
        something was not understood); list (one that the record has; ``detail`` "complete" or "incomplete").
        """
        taken, told = drugs.items(self), conditions.items(self)
        trials = taken.trials.union(told.trials).distinct()
        listed = lists(self, taken.doubtful, told.allergies)
        return union([trials, *taken.items, *told.items, *results.items(self), *listed])

    def table(self, name: str) -> ir.Table:
        """The rows of a table, of the persons who are read."""
        return of(self.cdm.table(name), self.who)

    def events(self, table: str) -> ir.Table:
        """The events of a table up to the day of reading (``day``) with the number of their ``sense``, as far as it tells anything."""
        import ibis

        rows = self.rows(table, [number for number, sense in enumerate(self.resolution(table).senses) if sense.tells])
        if self.as_of is None:
            return rows
        day = rows[self.resolution(table).event.day]
        return rows.filter(day.isnull() | (day <= ibis.literal(self.as_of)))

    def rows(self, table: str, wanted: Collection[int] | None = None) -> ir.Table:
        """Every row of a table with the ``day`` of reading and the number of its ``sense``, or those of some senses."""
        import ibis

        found = self.resolution(table)
        numbers = range(len(found.senses)) if wanted is None else frozenset(wanted)
        coded = [(*codes, number) for codes, number in found.coded.items() if number < 0 or number in numbers]
        by_code = small(coded, c="int64", s="int64", r="int64", sense="int32")
        codes = [("concept", "c"), ("source", "s"), ("route", "r")]
        rows = spoken(self.table(table), found.event).inner_join(by_code, codes).drop("c", "s", "r")
        if found.worded:
            worded = [(*said, number) for said, number in found.worded.items() if number in numbers]
            by_word = small(worded, c="int64", s="int64", r="int64", w="string", other="int32")
            # No word is compared where the concepts tell: null meets nothing.
            rows = rows.mutate(asked=ibis.ifelse(rows.sense < 0, rows.word, ibis.null("string")))
            rows = rows.left_join(by_word, [*codes, ("asked", "w")])
            rows = rows.mutate(sense=ibis.ifelse(rows.sense < 0, rows.other, rows.sense))
            rows = rows.drop("c", "s", "r", "w", "other", "asked").filter(rows.sense.notnull())
        return rows.inner_join(self.days, "person_id")

    def given(self, standing: Mapping[str, ir.Table]) -> ir.Table:
        """What the rows of some tables give that say how they stand (``when``): ``person_id``, ``kind``, ``id``, each once.

        Everything is a number until the end, since texts are slow to compare.
        """
        numbers: dict[tuple[str, str], int] = {}
        found = []
        for table, rows in standing.items():
            ways = [
                (number, STANDINGS.index(gift.when), numbers.setdefault((gift.kind, gift.id), len(numbers)))
                for number, sense in enumerate(self.resolution(table).senses)
                for gift in sense.gifts
            ]
            gives = small(ways, number="int32", how="int32", gift="int32")
            stand = rows.select("person_id", "sense", "when")
            found.append(stand.inner_join(gives, [("sense", "number"), ("when", "how")]).select("person_id", "gift"))
        named = small([(number, *gift) for gift, number in numbers.items()], gift="int32", kind="string", id="string")
        rows = union(found).distinct().inner_join(named, "gift")
        return item(rows, rows.kind, rows.id)
