"""DuckDB, PostgreSQL and Spark read the same of the same records and answer the same, because one set of expressions reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from back_ends import apart, postgres
from benchmarks.omop_population import make_population
from calcinosis_kb import KnowledgeBase
from omop_rows import Rows, items_of, screen_in_spark, screen_of

pytestmark = pytest.mark.slow

PEOPLE = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, kb: KnowledgeBase) -> Path:
    path = tmp_path_factory.mktemp("omop") / "population"
    make_population(path, PEOPLE, knowledge=kb.knowledge)
    return path


@pytest.fixture(scope="module")
def expected(folder: Path) -> Rows:
    rows = screen_of(str(folder))
    assert len({row[0] for row in rows}) > PEOPLE * 0.8
    return rows


def test_postgres_gives_the_same_rows(folder: Path, expected: Rows) -> None:
    with postgres(folder) as address:
        assert items_of(address) == items_of(str(folder))
        assert screen_of(address) == expected


def test_spark_gives_the_same_rows(folder: Path, expected: Rows) -> None:
    assert apart(screen_in_spark, folder) == expected
