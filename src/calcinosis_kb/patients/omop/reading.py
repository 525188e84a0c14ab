"""The ibis expressions that read a database of OMOP: everything understood of everybody, or of one person, in the same way.

Nothing is computed before an expression is asked for; concepts are resolved once and joined as small tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.omop.concepts import Resolution, resolve
from calcinosis_kb.patients.omop.connection import Cdm
from calcinosis_kb.patients.omop.persons import MALE, days, persons

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["GAP", "LONG_OVER", "Reading"]

GAP = 30
"""As many days without a drug belong to one course, as in a drug era of OMOP."""

LONG_OVER = 90
"""After as many days without it a drug is no longer taken; between `GAP` and this it may be."""

LISTS = {"drug_exposure": "medications", "condition_occurrence": "conditions"}
"""The lists of a patient file that a table of events is, as far as a person was observed."""

INCOMPLETE = "incomplete"

ITEM = {"person_id": "int64", "kind": "string", "id": "string", "detail": "string", "value": "float64"}
"""The columns of `Reading.items`."""


class Reading:
    """Reads a database as of a day, or each record as of its latest date; of everybody, or of one ``person``."""

    def __init__(self, cdm: Cdm, names: Names, *, as_of: date | None = None, person: int | None = None) -> None:
        self.cdm = cdm
        self.as_of = as_of
        self.person = person
        self.meanings = Meanings(names)

    def resolution(self, table: str) -> Resolution:
        """The senses of the concepts of a table of events."""
        if table not in self._resolved:
            self._resolved[table] = resolve(self.cdm, table, self.meanings, self.person)
        return self._resolved[table]

    @cached_property
    def _resolved(self) -> dict[str, Resolution]:
        return {}

    @cached_property
    def days(self) -> ir.Table:
        """The day of reading of each person."""
        return days(self.cdm, self.as_of, self.person)

    def persons(self) -> ir.Table:
        """``person_id``, ``age``, ``sex``, ``dead`` and ``day`` of each person."""
        return persons(self.cdm, self.days, self.as_of, self.person)

    def items(self) -> ir.Table:
        """One row for each thing understood of a person on the day of reading (`ITEM`), none twice."""
        drugs, doubtful = self._drugs()
        return _union([*drugs, *self._conditions(), *self._lists(doubtful)]).distinct()

    def events(self, table: str) -> ir.Table:
        """The events of a table up to the day of reading with the number of their sense; those that give nothing are left out."""
        import ibis

        found = self.resolution(table)
        rows = self.cdm.table(table)
        if self.person is not None:
            rows = rows.filter(rows.person_id == self.person)
        if self.as_of is not None:
            day = rows[found.event.day]
            rows = rows.filter(day.isnull() | (day <= ibis.literal(self.as_of)))
        event = found.event
        rows = rows.mutate(
            concept=rows[event.concept].coalesce(0),
            source=rows[event.source_concept].coalesce(0),
            word=rows[event.source_value].coalesce(""),
        )
        pairs = [(*pair, number) for pair, number in found.pairs.items() if number < 0 or _tells(found, number)]
        rows = rows.inner_join(_small(pairs, c="int64", s="int64", sense="int32"), [("concept", "c"), ("source", "s")])
        rows = rows.drop("c", "s")
        if found.words:
            words = [(*key, number) for key, number in found.words.items() if _tells(found, number)]
            by_word = _small(words, c="int64", s="int64", w="string", other="int32")
            rows = rows.left_join(by_word, [("concept", "c"), ("source", "s"), ("word", "w")])
            rows = rows.mutate(sense=ibis.ifelse(rows.sense < 0, rows.other, rows.sense)).drop("c", "s", "w", "other")
            rows = rows.filter(rows.sense.notnull())
        return rows.inner_join(self.days, "person_id")

    def gifts(self, table: str, when: str | None = None) -> ir.Table:
        """What the senses of a table give: ``sense``, ``when``, ``kind``, ``id``."""
        return _small(
            [
                (number, gift.when, gift.kind, gift.id)
                for number, sense in enumerate(self.resolution(table).senses)
                for gift in sense.gifts
                if when in (None, gift.when)
            ],
            number="int32", when="string", kind="string", id="string",
        )  # fmt: skip

    def unread(self, table: str, where: str) -> ir.Table:
        """The senses of a table that were not understood, with the list that they leave incomplete."""
        found = self.resolution(table)
        return _small(
            [(n, sense.where or where) for n, sense in enumerate(found.senses) if sense.why],
            number="int32",
            id="string",
        )

    def drugs(self) -> ir.Table:
        """Each exposure to a drug with the days since it was last covered (``gap``; null if that is not known)."""
        import ibis

        rows = self.events("drug_exposure")
        start = rows.drug_exposure_start_date
        to_end = rows.drug_exposure_end_date.delta(start, unit="day").coalesce(0)
        supply = rows.days_supply.coalesce(0)
        lasted = ibis.greatest(to_end, supply.cast("int64"), 0)
        over = rows.stop_reason.notnull()
        gap = rows.day.delta(start, unit="day") - lasted
        return rows.mutate(gap=gap.cast("int64"), over=over)

    def _drugs(self) -> tuple[list[ir.Table], ir.Table]:
        """What was tried and is taken; and the lists of those of whom it is not known whether they still take something."""
        import ibis

        rows = self.drugs()
        each = rows.group_by("person_id", "sense").agg(gap=rows.gap.min(where=~rows.over), ended=rows.gap.min())
        gifts = self.gifts("drug_exposure")
        given = each.inner_join(gifts, [("sense", "number")])
        told = given.group_by("person_id", "when", "kind", "id").agg(gap=given.gap.min())
        taken = (told.gap <= GAP).coalesce(ibis.literal(False))
        trials = told.filter(told.when == "ever")
        medicines = told.filter(told.when == "now", taken)
        doubtful = told.filter((told.gap > GAP) & (told.gap <= LONG_OVER))
        unread = self.unread("drug_exposure", "medications")
        left = each.inner_join(unread, [("sense", "number")])
        late = (left.gap.coalesce(left.ended) > LONG_OVER).coalesce(ibis.literal(False))
        items = [
            _item(trials, "trial", trials.id, ibis.ifelse(taken, "unclear/ongoing", "unclear/unknown")),
            _item(medicines, "medication", medicines.id),
            _item(left, "unread", ibis.ifelse(late, "history", "medications")),
        ]
        return items, doubtful.select("person_id", id=ibis.literal("medications"))

    def _conditions(self) -> Iterator[ir.Table]:
        rows = self.conditions()
        stand = rows.select("person_id", "sense", "when").distinct()
        gifts = self.gifts("condition_occurrence")
        given = stand.inner_join(gifts, [("sense", "number"), "when"])
        yield _item(given, given.kind, given.id)
        unread = self.unread("condition_occurrence", "conditions")
        left = stand.filter(stand.when != "past")
        left = left.inner_join(unread, [("sense", "number")])
        yield _item(left, "unread", left.id)

    def conditions(self) -> ir.Table:
        """Each condition with how it stands on the day of reading: present, past or doubtful (``when``)."""
        import ibis

        rows = self.events("condition_occurrence")
        limits = _small(
            [
                (number, sense.days, sense.of_women)
                for number, sense in enumerate(self.resolution("condition_occurrence").senses)
                if sense.days is not None
            ],
            number="int32", lasts="int32", of_women="boolean",
        )  # fmt: skip
        who = self.cdm.table("person").select(who="person_id", gender="gender_concept_id")
        rows = rows.left_join(limits, [("sense", "number")]).left_join(who, [("person_id", "who")])
        start, end = rows.condition_start_date, rows.condition_end_date
        over = ((end > start) & (end <= rows.day)).coalesce(ibis.literal(False))
        age = rows.day.delta(start, unit="day")
        doubtful = (age > rows.lasts).coalesce(ibis.literal(False)) | ((rows.gender == MALE) & rows.of_women).coalesce(
            ibis.literal(False)
        )
        return rows.mutate(when=ibis.cases((over, "past"), (doubtful, "doubtful"), else_="present"))

    def _lists(self, doubtful: ir.Table) -> Iterator[ir.Table]:
        """Which lists each record has. They are complete only if the day of reading lies in a period of observation.

        The history never is: what was given before the observation began is not known.
        """
        import ibis

        claims = [_claim(doubtful, doubtful.id, incomplete=True)]
        # No anti-join: sqlglot 30 leaves one in PostgreSQL's SQL where a semi-join follows it.
        watched = self._watched.select(watched="person_id")
        unwatched = self.days.left_join(watched, [("person_id", "watched")]).filter(lambda rows: rows.watched.isnull())
        for table, list_ in LISTS.items():
            if self.cdm.has(table):
                there = unwatched.semi_join(self.cdm.table(table), "person_id")
                claims.append(_claim(self._watched, list_, incomplete=False))
                claims.append(_claim(there, list_, incomplete=True))
        every = _union(claims)
        told = every.group_by("person_id", "id").agg(incomplete=every.incomplete.max())
        yield _item(told, "list", told.id, ibis.ifelse(told.incomplete > 0, INCOMPLETE, "complete"))
        yield _item(told.filter(told.id == "medications"), "list", "history", INCOMPLETE)

    @cached_property
    def _watched(self) -> ir.Table:
        periods = self.cdm.table("observation_period").inner_join(self.days, "person_id")
        start, end = periods.observation_period_start_date, periods.observation_period_end_date
        return (
            periods.filter(start <= periods.day, end.delta(periods.day, unit="day") >= -GAP)
            .select("person_id")
            .distinct()
        )


def _tells(found: Resolution, number: int) -> bool:
    sense = found.senses[number]
    return bool(sense.gifts) or not sense.understood


def _item(rows: ir.Table, kind: Any, id_: Any, detail: Any = "", value: Any = None) -> ir.Table:
    import ibis

    given = {"kind": kind, "id": id_, "detail": detail, "value": value}
    columns = {
        name: (ibis.literal(one, type=ITEM[name]) if one is None or isinstance(one, str) else one).cast(ITEM[name])
        for name, one in given.items()
    }
    return rows.select(rows.person_id, **columns)


def _claim(rows: ir.Table, list_: Any, *, incomplete: bool) -> ir.Table:
    import ibis

    id_ = ibis.literal(list_) if isinstance(list_, str) else list_
    return rows.select("person_id", id=id_, incomplete=ibis.literal(int(incomplete), type="int32"))


def _union(parts: list[ir.Table]) -> ir.Table:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.union(part)
    return whole


def _small(rows: Iterable[tuple[Any, ...]], **schema: str) -> ir.Table:
    """A small table in memory, joined to the large ones."""
    import ibis

    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    import pyarrow as pa

    data = {
        name: pa.array(column, ibis.dtype(type_).to_pyarrow())
        for (name, type_), column in zip(schema.items(), columns, strict=True)
    }
    return ibis.memtable(pa.table(data), schema=schema)
