"""A pregnancy that an observation tells is not overlooked, and never outlives itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.patients.fhir.bundle import resources
from calcinosis_kb.patients.fhir.reader import read_record
from calcinosis_kb.patients.fhir.record import Record
from calcinosis_kb.patients.record_reading import RecordReading

Json = dict[str, Any]
PREGNANT = {"coding": [{"system": "http://loinc.org", "code": "LA15173-0"}]}
NOT = {"coding": [{"system": "http://snomed.info/sct", "code": "60001007", "display": "Not pregnant"}]}


def told(value: Json, day: str, **more: Any) -> Json:
    code = {"coding": [{"system": "http://loinc.org", "code": "82810-3", "display": "Pregnancy status"}]}
    said = {"resourceType": "Observation", "status": "final", "code": code, "valueCodeableConcept": value}
    return said | {"effectiveDateTime": day} | more


def read(kb: KnowledgeBase, *entries: Json, sex: str = "female") -> RecordReading:
    who = {"resourceType": "Patient", "id": "p1", "birthDate": "1985-02-06", "gender": sex}
    numbered = [one | {"id": f"o{n}"} for n, one in enumerate(entries)]
    return read_record(
        Record(tuple(resources([who, *numbered])), frozenset({"Observation"})), "p1", kb.names, date(2024, 10, 28)
    )


@pytest.mark.parametrize(
    ("entries", "pregnant", "states"),
    [
        ([told(PREGNANT, "2024-06-12")], True, ["used"]),
        ([told({"text": "Pregnant"}, "2024-06-12")], True, ["used"]),
        ([told(PREGNANT, "2022-10-21")], None, ["doubtful"]),
        ([told(PREGNANT, "2025-01-01")], None, ["doubtful"]),
        ([told(PREGNANT, "2024-06-12", status="entered-in-error")], None, ["ignored"]),
        ([told(NOT, "2024-10-01")], None, ["recognised"]),
        ([told(PREGNANT, "2024-06-12"), told(NOT, "2024-10-01")], None, ["ignored", "recognised"]),
    ],
)
def test_a_status_of_pregnancy_counts_while_it_can_last(
    kb: KnowledgeBase, entries: list[Json], pregnant: bool | None, states: list[str]
) -> None:
    reading = read(kb, *entries)
    assert reading.data["patient"]["pregnant"] is pregnant
    assert [entry.state for entry in reading.account.of("Observation")] == states


def test_a_man_is_not_pregnant_by_a_mistake(kb: KnowledgeBase) -> None:
    assert read(kb, told(PREGNANT, "2024-06-12"), sex="male").data["patient"]["pregnant"] is None
