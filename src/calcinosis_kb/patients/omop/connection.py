"""Open a database of OMOP: a DuckDB file, a folder of Parquet or CSV files, or any back end of ibis by its URL."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calcinosis_kb.errors import InputError, Place, Problem
from calcinosis_kb.patients.omop.cdm import Cdm, lacks_memory, unreadable
from calcinosis_kb.patients.omop.folder import files, is_parquet, table
from calcinosis_kb.patients.omop.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["MEMORY", "is_cdm", "open_cdm", "private_duckdb", "without_credentials"]

MEMORY = "2GB"
"""How much memory DuckDB may take before it writes to a temporary folder."""

_DATABASES = (".duckdb", ".db", ".ddb")
_DUCKDB = "duckdb://"
_URL = re.compile(r"[a-z][a-z0-9+]*://", re.IGNORECASE)
_SERVER = re.compile(r"(?:[^@?#]*@)?([^@?#]*)(?:[?#][^@]*)?")
"""What follows the scheme of a URL, if the server in it can be told from a password for certain."""
_PARTS = re.compile(r"[:/@?#&=]")


def is_cdm(address: str) -> bool:
    """Whether an address is one of a database of OMOP: a URL, a file of DuckDB, or a folder with a file of persons."""
    path = Path(address)
    if _URL.match(address):
        return not address.casefold().startswith(("http://", "https://"))
    if path.is_dir():
        try:
            return "person" in files(path)
        except OSError:
            return False
    return path.suffix.casefold() in _DATABASES and path.is_file()


def open_cdm(address: str, *, memory: str = MEMORY) -> Cdm:
    """Open a database without changing it.

    Raises `InputError`: a missing library (CKB112), no tables of OMOP (CKB110), no persons (CKB111), or what cannot be read (CKB113).
    """
    _require(("ibis", "duckdb"))
    import ibis

    address = address.removeprefix(_DUCKDB)  # ibis would open its file for writing, and make one that is missing
    path, shown = Path(address), without_credentials(address)
    try:
        if _URL.match(address):
            backend = ibis.connect(address)
            return Cdm(backend, _tables(backend), shown)
        if path.is_dir():
            backend, found = private_duckdb(None, memory), files(path)
            texts = frozenset(name for name, file in found.items() if not is_parquet(file))
            return Cdm(backend, {name: table(backend, file) for name, file in found.items()}, address, texts)
        if path.suffix.casefold() in _DATABASES:
            backend = private_duckdb(path, memory)
            return Cdm(backend, _tables(backend), address)
    except InputError:
        raise
    except ImportError as error:
        if lacks_memory(error):
            raise InputError((unreadable(shown, error),)) from None
        back_end = address.partition(":")[0].casefold()
        message = f"the library for {back_end} is not installed here"
        raise InputError((Problem("CKB112", message, fix=f"pip install 'ibis-framework[{back_end}]'"),)) from None
    except Exception as error:  # every back end has its own
        if _tells_secrets(error, address):
            error = ConnectionError("the address is not understood, or its driver refuses it")
        raise InputError((unreadable(shown, error),)) from None
    raise InputError((Problem("CKB110", "this is no database of OMOP", Place(address), valid=_DATABASES),))


def without_credentials(address: str) -> str:
    """Return an address as it may be shown and written down: of a URL the scheme, the server and the path, no user, password or option.

    >>> without_credentials("postgres://reader:secret@server:5432/records?password=x"), without_credentials("records.duckdb")
    ('postgres://server:5432/records', 'records.duckdb')
    """
    scheme = _URL.match(address)
    if scheme is None:
        return address
    server = _SERVER.fullmatch(address, scheme.end())
    return f"{scheme[0]}{server[1] if server else '...'}"


def _tells_secrets(error: Exception, address: str) -> bool:
    """Whether the message of a driver repeats a part of a URL that is not shown; its user, who comes first, apart."""
    _, *parts = _PARTS.split(address.partition("://")[2])
    return any(part in str(error) for part in {*parts} - {"", *_PARTS.split(without_credentials(address))})


def private_duckdb(path: Path | None = None, memory: str = MEMORY) -> Any:
    """Open DuckDB through ibis, on a file that is only read, or in memory.

    What memory cannot hold is written to a folder that only this user may enter, and that is removed at the end. No extension is fetched:
    a file of somebody else must not make this program reach the network.
    """
    import ibis

    settings = {
        "memory_limit": memory,
        "preserve_insertion_order": False,
        "temp_directory": _scratch(),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    return ibis.duckdb.connect(path or ":memory:", read_only=path is not None, **settings)


@cache
def _scratch() -> str:
    """The folder is one for all, since DuckDB opens a file a second time only with the same settings."""
    folder = tempfile.mkdtemp(prefix="calcinosis-kb-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


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


def _require(libraries: Iterable[str]) -> None:
    missing = [name for name in libraries if find_spec(name) is None]
    if missing:
        message = f"OMOP needs {', '.join(missing)}, not installed here"
        raise InputError((Problem("CKB112", message, fix="pip install 'calcinosis-kb[omop]'"),))
