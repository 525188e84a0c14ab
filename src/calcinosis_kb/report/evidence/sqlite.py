"""Export the evidence as an SQLite database with foreign keys and views, and the file by which Datasette describes it.

The description has the keys of https://docs.datasette.io/en/stable/metadata.html. The database is made in memory and holds no time, so
the same evidence and the same version of SQLite give the same bytes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

from calcinosis_kb.graph.exporters.json import as_text
from calcinosis_kb.report.evidence.origin import LICENCE_NAME, TITLE, Origin
from calcinosis_kb.report.evidence.tables import Column, Table

__all__ = ["VIEWS", "database", "description"]

_TYPES = {"text": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "INTEGER", "day": "TEXT"}

VIEWS: dict[str, tuple[str, str]] = {
    "results_by_disease": (
        "Each result under each disease of its patients. Figures only where they are of this disease alone (apart: 1);"
        " of a mixed series that does not tell its patients apart none are known (apart: 0).",
        """
        SELECT r.disease, d.name AS disease_name, r.therapy, t.name AS therapy_name, r.study, r.id AS result,
          r.design, r.level, r.direction, r.n, r.assessed, r.responders, r.not_stated, r.share, r.low, r.high, r.endpoint, 1 AS apart
        FROM results r JOIN diseases d ON d.id = r.disease JOIN therapies t ON t.id = r.therapy
        UNION ALL
        SELECT s.disease, d.name, r.therapy, t.name, r.study, r.id,
          r.design, r.level, s.direction, s.n, s.assessed, s.responders, s.not_stated, s.share, s.low, s.high, r.endpoint, 1
        FROM strata s JOIN results r ON r.id = s.result JOIN diseases d ON d.id = s.disease JOIN therapies t ON t.id = r.therapy
        WHERE r.disease IS NULL
        UNION ALL
        SELECT p.value, d.name, r.therapy, t.name, r.study, r.id,
          r.design, r.level, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, r.endpoint, 0
        FROM results r JOIN results_populations p ON p.id = r.id
        JOIN diseases d ON d.id = p.value JOIN therapies t ON t.id = r.therapy
        WHERE r.disease IS NULL AND NOT EXISTS (SELECT 1 FROM strata s WHERE s.result = r.id AND s.disease = p.value)
        """,
    ),
    "responders_by_therapy": (
        "The pooled response of each therapy with names, the largest share first; disease is absent for patients of any disease.",
        """
        SELECT p.therapy, t.name AS therapy_name, t.family, p.disease, d.name AS disease_name,
          p.responders, p.assessed, p.share, p.low, p.high, p.groups, p.level, p.direction
        FROM pooled p JOIN therapies t ON t.id = p.therapy LEFT JOIN diseases d ON d.id = p.disease
        ORDER BY p.share DESC, p.id
        """,
    ),
    "recommendations_by_therapy": (
        "What each guideline or review says of each therapy, with names and year.",
        """
        SELECT r.therapy, t.name AS therapy_name, r.advice, r.step, r.grade, r.scheme, s.short AS guideline_name, s.year, r.text,
          r.guideline, r.id AS recommendation
        FROM recommendations r JOIN therapies t ON t.id = r.therapy JOIN sources s ON s.id = r.guideline
        ORDER BY t.name, s.year DESC, r.id
        """,
    ),
}  # fmt: skip
"""The views by name, each with its meaning and its query."""


def database(tables: dict[str, Table], origin: Origin) -> bytes:
    """Return the database. A list is a table of its own, ``TABLE_COLUMN``, with the ``id`` of the row, the place and the value."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("BEGIN")
        for statement in _schema(tables):
            connection.execute(statement)
        connection.executemany("INSERT INTO about VALUES (?, ?)", _about(origin))
        for table in tables.values():
            _fill(connection, table)
        connection.execute("COMMIT")
        return connection.serialize()


def _schema(tables: dict[str, Table]) -> Iterator[str]:
    yield "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
    for table in tables.values():
        single = [column for column in table.columns if not column.many]
        lines = ",\n  ".join(_defined(column) for column in single)
        yield f'CREATE TABLE "{table.name}" (\n  {lines}\n)'
        for column in single:
            if column.table and column.name != "id":
                yield f'CREATE INDEX "index_{table.name}_{column.name}" ON "{table.name}" ("{column.name}")'
        for column in _lists(table):
            value = f"{_TYPES[column.kind]} NOT NULL{_refers(column)}"
            yield (
                f'CREATE TABLE "{table.name}_{column.name}" (\n  "id" TEXT NOT NULL REFERENCES "{table.name}" ("id"),\n'
                f'  "place" INTEGER NOT NULL,\n  "value" {value},\n  PRIMARY KEY ("id", "place")\n)'
            )
            yield f'CREATE INDEX "index_{table.name}_{column.name}_value" ON "{table.name}_{column.name}" ("value")'
    for name, (_, query) in VIEWS.items():
        yield f"CREATE VIEW {name} AS{query}"


def _defined(column: Column) -> str:
    key = " PRIMARY KEY" if column.name == "id" else ""
    needed = " NOT NULL" if column.required else ""
    return f'"{column.name}" {_TYPES[column.kind]}{key}{needed}{_refers(column)}'


def _refers(column: Column) -> str:
    return f' REFERENCES "{column.table}" ("id")' if column.table else ""


def _lists(table: Table) -> list[Column]:
    return [column for column in table.columns if column.many]


def _about(origin: Origin) -> list[tuple[str, str]]:
    told = {
        "title": TITLE,
        "version": origin.version,
        "hash": origin.hash,
        "overlay": origin.overlay,
        "licence": origin.licence,
        "notice": origin.notice,
    }
    return sorted((name, value) for name, value in told.items() if value)


def _fill(connection: sqlite3.Connection, table: Table) -> None:
    names = [column.name for column in table.columns if not column.many]
    marks = ", ".join("?" * len(names))
    connection.executemany(
        f'INSERT INTO "{table.name}" VALUES ({marks})', ([_plain(row[name]) for name in names] for row in table.rows)
    )
    for column in _lists(table):
        connection.executemany(
            f'INSERT INTO "{table.name}_{column.name}" VALUES (?, ?, ?)',
            (
                (row["id"], place, _plain(value))
                for row in table.rows
                for place, value in enumerate(row[column.name], 1)
            ),
        )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def description(tables: dict[str, Table], origin: Origin, name: str) -> bytes:
    """Return the ``metadata.json`` of Datasette for the database of a name (its file without the suffix)."""
    told = {table.name: _described(table) for table in tables.values()}
    for table in tables.values():
        for column in _lists(table):
            told[f"{table.name}_{column.name}"] = {
                "description": f"{table.name}, {column.name}: {column.about}".rstrip(": ")
            }
    views = {view: {"description": about} for view, (about, _) in VIEWS.items()}
    return as_text(
        {
            "title": TITLE,
            "description": f"{origin.notice} Knowledge {origin.version}, hash {origin.hash}"
            f"{f', overlay {origin.overlay}' if origin.overlay else ''}.",
            "license": LICENCE_NAME,
            "license_url": origin.licence,
            "databases": {name: {"tables": {**told, **views}}},
        }
    )


def _described(table: Table) -> dict[str, Any]:
    columns = {column.name: column.about for column in table.columns if not column.many and column.about}
    label = next((column.name for column in table.columns if column.name in ("name", "title")), None)
    return {"description": table.about, "columns": columns, **({"label_column": label} if label else {})}
