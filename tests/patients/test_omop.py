"""A database of OMOP is read as a careful reader takes it, and in the same way for one person and for all."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.errors import InputError
from calcinosis_kb.patients.omop.connection import open_cdm
from calcinosis_kb.patients.omop.reading import Reading
from omop_records import CONCEPTS, Rows, drug, person, problem, watched, write_cdm

pytestmark = pytest.mark.slow

AMLODIPINE, CLOPIDOGREL, CREAM = 1332419, 19075601, 19008572
HYPERTENSION, PREGNANCY, OSTEOPOROSIS, ANAEMIA = 59621000, 72892002, 64859006, 271737000

Item = tuple[str, str, str]


def items(kb: KnowledgeBase, address: str, as_of: date | None = None, person: int = 1) -> set[Item]:
    """What is understood of a person, among everybody and when read alone."""
    cdm = open_cdm(address)
    of_all = cdm.rows(Reading(cdm, kb.names, as_of=as_of).items())
    alone = cdm.rows(Reading(cdm, kb.names, as_of=as_of, who=(person,)).items())
    found = {(row["kind"], row["id"], row["detail"]) for row in of_all if row["person_id"] == person}
    assert found == {(row["kind"], row["id"], row["detail"]) for row in alone}
    assert len(of_all) == len({tuple(row.values()) for row in of_all}), "no row twice"
    return found


def read(kb: KnowledgeBase, folder: Path, rows: Rows, **more: Any) -> set[Item]:
    return items(kb, write_cdm(folder, rows), **more)


@pytest.mark.parametrize(
    ("end", "outcome", "taken", "list_"),
    [
        ("2026-05-20", "ongoing", True, "complete"),
        ("2026-05-02", "ongoing", True, "complete"),
        ("2026-05-01", "unknown", False, "incomplete"),
        ("2026-03-03", "unknown", False, "incomplete"),
        ("2026-03-02", "unknown", False, "complete"),
    ],
)
def test_a_drug_is_taken_until_a_gap_of_30_days_and_may_be_until_90(
    kb: KnowledgeBase, tmp_path: Path, end: str, outcome: str, taken: bool, list_: str
) -> None:
    found = read(kb, tmp_path, {"drug_exposure": [drug(AMLODIPINE, "2026-01-01", end)]})
    assert ("trial", "amlodipine", f"unclear/{outcome}") in found
    assert (("medication", "amlodipine", "") in found) is taken
    assert ("list", "medications", list_) in found
    assert ("list", "history", "incomplete") in found


def test_the_supply_counts_where_the_end_is_only_the_start_again(kb: KnowledgeBase, tmp_path: Path) -> None:
    found = read(kb, tmp_path, {"drug_exposure": [drug(AMLODIPINE, "2026-03-01", "2026-03-01", days_supply=90)]})
    assert ("medication", "amlodipine", "") in found


def test_a_cream_is_not_the_systemic_drug(kb: KnowledgeBase, tmp_path: Path) -> None:
    found = read(kb, tmp_path, {"drug_exposure": [drug(CREAM, "2026-05-01", "2026-06-01")]})
    assert {kind for kind, *_ in found} == {"list"}


@pytest.mark.parametrize(("start", "list_"), [("2026-05-01", "medications"), ("2020-05-01", "history")])
def test_a_drug_that_is_not_understood_leaves_its_list_open(
    kb: KnowledgeBase, tmp_path: Path, start: str, list_: str
) -> None:
    found = read(kb, tmp_path, {"drug_exposure": [drug(0, start, start, drug_source_value="ZYX 10MG")]})
    assert ("unread", list_, "") in found


def test_a_source_value_is_read_where_there_is_no_concept(kb: KnowledgeBase, tmp_path: Path) -> None:
    rows: Rows = {"drug_exposure": [drug(0, "2026-05-01", "2026-06-01", drug_source_value="Colchicine 0.5 mg tablet")]}
    assert ("medication", "colchicine", "") in read(kb, tmp_path, rows)


def test_a_bare_number_is_a_code_of_a_list_that_nobody_named(kb: KnowledgeBase, tmp_path: Path) -> None:
    rows: Rows = {"drug_exposure": [drug(0, "2026-05-01", "2026-06-01", drug_source_value="3443")]}
    assert ("unread", "medications", "") in read(kb, tmp_path, rows)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (problem(HYPERTENSION, "1990-01-01"), ("condition", "hypertension", "")),
        (problem(OSTEOPOROSIS, "1990-01-01", "1995-01-01"), ("condition", "osteoporosis", "")),
        (problem(PREGNANCY, "2026-01-01"), ("condition", "pregnancy", "")),
        (problem(PREGNANCY, "2020-01-01"), ("condition", "suspected Pregnancy", "")),
        (problem(0, "2020-01-01", condition_source_value="Zyx syndrome"), ("unread", "conditions", "")),
    ],
)
def test_conditions_stand_as_they_do_in_a_problem_list(
    kb: KnowledgeBase, tmp_path: Path, row: dict[str, Any], told: Item
) -> None:
    assert told in read(kb, tmp_path, {"condition_occurrence": [row]})


def test_a_condition_that_has_ended_is_past_unless_it_lasts(kb: KnowledgeBase, tmp_path: Path) -> None:
    found = read(kb, tmp_path, {"condition_occurrence": [problem(ANAEMIA, "1990-01-01", "1995-01-01")]})
    assert found == {("list", "conditions", "complete")}


def test_a_list_is_known_only_under_observation(kb: KnowledgeBase, tmp_path: Path) -> None:
    rows: Rows = {
        "person": [person(1), person(2)],
        "observation_period": [watched(2, end="2020-01-01")],
        "drug_exposure": [drug(AMLODIPINE, "2026-05-01", "2026-06-01")],
    }
    address = write_cdm(tmp_path, rows)
    assert ("list", "medications", "incomplete") in items(kb, address)
    assert ("list", "medications", "complete") in items(kb, address, person=2)
    assert items(kb, address, as_of=date(2026, 1, 1), person=2) == set()


def test_what_comes_after_the_day_of_reading_is_not_read(kb: KnowledgeBase, tmp_path: Path) -> None:
    found = read(
        kb, tmp_path, {"drug_exposure": [drug(AMLODIPINE, "2026-05-01", "2026-06-01")]}, as_of=date(2025, 1, 1)
    )
    assert not [item for item in found if item[0] in ("trial", "medication")]


@pytest.mark.parametrize(
    ("who", "age", "sex"),
    [
        (person(), 63.0, "female"),
        (person(gender_concept_id=8507, month_of_birth=6, day_of_birth=2), 62.0, "male"),
        (person(gender_concept_id=0, month_of_birth=None, day_of_birth=None), 62.0, None),
        (person(year_of_birth=2025, month_of_birth=12), 0.5, "female"),
        (person(year_of_birth=None), None, "female"),
        (person(year_of_birth=1800), None, "female"),
        (person(year_of_birth=2027), None, "female"),
    ],
)
def test_a_person_has_the_age_of_the_day_of_reading(
    kb: KnowledgeBase, tmp_path: Path, who: dict[str, Any], age: float | None, sex: str | None
) -> None:
    cdm = open_cdm(write_cdm(tmp_path, {"person": [who]}))
    (found,) = cdm.rows(Reading(cdm, kb.names).persons())
    assert found == {"person_id": 1, "age": age, "sex": sex, "dead": False, "day": date(2026, 6, 1)}


def test_somebody_dead_is_said_to_be_dead(kb: KnowledgeBase, tmp_path: Path) -> None:
    cdm = open_cdm(write_cdm(tmp_path, {"death": [{"person_id": 1, "death_date": date(2026, 6, 1)}]}))
    (found,) = cdm.rows(Reading(cdm, kb.names).persons())
    assert found["dead"]
    (before,) = cdm.rows(Reading(cdm, kb.names, as_of=date(2026, 5, 1)).persons())
    assert not before["dead"]


def test_every_form_of_file_gives_the_same_rows(kb: KnowledgeBase, tmp_path: Path) -> None:
    rows: Rows = {
        "drug_exposure": [
            drug(AMLODIPINE, "2026-05-01", "2026-06-01", drug_source_value="197361"),
            drug(0, "2020-05-01", "2020-06-01", drug_source_value="0012"),
        ],
        "condition_occurrence": [problem(HYPERTENSION, "1990-01-01")],
    }
    read_ = []
    for form in ("duckdb", "parquet", "csv"):
        (tmp_path / form).mkdir()
        read_.append(items(kb, write_cdm(tmp_path / form, rows, form)))
    assert read_[0] == read_[1] == read_[2]
    assert len(read_[0]) == 7


def test_the_vocabulary_may_be_separated_by_tabs_as_it_is_published(kb: KnowledgeBase, tmp_path: Path) -> None:
    address = write_cdm(tmp_path, {"drug_exposure": [drug(AMLODIPINE, "2026-05-01", "2026-06-01")]}, "csv")
    lines = ["\t".join(CONCEPTS[0]), *("\t".join(map(str, row.values())) for row in CONCEPTS)]
    (tmp_path / "CONCEPT.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert ("medication", "amlodipine", "") in items(kb, address)


def test_tables_and_columns_may_be_missing(kb: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "person.csv").write_text("person_id,year_of_birth\n-9007199254740993,1960\n", encoding="utf-8")
    cdm = open_cdm(str(tmp_path))
    assert cdm.rows(Reading(cdm, kb.names).items()) == []
    (found,) = cdm.rows(Reading(cdm, kb.names, as_of=date(2020, 1, 1)).persons())
    assert (found["person_id"], found["age"], found["sex"]) == (-9007199254740993, 59.0, None)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "broken.duckdb").write_bytes(b"no database")
    (tmp_path / "empty").mkdir()
    (tmp_path / "orphans").mkdir()
    (tmp_path / "orphans" / "DEATH.csv").write_text("person_id,death_date\n1,2020-01-01\n", encoding="utf-8")
    for name, code in (
        ("notes.txt", "CKB110"), ("empty", "CKB110"), ("missing.csv", "CKB110"), ("orphans", "CKB111"), ("broken.duckdb", "CKB113")
    ):  # fmt: skip
        with pytest.raises(InputError) as error:
            open_cdm(str(tmp_path / name))
        assert [problem.code for problem in error.value.problems] == [code], name
