"""Whose an entry is, where its reference to a patient leads nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.errors import InputError
from calcinosis_kb.patients.record_reading import RecordReading
from calcinosis_kb.patients.sources import open_source

Json = dict[str, Any]
MEDICINES = {"coding": [{"system": "http://loinc.org", "code": "10160-0"}]}


def statement(id_: str, drug: str, subject: str) -> Json:
    return {
        "resourceType": "MedicationStatement", "id": id_, "status": "active", "subject": {"reference": subject},
        "medicationCodeableConcept": {"text": drug}, "effectiveDateTime": "2024-05-01",
    }  # fmt: skip


def read(kb: KnowledgeBase, path: Path, kind: str, *resources: Json, patient: str | None = None) -> RecordReading:
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
    file = path / "record.json"
    file.write_text(json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}), encoding="utf-8")
    return open_source(str(file), kb.names).read(patient)


def document(*listed: str) -> Json:
    return {
        "resourceType": "Composition", "id": "c", "date": "2024-05-19", "subject": {"reference": "urn:uuid:p1"},
        "section": [{"code": MEDICINES, "entry": [{"reference": f"urn:uuid:{one}"} for one in listed]}],
    }  # fmt: skip


P1: Json = {"resourceType": "Patient", "id": "p1", "birthDate": "1950-02-03", "gender": "male"}
BROKEN = "urn:uuid:['Patient', 'fd69']"


def test_what_a_document_lists_is_of_its_patient_even_if_the_reference_is_broken(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    reading = read(kb, tmp_path, "document", document("m1"), P1, statement("m1", "warfarin", BROKEN))
    assert reading.data["medications"] == ["warfarin"]
    assert reading.data["medications_complete"] is True


def test_what_may_be_of_somebody_else_leaves_a_list_open(kb: KnowledgeBase, tmp_path: Path) -> None:
    taken = statement("m1", "warfarin", "urn:uuid:p1")
    reading = read(kb, tmp_path, "collection", P1, taken, statement("m2", "diltiazem", BROKEN))
    assert reading.data["medications"] == ["warfarin"]
    assert reading.data["medications_complete"] is False
    assert [entry.why for entry in reading.account.of("MedicationStatement", state="ignored")] == [
        "of a patient who is not here"
    ]


def test_what_is_of_another_patient_here_says_nothing_of_this_one(kb: KnowledgeBase, tmp_path: Path) -> None:
    other = {"resourceType": "Patient", "id": "p2"}
    listed = (statement("m1", "warfarin", "urn:uuid:p1"), statement("m2", "diltiazem", "urn:uuid:p2"))
    reading = read(kb, tmp_path, "document", document("m1", "m2"), P1, other, *listed)
    assert reading.data["medications"] == ["warfarin"]


def test_a_document_is_of_its_subject_whoever_else_is_in_it(kb: KnowledgeBase, tmp_path: Path) -> None:
    mother = {"resourceType": "Patient", "id": "a-mother", "birthDate": "1920-01-01"}
    assert read(kb, tmp_path, "document", document(), mother, P1).data["patient"]["age"] == 74
    with pytest.raises(InputError, match="2 patients"):
        read(kb, tmp_path, "collection", mother, P1)
