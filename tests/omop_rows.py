"""What is read of everybody in an OMOP database, as sorted rows that can be compared between databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from back_ends import spark
from calcinosis_kb import load
from calcinosis_kb.patients.omop.connection import open_cdm
from calcinosis_kb.patients.omop.reading import Reading

__all__ = ["Rows", "rows_in_spark", "rows_of"]

Rows = dict[str, list[tuple[Any, ...]]]


def rows_of(address: str) -> Rows:
    """The items and the persons of a database, by the name of their table."""
    cdm = open_cdm(address)
    reading = Reading(cdm, load(engines=("reference",)).reader.names)
    try:
        tables = {"items": reading.items(), "persons": reading.persons()}
        return {
            name: sorted((tuple(row.values()) for row in cdm.rows(table)), key=repr) for name, table in tables.items()
        }
    finally:
        cdm.backend.disconnect()


def rows_in_spark(folder: Path) -> Rows:
    """The same of a folder of Parquet files, by Spark."""
    with spark(folder) as address:
        return rows_of(address)
