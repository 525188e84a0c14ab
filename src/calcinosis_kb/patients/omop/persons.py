"""Who the persons are, and the day on which each record is read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from calcinosis_kb.patients.omop.cdm import Cdm
from calcinosis_kb.patients.omop.relations import Who, of
from calcinosis_kb.patients.omop.tables import EVENTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["FEMALE", "MALE", "days", "persons"]

FEMALE, MALE = 8532, 8507
"""The concepts of gender that tell a sex."""

_OLDEST = 120

_DATES = {
    **{event.table: (event.day,) for event in EVENTS.values()},
    "visit_occurrence": ("visit_start_date", "visit_end_date"),
    "observation_period": ("observation_period_end_date",),
}
"""The dates by which a record is known to go on, by table."""


def days(cdm: Cdm, as_of: date | None, who: Who = None) -> ir.Table:
    """The day of reading of each person: a day for all, else the latest date in the record."""
    import ibis

    everybody = of(cdm.table("person"), who)
    if as_of is not None:
        return everybody.select(everybody.person_id, day=ibis.literal(as_of))
    latest = None
    for table, columns in _DATES.items():
        if not cdm.has(table):
            continue
        rows = of(cdm.table(table), who)
        dates = [rows[column] for column in columns]
        last = dates[0] if len(dates) == 1 else ibis.greatest(*dates)
        each = rows.group_by("person_id").agg(day=last.max())
        latest = each if latest is None else latest.union(each)
    if latest is None:
        return everybody.select(everybody.person_id, day=ibis.null("date"))
    last = latest.group_by("person_id").agg(day=latest.day.max())
    return everybody.select("person_id").left_join(last, "person_id").select("person_id", "day")


def persons(cdm: Cdm, day: ir.Table, as_of: date | None, who: Who = None) -> ir.Table:
    """Everybody with the age in years on the day of reading, the sex, and whether the record says that they are dead.

    An age below two years is a part of a year; of a birth without its day or month the lower age counts.
    """
    import ibis

    everybody = of(cdm.table("person"), who)
    rows = everybody.inner_join(day, "person_id")
    died = cdm.table("death")
    if as_of is not None:
        died = died.filter(died.death_date.isnull() | (died.death_date <= ibis.literal(as_of)))
    died = died.select(dead_id="person_id").distinct()
    rows = rows.left_join(died, rows.person_id == died.dead_id)
    month = rows.month_of_birth.coalesce(12)
    last = ibis.cases((month.isin((4, 6, 9, 11)), 30), (month == 2, 28), else_=31)
    born = rows.day_of_birth.coalesce(last)
    before = ibis.ifelse(rows.day.day() < born, 1, 0)
    months = (rows.day.year() - rows.year_of_birth) * 12 + rows.day.month() - month - before
    years = ibis.ifelse(months >= 24, (months / 12).floor().cast("float64"), (months / 12).round(2).cast("float64"))
    return rows.select(
        person_id=rows.person_id,
        age=ibis.cases(((months >= 0) & (months < 12 * (_OLDEST + 1)), years), else_=ibis.null("float64")),
        sex=ibis.cases((rows.gender_concept_id == FEMALE, "female"), (rows.gender_concept_id == MALE, "male")),
        dead=rows.dead_id.notnull(),
        day=rows.day,
    )
