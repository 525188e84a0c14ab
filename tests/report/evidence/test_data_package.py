"""The CSV export, read back by its own description as a reader of Data Packages would."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.report.evidence.data_package import data_package, results_csv
from calcinosis_kb.report.evidence.origin import Origin
from calcinosis_kb.report.evidence.tables import Table

READ: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": lambda text: {"true": True, "false": False}[text],
    "date": lambda text: text,
}


@pytest.fixture(scope="module")
def files(tables: dict[str, Table], kb: KnowledgeBase) -> dict[str, bytes]:
    return data_package(tables, Origin.of(kb.knowledge))


def read(text: str, field: dict[str, Any]) -> Any:
    if field["type"] == "list":
        return tuple(READ[field["itemType"]](item) for item in text.split(field["delimiter"])) if text else ()
    return READ[field["type"]](text) if text else None


def test_every_table_is_read_back_as_it_is_described(files: dict[str, bytes], tables: dict[str, Table]) -> None:
    described = json.loads(files["datapackage.json"])
    assert [resource["name"] for resource in described["resources"]] == list(tables)
    assert set(files) == {resource["path"] for resource in described["resources"]} | {"datapackage.json"}
    for resource in described["resources"]:
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        rows = list(csv.DictReader(io.StringIO(files[resource["path"]].decode(), newline="")))
        table = tables[resource["name"]]
        back = [{name: read(row[name], field) for name, field in fields.items()} for row in rows]
        plain = [{n: str(v) if n == "last_searched" and v else v for n, v in row.items()} for row in table.rows]
        assert back == plain
        for name, field in fields.items():
            limits = field.get("constraints", {})
            assert not limits.get("required") or all(row[name] is not None for row in back)
            assert all(row[name] in (None, *limits["enum"]) for row in back) if "enum" in limits else True


def test_foreign_keys_lead_to_rows(files: dict[str, bytes], tables: dict[str, Table]) -> None:
    described = json.loads(files["datapackage.json"])
    found = 0
    for resource in described["resources"]:
        for key in resource["schema"].get("foreignKeys", ()):
            (column,), target = key["fields"], key["reference"]
            known = {row["id"] for row in tables[target["resource"]].rows}
            assert {row[column] for row in tables[resource["name"]].rows} - {None} <= known
            found += 1
    assert found > 8


def test_the_package_says_where_it_comes_from(files: dict[str, bytes], kb: KnowledgeBase) -> None:
    described = json.loads(files["datapackage.json"])
    assert (described["version"], described["hash"]) == (kb.knowledge.version, kb.knowledge.hash)
    assert described["licenses"] == [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}]


def test_every_column_is_explained(files: dict[str, bytes]) -> None:
    for resource in json.loads(files["datapackage.json"])["resources"]:
        assert resource["description"]
        assert [field["name"] for field in resource["schema"]["fields"] if "description" not in field] == []


def test_no_cell_is_a_formula(tables: dict[str, Table]) -> None:
    results = tables["results"]
    hostile = replace(results, rows=[{**results.rows[0], "agent": "=HYPERLINK(1)", "note": "-1+1", "n": 3}])
    rows = list(csv.DictReader(io.StringIO(results_csv({"results": hostile}).decode(), newline="")))
    assert (rows[0]["agent"], rows[0]["note"], rows[0]["n"]) == ("'=HYPERLINK(1)", "'-1+1", "3")
