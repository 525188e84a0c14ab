"""The facts that a patient's record becomes, and what it leaves unknown."""

from __future__ import annotations

from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.facts import patient_facts
from calcinosis_kb.advice.mentions import uncertain_therapies, vague_mentions
from calcinosis_kb.advice.trial_facts import trial_facts
from calcinosis_kb.rules.facts import Fact

CREST = "Limited systemic sclerosis (CREST syndrome)"
KIDNEY = "severe kidney impairment"


def facts(kb: KnowledgeBase, record: dict[str, Any], *asked: tuple[str, str]) -> list[Fact]:
    return patient_facts(kb.reader.mapping(record), kb.names, asked)


@pytest.mark.parametrize(
    ("record", "fact", "text"),
    [
        ({"patient": {"age": 30, "sex": "female"}}, Fact.of("patient", age=30, sex="female"), "30 years, female"),
        ({"patient": {"sex": "male"}}, Fact.of("patient", sex="male", pregnant=False), "male"),
        ({"patient": {"age": 60}}, Fact.of("patient", age=60, pregnant=False), "60 years"),
        ({"diseases": ["crest"]}, Fact.of("disease", name="limited_ssc_crest", immune_mediated=True), CREST),
        ({"diseases": ["crest"]}, Fact.of("disease", name="systemic_sclerosis", immune_mediated=True), CREST),
        ({"calcinosis": {"largest_mm": 12}}, Fact.of("lesion", largest_mm=12), "calcinosis, up to 12 mm"),
        ({}, Fact.of("lesion"), "calcinosis"),
        (
            {"calcinosis": {"pattern": "tumoral", "features": []}},
            Fact.of("lesion", pattern="tumoral", symptoms=False),
            "tumoral calcinosis without symptoms",
        ),
        ({"calcinosis": {"features": ["pain"]}}, Fact.of("lesion", symptoms=True), "calcinosis"),
        ({"calcinosis": {"features": ["pain"]}}, Fact.of("feature", name="pain"), "pain"),
        (
            {"patient": {"age": 30.5, "sex": "female", "pregnant": True}},
            Fact.of("patient", age=30.5, sex="female", pregnant=True),
            "30.5 years, female, pregnant",
        ),
        ({"patient": {"pregnant": False}}, Fact.of("patient", pregnant=False), ""),
        ({"allergies": ["rituximab"]}, Fact.of("allergy", name="rituximab"), "allergy to rituximab"),
        ({"labs": {"hbsag": "positive"}}, Fact.of("lab", name="hbsag", finding="positive"), "Hepatitis B surface antigen positive"),
        ({"labs": {"crp": "12 mg/L"}}, Fact.of("lab", name="crp", value=12), "C-reactive protein 12 mg/L"),
        (
            {"history": [{"therapy": "rituximab", "outcome": "contraindicated"}]},
            Fact.of("contraindication", name="rituximab"),
            "earlier judgement on rituximab",
        ),
        (
            {"history": [{"therapy": "surgical_excision", "outcome": "declined"}]},
            Fact.of("refusal", name="surgical_excision"),
            "declined surgical excision",
        ),
        ({"calcinosis": {"sites": ["fingertips"]}}, Fact.of("site", name="hand"), "deposits of the fingertip"),
        ({"medications": ["warfarin"]}, Fact.of("medication", name="anticoagulant"), "takes warfarin"),
        ({"allergies": ["penicillin"]}, Fact.of("allergy", name="antibiotic"), "allergy to penicillin"),
        ({"labs": {"egfr": {"value": 25, "unit": "mL/min/1.73m2"}}}, Fact.of("condition", name="renal_impairment"), KIDNEY),
        ({"conditions": [KIDNEY]}, Fact.of("lab", name="egfr", value=30 - 1e-6), KIDNEY),
    ],
)  # fmt: skip
def test_a_record_becomes_facts_with_everything_broader(
    kb: KnowledgeBase, record: dict[str, Any], fact: Fact, text: str
) -> None:
    found = facts(kb, record)
    assert [one.text for one in found if one == fact] == [text]


