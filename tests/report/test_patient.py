"""The head of an answer: the patient as understood."""

from __future__ import annotations

from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.head import Head, head
from calcinosis_kb.report.blocks import Alert, Text
from calcinosis_kb.report.patient import patient_blocks


def head_of(kb: KnowledgeBase, given: dict[str, Any]) -> Head:
    return head(kb.reader.mapping(given), kb.knowledge)


@pytest.mark.parametrize(
    ("named", "shown"),
    [
        ("d_penicillamine", "d-penicillamine"),
        ("surgical_excision", "surgical excision"),
        ("zoledronic_acid", "zoledronic acid"),
        ("Aredia", "Aredia"),
        ("IVIG", "IVIG"),
    ],
)
def test_a_treatment_is_shown_as_people_write_it(kb: KnowledgeBase, named: str, shown: str) -> None:
    lines = dict(head_of(kb, {"history": [{"therapy": named, "outcome": "ineffective"}]}).lines)
    assert [word.rstrip("*") for word in lines["failed"]] == [shown]


@pytest.mark.parametrize(
    ("given", "shown"), [({"diseases": []}, "no underlying disease"), ({"diseases": None}, "disease not recorded")]
)
def test_a_denied_disease_is_not_a_missing_one(kb: KnowledgeBase, given: dict[str, Any], shown: str) -> None:
    assert shown in head_of(kb, {"history": [], **given}).who


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ({"age": 63, "sex": "female"}, "63-year-old woman"),
        ({"age": 7, "sex": "male"}, "7-year-old boy"),
        ({"age": 0.1, "sex": "male"}, "1-month-old boy"),
        ({"age": 40}, "40-year-old, sex not recorded"),
        ({"sex": "female"}, "woman, age not recorded"),
        ({}, "age and sex not recorded"),
    ],
)
def test_age_and_sex_are_told_as_people_tell_them(kb: KnowledgeBase, who: dict[str, Any], shown: str) -> None:
    assert head_of(kb, {"patient": who, "diseases": ["crest"], "history": []}).who.startswith(f"{shown} · ")


def test_all_that_was_used_is_told_by_what_came_of_it(kb: KnowledgeBase) -> None:
    shown = head_of(
        kb,
        {
            "patient": {"age": 52, "sex": "male"},
            "diseases": ["crest"],
            "calcinosis": {"pattern": "localized", "sites": ["hand"], "features": ["pain"], "largest_mm": 12},
            "history": [
                {"therapy": "diltiazem", "outcome": "ineffective", "dose": "60 mg/day", "months": 2},
                {"therapy": "minocycline", "outcome": "partial"},
                {"therapy": "rituximab", "outcome": "not_tolerated", "adverse_event": "infusion reaction"},
                {"therapy": "colchicine", "outcome": "ongoing"},
                {"therapy": "nifedipine", "for": "underlying_disease", "outcome": "unknown"},
                {"therapy": "surgical_excision", "outcome": "declined"},
            ],
            "medications": ["warfarin"],
            "conditions": [],
            "allergies": ["penicillin"],
            "labs": {"egfr": {"value": 28, "unit": "mL/min/1.73m2"}, "anticentromere": "positive"},
        },
    )
    lines = dict(shown.lines)
    assert lines["deposits"] == ("localised", "pain", "up to 12 mm", "hand")
    assert lines["failed"] == ("diltiazem (60 mg/day, 2 months)",)
    assert lines["partly"] == ("minocycline*",)
    assert lines["stopped"] == ("rituximab (infusion reaction)",)
    assert (lines["taking"], lines["disease"]) == (("colchicine",), ("nifedipine",))
    assert lines["not given"] == ("surgical excision (declined)",)
    assert (lines["takes"], lines["allergy"], lines["none"]) == (("warfarin",), ("penicillin",), ("other conditions",))
    assert lines["results"] == ("eGFR 28 mL/min/1.73m2", "ACA +")
    assert shown.blank == ("dose or time of *",)


def test_what_is_blank_is_told(kb: KnowledgeBase) -> None:
    blank = head_of(kb, {"diseases": ["crest"], "history": []}).blank
    assert blank == ("complaints", "sites", "medicines", "conditions", "allergies", "test results", "size")
    started = head_of(kb, {"diseases": ["crest"], "history": [], "conditions": ["gout"], "conditions_complete": False})
    assert "other conditions" in started.blank


def test_words_that_were_not_understood_stand_above_the_lists(kb: KnowledgeBase) -> None:
    patient = kb.reader.mapping(
        {"diseases": ["crest"], "history": [{"therapy": "diltiazam", "outcome": "ineffective"}]}
    )
    first, second, *others = patient_blocks(patient, kb.knowledge)
    assert isinstance(first, Text) and isinstance(second, Alert) and not any(isinstance(one, Alert) for one in others)
    assert "diltiazam" in second.text and "any treatment may have been tried" in second.text
