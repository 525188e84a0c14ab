"""A problem that the record itself doubts, or cannot name, is never taken for present or absent."""

from __future__ import annotations

from datetime import date
from typing import Any

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.patients.fhir.bundle import resources
from calcinosis_kb.patients.fhir.reader import read_record
from calcinosis_kb.patients.fhir.record import Record
from calcinosis_kb.patients.record_reading import RecordReading

Json = dict[str, Any]
GOUT = {"system": "http://snomed.info/sct", "code": "90560007"}


def read(kb: KnowledgeBase, code: Json, verified: str = "confirmed") -> RecordReading:
    problem = {
        "resourceType": "Condition", "id": "c1", "code": code, "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": verified}]},
    }  # fmt: skip
    patient = {"resourceType": "Patient", "id": "p1"}
    record = Record(tuple(resources([patient, problem])), frozenset({"Condition"}))
    return read_record(record, "p1", kb.names, date(2024, 5, 1))


def test_a_text_that_doubts_doubts_its_code(kb: KnowledgeBase) -> None:
    doubted = read(kb, {"coding": [GOUT], "text": "GOUT?"})
    assert [entry.state for entry in doubted.account.of("Condition")] == ["doubtful"]
    assert "gout" not in doubted.data["conditions"]
    sure = read(kb, {"coding": [GOUT], "text": "Gout"})
    assert sure.data["conditions"] == ["gout"]


def test_a_doubt_about_something_else_leaves_a_code_sure(kb: KnowledgeBase) -> None:
    reading = read(kb, {"coding": [GOUT], "text": "Gout with risk of falls"})
    assert reading.data["conditions"][:1] == ["gout"]


def test_an_unconfirmed_problem_that_is_not_understood_leaves_the_list_open(kb: KnowledgeBase) -> None:
    reading = read(kb, {"coding": [{"system": "urn:oid:1.2.3", "code": "K86"}]}, "unconfirmed")
    assert reading.data["conditions_complete"] is False
