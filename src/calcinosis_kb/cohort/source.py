"""Open whatever holds the records of many."""

from __future__ import annotations

from datetime import date

from calcinosis_kb.cohort.database import Database
from calcinosis_kb.cohort.people import People
from calcinosis_kb.cohort.screen import Cohort
from calcinosis_kb.patients.omop.connection import is_cdm, open_cdm
from calcinosis_kb.patients.reader import PatientReader
from calcinosis_kb.patients.sources import open_source

__all__ = ["open_cohort"]


def open_cohort(address: str, reader: PatientReader, *, as_of: date | None = None) -> Cohort:
    """Open a database of OMOP, or read all records of another source one by one.

    Raises `InputError` as `calcinosis_kb.patients.sources.open_source` and `calcinosis_kb.patients.omop.connection.open_cdm` do.
    """
    if is_cdm(address):
        return Database(open_cdm(address), reader.names, as_of)
    return People(open_source(address, reader.names), reader, as_of)
