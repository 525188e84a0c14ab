"""A database of OMOP as a cohort: everything is computed inside it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from calcinosis_kb.cohort.item import Item
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.omop.connection import open_cdm
from calcinosis_kb.patients.omop.possible import possible
from calcinosis_kb.patients.omop.reading import Reading
from calcinosis_kb.patients.omop.relations import Span
from calcinosis_kb.patients.omop.tables import EVENTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Database"]

MOST_DAMAGED = 1_000
"""As many damaged rows of a table as are named."""

MEMORY = "256MB"
"""How much memory DuckDB may take before it writes to a temporary folder."""


class Database:
    """Everybody in a database of OMOP."""

    def __init__(self, address: str, names: Names, as_of: date | None = None) -> None:
        self._cdm = open_cdm(address, memory=MEMORY)
        self._reading = Reading(self._cdm, names, as_of=as_of)

    @property
    def backend(self) -> Any:
        """The back end of ibis that holds the tables."""
        return self._cdm.backend

    def spans(self, size: int) -> list[Span]:
        """Spans of ids of at most so many people, in order."""
        import ibis

        people = self._cdm.table("person").select("person_id").distinct()
        numbered = people.mutate(part=ibis.row_number().over(order_by=people.person_id) // size)
        parts = numbered.group_by("part").agg(first=numbered.person_id.min(), last=numbered.person_id.max())
        return [Span(row["first"], row["last"]) for row in self._cdm.rows(parts.order_by("part"))]

    def possible(self) -> set[Item]:
        """The items that may occur, but for measured numbers."""
        return {Item(*row) for row in possible(self._reading)}

    def items(self, span: Span | None = None) -> ir.Table:
        """What is known of each person of a span, or of everybody: person_id, kind, id, detail, value."""
        return self._reading.within(span).items()

    def persons(self, span: Span | None = None) -> ir.Table:
        """The people of a span, or everybody: person_id, age, sex, dead."""
        return self._reading.within(span).persons()

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
