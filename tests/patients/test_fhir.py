"""A record is read as a careful reader takes it, and each of its entries is accounted for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.patients.fhir.bundle import resources
from calcinosis_kb.patients.fhir.reader import read_record
from calcinosis_kb.patients.fhir.record import Record
from calcinosis_kb.patients.record_reading import RecordReading

TODAY = date(2026, 6, 1)
WHO = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1963-05-01"}
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
LISTS = ("Condition", "MedicationRequest", "Procedure", "AllergyIntolerance", "Observation")

Json = dict[str, Any]


def read(kb: KnowledgeBase, *entries: Json, who: Json = WHO, searched: tuple[str, ...] = LISTS) -> RecordReading:
    """Read a record of one patient; whatever is in it, each entry is accounted for, and the patient file can be read."""
    numbered = [{"id": f"e{n}", **entry} for n, entry in enumerate(entries)]
    record = Record(tuple(resources([who, *numbered])), frozenset(searched))
    reading = read_record(record, "p1", kb.names, TODAY)
    assert len(reading.account.entries) == len(record.resources)
    kb.reader.mapping(reading.data)
    return reading


def coded(code: str, system: str = SNOMED, display: str = "") -> Json:
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def order(said: Json, status: str = "active", **more: Any) -> Json:
    return {
        "resourceType": "MedicationRequest",
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": said,
        **more,
    }


def problem(said: Json, clinical: str = "active", **more: Any) -> Json:
    status = {"coding": [{"code": clinical}]}
    return {"resourceType": "Condition", "code": said, "clinicalStatus": status, **more}


def result(code: str, **more: Any) -> Json:
    said = {
        "resourceType": "Observation",
        "status": "final",
        "code": coded(code, LOINC),
        "effectiveDateTime": "2026-05-01",
    }
    return said | more


def quantity(value: float, unit: str, **more: Any) -> Json:
    return {
        "valueQuantity": {"value": value, "unit": unit, "code": unit, "system": "http://unitsofmeasure.org", **more}
    }


def state(reading: RecordReading) -> str:
    """What became of the last entry."""
    return reading.account.entries[-1].state


DILTIAZEM = coded("3443", RXNORM)
DIALYSIS = {"text": "Renal dialysis (procedure)"}
CALCINOSIS = {"text": "calcinosis cutis"}
NO_EFFECT = {"statusReason": coded("58848006")}


@pytest.mark.parametrize(
    ("entry", "history", "expected"),
    [
        (order(DILTIAZEM), {"for": "unclear", "outcome": "ongoing"}, "used"),
        (order(DILTIAZEM, "stopped"), {"for": "unclear", "outcome": "unknown"}, "used"),
        (order(DILTIAZEM, "completed"), {"for": "unclear", "outcome": "unknown"}, "used"),
        (order(DILTIAZEM, reasonCode=[CALCINOSIS]), {"for": "calcinosis", "outcome": "ongoing"}, "used"),
        (order(DILTIAZEM, reasonCode=[{"text": "hypertension"}]), {"for": "other", "outcome": "ongoing"}, "used"),
        (
            order(DILTIAZEM, reasonCode=[{"text": "medication started"}]),
            {"for": "unclear", "outcome": "ongoing"},
            "used",
        ),
        (
            order(DILTIAZEM, "stopped", reasonCode=[CALCINOSIS], **NO_EFFECT),
            {"for": "calcinosis", "outcome": "ineffective"},
            "used",
        ),
        # Without calcinosis as its purpose, nothing is known of its effect there.
        (order(DILTIAZEM, "stopped", **NO_EFFECT), {"for": "unclear", "outcome": "unknown"}, "used"),
        (order(DILTIAZEM, "on-hold"), {"for": "unclear", "outcome": "unknown"}, "doubtful"),
        (order(DILTIAZEM, modifierExtension=[{"url": "x"}]), {"for": "unclear", "outcome": "unknown"}, "doubtful"),
        (
            order(DILTIAZEM, dispenseRequest={"validityPeriod": {"end": "2020-01-01"}}),
            {"for": "unclear", "outcome": "unknown"},
            "doubtful",
        ),
        (order(DILTIAZEM, "cancelled"), None, "ignored"),
        (order(DILTIAZEM, "draft"), None, "ignored"),
        (order(DILTIAZEM, "entered-in-error"), None, "ignored"),
        (order(DILTIAZEM, intent="proposal"), None, "ignored"),
        (order(DILTIAZEM, doNotPerform=True), None, "ignored"),
        ({**order(DILTIAZEM, "not-taken"), "resourceType": "MedicationStatement"}, None, "ignored"),
    ],
)
def test_what_was_ordered_is_a_trial_if_it_was_given(
    kb: KnowledgeBase, entry: Json, history: Json | None, expected: str
) -> None:
    reading = read(kb, entry)
    assert reading.data["history"] == ([{"therapy": "diltiazem", **history}] if history else [])
    assert reading.data["history_complete"] is False
    assert state(reading) == expected
    assert reading.data["medications_complete"] == (expected != "doubtful")


def test_yearly_orders_are_one_course(kb: KnowledgeBase) -> None:
    orders = [order(DILTIAZEM, "stopped", authoredOn=f"{year}-01-01") for year in range(2010, 2020)]
    assert len(read(kb, *orders).data["history"]) == 1


@pytest.mark.parametrize(
    ("said", "taken", "expected"),
    [
        (coded("3443", RXNORM, "Diltiazem"), ["diltiazem"], "used"),
        (
            coded("999", RXNORM, "24 HR Diltiazem Hydrochloride 120 MG Extended Release Oral Capsule [Cardizem]"),
            ["diltiazem"],
            "used",
        ),
        (coded("999", RXNORM, "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet"), ["amoxicillin"], "used"),
        (coded("A10BA02", "http://www.whocc.no/atc", "metformin"), ["antidiabetic_drug"], "used"),
        (coded("H03AA01", "http://www.whocc.no/atc", "levothyroxine sodium"), [], "recognised"),
        # One number, another system.
        (coded("3443", "http://example.org/local"), ["coded as 3443"], "unresolved"),
        # The code of one drug and the name of another.
        (coded("3443", RXNORM, "Methotrexate"), [], "unresolved"),
        (coded("3443", RXNORM, "Hydrochlorothiazide 25 MG Oral Tablet"), [], "unresolved"),
        # A name that only looks like one of ours.
        ({"text": "diltiazen"}, ["diltiazen"], "unresolved"),
        ({"text": "Hydrocortisone 10 MG/ML Topical Cream"}, [], "recognised"),
        ({"text": "timolol ophthalmic solution"}, [], "recognised"),
        ({}, [], "unresolved"),
    ],
)
def test_a_medicine_is_read_by_code_and_system_or_whole_name(
    kb: KnowledgeBase, said: Json, taken: list[str], expected: str
) -> None:
    reading = read(kb, order(said))
    assert (reading.data["medications"], state(reading)) == (taken, expected)
    assert reading.data["medications_complete"] == (expected != "unresolved")


def test_a_medicine_is_followed_to_where_it_is_told(kb: KnowledgeBase) -> None:
    there = {"resourceType": "Medication", "id": "m1", "code": DILTIAZEM}
    contained = order({}, contained=[{**there, "id": "m"}], medicationReference={"reference": "#m"})
    other = {**there, "id": "m", "code": coded("11289", RXNORM)}
    elsewhere = order({}, contained=[other], medicationReference={"reference": "https://fhir.example/r4/Medication/m1"})
    named = order({}, medicationReference={"reference": "Medication/9", "display": "diltiazem 60 mg tablet"})
    for entry in (contained, elsewhere, named):
        del entry["medicationCodeableConcept"]
        assert read(kb, there, entry).data["medications"] == ["diltiazem"]


@pytest.mark.parametrize(
    ("entry", "conditions", "complete", "expected"),
    [
        (problem(coded("66071002")), ["hepatitis_b"], True, "used"),
        (
            problem(coded("N18.30", "http://hl7.org/fhir/sid/icd-10-cm")),
            ["chronic_kidney_disease_stage_3"],
            True,
            "used",
        ),
        (problem({"text": "Hypertension (disorder)"}), ["hypertension"], True, "used"),
        (problem(coded("77386006"), "resolved"), [], True, "ignored"),
        (problem(coded("66071002"), "resolved"), ["hepatitis_b"], True, "used"),
        (problem({"text": "breast cancer"}, "remission"), ["breast_cancer"], True, "used"),
        (problem(coded("66071002"), verificationStatus=coded("refuted")), [], True, "ignored"),
        (problem(coded("66071002"), verificationStatus=coded("entered-in-error")), [], True, "ignored"),
        (
            problem(coded("66071002"), verificationStatus=coded("provisional")),
            ["suspected Hepatitis B"],
            True,
            "doubtful",
        ),
        (problem({"text": "Family history of osteoporosis"}), [], True, "recognised"),
        (problem({"text": "Frobnication syndrome"}), ["Frobnication syndrome"], False, "unresolved"),
        (problem(coded("77386006"), onsetDateTime="2026-03-01"), ["pregnancy"], True, "used"),
        (problem({"text": "sepsis"}, onsetDateTime="2026-01-03"), ["suspected Sepsis"], True, "doubtful"),
        (problem({"text": "sepsis"}, onsetDateTime="1971-09-03"), [], True, "doubtful"),
        (
            problem(coded("no-known-problems", "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips")),
            [],
            True,
            "used",
        ),
    ],
)
def test_a_condition_holds_if_it_is_present_and_sure(
    kb: KnowledgeBase, entry: Json, conditions: list[str], complete: bool, expected: str
) -> None:
    reading = read(kb, entry, who=WHO | {"birthDate": "1990-05-01"})
    assert set(conditions) <= set(reading.data["conditions"])
    assert bool(conditions) == bool(reading.data["conditions"])
    assert (reading.data["conditions_complete"], state(reading)) == (complete, expected)


def test_a_pregnancy_that_cannot_be_is_left_open(kb: KnowledgeBase) -> None:
    old = problem(coded("77386006"), onsetDateTime="2015-01-01")
    assert kb.reader.mapping(read(kb, old).data).pregnant is None
    man = WHO | {"gender": "male"}
    assert kb.reader.mapping(read(kb, problem(coded("77386006")), who=man).data).pregnant is None
    for year, pregnant in (("1965", None), ("1990", True), ("2020", None)):
        woman = WHO | {"birthDate": f"{year}-05-01"}
        assert kb.reader.mapping(read(kb, problem(coded("77386006")), who=woman).data).pregnant is pregnant


def test_one_entry_may_be_two_diseases(kb: KnowledgeBase) -> None:
    icd = "http://hl7.org/fhir/sid/icd-10-cm"
    both = {"coding": [{"system": icd, "code": "E10.22"}, {"system": icd, "code": "N18.6"}]}
    found = read(kb, problem(both)).data["conditions"]
    assert {"diabetes_mellitus", "chronic_kidney_disease_stage_5"} <= set(found)


def test_a_list_that_was_not_sent_is_unknown(kb: KnowledgeBase) -> None:
    nothing = read(kb, searched=()).data
    assert not {"conditions", "medications", "allergies", "history"} & nothing.keys()
    none = read(kb).data
    assert (none["conditions"], none["medications"], none["allergies"], none["history"]) == ([], [], [], [])
    patient = kb.reader.mapping(none)
    assert (patient.history_complete, patient.medications_complete, patient.allergies_complete) == (False, True, True)


def allergy(said: Json, **more: Any) -> Json:
    return {"resourceType": "AllergyIntolerance", "code": said, **more}


@pytest.mark.parametrize(
    ("entries", "allergies", "complete"),
    [
        ([allergy(coded("716186003"))], [], True),
        ([allergy({"text": "PENICILLINS"})], ["penicillin"], True),
        ([allergy(coded("10831", RXNORM, "Sulfamethoxazole / Trimethoprim"))], ["trimethoprim_sulfamethoxazole"], True),
        ([allergy({"text": "Allergy to grass pollen"})], [], True),
        ([allergy({"text": "Xyzzy"})], ["Xyzzy"], False),
        ([allergy(coded("716186003")), allergy({"text": "penicillin"})], ["penicillin"], False),
        ([allergy({"text": "penicillin"}, verificationStatus=coded("refuted"))], None, True),
        ([allergy(coded("429625007"))], None, True),
        ([allergy(coded("no-allergy-info"))], None, True),
    ],
)
def test_allergies_to_drugs_are_told_from_denials(
    kb: KnowledgeBase, entries: list[Json], allergies: list[str] | None, complete: bool
) -> None:
    data = read(kb, *entries).data
    assert data.get("allergies") == allergies
    assert data.get("allergies_complete", True) == complete


@pytest.mark.parametrize(
    ("entry", "labs", "expected"),
    [
        (result("33914-3", **quantity(28, "mL/min/{1.73_m2}")), {"egfr": 28.0}, "used"),
        (result("2160-0", **quantity(88.4, "umol/L")), {"creatinine": 1.0}, "used"),
        (result("6301-6", **quantity(2.5, "{INR}")), {"inr": 2.5}, "used"),
        (result("5195-3", valueCodeableConcept=coded("10828004")), {"hbsag": "positive"}, "used"),
        (result("5195-3", valueCodeableConcept=coded("260415000")), {"hbsag": "negative"}, "used"),
        (result("5195-3", valueString="Non-reactive"), {"hbsag": "negative"}, "used"),
        (
            result("85354-9", component=[{"code": coded("8480-6", LOINC), **quantity(150, "mm[Hg]")}]),
            {"systolic_blood_pressure": 150.0},
            "used",
        ),
        (result("33914-3", **quantity(28, "furlongs")), {}, "unresolved"),
        (result("33914-3", **quantity(60, "mL/min/{1.73_m2}", comparator=">")), {"egfr": 60.0}, "used"),
        (result("33914-3", **quantity(60, "mL/min/{1.73_m2}", comparator="ad")), {}, "doubtful"),
        (result("33914-3", valueString=">60 mL/min"), {"egfr": 60.0}, "used"),
        (
            result("17861-6", valueQuantity={"value": 2.4, "unit": "mg/dL", "code": "mmol/L", "system": UCUM}),
            {},
            "doubtful",
        ),
        (result("33914-3", status="preliminary", **quantity(28, "mL/min/{1.73_m2}")), {}, "ignored"),
        (result("33914-3", effectiveDateTime="2024-01-01", **quantity(28, "mL/min/{1.73_m2}")), {}, "ignored"),
        (result("33914-3", effectiveDateTime="2030-01-01", **quantity(28, "mL/min/{1.73_m2}")), {}, "doubtful"),
        (result("1234-4", **quantity(28, "mg/dL")), {}, "recognised"),
        ({**result(""), "code": {"text": "Creatinine"}, **quantity(1, "mg/dL")}, {}, "unresolved"),
    ],
)
def test_a_result_is_read_by_its_code_and_unit(kb: KnowledgeBase, entry: Json, labs: Json, expected: str) -> None:
    reading = read(kb, entry)
    understood = kb.reader.mapping(reading.data).labs
    assert {
        name: one.finding or round(one.value or 0, 2)
        for name, one in understood.items()
        if not one.note or name in labs
    } == labs
    assert state(reading) == expected


def test_the_latest_result_that_can_be_read_counts(kb: KnowledgeBase) -> None:
    days = ("2026-02-01", "2026-04-01", "2026-03-01")
    results = [
        result("33914-3", effectiveDateTime=day, **quantity(n + 20, "mL/min/{1.73_m2}")) for n, day in enumerate(days)
    ]
    unreadable = result("33914-3", effectiveDateTime="2026-05-01", **quantity(99, "furlongs"))
    assert read(kb, *results, unreadable).data["labs"]["egfr"]["value"] == 21


@pytest.mark.parametrize(
    ("birth", "age"),
    [("1963-05-01", 63), ("1963-06-02", 62), ("2025-12", 0.42), ("1963", 62), ("2027-01-01", None), ("x", None)],
)
def test_the_age_is_that_on_the_day_of_reading(kb: KnowledgeBase, birth: str, age: float | None) -> None:
    assert read(kb, who=WHO | {"birthDate": birth}).data["patient"]["age"] == age


def test_a_gender_that_is_no_sex_leaves_it_open(kb: KnowledgeBase) -> None:
    assert read(kb, who=WHO | {"gender": "other"}).data["patient"]["sex"] is None


def test_what_is_of_another_patient_is_not_read(kb: KnowledgeBase) -> None:
    reading = read(
        kb,
        order(DILTIAZEM, subject={"reference": "Patient/p2"}),
        order(DILTIAZEM, subject={"reference": "urn:uuid:p2"}),
    )
    assert reading.data["history"] == []
    assert [entry.why for entry in reading.account.of("MedicationRequest")] == ["of a patient who is not here"] * 2
    own = read(kb, order(DILTIAZEM, subject={"reference": "https://fhir.example/Patient/p1"}))
    assert own.data["medications"] == ["diltiazem"]


@pytest.mark.parametrize(
    ("entry", "history", "conditions", "expected"),
    [
        ({"status": "completed", "code": coded("133864008")}, ["extracorporeal_shock_wave_lithotripsy"], [], "used"),
        ({"status": "not-done", "code": coded("133864008")}, [], [], "ignored"),
        (
            {"status": "completed", "code": {"text": "Renal dialysis (procedure)"}, "performedDateTime": "2026-05-20"},
            [],
            ["dialysis"],
            "used",
        ),
        (
            {"status": "completed", "code": {"text": "Renal dialysis (procedure)"}, "performedDateTime": "2010-05-20"},
            [],
            [],
            "recognised",
        ),
        ({"status": "completed", "code": {"text": "Documentation of current medications"}}, [], [], "recognised"),
        ({"status": "completed", "code": {"text": "Frobnication of the spleen"}}, [], [], "unresolved"),
    ],
)
def test_a_procedure_is_a_trial_or_shows_a_condition(
    kb: KnowledgeBase, entry: Json, history: list[str], conditions: list[str], expected: str
) -> None:
    reading = read(kb, {"resourceType": "Procedure", **entry})
    assert [trial["therapy"] for trial in reading.data["history"]] == history
    assert (reading.data["conditions"], state(reading)) == (conditions, expected)


@pytest.mark.slow
@pytest.mark.parametrize(
    "value", [None, 3, "x", [], {}, [None, 3], {"coding": 3}, {"coding": [{"code": []}]}, {"reference": 5}, True]
)
def test_whatever_a_field_holds_it_is_read_or_told(kb: KnowledgeBase, value: Any) -> None:
    fields = (
        "id", "code", "status", "clinicalStatus", "verificationStatus", "subject", "medicationReference", "medicationCodeableConcept",
        "contained", "reasonCode", "reasonReference", "statusReason", "dosageInstruction", "dispenseRequest", "effectiveDateTime",
        "valueQuantity", "valueCodeableConcept", "component", "interpretation", "referenceRange", "performedDateTime", "reaction",
        "birthDate", "gender", "onsetDateTime", "modifierExtension",
    )  # fmt: skip
    whole = {
        "Condition": problem(coded("66071002")),
        "MedicationRequest": order(DILTIAZEM),
        "Procedure": {"status": "completed", "code": coded("133864008")},
        "AllergyIntolerance": allergy({"text": "penicillin"}),
        "Observation": result("33914-3", **quantity(28, "mL/min/{1.73_m2}")),
    }
    entries = [{**one, "resourceType": kind, field: value} for kind, one in whole.items() for field in fields]
    read(
        kb,
        *entries,
        {"resourceType": value},
        who=WHO | {"birthDate": value, "gender": value, "deceasedDateTime": value},
    )
