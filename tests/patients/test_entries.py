"""Read entries of health records one by one, each whole: what becomes of it, why, and all that the patient file takes (entries.yaml)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.patients.fhir.bundle import resources
from calcinosis_kb.patients.fhir.reader import read_record
from calcinosis_kb.patients.fhir.record import Record
from calcinosis_kb.patients.record_reading import RecordReading
from fhir_records import TODAY

Json = dict[str, Any]

ENTRIES: list[Json] = yaml.load(Path(__file__).with_name("entries.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
WHO = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1963-05-01"}
LISTS = frozenset({"Condition", "MedicationRequest", "Procedure", "AllergyIntolerance", "Observation"})
ALONE: Json = {
    "patient": {"age": 63, "sex": "female", "pregnant": None},
    "conditions": [],
    "conditions_complete": True,
    "history_complete": False,
    "history": [],
    "medications": [],
    "medications_complete": True,
    "allergies": [],
    "allergies_complete": True,
    "labs": {},
}
"""The patient file of a record whose lists were all searched and are empty."""


def read(kb: KnowledgeBase, entry: Json) -> RecordReading:
    record = Record(tuple(resources([WHO, {"id": "e1", **entry}])), LISTS)
    return read_record(record, "p1", kb.names, TODAY)


def told(reading: RecordReading) -> Json:
    """What became of the entry, on one line, and what the patient file has of it."""
    entry = reading.account.entries[-1]
    line = " | ".join(filter(None, (entry.state, entry.why, entry.named, entry.when)))
    given = {key: value for key, value in reading.data.items() if key not in ALONE or value != ALONE[key]}
    missing = {key: None for key in ALONE if key not in reading.data}
    gave = [f"{where}: {word}" for where, word in entry.gave]
    return {"is": line, **({"gave": gave} if gave else {}), **given, **missing}


@pytest.mark.parametrize("row", ENTRIES, ids=lambda row: row["is"][:60])
def test_an_entry_is_read_whole(kb: KnowledgeBase, row: Json) -> None:
    reading = read(kb, row["entry"])
    assert told(reading) == {key: value for key, value in row.items() if key != "entry"}
    assert reading.account.entries[-1].id == row["entry"].get("id", "e1")
    kb.reader.mapping(reading.data)  # the patient file can be read


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"resourceType": "Procedure", "status": "completed", "code": {"text": "dialysis"}}, {"conditions": ["suspected Dialysis"]}),
        ({"resourceType": "Condition", "code": {"text": "asthma"}}, {"conditions": ["asthma"]}),
        ({"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "?"}}, {"medications": ["unnamed vaccine"]}),
        ({"resourceType": "AllergyIntolerance", "code": {"text": "aspirin"}}, {"allergies": ["aspirin"]}),
    ],
)  # fmt: skip
def test_a_list_that_nobody_searched_is_never_complete(kb: KnowledgeBase, entry: Json, expected: Json) -> None:
    """What other entries show is in it; a list of which nothing is known is not an empty one."""
    record = Record(tuple(resources([WHO, {"id": "e1", **entry}])), frozenset())
    data = read_record(record, "p1", kb.names, TODAY).data
    lists = ("conditions", "medications", "allergies")
    assert {key: data[key] for key in lists if key in data} == expected
    assert not any(data[f"{key}_complete"] for key in expected)
    assert data["patient"] == ALONE["patient"]


def test_no_entry_stands_twice() -> None:
    written = [json.dumps(row["entry"], sort_keys=True) for row in ENTRIES]
    assert len(written) == len(set(written))
