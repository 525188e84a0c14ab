"""The tables of one database of OMOP, in the types that the specification declares."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from calcinosis_kb.errors import InputError, Place, Problem
from calcinosis_kb.patients.omop.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Cdm", "lacks_memory", "unreadable"]

_NO_MEMORY = re.compile(r"out of memory|cannot allocate memory|failed to map segment", re.IGNORECASE)
"""What DuckDB, Arrow and the loader of libraries say."""


class Cdm:
    """The tables of one database, by their names of the specification, with its columns in its types.

    ``found`` are the tables of the database as they are, by their names in small letters. Those of them that are ``texts`` (CSV)
    are taken into memory, or its temporary folder, when they are first read: parsing them takes longer than any question.
    """

    def __init__(
        self, backend: Any, found: dict[str, ir.Table], name: str, texts: frozenset[str] = frozenset()
    ) -> None:
        self.backend = backend
        self.found = found
        self.name = name
        self._texts = texts
        self._tables: dict[str, ir.Table] = {}
        if "person" not in found:
            self._refuse(found)

    def _refuse(self, found: dict[str, ir.Table]) -> None:
        valid = tuple(sorted(found.keys() & TABLES.keys()))
        if not valid:
            fix = "name a DuckDB file, a folder of Parquet or CSV files called after the tables (person, drug_exposure, ...), or a URL"
            raise InputError((Problem("CKB110", "no table of OMOP is here", Place(self.name), fix=fix),))
        fix = "every record belongs to a row of 'person': add the table"
        raise InputError((Problem("CKB111", "the table 'person' is missing", Place(self.name), valid, fix=fix),))

    def has(self, name: str) -> bool:
        """Whether the database has a table."""
        return name in self.found

    def table(self, name: str) -> ir.Table:
        """A table with its declared columns; a column that is missing is null, and a table that is missing is empty."""
        if name not in self._tables:
            typed = self._typed(name)
            self._tables[name] = self._parsed(name, typed) if name in self._texts else typed
        return self._tables[name]

    def _typed(self, name: str) -> ir.Table:
        import ibis

        there = self.found.get(name)
        if there is None:
            there = self.found["person"].filter(ibis.literal(False)).select(_=ibis.literal(0))
        columns = {column.casefold(): there[column] for column in there.columns}
        return there.select(**{column: _typed(columns.get(column), type_) for column, type_ in TABLES[name].items()})

    def _parsed(self, name: str, typed: ir.Table) -> ir.Table:
        try:
            return self.backend.create_table(f"parsed_{name}", typed, temp=True)
        except Exception as error:  # every back end has its own
            raise InputError((unreadable(self.name, error),)) from error

    def rows(self, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows of an expression. Raises `InputError` (CKB113) if the database cannot give them."""
        try:
            found: list[dict[str, Any]] = expression.to_pyarrow().to_pylist()
        except Exception as error:  # every back end has its own
            raise InputError((unreadable(self.name, error),)) from error
        return found

    @cached_property
    def form(self) -> str:
        """The form of the record, with the version that the database states."""
        stated = self.rows(self.table("cdm_source").select("cdm_version").limit(1))
        version = re.search(r"[0-9]+(?:\.[0-9]+)?", str(stated[0]["cdm_version"])) if stated else None
        return f"OMOP CDM {version[0]}" if version else "OMOP CDM"


def _typed(column: ir.Value | None, type_: str) -> ir.Value:
    """A column in its declared type; a value that does not fit is null."""
    import ibis

    if column is None:
        return ibis.null(type_)
    if column.type().is_string():
        trimmed = column.strip().nullif("")
        return trimmed if type_ == "string" else trimmed.try_cast(type_)
    return column if column.type() == ibis.dtype(type_) else column.cast(type_)


def lacks_memory(error: Exception) -> bool:
    """Whether an error of a library says that there is not enough memory."""
    return isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)) is not None


def unreadable(name: str, error: Exception) -> Problem:
    """The problem of a database that cannot be read (CKB113), or that memory is too small for (CKB126), with what its library says."""
    said = str(error).strip().splitlines()
    if lacks_memory(error):
        message = f"there is not enough memory to read it: {said[0][:300] if said else type(error).__name__}"
        return Problem("CKB126", message, Place(name), fix="give the program more memory; 2 GB suffice for one patient")
    message = f"it cannot be read: {said[0][:300] if said else type(error).__name__}"
    return Problem("CKB113", message, Place(name), fix="check that it is whole, and that it may be read")
