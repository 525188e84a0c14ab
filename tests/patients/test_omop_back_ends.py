"""DuckDB, PostgreSQL and Spark read the same of the same records, because one set of expressions reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from back_ends import apart, postgres
from benchmarks.omop_population import make_population
from calcinosis_kb import KnowledgeBase
from omop_rows import Rows, rows_in_spark, rows_of

pytestmark = pytest.mark.slow

PEOPLE = 200


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, kb: KnowledgeBase) -> Path:
    path = tmp_path_factory.mktemp("omop") / "population"
    make_population(path, PEOPLE, knowledge=kb.knowledge)
    return path


@pytest.fixture(scope="module")
def expected(folder: Path) -> Rows:
    rows = rows_of(str(folder))
    assert len(rows["persons"]) == PEOPLE
    assert {"trial", "medication", "condition", "disease", "unread", "list"} <= {row[1] for row in rows["items"]}
    return rows


def test_postgres_reads_the_same(folder: Path, expected: Rows) -> None:
    with postgres(folder) as address:
        assert rows_of(address) == expected


def test_spark_reads_the_same(folder: Path, expected: Rows) -> None:
    assert apart(rows_in_spark, folder) == expected
