"""Read procedures and devices: treatments of calcinosis, and conditions that they show (a pacemaker)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calcinosis_kb.patients.fhir.procedures import RECENT
from calcinosis_kb.patients.omop.relations import false, item
from calcinosis_kb.patients.omop.tables import EVENTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from calcinosis_kb.patients.omop.reading import Reading

__all__ = ["TABLES", "done", "items"]

TABLES = ("procedure_occurrence", "device_exposure")


def items(reading: Reading) -> list[ir.Table]:
    """Read the procedures and devices of everybody."""
    import ibis

    found = []
    for table in TABLES:
        given = reading.given(table, done(table, reading.events(table)))
        detail = ibis.ifelse(given.kind == "trial", "unclear/unknown", "")
        found.append(item(given, given.kind, given.id, detail))
    return found


def done(table: str, rows: ir.Table) -> ir.Table:
    """Each procedure with how it stands on the day of reading (``when``)."""
    import ibis

    recent = false(rows.day.delta(rows[EVENTS[table].day], unit="day") <= RECENT.days)
    return rows.mutate(when=ibis.ifelse(recent, "recent", "past"))