@pytest.mark.parametrize(
    ("record", "asked", "unknown"),
    [
        ({}, ("condition", "asthma"), True),
        ({"conditions": ["asthma"]}, ("condition", "asthma"), False),
        ({"conditions": []}, ("condition", "asthma"), False),
        ({"conditions": [], "conditions_complete": False}, ("condition", "asthma"), True),
        ({"conditions": ["qqqxyz"]}, ("condition", "asthma"), True),
        ({"conditions": []}, ("condition", "renal_impairment_severe"), True),
        ({}, ("medication", "warfarin"), True),
        ({"medications": []}, ("medication", "warfarin"), False),
        ({}, ("patient", "pregnant"), True),
        ({"patient": {"sex": "male"}}, ("patient", "pregnant"), False),
        ({"patient": {"age": 60}}, ("patient", "pregnant"), False),
        ({}, ("lab", "alt"), True),
        ({}, ("lesion", "pattern"), True),
        ({"conditions": [], "labs": {"haemoglobin": "8 g/dL"}}, ("condition", "anaemia"), True),
        ({"conditions": [], "labs": {"haemoglobin": "15 g/dL"}}, ("condition", "anaemia"), False),
        ({"conditions": [], "labs": {"lymphocytes": "0.4 G/L"}}, ("condition", "leukopenia"), True),
        ({"conditions": [], "labs": {"platelets": "20 G/L"}}, ("condition", "cytopenia"), False),
    ],
)
def test_what_is_missing_is_unknown_and_not_absent(
    kb: KnowledgeBase, record: dict[str, Any], asked: tuple[str, str], unknown: bool
) -> None:
    kind, name = asked
    assert (Fact.of("unknown", about=kind, name=name) in facts(kb, record, asked)) is unknown


@pytest.mark.parametrize(
    ("history", "medications", "outcome"),
    [
        ({"outcome": "worse"}, [], "worse"),
        ({"outcome": "unknown"}, [], "unknown"),
        ({"outcome": "unknown"}, ["diltiazem"], "ongoing"),
        ({"outcome": "unknown", "ended": "2018"}, ["diltiazem"], "unknown"),
        ({"outcome": "unknown", "for": "underlying_disease"}, ["diltiazem"], "unknown"),
    ],
)
def test_what_is_taken_now_for_calcinosis_is_ongoing(
    kb: KnowledgeBase, history: dict[str, str], medications: list[str], outcome: str
) -> None:
    record = {"history": [{"therapy": "diltiazem", **history}], "medications": medications}
    found = [fact for fact in trial_facts(kb.reader.mapping(record), kb.names) if fact.kind == "trial"]
    assert [fact.get("outcome") for fact in found] == [outcome]


@pytest.mark.parametrize(
    ("history", "text"),
    [
        ({"outcome": "ineffective"}, "Diltiazem: ineffective"),
        (
            {"outcome": "unknown", "for": "underlying_disease"},
            "Diltiazem: outcome not recorded, for the underlying disease",
        ),
        (
            {"outcome": "partial", "for": "other", "dose": "60 mg/day", "months": 3},
            "Diltiazem: partial, for something else (60 mg/day; 3 months)",
        ),
        (
            {"outcome": "not_tolerated", "for": "unclear", "adverse_event": "oedema", "months": 1},
            "Diltiazem: not tolerated, purpose unclear (1 month; oedema)",
        ),
        ({"therapy": "Cardizem", "outcome": "worse"}, "Diltiazem (Cardizem): worse"),
    ],
)
def test_a_trial_is_told_with_its_purpose_dose_and_duration(
    kb: KnowledgeBase, history: dict[str, Any], text: str
) -> None:
    record = {"history": [{"therapy": "diltiazem", **history}]}
    assert [fact.text for fact in trial_facts(kb.reader.mapping(record), kb.names) if fact.kind == "trial"] == [text]


BISPHOSPHONATES = {"alendronate", "etidronate", "ibandronate", "pamidronate", "risedronate", "zoledronic_acid"}


@pytest.mark.parametrize(
    ("record", "therapies", "why"),
    [
        ({"history": [{"therapy": "bisphosphonate", "outcome": "worse"}]}, BISPHOSPHONATES, "the history says only 'bisphosphonate'"),
        ({"history": [{"therapy": "bisphosphonate", "outcome": "contraindicated"}]}, set(), ""),
        ({"history": [{"therapy": "methotrexate", "outcome": "worse"}]}, set(), ""),
        ({"medications": ["rituximab"]}, {"rituximab"}, "'rituximab' is being taken, and the history does not say what for"),
    ],
)  # fmt: skip
def test_a_vague_entry_may_have_been_any_of_its_meanings(
    kb: KnowledgeBase, record: dict[str, Any], therapies: set[str], why: str
) -> None:
    found = uncertain_therapies(kb.reader.mapping(record), kb.names)
    assert set(found) >= therapies and set(found.values()) <= {why}
    assert bool(found) is bool(therapies)


