"""Open a database of OMOP: a DuckDB file, a folder of Parquet or CSV files, or any back end of ibis by its URL."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calcinosis_kb.errors import InputError, Place, Problem
from calcinosis_kb.patients.omop.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["MEMORY", "Cdm", "is_omop", "open_cdm"]

MEMORY = "2GB"
"""How much memory DuckDB may take before it writes to a temporary folder."""

_DATABASES = (".duckdb", ".db", ".ddb")
_FILES = re.compile(r"(.+)\.(parquet|csv|csv\.gz|tsv|tsv\.gz)", re.IGNORECASE)
_URL = re.compile(r"[a-z][a-z0-9+]*://", re.IGNORECASE)


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
            raise InputError((_unreadable(self.name, error),)) from error

    def rows(self, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows of an expression. Raises `InputError` (CKB113) if the database cannot give them."""
        try:
            found: list[dict[str, Any]] = expression.to_pyarrow().to_pylist()
        except Exception as error:  # every back end has its own
            raise InputError((_unreadable(self.name, error),)) from error
        return found

    @property
    def form(self) -> str:
        """The form of the record, with the version that the database states."""
        stated = self.rows(self.table("cdm_source").select("cdm_version").limit(1))
        version = re.search(r"[0-9]+(?:\.[0-9]+)?", str(stated[0]["cdm_version"])) if stated else None
        return f"OMOP CDM {version[0]}" if version else "OMOP CDM"


def is_cdm(address: str) -> bool:
    """Whether an address is one of a database of OMOP: a URL, a file of DuckDB, or a folder with a file of persons."""
    path = Path(address)
    if _URL.match(address):
        return not address.casefold().startswith(("http://", "https://"))
    if path.is_dir():
        try:
            return "person" in _files(path)
        except OSError:
            return False
    return path.suffix.casefold() in _DATABASES and path.is_file()


def open_cdm(address: str) -> Cdm:
    """Open a database without changing it.

    Raises `InputError`: a missing library (CKB112), no tables of OMOP (CKB110), no persons (CKB111), or what cannot be read (CKB113).
    """
    _require(("ibis", "duckdb"))
    import ibis

    try:
        if _URL.match(address):
            backend = ibis.connect(address)
            return Cdm(backend, _tables(backend), address.partition("?")[0].rpartition("@")[2])
        path = Path(address)
        if path.is_dir():
            backend = _duckdb(None)
            files = _files(path)
            texts = frozenset(name for name, file in files.items() if not _is_parquet(file))
            return Cdm(backend, {name: _file(backend, file) for name, file in files.items()}, address, texts)
        if path.suffix.casefold() in _DATABASES:
            backend = _duckdb(path)
            return Cdm(backend, _tables(backend), address)
    except InputError:
        raise
    except Exception as error:  # every back end has its own
        raise InputError((_unreadable(address, error),)) from error
    raise InputError((Problem("CKB110", "this is no database of OMOP", Place(address), valid=_DATABASES),))


def is_omop(address: str) -> bool:
    """Whether an address looks like a database of OMOP: a URL, a DuckDB file, or a folder with a file of persons."""
    path = Path(address)
    if _URL.match(address) or path.suffix.casefold() in _DATABASES:
        return True
    if not path.is_dir():
        return False
    return "person" in _named(path) or any(one.is_dir() and "person" in _named(one) for one in sorted(path.iterdir()))


def _duckdb(path: Path | None) -> Any:
    import ibis

    settings = {"memory_limit": MEMORY, "temp_directory": str(Path(tempfile.gettempdir()) / "calcinosis-kb-duckdb")}
    return ibis.duckdb.connect(path or ":memory:", read_only=path is not None, **settings)


def _tables(backend: Any) -> dict[str, ir.Table]:
    """The tables of a database: of the schema that is searched first, else of the first by name that has persons."""
    for schema, names in _schemas(backend):
        found = {name.casefold(): name for name in names}
        if "person" in found:
            return {name: backend.table(real, database=schema) for name, real in found.items() if name in TABLES}
    return {}


def _schemas(backend: Any) -> Iterator[tuple[str, list[str]]]:
    """The schemas of a database with the names of their tables, that which is searched first before the others."""
    if backend.name == "duckdb":
        # ibis 12 lists tables by a method that connections of DuckDB 2 no longer have.
        listed = "SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL"
        found: dict[str, list[str]] = {}
        for schema, name in backend.raw_sql(listed).fetchall():
            found.setdefault(schema, []).append(name)
        yield from sorted(found.items(), key=lambda item: (item[0] != "main", item[0]))
        return
    first = backend.current_database
    for schema in sorted(backend.list_databases(), key=lambda name: (name != first, name)):
        yield schema, backend.list_tables(database=schema)


def _files(folder: Path) -> dict[str, Path]:
    """The files of a folder that are called after tables, or of its only folder that has persons."""
    found = _named(folder)
    if not found:
        inner = [named for one in sorted(folder.iterdir()) if one.is_dir() and "person" in (named := _named(one))]
        found = inner[0] if len(inner) == 1 else {}
    return found


def _named(folder: Path) -> dict[str, Path]:
    """The files of a folder by table: ``PERSON.csv``, or a folder ``person`` with parts."""
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        matched = _FILES.fullmatch(path.name)
        name = (matched[1] if matched and path.is_file() else path.name).casefold()
        if name in TABLES and (matched or (path.is_dir() and any(path.glob("*.parquet")))):
            found.setdefault(name, path)
    return found


def _is_parquet(path: Path) -> bool:
    return path.is_dir() or path.name.casefold().endswith(".parquet")


def _file(backend: Any, path: Path) -> ir.Table:
    if _is_parquet(path):
        return backend.read_parquet(str(path / "*.parquet" if path.is_dir() else path))
    tabs = b"\t" in _first_line(path)
    quoting = {"delim": "\t", "quote": ""} if tabs else {"delim": ","}
    return backend.read_csv(str(path), header=True, all_varchar=True, **quoting)


def _first_line(path: Path) -> bytes:
    import gzip

    with gzip.open(path) if path.name.casefold().endswith(".gz") else path.open("rb") as file:
        return bytes(file.readline(65536))


def _typed(column: ir.Value | None, type_: str) -> ir.Value:
    """A column in its declared type; a value that does not fit is null."""
    import ibis

    if column is None:
        return ibis.null(type_)
    if column.type().is_string():
        trimmed = column.strip().nullif("")
        return trimmed if type_ == "string" else trimmed.try_cast(type_)
    return column if column.type() == ibis.dtype(type_) else column.cast(type_)


def _unreadable(name: str, error: Exception) -> Problem:
    said = str(error).strip().splitlines()
    message = f"it cannot be read: {said[0][:300] if said else type(error).__name__}"
    return Problem("CKB113", message, Place(name), fix="check that it is whole, and that it may be read")


def _require(libraries: Iterable[str]) -> None:
    missing = [name for name in libraries if find_spec(name) is None]
    if missing:
        message = f"OMOP needs {', '.join(missing)}, not installed here"
        raise InputError((Problem("CKB112", message, fix="pip install 'calcinosis-kb[omop]'"),))
