"""The synthetic OMOP database: as many rows a person as a real one has, the same for the same seed, with its untidiness."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.omop_population import make_population
from calcinosis_kb import KnowledgeBase

pytestmark = pytest.mark.slow

PEOPLE = 2000
CLINICAL = (
    "person",
    "drug_exposure",
    "condition_occurrence",
    "measurement",
    "procedure_occurrence",
    "observation",
    "death",
)


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory, kb: KnowledgeBase) -> Path:
    path = tmp_path_factory.mktemp("omop") / "population.duckdb"
    make_population(path, PEOPLE, knowledge=kb.knowledge)
    return path


def ask(source: Path, query: str) -> list[tuple[Any, ...]]:
    """Ask a DuckDB file, or a folder of Parquet files as tables."""
    with duckdb.connect() as connection:
        if source.suffix == ".duckdb":
            connection.execute(f"ATTACH '{source}' AS made (READ_ONLY)")
            connection.execute("USE made")
        else:
            for file in sorted(source.glob("*.parquet")):
                connection.execute(f"CREATE VIEW {file.stem} AS FROM '{file}'")
        return [tuple(row) for row in connection.execute(query).fetchall()]


def number(source: Path, query: str) -> float:
    return float(ask(source, query)[0][0])


@pytest.mark.parametrize(
    ("table", "least", "most"), [("drug_exposure", 15, 25), ("condition_occurrence", 8, 15), ("measurement", 15, 30)]
)
def test_rows_a_person_are_those_of_a_real_database(population: Path, table: str, least: float, most: float) -> None:
    assert least <= number(population, f"SELECT count(*) FROM {table}") / PEOPLE <= most
    rows, ids = ask(population, f"SELECT count(*), count(DISTINCT {table}_id) FROM {table}")[0]
    assert rows == ids


def test_a_few_people_have_most_of_the_rows(population: Path) -> None:
    """Skewed: the tenth with most medicines has more than the half with least, and some have none."""
    counts = [
        row[0] for row in ask(population, "SELECT count(*) FROM drug_exposure GROUP BY person_id ORDER BY 1 DESC")
    ]
    assert sum(counts[: PEOPLE // 10]) > sum(counts[PEOPLE // 2 :])
    assert 0.02 < 1 - len(counts) / PEOPLE < 0.12


def test_everybody_has_calcinosis_unless_asked_otherwise(population: Path, tmp_path: Path, kb: KnowledgeBase) -> None:
    query = """SELECT count(DISTINCT person_id) FROM condition_occurrence JOIN concept ON concept_id = condition_concept_id
               WHERE concept_name IN ('Calcinosis cutis', 'Dystrophic calcinosis')"""
    assert number(population, query) / PEOPLE > 0.95
    make_population(tmp_path / "mixed.duckdb", PEOPLE, general=0.6, knowledge=kb.knowledge)
    assert 0.35 < number(tmp_path / "mixed.duckdb", query) / PEOPLE < 0.45


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM drug_exposure WHERE drug_concept_id = 0",
        "SELECT count(*) FROM condition_occurrence WHERE condition_concept_id = 0 AND condition_source_concept_id = 0",
        "SELECT count(*) FROM measurement WHERE unit_concept_id = 0 AND unit_source_value IS NOT NULL",
        "SELECT count(*) FROM measurement WHERE unit_source_value IS NULL AND unit_concept_id > 0",
        "SELECT count(*) FROM measurement WHERE value_as_number IS NULL AND value_source_value = 'not done'",
        "SELECT count(*) FROM drug_exposure WHERE drug_exposure_end_date = drug_exposure_start_date AND days_supply > 1",
        "SELECT count(*) FROM drug_exposure WHERE days_supply IS NULL",
        "SELECT count(*) - count(DISTINCT (person_id, drug_concept_id, drug_exposure_start_date)) FROM drug_exposure",
        "SELECT count(*) FROM drug_exposure WHERE drug_exposure_end_date > DATE '2025-12-31'",
        "SELECT count(*) FROM person WHERE person_id < 0",
        "SELECT count(*) FROM person WHERE person_id > 4294967296",
        "SELECT count(*) FROM person WHERE gender_concept_id = 0",
        "SELECT count(*) FROM person WHERE month_of_birth IS NULL",
        "SELECT count(*) FROM death",
        "SELECT count(*) FROM procedure_occurrence",
        "SELECT count(*) FROM observation",
        "SELECT count(*) FROM concept_ancestor WHERE min_levels_of_separation = 1",
        "SELECT count(*) FROM concept_relationship WHERE relationship_id = 'Maps to'",
    ],
)
def test_it_has_what_makes_real_databases_hard(population: Path, query: str) -> None:
    assert number(population, query) > 0


def test_nothing_is_recorded_after_a_death(population: Path) -> None:
    for table, day in (
        ("drug_exposure", "drug_exposure_start_date"),
        ("condition_occurrence", "condition_start_date"),
        ("measurement", "measurement_date"),
    ):
        assert (
            number(population, f"SELECT count(*) FROM {table} JOIN death USING (person_id) WHERE {day} > death_date")
            == 0
        )


def test_every_concept_is_in_the_vocabulary(population: Path) -> None:
    for table, column in (
        ("drug_exposure", "drug_concept_id"),
        ("condition_occurrence", "condition_concept_id"),
        ("condition_occurrence", "condition_source_concept_id"),
        ("measurement", "measurement_concept_id"),
        ("measurement", "unit_concept_id"),
    ):
        query = f"SELECT count(*) FROM {table} WHERE {column} <> 0 AND {column} NOT IN (SELECT concept_id FROM concept)"
        assert number(population, query) == 0, column
    assert ask(population, "SELECT concept_id FROM concept GROUP BY 1 HAVING count(*) > 1") == []


def test_a_person_is_the_same_in_every_database_of_a_seed(population: Path, tmp_path: Path, kb: KnowledgeBase) -> None:
    """Neither the number of people nor the form changes anybody; another seed does."""
    make_population(tmp_path / "few", 300, knowledge=kb.knowledge)
    make_population(tmp_path / "other.duckdb", 300, seed=2, knowledge=kb.knowledge)
    for table in CLINICAL:
        same = f"SELECT * FROM {table} WHERE abs(person_id) % 5000000000 <= 300 ORDER BY ALL"
        assert ask(tmp_path / "few", same) == ask(population, same), table
    assert ask(tmp_path / "other.duckdb", "FROM person ORDER BY ALL") != ask(
        tmp_path / "few", "FROM person ORDER BY ALL"
    )
