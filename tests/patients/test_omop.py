"""A database of OMOP is read as a careful reader takes it, and in the same way for one person and for all."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
import yaml

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.errors import InputError
from calcinosis_kb.patients.account import STATES, Entry
from calcinosis_kb.patients.omop.connection import open_cdm, without_credentials
from calcinosis_kb.patients.omop.reading import Reading
from calcinosis_kb.patients.omop.source import OmopSource
from calcinosis_kb.patients.record_reading import RecordReading
from calcinosis_kb.patients.sources import is_record, open_source
from omop_records import CONCEPTS, Row, Rows, people, write_cdm

TODAY = date(2026, 6, 1)
Item = tuple[str, str, str, float | None]


def drug(concept: int, start: str | None, end: str | None = None, **more: Any) -> Rows:
    dates = {"drug_exposure_start_date": start, "drug_exposure_end_date": end or start}
    return {"drug_exposure": [{"drug_concept_id": concept, **dates, **more}]}


def problem(concept: int, start: str | None = "2010-01-01", end: str | None = None, **more: Any) -> Rows:
    dates = {"condition_start_date": start, "condition_end_date": end}
    return {"condition_occurrence": [{"condition_concept_id": concept, **dates, **more}]}


def observed(concept: int, **more: Any) -> Rows:
    return {"observation": [{"observation_concept_id": concept, "observation_date": "2020-01-01", **more}]}


def result(concept: int, value: float | None = None, day: str | None = "2026-05-01", **more: Any) -> Row:
    return {"measurement_concept_id": concept, "measurement_date": day, "value_as_number": value, **more}


def together(*rows: Rows) -> Rows:
    found: Rows = {}
    for one in rows:
        for table, given in one.items():
            found[table] = [*found.get(table, []), *given]
    return found


MAN: Row = {"gender_concept_id": 8507}
PENICILLIN, DENIAL = observed(40), observed(41)
MG: Row = {"unit_concept_id": 70}

CASES: dict[str, Rows] = {
    "taken": drug(1, "2026-01-01", "2026-05-20"),
    "taken until a gap of 30 days": drug(1, "2026-01-01", "2026-05-02"),
    "may be taken": drug(1, "2026-01-01", "2026-05-01"),
    "may be taken until 90 days": drug(1, "2026-01-01", "2026-03-03"),
    "no longer taken": drug(1, "2026-01-01", "2026-03-02"),
    "supplied": drug(1, "2026-03-01", "2026-03-01", days_supply=90),
    "stopped": drug(1, "2026-05-01", "2026-05-20", stop_reason="rash"),
    "undated": drug(1, None),
    "another strength goes on": together(drug(1, "2026-01-01", "2026-04-15"), drug(6, "2026-05-20")),
    "a cream": drug(3, "2026-05-20"),
    "an ingredient given on the skin": drug(7, "2026-05-20", route_concept_id=8),
    "an ingredient swallowed": drug(7, "2026-05-20"),
    "by ancestor": drug(4, "2026-05-20"),
    "by relationship": drug(5, "2026-05-20"),
    "by source value": drug(0, "2026-05-20", drug_source_value="Colchicine 0.5 mg tablet"),
    "unread": drug(0, "2026-05-20", drug_source_value="ZYX 10MG"),
    "unread long ago": drug(0, "2020-05-20", drug_source_value="ZYX 10MG"),
    "a bare number": drug(0, "2026-05-20", drug_source_value="3443"),
    "nothing named": drug(0, "2026-05-20"),
    "a live vaccine": drug(0, "2026-05-20", drug_source_value="MMR vaccine"),
    "a live vaccine months ago": drug(0, "2026-04-01", drug_source_value="MMR vaccine"),
    "another vaccine": drug(0, "2026-05-20", drug_source_value="influenza vaccine"),
    "twice": together(drug(2, "2026-05-20"), drug(2, "2026-05-20")),
    "hypertension": problem(20),
    "past": problem(23, "2010-01-01", "2015-01-01"),
    "past and lasting": problem(22, "2010-01-01", "2015-01-01"),
    "one date given twice": problem(23, "2015-01-01", "2015-01-01"),
    "the end of the visit": {
        **problem(23, "2015-01-01", "2015-01-09", visit_occurrence_id=900),
        "visit_occurrence": [
            {"visit_occurrence_id": 900, "visit_start_date": "2015-01-01", "visit_end_date": "2015-01-09"}
        ],
    },
    "pregnant": problem(21, "2026-01-01"),
    "once pregnant": problem(21, "2020-01-01"),
    "a pregnant man": {**problem(21, "2026-01-01"), "person": [MAN]},
    "an unread condition": problem(0, condition_source_value="Zyx syndrome"),
    "two diseases in one code": problem(0, condition_source_concept_id=28),
    "a kind of scleroderma": problem(24),
    "by the id of OMOP": problem(134442),
    "arthritis": problem(26),
    "arthritis beside calcinosis": together(problem(26), problem(27)),
    "allergic": PENICILLIN,
    "allergic by condition": problem(40),
    "not allergic": DENIAL,
    "a contradiction": together(PENICILLIN, DENIAL),
    "an unread allergy": observed(42),
    "an observation": observed(23),
    "an observation that may be denied": observed(23, value_as_string="no"),
    "a question": observed(43, value_as_string="never"),
    "an observation that is none": observed(29),
    "a pacemaker": {"device_exposure": [{"device_concept_id": 50, "device_exposure_start_date": "2001-01-01"}]},
    "dialysis": {"procedure_occurrence": [{"procedure_concept_id": 51, "procedure_date": "2026-05-01"}]},
    "dialysis long ago": {"procedure_occurrence": [{"procedure_concept_id": 51, "procedure_date": "2020-05-01"}]},
    "dialysis on no known day": {"procedure_occurrence": [{"procedure_concept_id": 51, "procedure_date": None}]},
    "lithotripsy on no known day": {"procedure_occurrence": [{"procedure_concept_id": 52, "procedure_date": None}]},
    "lithotripsy": {"procedure_occurrence": [{"procedure_concept_id": 52, "procedure_date": "2020-05-01"}]},
    "creatinine": {"measurement": [result(60, 1.1, **MG)]},
    "creatinine by text": {"measurement": [result(60, 88.4, unit_source_value="umol/L")]},
    "the latest": {"measurement": [result(60, 3, "2026-04-01", **MG), result(60, 2, "2026-05-02", **MG), result(60, 9, **MG)]},
    "the latest that can be read": {
        "measurement": [result(60, 2, **MG), result(60, 1000, "2026-05-09", **MG), result(60, 7, "2026-05-10")]
    },
    "too old": {"measurement": [result(60, 2, "2025-04-01", **MG)]},
    "a bound": {"measurement": [result(60, 0.2, operator_concept_id=4171756, **MG)]},
    "not a bound": {"measurement": [result(60, 0.2, operator_concept_id=4172703, **MG)]},
    "an unknown sign": {"measurement": [result(60, 0.2, operator_concept_id=99, **MG)]},
    "a finding": {"measurement": [result(62, value_as_concept_id=71)]},
    "a finding by text": {"measurement": [result(62, value_source_value="Negative")]},
    "a multiple": {"measurement": [result(61, 120, unit_source_value="U/L", range_high=40)]},
    "none of ours": {"measurement": [result(63, value_source_value="clear"), result(64)]},
    "coded in no system": {
        "measurement": [
            result(0, 3, measurement_source_value="Zyx"), result(0, None, measurement_source_value="Zyx note")
        ]
    },
    "half understood": drug(0, "2026-05-20", drug_source_value="warfarin / Wundermittel"),
    "a device on no known day": {"device_exposure": [{"device_concept_id": 50, "device_exposure_start_date": None}]},
    "a result on no known day": {"measurement": [result(60, 2, None, **MG)]},
    "a condition on no known day": problem(23, None),
    "unwatched": {**drug(1, "2026-05-20"), "observation_period": []},
    "nothing": {},
    "dead": {"death": [{"death_date": date(2026, 6, 1)}]},
    "born in June": {"person": [{**MAN, "month_of_birth": 6, "day_of_birth": 2}]},
    "born in some year": {"person": [{"gender_concept_id": 0, "month_of_birth": None, "day_of_birth": None}]},
    "an infant": {"person": [{"year_of_birth": 2025, "month_of_birth": 12}]},
    "born never": {"person": [{"year_of_birth": None}]},
    "born in 1800": {"person": [{"year_of_birth": 1800}]},
    "yet unborn": {"person": [{"year_of_birth": 2027}]},
}  # fmt: skip
"""What is in a record, by what it shows."""


class Read(NamedTuple):
    """What the database tells of everybody: by the expressions of a cohort, and by the reader of one patient."""

    address: str
    ids: dict[str, int]
    rows: Rows
    items: dict[str, set[Item]]
    persons: dict[str, dict[str, Any]]
    readings: dict[str, RecordReading]
    ways: Counter[str]

    def entry(self, name: str, n: int = 0) -> Entry:
        """One of the entries that are events."""
        apart = ("person", "death", "observation_period", "visit_occurrence")
        return [one for one in self.readings[name].account.entries if one.resource not in apart][n]


@pytest.fixture(scope="module")
def read(kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Read:
    rows, ids = people(CASES)
    rows["concept_ancestor"] = [
        {"ancestor_concept_id": 6, "descendant_concept_id": 4},
        {"ancestor_concept_id": 25, "descendant_concept_id": 24},
    ]
    rows["concept_relationship"] = [
        {"concept_id_1": 5, "concept_id_2": 1, "relationship_id": "Tradename of"},
        {"concept_id_1": 1, "concept_id_2": 6, "relationship_id": "RxNorm has ing"},
    ]
    address = write_cdm(tmp_path_factory.mktemp("omop"), rows)
    names = {str(id_): name for name, id_ in ids.items()}
    cdm = open_cdm(address)
    reading = Reading(cdm, kb.names)
    items: dict[str, set[Item]] = {name: set() for name in ids}
    found = [tuple(row.values()) for row in cdm.rows(reading.items())]
    assert len(found) == len(set(found)), "no row twice"
    for id_, *item in found:
        items[names[str(id_)]].add(tuple(item))
    persons = {names[str(row["person_id"])]: row for row in cdm.rows(reading.persons())}
    readings = {names[who.id]: one for who, one in OmopSource(address, kb.names).readings()}
    return Read(address, ids, rows, items, persons, readings, reading.resolution("drug_exposure").ways)


WHOLE: dict[str, dict[str, list[str]]] = yaml.load(
    Path(__file__).with_name("omop.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
)
"""The items and the account of each record, whole; checked by eye."""


def whole(read: Read, name: str) -> dict[str, list[str]]:
    """Everything that is read of a record, a line each."""
    items = sorted(" ".join(str(part) for part in item if part not in ("", None)) for item in read.items[name])
    entries = [
        " | ".join(filter(None, (one.resource, one.state, one.why, one.named, one.when, *map(" ".join, one.gave))))
        for one in read.readings[name].account.entries
    ]
    return {"items": items, "entries": entries}


@pytest.mark.parametrize("name", CASES)
def test_a_record_is_read_whole(read: Read, name: str) -> None:
    assert whole(read, name) == WHOLE[name]


MEDICINES = {
    "taken": ("ongoing", True, "complete"),
    "taken until a gap of 30 days": ("ongoing", True, "complete"),
    "may be taken": ("unknown", False, "incomplete"),
    "may be taken until 90 days": ("unknown", False, "incomplete"),
    "no longer taken": ("unknown", False, "complete"),
    "supplied": ("ongoing", True, "complete"),
    "stopped": ("unknown", False, "complete"),
    "undated": ("unknown", False, "incomplete"),
    "another strength goes on": ("ongoing", True, "complete"),
    "by ancestor": ("ongoing", True, "complete"),
    "by relationship": ("ongoing", True, "complete"),
    "unwatched": ("ongoing", True, "incomplete"),
}


@pytest.mark.parametrize("name", MEDICINES)
def test_a_drug_is_taken_until_a_gap_of_30_days_and_may_be_until_90(read: Read, name: str) -> None:
    outcome, taken, complete = MEDICINES[name]
    trials = {item for item in read.items[name] if item[0] == "trial"}
    assert trials == {("trial", "amlodipine", f"unclear/{outcome}", None)}
    assert (("medication", "amlodipine", "", None) in read.items[name]) is taken
    assert ("list", "medications", complete, None) in read.items[name]
    assert ("list", "history", "incomplete", None) in read.items[name]


def test_what_acts_where_it_is_applied_is_not_the_systemic_drug(read: Read) -> None:
    for name in ("a cream", "an ingredient given on the skin"):
        assert {kind for kind, *_ in read.items[name]} == {"list"}, name
    assert ("medication", "systemic_corticosteroids", "", None) in read.items["an ingredient swallowed"]


@pytest.mark.parametrize("name", ["unread", "a bare number", "nothing named"])
def test_a_drug_that_is_not_understood_leaves_the_list_of_medicines_open(
    kb: KnowledgeBase, read: Read, name: str
) -> None:
    assert ("unread", "medications", "", None) in read.items[name]
    assert not [item for item in read.items[name] if item[0] in ("trial", "medication")]
    assert read.entry(name).state == "unresolved"
    patient = kb.reader.mapping(read.readings[name].data)
    assert not patient.medications_complete
    assert patient.medications == ()


def test_a_drug_of_the_past_that_is_not_understood_is_in_the_account_alone(read: Read) -> None:
    assert ("list", "medications", "complete", None) in read.items["unread long ago"]
    assert read.entry("unread long ago").state == "unresolved"


def test_a_vaccination_is_done_and_only_a_recent_live_one_matters(read: Read) -> None:
    names = ("a live vaccine", "a live vaccine months ago", "another vaccine")
    taken = {name for name in names if ("medication", "live_vaccine", "", None) in read.items[name]}
    assert taken == {"a live vaccine"}
    assert all(("list", "medications", "complete", None) in read.items[name] for name in names)
    assert [read.entry(name).state for name in names] == ["used", "recognised", "recognised"]


def test_the_ways_in_which_concepts_were_resolved_are_counted(read: Read) -> None:
    assert ("medication", "colchicine", "", None) in read.items["by source value"]
    assert read.ways == {"ancestor": 1, "relationship": 4, "source value": 3, "name": 3, "none": 4}


CONDITIONS = {
    "hypertension": {("condition", "hypertension")},
    "past": set(),
    "past and lasting": {("condition", "osteoporosis")},
    "one date given twice": {("condition", "anaemia")},
    "the end of the visit": {("condition", "anaemia")},
    "pregnant": {("condition", "pregnancy")},
    "once pregnant": {("condition", "suspected Pregnancy")},
    "a pregnant man": {("condition", "suspected Pregnancy")},
    "an unread condition": {("unread", "conditions")},
    "two diseases in one code": {
        ("condition", "diabetes_mellitus"),
        ("condition", "kidney_disease"),
        ("condition", "Type 2 diabetes mellitus with kidney complications"),
    },
    "a kind of scleroderma": {("disease", "systemic_sclerosis")},
    "by the id of OMOP": {("disease", "systemic_sclerosis")},
    "arthritis": set(),
    "arthritis beside calcinosis": {("disease", "other_ctd"), ("condition", "calcinosis_cutis")},
    "allergic": {("allergy", "penicillin")},
    "allergic by condition": {("allergy", "penicillin")},
    "not allergic": set(),
    "a contradiction": {("allergy", "penicillin")},
    "an unread allergy": {("unread", "allergies")},
    "an observation": {("condition", "anaemia")},
    "an observation that may be denied": set(),
    "a question": set(),
    "a pacemaker": {("condition", "pacemaker")},
    "dialysis": {("condition", "haemodialysis")},
    "dialysis long ago": set(),
    "dialysis on no known day": {("condition", "suspected Haemodialysis")},
    "lithotripsy": {("trial", "extracorporeal_shock_wave_lithotripsy")},
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_conditions_stand_as_they_do_in_a_problem_list(read: Read, name: str) -> None:
    assert {(kind, id_) for kind, id_, *_ in read.items[name] if kind != "list"} == CONDITIONS[name]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("allergic", "incomplete"),
        ("not allergic", "complete"),
        ("a contradiction", "incomplete"),
        ("hypertension", None),
    ],
)
def test_allergies_are_complete_only_where_it_is_said_that_there_are_none(
    read: Read, name: str, told: str | None
) -> None:
    assert {item[2] for item in read.items[name] if item[:2] == ("list", "allergies")} == ({told} if told else set())


RESULTS = {
    "creatinine": {("creatinine", "", 1.1)},
    "creatinine by text": {("creatinine", "", 1.0)},
    "the latest": {("creatinine", "", 2.0)},
    "the latest that can be read": {("creatinine", "", 2.0)},
    "too old": set(),
    "a bound": {("creatinine", "<", 0.2)},
    "not a bound": {("creatinine", "", 0.2)},
    "an unknown sign": set(),
    "a finding": {("hbsag", "negative", None)},
    "a finding by text": {("hbsag", "negative", None)},
    "a multiple": {("alt", "", 120.0), ("alt_times_upper_limit", "", 3.0)},
    "none of ours": set(),
}


@pytest.mark.parametrize("name", RESULTS)
def test_the_latest_result_that_can_be_read_counts(read: Read, name: str) -> None:
    found = {(id_, detail, value) for kind, id_, detail, value in read.items[name] if kind == "lab"}
    assert {(*one[:2], one[2] and round(one[2], 3)) for one in found} == RESULTS[name]


PERSONS = {
    "nothing": (63.0, "female", False),
    "dead": (63.0, "female", True),
    "born in June": (62.0, "male", False),
    "born in some year": (62.0, None, False),
    "an infant": (0.5, "female", False),
    "born never": (None, "female", False),
    "born in 1800": (None, "female", False),
    "yet unborn": (None, "female", False),
}


@pytest.mark.parametrize("name", PERSONS)
def test_a_person_has_the_age_of_the_day_of_reading(read: Read, name: str) -> None:
    found = read.persons[name]
    assert (found["age"], found["sex"], found["dead"]) == PERSONS[name]
    assert found["day"] == TODAY
    reading = read.readings[name]
    assert (reading.data["patient"], reading.dead) == (
        {"age": PERSONS[name][0], "sex": PERSONS[name][1]},
        found["dead"],
    )


def test_every_row_is_accounted_for_once(kb: KnowledgeBase, read: Read) -> None:
    for name, id_ in read.ids.items():
        found = Counter((entry.resource, entry.id) for entry in read.readings[name].account.entries)
        rows = Counter(
            (table, str(row.get(f"{table}_id", id_ if table in ("person", "death") else n)))
            for table, given in read.rows.items()
            for n, row in enumerate(given, 1)
            if row.get("person_id") == id_
        )
        assert found == rows, name
        assert {entry.state for entry in read.readings[name].account.entries} <= {*STATES}
        kb.reader.mapping(read.readings[name].data)


def test_a_patient_file_is_what_a_cohort_reads(kb: KnowledgeBase, read: Read) -> None:
    for name, items in read.items.items():
        data = read.readings[name].data
        trials = {("trial", row["therapy"], f"{row['for']}/{row['outcome']}", None) for row in data.get("history", ())}
        assert trials == {item for item in items if item[0] == "trial"}, name
        for kind, list_ in (("medication", "medications"), ("condition", "conditions"), ("allergy", "allergies")):
            words = [word for word in data.get(list_, ()) if ("unread", list_, "", None) not in items]
            assert set(words) <= {item[1] for item in items if item[0] == kind} or not words, name
            whole = ("list", list_, "complete", None) in items
            assert data.get(f"{list_}_complete", False) is whole, (name, list_)
        assert {item[1] for item in items if item[0] == "lab"} == set(data["labs"]), name
        assert not kb.reader.mapping(data).history_complete


def test_an_entry_says_what_it_gave_and_why_it_gave_nothing(read: Read) -> None:
    assert read.entry("taken").gave == (("history", "amlodipine"), ("medications", "amlodipine"))
    assert read.entry("taken").when == "2026-01-01"
    told = {
        "may be taken": ("doubtful", "ended 31 days before the day of reading; whether it is still taken is not told"),
        "no longer taken": ("used", ""),
        "undated": ("doubtful", "without a date"),
        "past": ("ignored", "ended"),
        "an unread condition": ("unresolved", "not understood"),
        "too old": ("ignored", "older than 400 days"),
        "an unknown sign": ("doubtful", "a sign stands before it that was not understood"),
        "a bound": ("used", "only a bound"),
        "not allergic": ("used", "no allergy is known"),
        "a question": ("recognised", ""),
        "an observation that is none": ("recognised", "an observation, and no condition by its domain"),
        "none of ours": ("recognised", ""),
    }
    assert {name: (read.entry(name).state, read.entry(name).why) for name in told} == told
    assert read.entry("twice", 1) == Entry(
        "drug_exposure",
        read.entry("twice", 1).id,
        "ignored",
        "clopidogrel 75 MG Oral Tablet",
        "the same row again",
        "2026-05-20",
    )
    assert read.entry("none of ours", 1).why == "without a value"


@pytest.mark.slow
def test_a_database_is_known_by_its_address(kb: KnowledgeBase, read: Read, tmp_path: Path) -> None:
    assert is_record(read.address)
    assert open_source(read.address, kb.names).read("1") == read.readings["taken"]
    folder = write_cdm(tmp_path, people(FORMS)[0], "csv")
    assert is_record(folder)
    assert isinstance(open_source(folder, kb.names), OmopSource)


@pytest.mark.slow
def test_one_person_read_alone_is_read_as_among_all(kb: KnowledgeBase, read: Read) -> None:
    source = OmopSource(read.address, kb.names)
    assert [person.id for person in source.people()] == [str(id_) for id_ in sorted(read.ids.values())]
    for name in ("arthritis beside calcinosis", "the latest that can be read", "unread"):
        assert source.read(str(read.ids[name])) == read.readings[name]
    assert source.read("1").form == "OMOP CDM"


@pytest.mark.parametrize("asked", [None, "999", "amlodipine"])
def test_a_patient_must_be_chosen_among_several(kb: KnowledgeBase, read: Read, asked: str | None) -> None:
    with pytest.raises(InputError) as error:
        OmopSource(read.address, kb.names).read(asked)
    assert error.value.problems[0].code == "CKB107"


@pytest.mark.slow
def test_what_comes_after_the_day_of_reading_is_not_read(kb: KnowledgeBase, read: Read) -> None:
    source = OmopSource(read.address, kb.names)
    before = source.read(str(read.ids["taken"]), as_of=date(2025, 1, 1))
    assert (before.data["history"], before.data["medications"]) == ([], [])
    assert [entry.why for entry in before.account.of("drug_exposure")] == ["after the day of reading"]
    assert (before.day_from, before.data["patient"]["age"]) == ("the user", 61.0)
    assert not source.read(str(read.ids["dead"]), as_of=date(2026, 5, 1)).dead
    late = source.read(str(read.ids["taken"]), as_of=date(2030, 1, 1))
    assert late.data["medications_complete"] is False, "nobody was looking any more"


FORMS: dict[str, Rows] = {
    "one": together(
        drug(1, "2026-05-01", "2026-06-01", drug_source_value="197361"),
        drug(0, "2026-05-20", drug_source_value="0012"),
        problem(20),
        {"measurement": [result(60, 88.4, unit_source_value="umol/L", measurement_source_value="0012")]},
    )
}


@pytest.fixture(scope="module")
def forms(kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, RecordReading]]:
    found = {}
    for form in ("duckdb", "parquet", "csv"):
        address = write_cdm(tmp_path_factory.mktemp(form), people(FORMS)[0], form)
        found[form] = address, OmopSource(address, kb.names).read()
    return found


@pytest.mark.slow
def test_every_form_of_file_gives_the_same(forms: dict[str, tuple[str, RecordReading]]) -> None:
    assert forms["duckdb"][1] == forms["parquet"][1] == forms["csv"][1]
    data = forms["csv"][1].data
    assert data["conditions"] == ["hypertension"]
    assert data["medications"] == ["amlodipine", "0012"]
    assert [entry.named for entry in forms["csv"][1].account.of(state="unresolved")] == ["0012"]


@pytest.mark.slow
def test_the_vocabulary_may_be_separated_by_tabs_as_it_is_published(kb: KnowledgeBase, tmp_path: Path) -> None:
    address = write_cdm(tmp_path, people(FORMS)[0], "csv")
    lines = ["\t".join(CONCEPTS[0]), *("\t".join(map(str, row.values())) for row in CONCEPTS)]
    (tmp_path / "CONCEPT.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert OmopSource(address, kb.names).read().data["conditions"] == ["hypertension"]


@pytest.mark.slow
def test_tables_and_columns_may_be_missing_and_ids_negative(kb: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "person.csv").write_text("person_id,YEAR_OF_BIRTH\n-9007199254740993,1960\n", encoding="utf-8")
    source = OmopSource(str(tmp_path), kb.names)
    with pytest.raises(InputError) as error:
        source.read()
    assert error.value.problems[0].code == "CKB108", "no date is there"
    read = source.read("-9007199254740993", as_of=date(2020, 1, 1))
    assert read.data == {"patient": {"age": 59.0, "sex": None}, "history_complete": False, "labs": {}}
    assert [entry.id for entry in read.account.entries] == ["-9007199254740993"]


def _wrong(folder: Path) -> Iterator[tuple[str, str]]:
    (folder / "notes.txt").write_text("hello", encoding="utf-8")
    yield "notes.txt", "CKB110"
    yield "missing.csv", "CKB110"
    (folder / "empty").mkdir()
    yield "empty", "CKB110"
    (folder / "orphans").mkdir()
    (folder / "orphans" / "DEATH.csv").write_text("person_id,death_date\n1,2020-01-01\n", encoding="utf-8")
    yield "orphans", "CKB111"
    for name in ("broken.duckdb", "broken.parquet"):
        (folder / name).mkdir() if name.endswith("parquet") else (folder / name).write_bytes(b"no database")
    (folder / "broken.parquet" / "person.parquet").write_bytes(b"PAR1 no table PAR1")
    yield "broken.duckdb", "CKB113"
    yield "broken.parquet", "CKB113"


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    for name, code in _wrong(tmp_path):
        with pytest.raises(InputError) as error:
            open_cdm(str(tmp_path / name))
        assert [problem.code for problem in error.value.problems] == [code], name


POSTGRES = pytest.mark.slow
"""The extra 'postgres' is installed with the slow tests."""


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("postgres://reader:geheim@127.0.0.1:1/records", marks=POSTGRES),
        pytest.param("postgres://reader:ge?heim@127.0.0.1:1/records", marks=POSTGRES),
        pytest.param("postgres://127.0.0.1:1/records?password=geheim", marks=POSTGRES),
        "nothing://reader:geheim@127.0.0.1/records",
        "nothing://127.0.0.1/records?password=ge@heim",
    ],
)
def test_no_password_of_an_address_is_shown(address: str) -> None:
    with pytest.raises(InputError) as error:
        open_cdm(address)
    told = "".join(traceback.format_exception(error.value))
    assert "CKB113" in told
    assert "heim" not in told
    assert "heim" not in without_credentials(address)


SCRATCH = """
import os, sys
from calcinosis_kb.patients.omop.connection import private_duckdb
((folder,),) = private_duckdb().raw_sql("SELECT current_setting('temp_directory')").fetchall()
print(folder, oct(os.stat(folder).st_mode))
"""


def test_what_memory_cannot_hold_goes_to_a_folder_of_this_user_that_is_removed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRATCH],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        check=True,
        text=True,
    )
    folder, mode = done.stdout.split()
    assert (Path(folder).parent, mode) == (tmp_path, "0o40700")
    assert not list(tmp_path.iterdir())


def test_a_database_is_only_read_however_it_is_named(read: Read, tmp_path: Path) -> None:
    missing = tmp_path / "missing.duckdb"
    with pytest.raises(InputError):
        open_cdm(f"duckdb://{missing}")
    assert not missing.exists()
    with pytest.raises(duckdb.InvalidInputException, match="read-only"):
        open_cdm(f"duckdb://{read.address}").backend.raw_sql("CREATE TABLE more (id INTEGER)")