def test_a_word_that_is_not_understood_may_have_been_any_therapy(kb: KnowledgeBase) -> None:
    patient = kb.reader.mapping({"history": [{"therapy": "qqqxyz", "outcome": "worse"}]})
    assert set(uncertain_therapies(patient, kb.names)) == {option.id for option in kb.knowledge.options}


@pytest.mark.parametrize(
    ("features", "symptoms"),
    [
        (["pain"], True),
        ([], False),
        (None, None),
        (["qqqxyz"], None),
        (["pain", "qqqxyz"], True),
    ],
)
def test_symptoms_are_known_only_where_the_complaints_are(
    kb: KnowledgeBase, features: list[str] | None, symptoms: bool | None
) -> None:
    """An unknown word among the complaints may be a symptom, and no list is no answer."""
    found = facts(kb, {"calcinosis": {"features": features}}, ("lesion", "symptoms"))
    known = [Fact.of("lesion", symptoms=value) in found for value in (True, False)]
    assert known == [symptoms is True, symptoms is False]
    assert (Fact.of("unknown", about="lesion", name="symptoms") in found) is (symptoms is None)


@pytest.mark.parametrize(
    ("age", "phosphate", "high"),
    [(40, 5, True), (40, 4.5, False), (8, 5.5, False), (8, 6.5, True), (0.1, 7.5, False), (0.1, 8, True), (None, 7, False)],
)  # fmt: skip
def test_high_phosphate_depends_on_age(kb: KnowledgeBase, age: float | None, phosphate: float, high: bool) -> None:
    """Without an age a result counts as high only where it would be at every age."""
    found = facts(kb, {"patient": {"age": age}, "labs": {"phosphate": f"{phosphate} mg/dL"}})
    assert (Fact.of("condition", name="hyperphosphataemia") in found) is high


@pytest.mark.parametrize(("outcome", "kind"), [("declined", "refusal"), ("contraindicated", "contraindication")])
def test_what_was_never_given_is_no_trial(kb: KnowledgeBase, outcome: str, kind: str) -> None:
    """A refusal is told from a contraindication, and speaks for no other agent of the family."""
    found = facts(kb, {"history": [{"therapy": "pamidronate", "outcome": outcome}]})
    names = {fact.get("name") for fact in found if fact.kind == kind}
    assert names == ({"pamidronate"} if kind == "refusal" else {"pamidronate", "bisphosphonate"})
    standing = kb.advise({"diseases": ["crest"], "history": [{"therapy": "pamidronate", "outcome": outcome}]})
    assert standing.judgement("pamidronate").standing == "untried"
    assert (standing.judgement("pamidronate").verdict == "avoid") is (outcome == "contraindicated")


@pytest.mark.parametrize(
    ("record", "therapy", "mention"),
    [
        (
            {"history": [{"therapy": "bisphosphonate", "outcome": "worse"}]},
            "pamidronate",
            ("history", "bisphosphonate", "the history says only 'bisphosphonate'"),
        ),
        (
            {"medications": ["rituximab"]},
            "rituximab",
            ("medications", "rituximab", "'rituximab' is being taken, and the history does not say what for"),
        ),
        (
            {"history": [{"therapy": "qqqxyz", "outcome": "worse"}]},
            "surgical_excision",
            ("history", "qqqxyz", "'qqqxyz' in the history was not understood"),
        ),
        (
            {"medications": ["qqqxyz"]},
            "diltiazem",
            ("medications", "qqqxyz", "'qqqxyz' in the medications was not understood"),
        ),
    ],
)
def test_an_entry_that_may_have_been_a_therapy_is_named_with_its_list(
    kb: KnowledgeBase, record: dict[str, Any], therapy: str, mention: tuple[str, str, str]
) -> None:
    found = vague_mentions(kb.reader.mapping(record), kb.names)
    assert [tuple(one) for one in found[therapy]] == [mention]
    assert ("surgical_excision" in found) is (therapy == "surgical_excision")
