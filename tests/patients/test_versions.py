"""Bring every shape of FHIR STU3 and R5 into that of R4, and name the version; leave what is R4 as it is."""

from __future__ import annotations

from typing import Any

import pytest

from calcinosis_kb.patients.fhir.versions import as_r4

Json = dict[str, Any]
DRUG, WHY = {"text": "warfarin"}, {"text": "calcinosis"}
MEDICINES = ("MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense")
SHAPES: list[tuple[str, Json, str, Json]] = [
    ("Condition", {"assertedDate": "2020"}, "STU3", {"recordedDate": "2020"}),
    ("Condition", {"assertedDate": "2020", "recordedDate": "2021"}, "", {"assertedDate": "2020", "recordedDate": "2021"}),
    ("Condition", {"clinicalStatus": "active"}, "STU3", {"clinicalStatus": "active"}),
    ("Condition", {"abatementBoolean": True}, "", {"abatementString": "yes"}),
    ("Condition", {"abatementBoolean": False}, "", {}),
    ("AllergyIntolerance", {"assertedDate": "2020"}, "STU3", {"recordedDate": "2020"}),
    ("AllergyIntolerance", {"clinicalStatus": "active"}, "STU3", {"clinicalStatus": "active"}),
    ("Immunization", {"date": "2020"}, "STU3", {"occurrenceDateTime": "2020"}),
    ("Immunization", {"notGiven": True}, "STU3", {"status": "not-done"}),
    ("Immunization", {"notGiven": False}, "", {}),
    ("Immunization", {"reason": [{"concept": WHY}]}, "R5", {"reasonCode": [WHY]}),
    ("Procedure", {"notDone": True, "status": "completed"}, "STU3", {"status": "not-done"}),
    ("Procedure", {"occurrenceDateTime": "2020"}, "R5", {"performedDateTime": "2020"}),
    ("Procedure", {"occurrencePeriod": {"start": "2020"}}, "R5", {"performedPeriod": {"start": "2020"}}),
    ("Procedure", {"reason": [{"reference": {"display": "x"}}]}, "R5", {"reasonReference": [{"display": "x"}]}),
    ("Encounter", {"actualPeriod": {"start": "2020"}}, "R5", {"period": {"start": "2020"}}),
    ("MedicationAdministration", {"occurenceDateTime": "2020"}, "R5", {"effectiveDateTime": "2020"}),
    ("MedicationAdministration", {"occurencePeriod": {"end": "2020"}}, "R5", {"effectivePeriod": {"end": "2020"}}),
    ("MedicationAdministration", {"notGiven": True}, "STU3", {"status": "not-done"}),
    ("MedicationDispense", {"notDone": True}, "STU3", {"status": "not-done"}),
    ("MedicationStatement", {"taken": "n", "status": "active"}, "STU3", {"status": "not-taken"}),
    ("MedicationStatement", {"taken": "unk", "status": "active"}, "STU3", {"status": "unknown"}),
    ("MedicationStatement", {"taken": "y", "status": "active"}, "STU3", {"status": "active"}),
    ("MedicationStatement", {"status": "recorded"}, "R5", {"status": "unknown"}),
    *(
        ("MedicationStatement", {"status": "recorded", "adherence": {"code": {"coding": [{"code": code}]}}}, "R5",
         {"status": status, "adherence": {"code": {"coding": [{"code": code}]}}})
        for code, status in (("taking", "active"), ("taking-as-directed", "active"), ("not-taking", "not-taken"),
                             ("on-hold-as-directed", "on-hold"), ("stopped-not-as-directed", "stopped"), ("x", "unknown"))
    ),
    ("Medication", {"ingredient": [{"item": {"concept": DRUG}}]}, "R5",
     {"ingredient": [{"item": {"concept": DRUG}, "itemCodeableConcept": DRUG}]}),
    ("Medication", {"ingredient": [{"itemCodeableConcept": DRUG}]}, "", {"ingredient": [{"itemCodeableConcept": DRUG}]}),
    *((kind, {"medication": {"concept": DRUG}}, "R5", {"medicationCodeableConcept": DRUG}) for kind in MEDICINES),
    *((kind, {"medication": {"reference": {"reference": "#m"}}}, "R5", {"medicationReference": {"reference": "#m"}})
      for kind in MEDICINES),
    *((kind, {"reason": [{"concept": WHY}, {"reference": DRUG}]}, "R5", {"reasonCode": [WHY], "reasonReference": [DRUG]})
      for kind in MEDICINES),
    *((kind, {name: [{"doseQuantity": {"value": 1}}, 3]}, "STU3",
       {name: [{"doseQuantity": {"value": 1}, "doseAndRate": [{"doseQuantity": {"value": 1}}]}, 3]})
      for kind in MEDICINES for name in ("dosage", "dosageInstruction")),
    ("MedicationRequest", {"dosageInstruction": [{"asNeeded": True}]}, "R5",
     {"dosageInstruction": [{"asNeeded": True, "asNeededBoolean": True}]}),
    ("MedicationRequest", {"dosageInstruction": [{"text": "x"}]}, "", {"dosageInstruction": [{"text": "x"}]}),
    ("MedicationRequest", {"dosageInstruction": "x"}, "", {"dosageInstruction": "x"}),
    ("ServiceRequest", {"reason": [{"concept": WHY}]}, "", {"reason": [{"concept": WHY}]}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "version", "expected"), SHAPES)
def test_a_shape_of_another_version_is_brought_into_that_of_r4(
    kind: str, given: Json, version: str, expected: Json
) -> None:
    body = {"resourceType": kind, "id": "e1", **given}
    before = {**body}
    assert as_r4(body) == ({"resourceType": kind, "id": "e1", **expected}, version)
    assert body == before  # what was given is not changed
