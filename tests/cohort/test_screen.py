"""A screen answers for everybody as for one, goes on after an interruption, and does the rest where a row is damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from benchmarks.omop_identity import answers_one_by_one
from benchmarks.omop_population import make_population
from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.stamp import stamp
from calcinosis_kb.cohort import screen as screens
from calcinosis_kb.cohort.screen import screen
from omop_rows import loaded

pytestmark = pytest.mark.slow

PEOPLE = 150
Row = dict[str, Any]


def written(output: Path) -> list[Row]:
    """The rows of an output, a file or a folder, of which each file says with what it was made."""
    kb = loaded(("reference",))
    for file in output.glob("*") if output.is_dir() else [output]:
        made = json.loads(pq.read_schema(file).metadata[b"calcinosis-kb"])
        assert made == stamp(kb.knowledge, kb.rules.hash)
        assert made["rules"]["hash"] and made["knowledge"]["version"] == kb.knowledge.version
    found: list[Row] = pq.read_table(output).to_pylist()
    return found


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, kb: KnowledgeBase) -> Path:
    path = tmp_path_factory.mktemp("omop") / "population.duckdb"
    make_population(path, PEOPLE, general=0.2, knowledge=kb.knowledge)
    return path


@pytest.fixture(scope="module")
def rows(database: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    output = tmp_path_factory.mktemp("screen") / "all.parquet"
    screened = screen(loaded, str(database), output, everybody=True)
    assert screened.counts.people == PEOPLE and screened.counts.without == 0
    assert screened.counts.judged + screened.counts.dead == PEOPLE
    return written(output)


def test_everybody_gets_the_answer_that_they_get_alone(database: Path, rows: list[Row]) -> None:
    alone = list(answers_one_by_one(loaded(("reference",)), database))
    assert sorted(map(str, alone)) == sorted(str(tuple(row.values())) for row in rows)


def test_only_those_with_calcinosis_are_judged(database: Path, rows: list[Row], tmp_path: Path) -> None:
    screened = screen(loaded, str(database), tmp_path / "some.parquet", engines=("reference",))
    some = {row["person_id"] for row in written(tmp_path / "some.parquet")}
    assert screened.counts.without > 0 and len(some) == screened.counts.judged
    assert some < {row["person_id"] for row in rows}


def test_a_screen_of_nobody_says_with_what_it_was_made(database: Path, tmp_path: Path) -> None:
    nobody = tmp_path / "nobody.duckdb"
    nobody.write_bytes(database.read_bytes())
    with duckdb.connect(str(nobody)) as connection:
        connection.execute("DELETE FROM condition_occurrence").execute("DELETE FROM person")
    screen(loaded, str(nobody), tmp_path / "out.parquet", engines=("reference",))
    assert written(tmp_path / "out.parquet") == []


def test_an_interrupted_screen_goes_on(
    database: Path, rows: list[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screens, "PART", 40)
    output = tmp_path / "all.parquet"

    def interrupted(what: str) -> Callable[[int, int], None]:
        def told(done: int, _all: int) -> None:
            if what == "Judging" and done == 1:
                raise KeyboardInterrupt

        return told

    with pytest.raises(KeyboardInterrupt):
        screen(loaded, str(database), output, everybody=True, progress=interrupted)
    assert not output.exists()
    whole = {path: path.stat().st_mtime_ns for path in output.with_name("all.parquet.partial").glob("*.json")}
    assert whole
    screen(loaded, str(database), output, everybody=True)
    assert not output.with_name("all.parquet.partial").exists()
    assert len([*output.glob("*.parquet")]) == len([*output.iterdir()]) == 4
    assert sorted(map(str, written(output))) == sorted(map(str, rows))


def test_damaged_rows_are_named_and_the_rest_is_done(database: Path, rows: list[Row], tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.duckdb"
    damaged.write_bytes(database.read_bytes())
    with duckdb.connect(str(damaged)) as connection:
        connection.execute("INSERT INTO condition_occurrence BY NAME (SELECT 990001 AS condition_occurrence_id, 424242 AS person_id, "
                           "4034815 AS condition_concept_id, DATE '2020-01-01' AS condition_start_date)")  # fmt: skip
    screened = screen(loaded, str(damaged), tmp_path / "out.parquet", everybody=True, engines=("reference",))
    assert screened.damaged == [("condition_occurrence 990001", "belongs to nobody in 'person'")]
    assert written(tmp_path / "out.parquet") == rows


def test_records_of_fhir_are_screened_and_who_has_no_date_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    patients: list[Row] = [
        {"resourceType": "Patient", "id": id_, "gender": "female", "birthDate": "1960-01-01"} for id_ in "ab"
    ]
    patients.append({"resourceType": "Patient", "id": "c", "deceasedBoolean": True})
    conditions = [
        {
            "resourceType": "Condition", "id": f"c{id_}", "subject": {"reference": f"Patient/{id_}"}, "recordedDate": "2020-05-05",
            "clinicalStatus": {"coding": [{"code": "active"}]}, "code": {"text": "Calcinosis cutis"},
        }
        for id_ in "ac"
    ]  # fmt: skip
    for name, resources in (("Patient", patients), ("Condition", conditions)):
        (folder / f"{name}.ndjson").write_text("".join(json.dumps(one) + "\n" for one in resources), encoding="utf-8")
    screened = screen(loaded, str(folder), tmp_path / "out.parquet", engines=("reference",))
    assert {row["person_id"] for row in written(tmp_path / "out.parquet")} == {"a"}
    assert screened.counts.dead == 1 and screened.counts.judged == 1
