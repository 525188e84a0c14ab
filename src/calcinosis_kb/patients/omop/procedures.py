"""Read procedures and devices: treatments of calcinosis, and conditions that they show (a pacemaker)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calcinosis_kb.patients.fhir.procedures import RECENT
from calcinosis_kb.patients.omop.senses import STANDINGS
from calcinosis_kb.patients.omop.tables import EVENTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["TABLES", "done"]

TABLES = ("procedure_occurrence", "device_exposure")


def done(table: str, rows: ir.Table) -> ir.Table:
    """Each procedure with how it stands on the day of reading (``when``): "unsure" without a date."""
    import ibis

    began = rows[EVENTS[table].day]
    undated, recent, past = map(STANDINGS.index, ("unsure", "recent", "past"))
    age = rows.day.delta(began, unit="day")
    return rows.mutate(
        when=ibis.cases((began.isnull(), undated), (age <= RECENT.days, recent), else_=past).cast("int32")
    )
