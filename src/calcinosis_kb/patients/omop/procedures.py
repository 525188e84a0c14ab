"""Read procedures and devices: treatments of calcinosis, and conditions that they show (a pacemaker)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calcinosis_kb.patients.fhir.procedures import RECENT
from calcinosis_kb.patients.omop.relations import false
from calcinosis_kb.patients.omop.senses import STANDINGS
from calcinosis_kb.patients.omop.tables import EVENTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["TABLES", "done"]

TABLES = ("procedure_occurrence", "device_exposure")


def done(table: str, rows: ir.Table) -> ir.Table:
    """Each procedure with how it stands on the day of reading (``when``)."""
    import ibis

    recent = false(rows.day.delta(rows[EVENTS[table].day], unit="day") <= RECENT.days)
    return rows.mutate(when=ibis.ifelse(recent, STANDINGS.index("recent"), STANDINGS.index("past")).cast("int32"))
