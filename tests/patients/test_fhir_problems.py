"""What a problem list, a list of allergies, procedures, devices and results may hold that a quick reader takes wrongly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.facts import patient_facts
from calcinosis_kb.patients.account import Entry
from calcinosis_kb.patients.record_reading import RecordReading
from calcinosis_kb.patients.sources import open_source
from patients.test_fhir import LOINC, RXNORM, SNOMED, WHO, allergy, coded, problem, quantity, read, result

Json = dict[str, Any]
ICD10 = "http://hl7.org/fhir/sid/icd-10"
ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"


def the_entry(reading: RecordReading) -> Entry:
    """The entry that is not the patient."""
    (entry,) = (one for one in reading.account.entries if one.resource != "Patient")
    return entry


def conditions(kb: KnowledgeBase, *entries: Json, **more: Any) -> tuple[list[str], bool]:
    data = read(kb, *entries, **more).data
    return data["conditions"], data["conditions_complete"]


@pytest.mark.parametrize(
    "display",
    [
        "Full-time employment (finding)", "Received higher education (finding)", "Has a criminal record (finding)",
        "Family history of malignant neoplasm of breast (situation)", "History of appendectomy (situation)",
        "Victim of intimate partner abuse (finding)", "Reports of violence in the environment (finding)", "No known problems",
    ],
)  # fmt: skip
def test_what_is_no_disease_is_recognised_and_no_condition(kb: KnowledgeBase, display: str) -> None:
    reading = read(kb, problem(coded("999", SNOMED, display)))
    assert (reading.data["conditions"], reading.data["conditions_complete"]) == ([], True)
    assert the_entry(reading).state == "recognised"


@pytest.mark.parametrize(
    "display", ["Renal function impaired somehow (finding)", "Frobnication of alcohol use (finding)"]
)
def test_a_finding_that_may_be_about_a_condition_is_not_understood(kb: KnowledgeBase, display: str) -> None:
    reading = read(kb, problem(coded("999", SNOMED, display)))
    assert not reading.data["conditions_complete"]
    assert the_entry(reading).state == "unresolved"


@pytest.mark.parametrize(
    ("display", "kept"),
    [
        ("History of malignant neoplasm of breast (situation)", ["breast_cancer"]),
        ("History of renal transplant (situation)", ["kidney_transplant"]),
        ("History of sepsis (situation)", []),
        ("History of pregnancy (situation)", []),
    ],
)
def test_of_a_history_only_what_lasts_is_kept(kb: KnowledgeBase, display: str, kept: list[str]) -> None:
    assert conditions(kb, problem(coded("999", SNOMED, display))) == (kept, True)


def test_a_suspicion_is_left_open(kb: KnowledgeBase) -> None:
    reading = read(kb, problem(coded("999", SNOMED, "Suspected tuberculosis (situation)")))
    assert the_entry(reading).state == "doubtful"
    patient = kb.reader.mapping(reading.data)
    assert "tuberculosis" not in (patient.conditions or ())
    assert ["tuberculosis" in word.may_be for word in patient.open_words] == [True]


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        (problem({"text": "breast cancer"}), {"breast_cancer", "malignancy_active"}),
        (problem(coded("C61", ICD10)), {"malignancy_active"}),
        (problem({"text": "breast cancer"}, "remission"), {"breast_cancer"}),
        (problem({"text": "breast cancer"}, abatementDateTime="2015"), {"breast_cancer"}),
        (problem(coded("Z85.3", "http://hl7.org/fhir/sid/icd-10-cm")), {"breast_cancer"}),
        ({"resourceType": "Condition", "code": {"text": "breast cancer"}}, {"breast_cancer"}),
    ],
)
def test_a_cancer_is_active_only_where_its_status_says_so(kb: KnowledgeBase, entry: Json, kept: set[str]) -> None:
    assert set(conditions(kb, entry)[0]) == kept


def test_a_past_illness_of_a_document_is_past(kb: KnowledgeBase) -> None:
    section = {"code": coded("11348-0", LOINC), "entry": [{"reference": "Condition/e0"}]}
    head = {"resourceType": "Composition", "section": [{"section": [section]}]}
    bare = {"resourceType": "Condition", "code": {"text": "bowel obstruction"}}
    assert conditions(kb, bare, head) == ([], True)
    assert conditions(kb, bare) == (["bowel_obstruction"], True)


@pytest.mark.parametrize(
    ("entry", "kept", "state"),
    [
        (problem({"text": "pneumonia"}, onsetDateTime="2026-05-20"), ["pneumonia"], "used"),
        (problem({"text": "pneumonia"}, onsetDateTime="2026-01-20"), ["suspected Pneumonia"], "doubtful"),
        (problem({"text": "pneumonia"}, onsetDateTime="1971"), [], "doubtful"),
        (problem({"text": "acute kidney injury"}, recordedDate="2001-02-03"), [], "doubtful"),
        (problem({"text": "hepatitis B"}, onsetDateTime="1971"), ["hepatitis_b"], "used"),
        (problem({"text": "Miscarriage in first trimester"}, onsetDateTime="1956-01-01"), [], "recognised"),
    ],
)
def test_an_acute_illness_does_not_last_for_decades(
    kb: KnowledgeBase, entry: Json, kept: list[str], state: str
) -> None:
    reading = read(kb, entry)
    assert (reading.data["conditions"], reading.data["conditions_complete"]) == (kept, True)
    assert the_entry(reading).state == state


@pytest.mark.parametrize(
    ("who", "onset", "pregnant"),
    [
        ({"birthDate": "1996-05-01"}, "2026-02-01", True),
        ({"birthDate": "1996-05-01"}, "2025-01-01", None),
        ({"birthDate": "1996-05-01", "gender": "male"}, "2026-02-01", None),
    ],
)
def test_a_pregnancy_is_one_where_it_can_be(kb: KnowledgeBase, who: Json, onset: str, pregnant: bool | None) -> None:
    entry = problem(coded("72892002", SNOMED, "Normal pregnancy"), onsetDateTime=onset)
    assert kb.reader.mapping(read(kb, entry, who=WHO | who).data).pregnant is pregnant


def test_the_stage_in_a_name_is_an_impairment_and_no_gfr(kb: KnowledgeBase) -> None:
    reading = read(kb, problem({"text": "End-stage renal disease"}))
    above = {id_ for one in reading.data["conditions"] for id_ in kb.knowledge.ancestors("conditions", one)}
    assert {"chronic_kidney_disease", "renal_impairment_severe"} <= above
    assert reading.data["labs"] == {}


@pytest.mark.parametrize(
    "said",
    [{"text": "Ocular hypertension"}, coded("H40.05", ICD10), coded("4210003", SNOMED), {"text": "glaucoma suspect"}],
)
def test_what_may_become_a_disease_is_not_yet_the_disease(kb: KnowledgeBase, said: Json) -> None:
    patient = kb.reader.mapping(read(kb, problem(said)).data)
    assert patient.conditions == ()
    assert [word.may_be for word in patient.open_words] == [("glaucoma",)]
    assert read(kb, problem(coded("H40.11", ICD10))).data["conditions"] == ["glaucoma"]


@pytest.mark.parametrize("name", ["osteoarthritis", "multiple sclerosis", "cystic fibrosis", "Raynaudia of the knee"])
def test_a_disease_that_looks_like_one_of_ours_is_not_it(kb: KnowledgeBase, name: str) -> None:
    data = read(kb, problem({"text": name})).data
    assert "diseases" not in data
    assert not {"systemic_sclerosis", "raynaud_phenomenon"} & set(data["conditions"])


def test_a_disease_calcinosis_need_not_come_from_is_none_behind_it(kb: KnowledgeBase) -> None:
    arthritis, calcinosis = problem({"text": "rheumatoid arthritis"}), problem(coded("L94.2", ICD10))
    assert "diseases" not in read(kb, arthritis).data
    assert read(kb, arthritis, calcinosis).data["diseases"] == ["other_ctd"]
    assert read(kb, problem({"text": "systemic sclerosis"})).data["diseases"]


@pytest.mark.parametrize(
    "text", ["Patient is an elderly man who came because of a cough, treated in the past for heart failure.", "HTN???"]
)
def test_prose_is_no_condition(kb: KnowledgeBase, text: str) -> None:
    reading = read(kb, problem({"text": text}))
    assert kb.reader.mapping(reading.data).conditions == ()
    assert not kb.reader.mapping(reading.data).conditions_complete or the_entry(reading).state == "doubtful"


def test_several_codes_and_names_of_one_disease_are_one_entry(kb: KnowledgeBase) -> None:
    said = {
        "coding": [
            {"system": ICD10, "code": "N18.3", "display": "Chronic kidney disease, stage 3"},
            {"system": SNOMED, "code": "433144002", "display": "Chronic kidney disease stage 3 (disorder)"},
        ],
        "text": "CKD stage 3",
    }
    reading = read(kb, problem(said, onsetDateTime="2019-05"))
    assert reading.data["conditions"] == ["chronic_kidney_disease_stage_3"]
    entry = the_entry(reading)
    assert (entry.when, entry.gave) == ("2019-05", (("conditions", "chronic_kidney_disease_stage_3"),))


@pytest.mark.parametrize(
    ("code", "list_", "known"),
    [
        ("no-known-problems", "conditions", True),
        ("no-problem-info", "conditions", False),
        ("no-known-allergies", "allergies", True),
        ("no-known-medication-allergies", "allergies", True),
        ("no-known-food-allergies", "allergies", False),
        ("no-known-environmental-allergies", "allergies", False),
        ("no-allergy-info", "allergies", False),
    ],
)
def test_that_nothing_is_known_is_not_that_there_is_nothing(
    kb: KnowledgeBase, code: str, list_: str, known: bool
) -> None:
    kind = {"conditions": problem, "allergies": allergy}[list_](coded(code, ABSENT))
    data = read(kb, kind).data
    assert data.get(list_) == ([] if known else None)
    assert data.get(f"{list_}_complete", True)


@pytest.mark.parametrize("code", ["no-known-procedures", "no-procedure-info"])
def test_that_there_is_no_procedure_is_no_procedure(kb: KnowledgeBase, code: str) -> None:
    reading = read(kb, {"resourceType": "Procedure", "status": "completed", "code": coded(code, ABSENT)})
    assert (reading.data["history"], the_entry(reading).state) == ([], "ignored")


@pytest.mark.parametrize(
    ("said", "listed"),
    [
        (coded("429625007"), None),
        ({"text": "No known food allergies"}, None),
        ({"text": "No known allergy to latex"}, None),
        ({"text": "No known allergies"}, []),
        ({"text": "No known drug allergies"}, []),
        (
            coded("373270004", SNOMED, "Substance with penicillin structure and antibacterial mechanism of action"),
            ["penicillin"],
        ),
        ({"text": "MILK-RELATED COMPOUNDS"}, []),
        ({"text": "Allergic to penicillin"}, ["penicillin"]),
        ({"text": "Dander (animal) allergy"}, []),
    ],
)
def test_an_allergy_is_told_by_its_substance(kb: KnowledgeBase, said: Json, listed: list[str] | None) -> None:
    for category in ("food", "medication", "environment"):
        data = read(kb, allergy(said, category=[category])).data
        found = data.get("allergies")
        assert found is None if listed is None else len(found or ()) == len(listed)
        if listed:
            assert [drug.id for drug in kb.reader.mapping(data).allergies or ()] == listed


def test_a_denial_beside_an_allergy_is_told(kb: KnowledgeBase) -> None:
    reading = read(kb, allergy(coded("716186003")), allergy({"text": "penicillin"}, recordedDate="2020-02"))
    assert not reading.data["allergies_complete"]
    denial, named = reading.account.of("AllergyIntolerance")
    assert (denial.state, "beside" in denial.why) == ("doubtful", True)
    assert (named.when, named.gave) == ("2020-02", (("allergies", "penicillin"),))


def test_an_allergy_to_a_combination_is_one_to_its_parts(kb: KnowledgeBase) -> None:
    data = read(kb, allergy(coded("10831", RXNORM, "Sulfamethoxazole / Trimethoprim"))).data
    (allergen,) = kb.reader.mapping(data).allergies or ()
    match = kb.names.drugs.match(allergen.id)
    assert match is not None
    assert {"sulfa", "trimethoprim"} <= set(kb.names.classes(match))


@pytest.mark.parametrize("status", ["in-progress", "not-done", "unknown", "preparation", "stopped", None])
def test_only_a_procedure_that_was_completed_was_done(kb: KnowledgeBase, status: str | None) -> None:
    pacemaker = {"resourceType": "Procedure", "code": {"text": "pacemaker"}, "status": status}
    assert conditions(kb, pacemaker) == ([], True)


def test_a_device_shows_a_state_that_lasts(kb: KnowledgeBase) -> None:
    kind = coded("14106009", SNOMED, "Cardiac pacemaker (physical object)")
    device = {"resourceType": "Device", "status": "active", "type": kind, "patient": {"reference": "Patient/p1"}}
    assert conditions(kb, device) == (["pacemaker"], True)
    assert conditions(kb, {**device, "status": "inactive"}) == ([], True)
    assert conditions(kb, {**device, "patient": {"reference": "Patient/p2"}}) == ([], True)
    wheelchair = {**device, "type": coded("228869008", SNOMED, "Manual wheelchair (physical object)")}
    reading = read(kb, wheelchair)
    assert (reading.data["conditions"], the_entry(reading).state) == ([], "recognised")


@pytest.mark.parametrize(
    ("name", "known", "open_"),
    [
        ("Cardiac resynchronization therapy implantable defibrillator (physical object)", {"pacemaker", "implanted_defibrillator"}, ()),
        ("Implantable defibrillator (physical object)", {"implanted_defibrillator"}, ("pacemaker",)),
        ("ICD", {"implanted_defibrillator"}, ("pacemaker",)),
    ],
)  # fmt: skip
def test_a_device_shows_what_it_is_and_leaves_open_what_it_may_be(
    kb: KnowledgeBase, name: str, known: set[str], open_: tuple[str, ...]
) -> None:
    device = {"resourceType": "Device", "type": {"text": name}, "patient": {"reference": "Patient/p1"}}
    patient = kb.reader.mapping(read(kb, device).data)
    above = {id_ for one in patient.conditions or () for id_ in kb.knowledge.ancestors("conditions", one)}
    assert known <= above and "heart_disease" in above
    assert {id_ for word in patient.open_words for id_ in word.may_be} == {*open_}
    current = kb.advise(read(kb, device).data).judgement("acetic_acid_iontophoresis")
    assert current.verdict == "avoid"


def test_a_procedure_that_lasts_shows_a_state(kb: KnowledgeBase) -> None:
    done = {"resourceType": "Procedure", "status": "completed", "performedDateTime": "2001-02-03"}
    reading = read(kb, {**done, "code": {"text": "cardiac pacemaker"}})
    assert reading.data["conditions"] == ["pacemaker"]
    assert (the_entry(reading).when, the_entry(reading).gave) == ("2001-02-03", (("conditions", "pacemaker"),))


@pytest.mark.parametrize(
    ("entry", "labs"),
    [
        (result("2160-0", valueQuantity={"value": 1.2, "unit": "mg/dL"}), {"creatinine": 1.2}),
        (result("2161-8", **quantity(90, "mg/dL")), {}),  # creatinine in urine
        (result("59260-0", **quantity(7.4, "mmol/L")), {"haemoglobin": 11.92}),
        (result("29265-6", **quantity(2.4, "mmol/L")), {"calcium": 9.62}),
        (result("8867-4", **quantity(72, "{beats}/min")), {"heart_rate": 72}),
        (result("2731-8", **quantity(55, "pg/mL")), {"parathyroid_hormone": 55}),
        (result("1742-6", dataAbsentReason=coded("unknown")), {}),
        (result("58410-2", hasMember=[{"reference": "Observation/x"}]), {}),
    ],
)
def test_a_result_is_of_the_test_that_its_code_says(kb: KnowledgeBase, entry: Json, labs: dict[str, float]) -> None:
    understood = kb.reader.mapping(read(kb, entry).data).labs
    assert {name: round(one.value or 0, 2) for name, one in understood.items() if name in labs or not one.note} == labs


@pytest.mark.parametrize(
    ("entry", "finding"),
    [
        (result("71773-6", valueCodeableConcept=coded("260385009")), "negative"),
        (result("71773-6", valueCodeableConcept={"text": "Detected"}), "positive"),
        (result("1989-3", interpretation=[coded("L")], **quantity(9, "ng/mL")), "abnormal"),
        (result("1989-3", interpretation=[coded("N")], **quantity(35, "ng/mL")), "normal"),
        (result("107563-9", valueCodeableConcept=coded("10828004")), "positive"),
        (result("16570-4", valueString="Positive"), "positive"),
    ],
)
def test_a_finding_is_told_by_code_interpretation_or_text(kb: KnowledgeBase, entry: Json, finding: str) -> None:
    (found,) = kb.reader.mapping(read(kb, entry).data).labs.values()
    assert found.finding == finding


def test_corrected_calcium_is_corrected_once(kb: KnowledgeBase) -> None:
    both = (result("29265-6", **quantity(2.6, "mmol/L")), result("1751-7", **quantity(2.0, "g/dL")))
    found = kb.reader.mapping(read(kb, *both).data).labs["calcium"]
    assert (round(found.value or 0, 2), found.provisional) == (10.42, False)


@pytest.mark.parametrize("gender", ["unknown", "other", None, "M"])
def test_a_gender_that_is_no_sex_is_none(kb: KnowledgeBase, gender: str | None) -> None:
    assert read(kb, who=WHO | {"gender": gender}).data["patient"] == {"age": 63, "sex": None, "pregnant": None}


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ({"onsetDateTime": "2026-06-02"}, []),
        ({"onsetDateTime": "2026-05-02", "abatementDateTime": "2026-05-20"}, []),
        ({"onsetDateTime": "2026-05-02", "abatementDateTime": "2026-06-20"}, ["pneumonia"]),
        ({"onsetDateTime": "2026-05-02", "abatementPeriod": {"start": "2026-05-20"}}, []),
        ({"onsetDateTime": "2026-05-02", "abatementBoolean": False}, ["pneumonia"]),
    ],
)
def test_a_condition_is_present_from_its_beginning_to_its_end(kb: KnowledgeBase, more: Json, kept: list[str]) -> None:
    assert conditions(kb, problem({"text": "pneumonia"}, **more)) == (kept, True)


def test_that_there_is_no_problem_beside_a_problem_is_a_contradiction(kb: KnowledgeBase) -> None:
    assert conditions(kb, problem(coded("no-known-problems", ABSENT)), problem({"text": "asthma"})) == (
        ["asthma"],
        False,
    )


def test_a_procedure_after_the_day_of_reading_was_not_done(kb: KnowledgeBase) -> None:
    done = {"resourceType": "Procedure", "status": "completed", "code": {"text": "cardiac pacemaker"}}
    assert conditions(kb, {**done, "performedDateTime": "2027-02-03"}) == ([], True)


@pytest.mark.parametrize(
    ("written", "finding"), [("Negativ", "negative"), ("POSITIF", "positive"), ("negativo", "negative")]
)
def test_a_finding_is_read_in_other_languages(kb: KnowledgeBase, written: str, finding: str) -> None:
    assert kb.reader.mapping(read(kb, result("5195-3", valueString=written)).data).labs["hbsag"].finding == finding


@pytest.mark.parametrize(
    ("said", "kept", "state"),
    [
        ({**coded("A15", ICD10), "text": "Suspected tuberculosis"}, "suspected", "doubtful"),
        ({**coded("A15", ICD10), "text": "Tuberculosis"}, "tuberculosis", "used"),
        (coded("DJ449", "urn:oid:1.2.208.176.2.4"), "copd", "used"),
        (coded("DM341", "urn:oid:1.2.208.176.2.4.12", "CREST"), "", "used"),
        (coded("ALCA00", "urn:oid:1.2.208.176.2.4"), "a condition coded as", "unresolved"),
    ],
)
def test_a_name_may_doubt_what_its_code_says(kb: KnowledgeBase, said: Json, kept: str, state: str) -> None:
    reading = read(kb, problem(said))
    assert the_entry(reading).state == state
    assert [word for word in reading.data["conditions"] if word.startswith(kept)] == reading.data["conditions"]


def test_a_code_of_an_unknown_list_is_not_read_as_one_of_another(kb: KnowledgeBase) -> None:
    data = read(kb, problem({"coding": [{"system": "http://hl7.org/fhir/sid/icpc-2", "code": "K77"}]})).data
    patient = kb.reader.mapping(data)
    assert (patient.conditions, patient.conditions_complete) == ((), False)
    assert [word.named for word in patient.unresolved] == ["a condition coded as K77"]


@pytest.mark.parametrize("named", ["Intolerance to lactose", "Gluten intolerance", "Cashew nut"])
def test_an_intolerance_is_told_by_its_substance(kb: KnowledgeBase, named: str) -> None:
    data = read(kb, allergy({"text": named})).data
    assert (data["allergies"], data["allergies_complete"]) == ([], True)


def test_an_allergy_to_a_drug_outside_the_vocabulary_is_one_to_its_classes(kb: KnowledgeBase) -> None:
    for named in ("ampicillin", "Allergic to ampicillin"):
        assert "penicillin" in read(kb, allergy({"text": named})).data["allergies"]


GERMAN = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"


def german(code: str, letter: str, **value: Any) -> Json:
    """A diagnosis with the letter that says how certain it is."""
    url = "http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit"
    extension = [{"url": url, **(value or {"valueCoding": {"code": letter}})}]
    return problem({"coding": [{"system": GERMAN, "code": code, "extension": extension}]})


@pytest.mark.parametrize(
    ("entry", "kept", "state"),
    [
        (german("I27.0", "G"), ["pulmonary_arterial_hypertension"], "used"),
        (german("I27.0", "A"), [], "ignored"),
        (german("I27.0", "A", valueCode="A"), [], "ignored"),
        (german("I27.0", "V"), ["suspected Pulmonary arterial hypertension"], "doubtful"),
        (german("K65.0", "Z"), [], "recognised"),
    ],
)
def test_a_german_diagnosis_is_as_certain_as_its_letter_says(
    kb: KnowledgeBase, entry: Json, kept: list[str], state: str
) -> None:
    reading = read(kb, entry)
    assert (reading.data["conditions"], the_entry(reading).state) == (kept, state)


def test_the_mark_of_insurers_is_no_cancer(kb: KnowledgeBase) -> None:
    reading = read(kb, problem({"text": "Systemic sclerosis (HCC)"}), problem({"text": "Heart failure (CMS/HCC)"}))
    assert (reading.data["conditions"], reading.data["diseases"]) == (["heart_failure"], ["systemic_sclerosis"])
    assert conditions(kb, problem({"text": "Cirrhosis with HCC"}))[0] == ["cirrhosis", "malignancy_active"]


@pytest.mark.parametrize(
    "words",
    [
        "Familienanamnese: Diabetes, Brustkrebs", "Antecedentes familiares: diabetes, asma", "Mutter: Brustkrebs, Diabetes",
        "Antécédents familiaux : diabète, asthme", "Mother: breast cancer, diabetes",
    ],
)  # fmt: skip
def test_what_relatives_have_is_not_the_patients_in_any_language(kb: KnowledgeBase, words: str) -> None:
    assert conditions(kb, problem({"text": words})) == ([], True)


@pytest.mark.parametrize("words", ["V.a. Lungenembolie", "Verdacht auf Vorhofflimmern", "Sospecha de asma"])
def test_a_suspicion_in_other_words_is_left_open(kb: KnowledgeBase, words: str) -> None:
    assert conditions(kb, problem({"text": words})) == ([words], True)


def test_a_suspicion_of_glaucoma_is_none(kb: KnowledgeBase) -> None:
    patient = kb.reader.mapping(read(kb, problem(coded("H40.05", ICD10, "Ocular hypertension"))).data)
    assert "glaucoma" not in (patient.conditions or ())
    assert {id_ for word in patient.open_words for id_ in word.may_be} >= {"glaucoma"}


def test_what_a_relative_does_not_bear_is_no_allergy_of_the_patient(kb: KnowledgeBase) -> None:
    reading = read(kb, allergy({"text": "Aspirin (family history)"}))
    assert (reading.data["allergies"], reading.data["allergies_complete"]) == (
        ["called off: Aspirin family history"],
        False,
    )


@pytest.mark.parametrize(
    ("entry", "lab"),
    [
        (result("6301-6", valueQuantity={"value": 2.4}), ("inr", 2.4)),
        (result("718-7", **quantity(11.9, "gm/dL", code=None, system=None)), ("haemoglobin", 11.9)),
        (result("777-3", **quantity(212, "x10(3)/mcL", code=None, system=None)), ("platelets", 212)),
        (result("718-7", valueString="12,4 g/dl"), ("haemoglobin", 12.4)),
    ],
)
def test_a_value_is_read_as_laboratories_write_it(kb: KnowledgeBase, entry: Json, lab: tuple[str, float]) -> None:
    test, value = lab
    assert kb.reader.mapping(read(kb, entry).data).labs[test].value == pytest.approx(value)


@pytest.mark.parametrize(
    ("words", "purpose"),
    [("Laser eye surgery", "other"), ("Radiotherapy to breast", "other"), ("Surgical excision", "unclear")],
)
def test_a_treatment_elsewhere_is_none_of_calcinosis(kb: KnowledgeBase, words: str, purpose: str) -> None:
    done = {"resourceType": "Procedure", "status": "completed", "code": {"text": words}, "performedDateTime": "2020"}
    assert [trial["for"] for trial in read(kb, done).data["history"]] == [purpose]


def test_a_list_of_past_illnesses_is_no_problem_list(kb: KnowledgeBase, tmp_path: Path) -> None:
    """A server may send a summary as the answer to a search; its problems are "unavailable", and only past ones are there."""
    code = {"coding": [{"system": LOINC, "code": "11450-4"}]}
    past = {"coding": [{"system": LOINC, "code": "11348-0"}]}
    sections = [
        {"code": code, "emptyReason": {"coding": [{"code": "unavailable"}]}},
        {"code": past, "entry": [{"reference": "Condition/c1"}]},
    ]
    of = {"subject": {"reference": "Patient/p1"}}
    entries = [
        {"resourceType": "Composition", "id": "s", "date": "2026-05-01", "section": sections, **of},
        {**problem({"text": "gallstones"}, "resolved"), "id": "c1", **of},
        WHO,
    ]
    for kind in ("searchset", "document"):
        file = tmp_path / f"{kind}.json"
        file.write_text(
            json.dumps({"resourceType": "Bundle", "type": kind, "entry": [{"resource": one} for one in entries]})
        )
        assert "conditions" not in open_source(str(file), kb.names).read().data


def test_the_latest_result_is_so_in_universal_time(kb: KnowledgeBase) -> None:
    later = result("2160-0", **quantity(2.0, "mg/dL"), effectiveDateTime="2026-04-30T23:30:00-11:00")
    earlier = result("2160-0", **quantity(1.0, "mg/dL"), effectiveDateTime="2026-05-01T01:00:00+14:00")
    for found in ((later, earlier), (earlier, later)):
        assert kb.reader.mapping(read(kb, *found).data).labs["creatinine"].value == 2.0


@pytest.mark.parametrize(
    ("allergen", "kept", "spared"),
    [("heparin", "anticoagulant", "warfarin"), ("ampicillin", "penicillin", "doxycycline"), ("ibuprofen", "nsaid", "")],
)
def test_an_allergy_to_a_drug_is_none_to_the_others_of_its_class(
    kb: KnowledgeBase, allergen: str, kept: str, spared: str
) -> None:
    patient = kb.reader.mapping(read(kb, allergy({"text": allergen})).data)
    assert kept in {id_ for one in patient.allergies or () for id_ in (one.id, *one.classes)}
    asked = ("allergy", spared)
    assert not spared or not any(
        fact.kind == "allergy" and ("name", spared) in fact.values for fact in patient_facts(patient, kb.names, [asked])
    )
    refused = {
        row["therapy"] for row in kb.advise(patient).to_dict()["not_offered"] if "allergy" in str(row["reasons"])
    }
    assert spared not in refused
