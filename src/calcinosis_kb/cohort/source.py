"""Open whatever holds the records of many."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from calcinosis_kb.cohort.database import Database
from calcinosis_kb.cohort.item import Item
from calcinosis_kb.cohort.people import People, Progress, read_people
from calcinosis_kb.patients.omop.connection import is_cdm
from calcinosis_kb.patients.omop.relations import Span
from calcinosis_kb.patients.reader import PatientReader
from calcinosis_kb.patients.sources import open_source

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Cohort", "open_cohort"]

_PEOPLE = "people.duckdb"


class Cohort(Protocol):
    """Many patients: two tables in one database."""

    @property
    def backend(self) -> Any:
        """The back end of ibis that holds them."""

    def spans(self, size: int) -> list[Span]:
        """Spans of ids of at most so many people, in order."""

    def possible(self) -> set[Item]:
        """The items that may occur, but for measured numbers."""

    def items(self, span: Span | None = None) -> ir.Table:
        """What is known of each person of a span, or of everybody: person_id, kind, id, detail, value."""

    def persons(self, span: Span | None = None) -> ir.Table:
        """The people of a span, or everybody: person_id, age, sex, dead."""

    def damaged(self) -> list[tuple[str, str]]:
        """The records or rows that could not be read, by key, and why."""


def open_cohort(
    address: str, reader: PatientReader, work: Path, *, as_of: date | None = None, progress: Progress | None = None
) -> Cohort:
    """Open a database of OMOP, or read all records of another source one by one into a file in ``work``, once.

    Raises `InputError` as `calcinosis_kb.patients.sources.open_source` and `calcinosis_kb.patients.omop.connection.open_cdm` do.
    """
    if is_cdm(address):
        return Database(address, reader.names, as_of)
    path = work / _PEOPLE
    if not path.exists():
        source = open_source(address, reader.names)
        work.mkdir(parents=True, exist_ok=True)
        read_people(source, reader, path, as_of=as_of, progress=progress)
    return People(path)
