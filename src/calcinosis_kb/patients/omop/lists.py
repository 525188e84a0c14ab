"""Tell which lists of a patient file a record has, and whether they are complete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from calcinosis_kb.patients.omop.drugs import GAP
from calcinosis_kb.patients.omop.relations import item, union

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from calcinosis_kb.patients.omop.reading import Reading

__all__ = ["INCOMPLETE", "LISTS", "lists"]

LISTS = {"drug_exposure": "medications", "condition_occurrence": "conditions"}
"""The lists of a patient file that a table of events is, as far as a person was observed."""

INCOMPLETE = "incomplete"


def lists(reading: Reading, doubtful: ir.Table, allergies: ir.Table) -> Iterator[ir.Table]:
    """Yield the lists of everybody. They are complete only if a period of observation reaches the day of reading.

    The history never is: what was given before the observation began is not known. Nor are the allergies, for which OMOP has no table,
    unless it is said that there are none.
    """
    import ibis

    watched = _watched(reading)
    # No anti-join: sqlglot 30 leaves one in PostgreSQL's SQL where a semi-join follows it.
    seen = watched.select(watched="person_id")
    unwatched = reading.days.left_join(seen, [("person_id", "watched")]).filter(lambda rows: rows.watched.isnull())
    claims = [_claim(doubtful, "medications", incomplete=True)]
    for table, list_ in LISTS.items():
        if reading.cdm.has(table):
            claims.append(_claim(watched, list_, incomplete=False))
            claims.append(_claim(unwatched.semi_join(reading.table(table), "person_id"), list_, incomplete=True))
    denied = allergies.filter(allergies.kind == "denial")
    claims.append(_claim(denied, "allergies", incomplete=False))
    claims.append(_claim(allergies.filter(allergies.kind != "denial"), "allergies", incomplete=True))
    every = union(claims)
    told = every.group_by("person_id", "id").agg(incomplete=every.incomplete.max())
    yield item(told, "list", told.id, ibis.ifelse(told.incomplete > 0, INCOMPLETE, "complete"))
    yield item(told.filter(told.id == "medications"), "list", "history", INCOMPLETE)


def _watched(reading: Reading) -> ir.Table:
    """Who was under observation until the day of reading."""
    periods = reading.table("observation_period").inner_join(reading.days, "person_id")
    start, end = periods.observation_period_start_date, periods.observation_period_end_date
    reaches = end.delta(periods.day, unit="day") >= -GAP
    return periods.filter(start <= periods.day, reaches).select("person_id").distinct()


def _claim(rows: ir.Table, list_: str, *, incomplete: bool) -> ir.Table:
    import ibis

    return rows.select("person_id", id=ibis.literal(list_), incomplete=ibis.literal(int(incomplete), type="int32"))
