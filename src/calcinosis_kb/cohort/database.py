"""A database of OMOP as a cohort: everything is computed inside it."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.omop.cdm import Cdm
from calcinosis_kb.patients.omop.reading import Reading
from calcinosis_kb.patients.omop.tables import EVENTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Database"]

MOST_DAMAGED = 1_000
"""As many damaged rows of a table as are named."""


class Database:
    """Everybody in a database of OMOP."""

    def __init__(self, cdm: Cdm, names: Names, as_of: date | None = None) -> None:
        self._cdm = cdm
        self._reading = Reading(cdm, names, as_of=as_of)

    @property
    def backend(self) -> Any:
        """The back end of ibis that holds the tables."""
        return self._cdm.backend

    @cached_property
    def items(self) -> ir.Table:
        """What is known of each person: person_id, kind, id, detail, value."""
        return self._reading.items()

    @cached_property
    def persons(self) -> ir.Table:
        """Everybody: person_id, age, sex, dead."""
        return self._reading.persons()

    @cached_property
    def damaged(self) -> list[tuple[str, str]]:
        """The rows of events that are nobody's or have no date, by table and id, and why they were not read."""
        person = self._cdm.table("person")
        found: list[tuple[str, str]] = []
        for name, event in EVENTS.items():
            if not self._cdm.has(name):
                continue
            rows = self._cdm.table(name)
            nobodys = rows.anti_join(person, "person_id")
            dateless = rows.semi_join(person, "person_id").filter(rows[event.day].isnull())
            for some, why in ((nobodys, "belongs to nobody in 'person'"), (dateless, f"has no date in '{event.day}'")):
                first = some.select(key=some[event.id]).order_by("key").limit(MOST_DAMAGED)
                found.extend((f"{name} {row['key']}", why) for row in self._cdm.rows(first))
        return found
