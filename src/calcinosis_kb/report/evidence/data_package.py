"""Export the evidence as CSV: a folder with a table each and ``datapackage.json``, which describes them; or the results alone.

The description is a Data Package with Table Schemas, version 2.0 of https://datapackage.org/standard/data-package/ and
https://datapackage.org/standard/table-schema/ (read in frictionlessdata/datapackage, content/docs/standard/).
"""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from calcinosis_kb.graph.exporters.json import as_text
from calcinosis_kb.report.evidence.origin import LICENCE_NAME, TITLE, Origin
from calcinosis_kb.report.evidence.tables import Column, Table
from calcinosis_kb.report.render import csv_cell

__all__ = ["DELIMITER", "data_package", "results_csv"]

DELIMITER = "|"
"""Between the items of a list in one cell."""

_TYPES = {"text": "string", "integer": "integer", "number": "number", "boolean": "boolean", "day": "date"}


def data_package(tables: dict[str, Table], origin: Origin) -> dict[str, bytes]:
    """Return the files of the folder by name: a CSV per table, and the description of all columns."""
    described = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "calcinosis-kb-evidence",
        "id": origin.urn,
        "title": TITLE,
        "description": origin.notice,
        "version": origin.version,
        "hash": origin.hash,
        **({"overlay": origin.overlay} if origin.overlay else {}),
        "licenses": [{"name": LICENCE_NAME, "path": origin.licence}],
        "resources": [_resource(table) for table in tables.values()],
    }
    files = {f"{name}.csv": _csv(table) for name, table in tables.items()}
    return {**files, "datapackage.json": as_text(described)}


def results_csv(tables: dict[str, Table]) -> bytes:
    """Return the results alone, one row each. A CSV has no place for version and licence."""
    return _csv(tables["results"])


def _resource(table: Table) -> dict[str, Any]:
    keys = [
        {"fields": [column.name], "reference": {"resource": column.table, "fields": ["id"]}}
        for column in table.columns
        if column.table and not column.many
    ]
    return {
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.csv",
        "description": table.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "fields": [_field(column) for column in table.columns],
            "primaryKey": ["id"],
            **({"foreignKeys": keys} if keys else {}),
        },
    }


def _field(column: Column) -> dict[str, Any]:
    kind = _TYPES[column.kind]
    typed = {"type": "list", "delimiter": DELIMITER, "itemType": kind} if column.many else {"type": kind}
    held: dict[str, Any] = {"required": True} if column.required else {}
    if column.words and not column.many:
        held["enum"] = list(column.words)
    return {
        "name": column.name,
        **typed,
        **({"description": column.about} if column.about else {}),
        **({"constraints": held} if held else {}),
    }


def _csv(table: Table) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows([csv_cell(_cell(row[column.name])) for column in table.columns] for row in table.rows)
    return stream.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return DELIMITER.join(_cell(item) for item in value)
    return value.isoformat() if isinstance(value, date) else str(value)
