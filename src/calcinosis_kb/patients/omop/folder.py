"""The files of a folder that hold the tables of OMOP: Parquet, or CSV with commas or tabs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calcinosis_kb.patients.omop.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["files", "is_parquet", "table"]

_FILES = re.compile(r"(.+)\.(parquet|csv|csv\.gz|tsv|tsv\.gz)", re.IGNORECASE)


def files(folder: Path) -> dict[str, Path]:
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


def is_parquet(path: Path) -> bool:
    """Whether a table is a Parquet file, or a folder of them, and not a text."""
    return path.is_dir() or path.name.casefold().endswith(".parquet")


def table(backend: Any, path: Path) -> ir.Table:
    """A file as a table of DuckDB, as it is: every column of a text is text."""
    if is_parquet(path):
        return backend.read_parquet(str(path / "*.parquet" if path.is_dir() else path))
    tabs = b"\t" in _first_line(path)
    quoting = {"delim": "\t", "quote": ""} if tabs else {"delim": ","}
    return backend.read_csv(str(path), header=True, all_varchar=True, **quoting)


def _first_line(path: Path) -> bytes:
    import gzip

    with gzip.open(path) if path.name.casefold().endswith(".gz") else path.open("rb") as file:
        return bytes(file.readline(65536))
