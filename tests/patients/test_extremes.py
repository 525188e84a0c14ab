"""Whatever dates, numbers and words a record holds, it is read in a short time and without a fault."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.knowledge.drugnames import DrugNames
from calcinosis_kb.knowledge.termnames import TermNames
from calcinosis_kb.patients.fhir.files import File
from calcinosis_kb.patients.fhir.source import FhirSource
from calcinosis_kb.patients.record_reading import RecordReading

Json = dict[str, Any]
DAY = "2020-02-03"
WHO: Json = {"reference": "Patient/p1"}
SUPPLIED: Json = {"numberOfRepeatsAllowed": 3, "expectedSupplyDuration": {"value": 30, "unit": "d"}}
BOUND: Json = {"repeat": {"boundsPeriod": {"start": DAY, "end": DAY}, "frequency": 1, "period": 1, "periodUnit": "d"}}
LASTING: Json = {"repeat": {"boundsDuration": {"value": 3, "code": "mo"}}}


def order(id_: str, **more: Any) -> Json:
    return {
        "resourceType": "MedicationRequest", "id": id_, "status": "active", "intent": "order", "authoredOn": DAY, "subject": WHO,
        "medicationCodeableConcept": {"text": "diltiazem"}, **more,
    }  # fmt: skip


RECORD: tuple[Json, ...] = (
    {"resourceType": "Patient", "id": "p1", "birthDate": DAY, "gender": "female"},
    {"resourceType": "Encounter", "id": "e", "subject": WHO, "period": {"start": DAY, "end": DAY}},
    order("m", dosageInstruction=[{"text": "180 mg", "timing": BOUND, "doseAndRate": [{"doseQuantity": {"value": 180, "unit": "mg"}}]}]),
    order("n", dosageInstruction=[{"timing": LASTING}]),
    order("o", dispenseRequest={**SUPPLIED, "validityPeriod": {"start": DAY, "end": DAY}}),
    {"resourceType": "MedicationStatement", "id": "s", "status": "completed", "subject": WHO, "effectivePeriod": {"start": DAY, "end": DAY},
     "medicationCodeableConcept": {"text": "warfarin"}, "dosage": [{"text": "5 mg"}]},
    {"resourceType": "MedicationDispense", "id": "d", "status": "completed", "subject": WHO, "whenHandedOver": DAY,
     "daysSupply": {"value": 30, "unit": "d"}, "medicationCodeableConcept": {"text": "colchicine 0.5 mg tablet"}},
    {"resourceType": "MedicationAdministration", "id": "a", "status": "completed", "subject": WHO, "effectiveDateTime": DAY,
     "medicationCodeableConcept": {"text": "rituximab"}},
    {"resourceType": "Immunization", "id": "i", "status": "completed", "patient": WHO,
     "occurrenceDateTime": DAY, "vaccineCode": {"text": "MMR"}},
    {"resourceType": "Condition", "id": "c", "subject": WHO, "onsetDateTime": DAY, "abatementDateTime": DAY, "code": {"text": "pregnancy"}},
    {"resourceType": "Condition", "id": "f", "subject": WHO, "onsetDateTime": DAY, "code": {"text": "pneumonia"}},
    {"resourceType": "AllergyIntolerance", "id": "l", "patient": WHO, "recordedDate": DAY, "code": {"text": "penicillin"}},
    {"resourceType": "Procedure", "id": "r", "status": "completed", "subject": WHO,
     "performedDateTime": DAY, "code": {"text": "haemodialysis"}},
    {"resourceType": "Observation", "id": "v", "status": "final", "subject": WHO, "effectiveDateTime": DAY,
     "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0"}]}, "valueQuantity": {"value": 1.1, "unit": "mg/dL"}},
    {"resourceType": "Observation", "id": "w", "status": "final", "subject": WHO, "effectiveDateTime": DAY,
     "code": {"coding": [{"system": "http://loinc.org", "code": "82810-3"}]}, "valueCodeableConcept": {"text": "pregnant"}},
    {"resourceType": "DeviceUseStatement", "id": "u", "status": "active", "subject": WHO,
     "timingPeriod": {"start": DAY}, "device": {"display": "pacemaker"}},
)  # fmt: skip
"""An entry of each type that is read."""


def changed(value: Any, change: Callable[[str, Any], Any], key: str = "") -> Any:
    """A value in which each text and number is what ``change`` makes of it and its key."""
    if isinstance(value, dict):
        return {name: changed(inner, change, name) for name, inner in value.items()}
    return [changed(inner, change, key) for inner in value] if isinstance(value, list) else change(key, value)


def read(kb: KnowledgeBase, change: Callable[[str, Any], Any], as_of: date | None = None) -> RecordReading:
    """A record in which each entry stands as it is and, under another id, changed."""
    entries = [*RECORD[1:], RECORD[0]] + [{**changed(one, change), "id": f"x{one['id']}"} for one in RECORD[1:]]
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in entries]}
    reading = FhirSource([File("record.json", json.dumps(bundle).encode())], kb.names).read(as_of=as_of)
    assert len(reading.account.entries) == len(entries)
    kb.reader.mapping(reading.data)
    return reading


@pytest.mark.parametrize("as_of", [None, date.min, date.max])
@pytest.mark.parametrize("written", ["0001-01-01", "0001", "9999-12-31", "9999-12", "9999", "0000-00-00"])
def test_a_date_may_lie_at_either_end_of_the_calendar(kb: KnowledgeBase, written: str, as_of: date | None) -> None:
    reading = read(kb, lambda _, value: written if value == DAY else value, as_of)
    assert reading.today == (as_of or date(2020, 2, 3))


@pytest.mark.parametrize("number", [-1e308, 1e308, 10**30, -(10**18), 5e-324, -1, 0])
def test_a_number_may_have_any_size(kb: KnowledgeBase, number: float) -> None:
    read(kb, lambda _, value: number if isinstance(value, int | float) else value)


LONG = (
    "a",
    "1",
    ",",
    "(",
    "- ",
    " x",
    "1 mg/",
    "long term ",
    "use of ",
    "penicillin, ",
    "and ",
    "no ",
    "history of ",
    "\u0301",
    "mg\n",
)


@pytest.mark.parametrize("part", LONG)
def test_a_word_may_have_any_length(kb: KnowledgeBase, part: str) -> None:
    word, begun = part * (60_000 // len(part)), time.perf_counter()
    reading = read(kb, lambda key, value: word if key in ("text", "display", "unit", "code") else value)
    assert time.perf_counter() - begun < 3
    assert reading.data["allergies_complete"] is False, "what is too long is not understood"


@pytest.mark.parametrize("tail", [" + zyxol", f"{', penicillin' * 40} and zyxol"])
def test_what_follows_a_name_that_is_understood_leaves_the_list_open(kb: KnowledgeBase, tail: str) -> None:
    reading = read(kb, lambda _, value: f"penicillin{tail}" if value == "penicillin" else value)
    assert reading.data["allergies"][0] == "penicillin"
    assert reading.data["allergies_complete"] is False
    reading = read(kb, lambda _, value: f"pneumonia{tail}" if value == "pneumonia" else value)
    assert reading.data["conditions_complete"] is False
    reading = read(kb, lambda _, value: f"warfarin{tail}" if value == "warfarin" else value)
    assert not [entry for entry in reading.account.entries if entry.id == "xs" and entry.state == "recognised"]


def test_nobody_asks_what_a_word_of_a_record_looks_like(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> tuple[str, ...]:
        raise AssertionError("likeness helps who typed a word")

    monkeypatch.setattr(DrugNames, "nearest", asked)
    monkeypatch.setattr(TermNames, "nearest", asked)
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in RECORD]}
    text = json.dumps(bundle)
    for word in ("diltiazem", "warfarin", "penicillin", "pneumonia", "haemodialysis"):
        text = text.replace(word, f"{word[:-1]}y")
    reading = FhirSource([File("record.json", text.encode())], kb.names).read()
    assert {word.named for word in kb.reader.record(reading).unresolved} >= {"diltiazey", "penicilliy", "pneumoniy"}
    with pytest.raises(AssertionError, match="likeness"):
        kb.reader.mapping(reading.data)
