"""The SQLite export, read back with the library of Python."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.report.evidence.origin import Origin
from calcinosis_kb.report.evidence.sqlite import VIEWS, database, description
from calcinosis_kb.report.evidence.tables import Table
from strategies import ROOT

PAGE = (ROOT / "docs" / "evidence-exports.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def opened(tables: dict[str, Table], kb: KnowledgeBase) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(database(tables, Origin.of(kb.knowledge)))
        yield connection


def test_it_is_sound_and_holds_every_row(opened: sqlite3.Connection, tables: dict[str, Table]) -> None:
    assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert opened.execute("PRAGMA foreign_key_check").fetchall() == []
    for name, table in tables.items():
        single = [column.name for column in table.columns if not column.many]
        named = ", ".join(f'"{column}"' for column in single)
        rows = opened.execute(f'SELECT {named} FROM "{name}" ORDER BY rowid').fetchall()
        assert [str(row[0]) for row in rows] == [row["id"] for row in table.rows]
        assert [[value is None for value in row] for row in rows] == [
            [row[column] is None for column in single] for row in table.rows
        ]
        for column in table.columns:
            if column.many:
                stored = opened.execute(f'SELECT id, value FROM "{name}_{column.name}" ORDER BY rowid').fetchall()
                assert stored == [(row["id"], value) for row in table.rows for value in row[column.name]]


def test_it_says_where_it_comes_from(opened: sqlite3.Connection, kb: KnowledgeBase) -> None:
    about = dict(opened.execute("SELECT name, value FROM about"))
    assert (about["version"], about["hash"]) == (kb.knowledge.version, kb.knowledge.hash)
    assert about["licence"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "never an order" in about["notice"]
    assert "overlay" not in about


def test_responders_in_a_disease_are_those_of_its_own_patients(opened: sqlite3.Connection, kb: KnowledgeBase) -> None:
    """The figures of a mixed series that does not tell its patients apart stand under none of its diseases."""
    told = opened.execute(
        "SELECT result, responders, apart FROM results_by_disease WHERE disease = 'dermatomyositis'"
    ).fetchall()
    every = [
        (f"{study.id}/{number}", result)
        for study in kb.knowledge.studies.values()
        for number, result in enumerate(study.results, 1)
        if "dermatomyositis" in result.populations
    ]
    assert sorted(row[0] for row in told) == sorted(id_ for id_, _ in every)
    mixed = {id_ for id_, result in every if len(result.populations) > 1 and not result.strata}
    assert mixed
    assert all((apart, responders) == (0, None) for id_, responders, apart in told if id_ in mixed)
    assert ("linan-barroso/1", 0, 1) in told or any(apart == 1 and responders == 0 for _, responders, apart in told)


def test_the_query_of_the_page_answers(opened: sqlite3.Connection) -> None:
    query = re.search(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    assert query
    rows = opened.execute(query[1]).fetchall()
    assert ("Rituximab", "linan-barroso", 0, 1, 0, "no_benefit") in rows
    assert len(rows) > 10


def test_every_view_answers(opened: sqlite3.Connection) -> None:
    for view in VIEWS:
        assert opened.execute(f"SELECT count(*) FROM {view}").fetchone()[0] > 50
    first = opened.execute("SELECT share FROM responders_by_therapy LIMIT 1").fetchone()
    assert first[0] == 1.0


def test_datasette_is_told_of_every_table_and_view(
    opened: sqlite3.Connection, tables: dict[str, Table], kb: KnowledgeBase
) -> None:
    described = json.loads(description(tables, Origin.of(kb.knowledge), "evidence"))
    assert described["license_url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert kb.knowledge.hash in described["description"]
    stored = opened.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name != 'about'"
    ).fetchall()
    told = described["databases"]["evidence"]["tables"]
    assert set(told) == {name for (name,) in stored}
    for name, one in told.items():
        known = {row[1] for row in opened.execute(f'PRAGMA table_info("{name}")')}
        assert set(one.get("columns", ())) <= known
        assert "label_column" not in one or one["label_column"] in known
