"""Entries about medicines are read as a careful reader takes them: what was given, what is taken, which drug, how much, what for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.facts import patient_facts
from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.knowledge.wordlist import WordList
from calcinosis_kb.patients.account import Entry
from calcinosis_kb.patients.fhir.bundle import resources
from calcinosis_kb.patients.fhir.concept import Coding, Concept
from calcinosis_kb.patients.fhir.drugs import drug
from calcinosis_kb.patients.fhir.reader import read_record
from calcinosis_kb.patients.fhir.record import Record
from calcinosis_kb.patients.record_reading import RecordReading

TODAY = date(2026, 6, 1)
SNOMED, RXNORM, ATC = (
    "http://snomed.info/sct",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://www.whocc.no/atc",
)

Json = dict[str, Any]


def read(kb: KnowledgeBase, *entries: Json) -> RecordReading:
    """Read the entries of a record of one patient; each is accounted for, and the patient file can be read."""
    who = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1963-05-01"}
    numbered = [{"id": f"e{n}", **entry} for n, entry in enumerate(entries)]
    searched = frozenset({"Condition", "MedicationRequest"})
    reading = read_record(Record(tuple(resources([who, *numbered])), searched), "p1", kb.names, TODAY)
    assert len(reading.account.entries) == len(entries) + 1
    kb.reader.mapping(reading.data)
    given = {(where, word) for entry in reading.account.entries for where, word in entry.gave}
    assert {("medications", word) for word in reading.data["medications"]} - {
        ("medications", one) for one in reading.data["medications"] if kb.names.drug(one) is None
    } <= given
    assert {("history", trial["therapy"]) for trial in reading.data["history"]} <= given
    return reading


def entry(reading: RecordReading, n: int = -1) -> Entry:
    return reading.account.entries[n]


def coding(system: str, *codes: str, text: str = "") -> Json:
    said: Json = {"coding": [{"system": system, "code": code} for code in codes]}
    return said | ({"text": text} if text else {})


def order(said: Json | str, status: str = "active", **more: Any) -> Json:
    concept = {"text": said} if isinstance(said, str) else said
    fixed = {"resourceType": "MedicationRequest", "intent": "order", "authoredOn": "2026-05-20"}
    return fixed | {"status": status, "medicationCodeableConcept": concept} | more


def statement(said: Json | str, status: str = "active", **more: Any) -> Json:
    return {k: v for k, v in order(said, status, **more).items() if k not in ("intent", "authoredOn")} | {
        "resourceType": "MedicationStatement"
    }


def dispense(said: str, when: str, days: int | None = None, **more: Any) -> Json:
    fixed = {"resourceType": "MedicationDispense", "status": "completed", "medicationCodeableConcept": {"text": said}}
    return fixed | {"whenHandedOver": when} | ({"daysSupply": {"value": days, "unit": "d"}} if days else {}) | more


def administration(said: str, when: str, **more: Any) -> Json:
    fixed = {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medicationCodeableConcept": {"text": said},
    }
    return fixed | {"effectiveDateTime": when} | more


def daily(frequency: float = 1, period: float = 1, each: str = "d", /, **quantity: Any) -> Json:
    repeat = {"frequency": frequency, "period": period, "periodUnit": each}
    return {"dosageInstruction": [{"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": quantity}]}]}


CALCINOSIS = {"reasonCode": [{"text": "calcinosis cutis"}]}


@pytest.mark.parametrize("status", ["cancelled", "draft", "entered-in-error", "not-taken", "intended"])
def test_what_was_never_given_is_told_with_its_status(kb: KnowledgeBase, status: str) -> None:
    reading = read(kb, statement("diltiazem", status))
    assert (reading.data["history"], reading.data["medications"]) == ([], [])
    assert (entry(reading).state, entry(reading).named, bool(entry(reading).why)) == ("ignored", "diltiazem", True)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"status": "preparation"}, "not handed over"),
        ({"status": "declined"}, "declined"),
    ],
)
def test_what_was_not_handed_over_is_no_medicine(kb: KnowledgeBase, more: Json, why: str) -> None:
    reading = read(kb, dispense("diltiazem", "2026-05-20", 30, **more))
    assert (reading.data["history"], entry(reading).why) == ([], why)


@pytest.mark.parametrize(
    "body",
    [
        order("diltiazem", authoredOn="2026-07-01"),
        statement("diltiazem", effectivePeriod={"start": "2026-06-15"}),
        order("diltiazem", dosageInstruction=[{"timing": {"repeat": {"boundsPeriod": {"start": "2026-08-01"}}}}]),
    ],
)
def test_what_begins_after_the_day_of_reading_is_a_plan(kb: KnowledgeBase, body: Json) -> None:
    reading = read(kb, body)
    assert (reading.data["history"], reading.data["medications"], entry(reading).state) == ([], [], "ignored")


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        (order("diltiazem", authoredOn="1957-01-01"), True),
        (statement("diltiazem", effectivePeriod={"start": "2020", "end": "2030"}), True),
        (statement("diltiazem", effectivePeriod={"start": "2020", "end": "2026-04-01"}), True),
        (statement("diltiazem", effectivePeriod={"start": "2020", "end": "2026-01-01"}), False),
        (order("diltiazem", authoredOn="2025-01-01", dispenseRequest={"expectedSupplyDuration": {"value": 30, "code": "d"}}), False),
        (order("diltiazem", authoredOn="2025-01-01",
               dispenseRequest={"numberOfRepeatsAllowed": 15, "expectedSupplyDuration": {"value": 30, "code": "d"}}), True),
    ],
)  # fmt: skip
def test_an_active_order_holds_until_its_own_end_lies_far_back(kb: KnowledgeBase, body: Json, taken: bool) -> None:
    reading = read(kb, body)
    assert (reading.data["medications"] == ["diltiazem"]) == taken
    assert reading.data["medications_complete"] == taken
    assert entry(reading).state == ("used" if taken else "doubtful")
    assert len(reading.data["history"]) == 1


@pytest.mark.parametrize(
    ("earlier", "later", "taken", "whole", "outcome"),
    [
        ("active", "on-hold", False, False, "unknown"),
        ("active", "stopped", False, True, "unknown"),
        ("on-hold", "active", True, True, "ongoing"),
        ("stopped", "active", True, True, "ongoing"),
        ("active", "entered-in-error", True, True, "ongoing"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_statements_about_one_medicine_the_latest_holds(
    kb: KnowledgeBase, earlier: str, later: str, taken: bool, whole: bool, outcome: str, turned: bool
) -> None:
    told = [
        statement("diltiazem", earlier, dateAsserted="2026-02-01"),
        statement("diltiazem", later, dateAsserted="2026-05-20"),
    ]
    data = read(kb, *(told[::-1] if turned else told)).data
    assert (data["medications"] == ["diltiazem"], data["medications_complete"]) == (taken, whole)
    assert [trial["outcome"] for trial in data["history"]] == [outcome]


@pytest.mark.parametrize(
    "other",
    [
        order("diltiazem", "stopped"),
        statement("diltiazem 60 mg", "stopped", dateAsserted="2026-05-20"),
        statement("diltiazem", "completed", effectivePeriod={"start": "2026-03-01", "end": "2026-04-01"}),
        statement("diltiazem", "stopped"),
    ],
)
def test_what_ends_another_course_does_not_end_this_one(kb: KnowledgeBase, other: Json) -> None:
    assert read(kb, statement("diltiazem", dateAsserted="2026-02-01"), other).data["medications"] == ["diltiazem"]


@pytest.mark.parametrize("status", ["on-hold", "unknown", "banana", ""])
def test_a_medicine_of_which_nobody_says_whether_it_is_taken_leaves_the_list_open(
    kb: KnowledgeBase, status: str
) -> None:
    reading = read(kb, order("diltiazem", status))
    assert (reading.data["medications"], reading.data["medications_complete"]) == ([], False)
    assert reading.data["history"] == [{"therapy": "diltiazem", "for": "unclear", "outcome": "unknown"}]
    none_of_ours = read(kb, order("levothyroxine", status))
    assert (none_of_ours.data["medications_complete"], entry(none_of_ours).state) == (True, "recognised")


@pytest.mark.parametrize(
    ("reason", "why", "outcome"),
    [
        (coding(SNOMED, "58848006"), CALCINOSIS, "ineffective"),
        ({"text": "lack of efficacy"}, CALCINOSIS, "ineffective"),
        ({"text": "adverse reaction"}, CALCINOSIS, "not_tolerated"),
        ({"text": "moved away"}, CALCINOSIS, "unknown"),
        (coding(SNOMED, "58848006"), {}, "unknown"),
        (coding(SNOMED, "58848006"), {"reasonCode": [{"text": "hypertension"}]}, "unknown"),
    ],
)
def test_an_outcome_is_known_only_by_a_reason_and_only_in_calcinosis(
    kb: KnowledgeBase, reason: Json, why: Json, outcome: str
) -> None:
    history = read(kb, order("diltiazem", "stopped", statusReason=reason, **why)).data["history"]
    assert [trial["outcome"] for trial in history] == [outcome]


@pytest.mark.parametrize(
    ("more", "purpose"),
    [
        ({}, "unclear"),
        (CALCINOSIS, "calcinosis"),
        ({"reasonCode": [{"text": "Raynaud phenomenon"}]}, "other"),
        ({"reasonCode": [{"text": "medication started"}]}, "unclear"),
        ({"reasonReference": [{"reference": "Condition/elsewhere", "display": "hypertension"}]}, "other"),
        ({"reasonReference": [{"reference": "Condition/elsewhere"}]}, "unclear"),
        ({"reason": [{"concept": {"text": "calcinosis cutis"}}]}, "calcinosis"),
    ],
)
def test_a_purpose_is_what_the_reasons_say(kb: KnowledgeBase, more: Json, purpose: str) -> None:
    assert [trial["for"] for trial in read(kb, order("diltiazem", **more)).data["history"]] == [purpose]


def test_orders_dispenses_administrations_and_statements_of_a_drug_are_one_course(kb: KnowledgeBase) -> None:
    first = order("diltiazem", "completed", id="o1", authoredOn="2025-01-01", **CALCINOSIS)
    linked = {"authorizingPrescription": [{"reference": "MedicationRequest/o1"}]}
    reading = read(
        kb,
        first,
        dispense("diltiazem", "2025-01-02", 30, **linked),
        dispense("diltiazem", "2025-02-10", 30, **linked),
        administration("diltiazem", "2025-03-01"),
        statement("diltiazem", "completed", effectivePeriod={"start": "2025-01-02", "end": "2025-03-12"}),
    )
    (course,) = reading.data["history"]
    assert (course["therapy"], course["for"], course["outcome"]) == ("diltiazem", "calcinosis", "unknown")
    assert len(reading.account.giving("history", "diltiazem")) == 5


def test_a_use_for_no_stated_purpose_long_before_is_a_course_of_its_own(kb: KnowledgeBase) -> None:
    early = order("diltiazem", "stopped", authoredOn="2010-01-01")
    late = order("diltiazem", "stopped", authoredOn="2020-01-01", reasonCode=[{"text": "hypertension"}])
    assert {trial["for"] for trial in read(kb, early, late).data["history"]} == {"unclear", "other"}


@pytest.mark.parametrize(
    ("entries", "months"),
    [
        ([dispense("diltiazem", "2025-01-01", 30), dispense("diltiazem", "2025-02-20", 30)], 2.7),  # a gap of 20 days is closed
        ([dispense("diltiazem", "2025-01-01", 30), dispense("diltiazem", "2025-06-01", 60)], 2.0),  # the longer of two parts
        ([dispense("diltiazem", "2025-01-01", 30), dispense("diltiazem", "2025-02-20")], None),
        ([order("diltiazem", "stopped", authoredOn=f"{year}-01-01") for year in (2010, 2011)], None),
        ([order("diltiazem", "stopped", authoredOn="2025-01-01"), dispense("diltiazem", "2025-01-01", 90)], 3.0),
        ([statement("diltiazem", "completed", effectivePeriod={"start": "2024-01-01", "end": "2024-12-31"})], 12.0),
        ([statement("diltiazem", effectivePeriod={"start": "2024-01-01"})], None),
    ],
)  # fmt: skip
def test_months_come_only_from_stated_ends_or_supply(
    kb: KnowledgeBase, entries: list[Json], months: float | None
) -> None:
    (course,) = read(kb, *entries).data["history"]
    assert course.get("months") == (months if months is None else pytest.approx(months, abs=0.1))


@pytest.mark.parametrize(
    ("body", "taken", "complete"),
    [
        (dispense("diltiazem", "2026-05-20", 30), True, True),
        (dispense("diltiazem", "2026-04-20", 30), False, False),
        (dispense("diltiazem", "2025-04-20", 30), False, True),
        (administration("diltiazem", "2026-05-30"), False, False),
        (administration("diltiazem", "2026-05-30", status="in-progress"), True, True),
        (administration("diltiazem", "2024-05-30"), False, True),
        (administration("diltiazem", "2024-05-30", status="not-done"), False, True),
    ],
)
def test_what_was_handed_over_is_taken_while_it_lasts(
    kb: KnowledgeBase, body: Json, taken: bool, complete: bool
) -> None:
    reading = read(kb, body)
    assert (bool(reading.data["medications"]), reading.data["medications_complete"]) == (taken, complete)


def test_a_medicine_is_found_in_all_five_places(kb: KnowledgeBase) -> None:
    product = {"resourceType": "Medication", "id": "m1", "code": coding(RXNORM, "3443")}
    nothing = order("")
    del nothing["medicationCodeableConcept"]
    bodies = [
        order(coding(RXNORM, "3443")),
        nothing | {"medicationReference": {"reference": "Medication/m1"}},
        nothing | {"contained": [product | {"id": "m"}], "medicationReference": {"reference": "#m"}},
        nothing | {"medicationReference": {"reference": "Medication/lost", "display": "diltiazem 60 mg tablet"}},
        order("diltiazem 60 mg tablet"),
    ]
    for body, by_name in zip(bodies, (False, False, False, True, True), strict=True):
        reading = read(kb, product, body)
        assert reading.data["medications"] == ["diltiazem"]
        assert ("by name" in entry(reading).why) == by_name


def test_a_product_without_a_code_is_its_ingredients(kb: KnowledgeBase) -> None:
    items = [{"itemCodeableConcept": {"text": name}} for name in ("amlodipine", "Frobnicol")]
    product = {"resourceType": "Medication", "id": "m", "ingredient": items}
    body = {"resourceType": "MedicationRequest", "status": "active", "medicationReference": {"reference": "#m"}}
    reading = read(kb, body | {"contained": [product]})
    assert reading.data["medications"] == ["amlodipine", "Frobnicol"]
    assert (reading.data["medications_complete"], entry(reading).state) == (False, "used")


@pytest.mark.parametrize(
    ("name", "more", "dose"),
    [
        ("diltiazem", daily(2, value=60, unit="mg"), "120 mg daily"),
        ("diltiazem", daily(1, 8, "h", value=60, unit="MG", system="http://unitsofmeasure.org", code="MG"), "180 mg daily"),
        ("colchicine", daily(1, value=500, unit="MCG"), "0.5 mg daily"),
        ("methotrexate", daily(1, 1, "wk", value=15, unit="mg"), "15 mg weekly"),
        ("methotrexate", daily(1, 2, "wk", value=15, unit="mg"), "15 mg every 2 weeks"),
        ("cycloSPORINE 50 MG Oral Capsule", daily(1, value=1), "50 mg daily"),
        ("diltiazem 60 mg tablet", daily(3, value=2, unit="tablet", code="1"), "360 mg daily"),
        ("diltiazem", daily(1, value=1, unit="tablet"), None),  # a tablet of no stated strength
        ("Methotrexate 10 MG Oral Tablet", {}, None),  # a strength is no dose
        ("Amlodipine 5 MG / Benazepril 10 MG Oral Capsule", daily(1, value=1), None),
        ("diltiazem 5 MG/ML Oral Solution", daily(1, value=1), None),
        ("diltiazem", daily(1, value=1, unit="428673006", code="428673006", system=SNOMED), None),
        ("diltiazem", {"dosageInstruction": [{"text": "10 mg morgen og 10 mg nat"}]}, None),
        ("diltiazem", {"dosageInstruction": [{"timing": {"repeat": {"count": 1, "periodUnit": "d"}},
                                              "doseAndRate": [{"doseQuantity": {"value": 60, "unit": "mg"}}]}]}, None),
        ("diltiazem", {"dosageInstruction": [{"timing": {"repeat": {"timeOfDay": ["08:00:00", "18:00:00"]}},
                                              "doseAndRate": [{"doseQuantity": {"value": 60, "unit": "mg"}}]}]}, "120 mg daily"),
    ],
)  # fmt: skip
def test_a_dose_comes_from_structured_dosages_alone(kb: KnowledgeBase, name: str, more: Json, dose: str | None) -> None:
    reading = read(kb, order(name, **more))
    assert reading.data["history"][0].get("dose") == dose


def test_amounts_of_one_dose_are_not_added(kb: KnowledgeBase) -> None:
    amounts = [("calculated", 10.4), ("ordered", 10), ("administered", 1)]
    rates = [{"type": {"text": kind}, "doseQuantity": {"value": value, "unit": "mg"}} for kind, value in amounts]
    dosage = {"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}, "doseAndRate": rates}
    reading = read(kb, order("prednisone", dosageInstruction=[dosage]))
    assert reading.data["history"][0]["dose"] == "10 mg daily"


def test_words_of_a_dose_are_kept_in_the_account(kb: KnowledgeBase) -> None:
    reading = read(kb, order("diltiazem", dosageInstruction=[{"text": "10 mg morgen og 10 mg nat"}]))
    assert "10 mg morgen og 10 mg nat" in entry(reading).why


@pytest.mark.parametrize(
    ("said", "taken", "state"),
    [
        # Several codings, one drug: any of ours decides.
        (coding(RXNORM, "99999999", "3443"), ["diltiazem"], "used"),
        # Two different drugs of ours, or a code and a text that disagree.
        (coding(RXNORM, "3443", "11289"), [], "unresolved"),
        (coding(RXNORM, "6851", text="Diltiazem 60 MG Oral Tablet"), [], "unresolved"),
        (coding(RXNORM, "17767", "83367", text="amlodipine / atorvastatin"), ["amlodipine", "atorvastatin"], "used"),
        # A number of another system under the address of RxNorm.
        (coding(RXNORM, "387458008"), ["coded as 387458008"], "unresolved"),
        # Combinations: each ingredient.
        ({"text": "Calcium carbonate 500 mg / Cholecalciferol 400 IU tablet"}, ["calcium_supplement", "vitamin_d"], "used"),
        ({"text": "amlodipine/atorvastatin 5 mg/10 mg"}, ["amlodipine", "atorvastatin"], "used"),
        # Salts are not the ion.
        ({"text": "atorvastatin calcium 20 mg"}, ["atorvastatin"], "used"),
        ({"text": "Esomeprazole magnesium 20 mg capsule"}, ["proton_pump_inhibitor"], "used"),
        ({"text": "Calcium frobnate 500 mg special"}, ["Calcium frobnate 500 mg special"], "unresolved"),
        # Local forms are not the systemic treatment.
        ({"text": "Hydrocortisone 10 MG/ML Topical Cream"}, [], "recognised"),
        ({"text": "120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler"}, [], "recognised"),
        ({"text": "Timolol Augentropfen"}, [], "recognised"),
        (coding(ATC, "S01ED01", text="Timolol"), [], "recognised"),
        (coding(ATC, "D11AH01", text="Protopic"), [], "recognised"),
        (coding(ATC, "D05BB02"), ["acitretin"], "used"),
        ({"text": "fluticasone-salmeterol 250-50 mcg/dose inhaler"}, [], "recognised"),
        # A form that is swallowed or injected leaves one treatment, or several.
        ({"text": "dexamethasone 4 mg tablet"}, ["systemic_corticosteroids"], "used"),
        (coding(RXNORM, "99999999", text="Dexamethasone 4 MG Oral Tablet"), ["systemic_corticosteroids"], "used"),
        ({"text": "dexamethasone"}, ["dexamethasone"], "unresolved"),
        ({"text": "budesonide 3 mg capsule"}, [], "recognised"),
        ({"text": "triamcinolone 40 mg/ml injection"}, ["triamcinolone 40 mg/ml"], "unresolved"),
        ({"text": "Prednisolone 5mg gastro-resistant tablets"}, ["systemic_corticosteroids"], "used"),
        # A class that counts in any form.
        ({"text": "Etonogestrel 68 MG Drug Implant"}, ["hormonal_contraceptive"], "used"),
        (coding(ATC, "G02BB01"), ["hormonal_contraceptive"], "used"),
        ({"text": "nitroglycerin ointment"}, ["nitrate"], "used"),
        # An injection is not one into a deposit.
        ({"text": "50 ML sodium thiosulfate 250 MG/ML Injection"}, ["sodium_thiosulfate"], "used"),
        # Several codes of ATC a drug.
        (coding(ATC, "N02BA01"), ["aspirin"], "used"),
        (coding(ATC, "B01AC06"), ["aspirin"], "used"),
        # Excipients.
        ({"text": "Frobnicol, contains sodium citrate"}, ["Frobnicol, contains sodium citrate"], "unresolved"),
        # Denials, and what is not the drug.
        ({"text": "No methotrexate"}, [], "recognised"),
        ({"text": "methotrexate level monitoring"}, ["methotrexate level monitoring"], "unresolved"),
        ({"text": "aspirin-free Frobnicol"}, ["aspirin-free Frobnicol"], "unresolved"),
        # A name among other words.
        ({"text": "Diltiazem Sandoz 90 mg Retardkapseln, N3"}, ["diltiazem"], "used"),
        # Component, pack and branded codes of RxNorm without a name.
        (coding(RXNORM, "858069"), ["colchicine"], "used"),
        (coding(RXNORM, "897718"), ["verapamil"], "used"),
        (coding(RXNORM, "855332"), ["warfarin"], "used"),
        ({"text": "Acme Frobnicol with paracetamol"}, ["Acme Frobnicol with paracetamol"], "unresolved"),
        # Known by its group of ATC only.
        (coding(ATC, "C09BB99", text="Frobnipril"), ["ace_inhibitor", "calcium_channel_blocker"], "used"),
        (coding(ATC, "L04AX07", text="Skilarence"), ["immunosuppressant"], "used"),
        (coding(ATC, "C07AB99", text="Frobnolol"), ["beta_blocker"], "used"),
        (coding(ATC, "J07BB02", text="Vaxigriptetra"), ["vaccine"], "used"),
        (coding(ATC, "H03AA01", text="Frobnoxin"), [], "recognised"),
        (coding(ATC, "L04AX05", text="Frobnidone"), [], "recognised"),
        # No group says what it is.
        (coding(ATC, "N05AH99", text="Frobnapine"), ["Frobnapine"], "unresolved"),
        (coding(RXNORM, "99999999", text="Frobnapine"), ["Frobnapine"], "unresolved"),
        # The group of the code and the name disagree.
        (coding(ATC, "C07AB99", text="Methotrexate"), [], "unresolved"),
        # What is none of ours.
        ({"text": "levothyroxine"}, [], "recognised"),
    ],
)  # fmt: skip
def test_a_medicine_is_what_its_codes_and_names_say(
    kb: KnowledgeBase, said: Json, taken: list[str], state: str
) -> None:
    reading = read(kb, order(said))
    assert (sorted(reading.data["medications"]), entry(reading).state) == (sorted(taken), state)
    assert reading.data["medications_complete"] == (state != "unresolved")


@pytest.mark.parametrize("code", ["L04", "L04A", "L04AX07", "C07", "M05BA", "M05BA99"])
def test_a_group_of_atc_is_a_class_that_is_taken_and_no_trial(kb: KnowledgeBase, code: str) -> None:
    active, over = read(kb, order(coding(ATC, code))), read(kb, order(coding(ATC, code), "stopped"))
    assert active.data["history"] == over.data["history"] == []
    assert active.data["medications"] and over.data["medications"] == []
    assert entry(active).state == "used"


def test_an_unnamed_drug_of_a_class_that_was_taken_is_told(kb: KnowledgeBase) -> None:
    assert entry(read(kb, order(coding(ATC, "L04A"), "stopped"))).state == "doubtful"
    assert entry(read(kb, order(coding(ATC, "L04AX07"), "stopped"))).state == "recognised"


def test_the_form_and_the_route_decide_which_treatment_it_is(kb: KnowledgeBase) -> None:
    product = {"resourceType": "Medication", "id": "m", "code": {"text": "hydrocortisone"}, "form": {"text": "cream"}}
    by_form = {"resourceType": "MedicationStatement", "status": "active", "medicationReference": {"reference": "#m"}}
    reading = read(kb, by_form | {"contained": [product]})
    assert (reading.data["medications"], entry(reading).state) == ([], "recognised")
    eye: Json = {"dosage": [{"route": coding(SNOMED, "54485002")}]}
    assert read(kb, statement("timolol", **eye)).data["medications"] == []
    vein: Json = {"dosage": [{"route": {"text": "Intravenous"}}]}
    assert [t["therapy"] for t in read(kb, statement("sodium thiosulfate", **vein)).data["history"]] == [
        "sodium_thiosulfate_iv"
    ]


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        ({"status": "recorded", "adherence": {"code": coding("x", "taking-as-directed")}}, True),
        ({"status": "recorded", "adherence": {"code": coding("x", "not-taking")}}, False),
        ({"status": "active", "taken": "n"}, False),
        ({"status": "active", "taken": "y"}, True),
    ],
)
def test_statements_of_other_versions_are_read(kb: KnowledgeBase, body: Json, taken: bool) -> None:
    newer = {"resourceType": "MedicationStatement", "medication": {"concept": {"text": "diltiazem"}}}
    assert bool(read(kb, newer | body).data["medications"]) == taken


def test_no_known_medicines_is_an_empty_list_and_no_information_is_none(kb: KnowledgeBase) -> None:
    absent = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
    none = read(kb, statement(coding(absent, "no-known-medications"), "unknown"))
    assert (none.data["medications"], none.data["medications_complete"], none.data["history_complete"]) == (
        [],
        True,
        False,
    )
    assert "medications" not in read_without_list(kb, statement(coding(absent, "no-medication-info"), "unknown"))
    later = statement(coding(absent, "no-medication-info"), "active", effectiveDateTime="2030-01-01")
    assert "medications" not in read_without_list(kb, later)
    snomed = read(kb, statement(coding("http://snomed.info/sct", "787481004"), "active"))
    assert (snomed.data["medications"], snomed.data["medications_complete"]) == ([], True)


def read_without_list(kb: KnowledgeBase, *entries: Json) -> Json:
    who = {"resourceType": "Patient", "id": "p1"}
    record = Record(tuple(resources([who, *entries])), frozenset({"MedicationStatement"}))
    return read_record(record, "p1", kb.names, TODAY).data


@pytest.mark.parametrize(
    ("vaccine", "when", "taken", "state"),
    [
        ("MMR vaccine", "2026-05-20", ["live_vaccine"], "used"),
        ("MMR vaccine", "2020-05-20", [], "recognised"),
        ("influenza vaccine", "2026-05-20", [], "recognised"),
        ("Frobnivax", "2026-05-20", ["unnamed vaccine"], "doubtful"),
        ("Frobnivax", "2010-05-20", [], "recognised"),
    ],
)
def test_a_vaccination_is_done_and_only_a_recent_live_one_matters(
    kb: KnowledgeBase, vaccine: str, when: str, taken: list[str], state: str
) -> None:
    done = {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": {"text": vaccine},
        "occurrenceDateTime": when,
    }
    reading = read(kb, done)
    assert (reading.data["medications"], entry(reading).state) == (taken, state)
    assert reading.data["medications_complete"]


def test_a_recent_vaccination_that_was_not_understood_may_be_a_live_one(kb: KnowledgeBase) -> None:
    vaccine = {"resourceType": "Immunization", "status": "completed", "occurrenceDateTime": "2026-05-20"}
    cvx = "http://hl7.org/fhir/sid/cvx"
    for said, live in (
        ({"text": "Frobnivax"}, "unknown"),
        (coding(cvx, "121"), "present"),
        (coding(cvx, "187"), "absent"),
        (coding(cvx, "188"), "unknown"),  # zoster, unspecified
    ):
        patient = kb.reader.mapping(read(kb, vaccine | {"vaccineCode": said}).data)
        facts = patient_facts(patient, kb.names, [("medication", "live_vaccine")])
        told = {fact.kind for fact in facts if ("name", "live_vaccine") in fact.values}
        assert told == {"unknown": {"unknown"}, "present": {"medication"}, "absent": set()}[live]


@pytest.mark.parametrize(
    "words",
    [
        "Hold warfarin", "Discontinue colchicine", "STOPPED: methotrexate", "prednisone taper (completed)", "off prednisone",
        "Taking mother's prednisone", "penicillin desensitization", "Rituximab pending approval", "Methotrexat abgesetzt",
    ],
)  # fmt: skip
def test_a_medicine_that_its_words_call_off_is_not_taken(kb: KnowledgeBase, words: str) -> None:
    reading = read(kb, order(words))
    assert (reading.data["history"], reading.data["medications_complete"]) == ([], False)
    assert entry(reading).state == "unresolved"
    assert not kb.reader.mapping(reading.data).medications


def dosed(value: float, period: str, unit: str = "mg") -> Json:
    timing = {"repeat": {"frequency": 1, "period": 1, "periodUnit": period}}
    return {
        "dosageInstruction": [{"timing": timing, "doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}]}]
    }


def test_orders_that_tell_several_doses_tell_none(kb: KnowledgeBase) -> None:
    weekly, day = (order("methotrexate", **dosed(15, period)) for period in ("wk", "d"))
    assert "dose" not in read(kb, weekly, day).data["history"][0]
    assert read(kb, weekly, day | {"authoredOn": "2025-05-20"}).data["history"][0]["dose"] == "15 mg weekly"


def test_a_dose_of_earlier_orders_is_not_that_of_one_that_goes_on(kb: KnowledgeBase) -> None:
    earlier = order("prednisone", "completed", **dosed(20, "d")) | {"authoredOn": "2026-04-20"}
    (trial,) = read(kb, earlier, order("prednisone")).data["history"]
    assert (trial["outcome"], trial.get("dose")) == ("ongoing", None)


def test_tablets_that_may_be_several_are_counted(kb: KnowledgeBase) -> None:
    (trial,) = read(kb, order("methotrexate 2.5 mg oral tablet", **dosed(6, "wk", "tab(s)"))).data["history"]
    assert trial["dose"] == "15 mg weekly"


def test_what_was_given_on_one_day_tells_no_length(kb: KnowledgeBase) -> None:
    day = {"effectivePeriod": {"start": "2026-02-01", "end": "2026-02-01"}}
    given = order("zoledronic acid", "completed") | {"resourceType": "MedicationStatement"} | day
    assert "months" not in read(kb, given).data["history"][0]


def test_every_entry_tells_when(kb: KnowledgeBase) -> None:
    reading = read(kb, order("diltiazem"), dispense("diltiazem", "2026-05"), administration("warfarin", "2026-05-01"))
    assert [one.when for one in reading.account.entries[1:]] == ["2026-05-20", "2026-05", "2026-05-01"]


def test_every_product_of_the_table_is_understood(kb: KnowledgeBase) -> None:
    table = Checkout.of_package().knowledge / "words" / "products.tsv"
    codes = [line[0] for line in WordList(table)]
    assert len(codes) > 600
    meanings = {code: drug(Concept((Coding("rxnorm", code, ""),)), kb.names) for code in codes}
    assert [code for code, meaning in meanings.items() if not meaning.understood] == []
    assert [
        code for code, meaning in meanings.items() if not (meaning.local or meaning.matches or meaning.classes)
    ] == []


ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"


@pytest.mark.parametrize(
    ("said", "taken", "history"),
    [
        (coding(ICD10, "Z79.01"), ["anticoagulant"], []),
        (coding(ICD10, "Z79.83"), ["bisphosphonate"], []),
        (coding(ICD10, "Z79.899"), [], []),
        ({"text": "Long term (current) use of anticoagulants"}, ["anticoagulant"], []),
        ({"text": "Long-term current use of methotrexate"}, ["methotrexate"], ["methotrexate"]),
        ({"text": "Long-term current use of drug therapy with levothyroxine"}, [], []),
        ({"text": "Warfarin therapy"}, [], []),  # not said to be going on
        ({"text": "On dialysis"}, [], []),
    ],
)
def test_the_use_of_a_drug_in_a_problem_list_is_a_medicine(
    kb: KnowledgeBase, said: Json, taken: list[str], history: list[str]
) -> None:
    problem = {"resourceType": "Condition", "code": said, "clinicalStatus": {"coding": [{"code": "active"}]}}
    reading = read(kb, problem)
    assert reading.data["medications"] == taken
    assert [trial["therapy"] for trial in reading.data["history"]] == history
    assert not set(reading.data["conditions"]) & {"anticoagulant", "methotrexate"}
    over = read(kb, problem | {"clinicalStatus": {"coding": [{"code": "resolved"}]}})
    assert over.data["medications"] == []


def test_the_use_of_insulin_leaves_a_diabetes_open(kb: KnowledgeBase) -> None:
    problem = {"resourceType": "Condition", "code": coding(ICD10, "Z79.4")}
    reading = read(kb, problem)
    assert reading.data["medications"] == ["insulin"]
    assert any(word.may_be for word in kb.reader.mapping(reading.data).open_words)


@pytest.mark.parametrize(
    "words", ["Hydrocortisone 1% crm", "prednisolone acetate 1%", "albuterol 90 mcg/inh", "timolol 0.5% ophth soln"]
)
def test_a_form_may_be_abbreviated(kb: KnowledgeBase, words: str) -> None:
    assert drug(Concept(text=words), kb.names).local


def test_the_percentage_of_a_solvent_tells_no_form(kb: KnowledgeBase) -> None:
    infusion = drug(Concept(text="methylprednisolone 40 mg in sodium chloride 0.9%"), kb.names)
    assert [match.id for match in infusion.matches] == ["systemic_corticosteroids"]


def test_a_number_of_a_local_system_is_no_code_of_another(kb: KnowledgeBase) -> None:
    """3443 is diltiazem in RxNorm, and a patient file reads it as that."""
    local = coding("http://local.example/drugs", "3443")
    allergic = {"resourceType": "AllergyIntolerance", "code": local}
    reading = read(kb, order(local), allergic)
    patient = kb.reader.mapping(reading.data)
    assert (patient.medications, patient.allergies) == ((), ())
    assert not reading.data["medications_complete"] and not reading.data["allergies_complete"]


@pytest.mark.parametrize("words", ["OROCAL D3", "Caltrate D", "Calcium-Sandoz D Osteo 500 mg/400 I.E."])
def test_calcium_with_vitamin_d_is_both_however_it_is_shortened(kb: KnowledgeBase, words: str) -> None:
    found = {match.id for match in drug(Concept(text=words), kb.names).matches}
    assert found == {"calcium_supplement", "vitamin_d"}


def test_a_brand_that_is_another_drug_elsewhere_is_left_open(kb: KnowledgeBase) -> None:
    reading = read(kb, order("Trexan 2.5 mg tablets"))
    assert reading.data["history"] == [] and not reading.data["medications_complete"]


@pytest.mark.parametrize("words", ["Methylprednisolone acetate intra-articular", "Voltaren Emulgel"])
def test_what_is_put_into_a_joint_or_on_it_acts_there(kb: KnowledgeBase, words: str) -> None:
    assert drug(Concept(text=words), kb.names).local
