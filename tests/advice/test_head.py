"""The head of an answer: the patient in words, what was used, what was not understood and what is blank."""

from __future__ import annotations

from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.head import Head, head


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


WHO = "age and sex not recorded · limited systemic sclerosis (CREST syndrome)"
NOTHING = ("medicines", "conditions", "allergies", "test results", "size")
"""What is blank of a record that holds none of it."""

HEADS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing": (
        {},
        {
            "who": "age and sex not recorded · disease not recorded",
            "deposits": ("pattern not recorded",),
            "blank": ("treatments tried", "complaints", "sites", *NOTHING),
        },
    ),
    "nothing tried": (
        {"patient": {"age": 0.25, "sex": "male"}, "diseases": [], "history": []},
        {
            "who": "3-month-old boy · no underlying disease",
            "deposits": ("pattern not recorded",),
            "tried": ("nothing",),
            "blank": ("complaints", "sites", *NOTHING),
        },
    ),
    "a child of two diseases": (
        {
            "patient": {"age": 9, "sex": "female"},
            "diseases": ["jdm", "sle"],
            "calcinosis": {
                "pattern": "universalis",
                "sites": ["shoulders", "thorax"],
                "features": ["pain"],
                "largest_mm": 12.5,
            },
        },
        {
            "who": "9-year-old girl · juvenile dermatomyositis and systemic lupus erythematosus",
            "deposits": ("universal", "pain", "up to 12.5 mm", "shoulder", "trunk"),
            "blank": ("treatments tried", "medicines", "conditions", "allergies", "test results"),
        },
    ),
    "none of each list": (
        {
            "patient": {"age": 30, "sex": "female", "pregnant": True},
            "diseases": ["crest"],
            "calcinosis": {"features": []},
            "medications": [],
            "conditions": [],
            "allergies": [],
        },
        {
            "who": "30-year-old woman · pregnant · limited systemic sclerosis (CREST syndrome)",
            "deposits": ("pattern not recorded", "no complaints"),
            "none": ("medicines", "other conditions", "allergies"),
            "blank": ("treatments tried", "sites", "test results", "size"),
        },
    ),
    "lists that are not complete": (
        {
            "patient": {"sex": "male", "pregnant": False},
            "medications": ["nifedipine", "amlodipine", "nifedipine"],
            "medications_complete": False,
            "conditions": ["heart failure"],
            "conditions_complete": False,
            "allergies": ["penicillin"],
            "allergies_complete": False,
        },
        {
            "who": "man, age not recorded · not pregnant · disease not recorded",
            "deposits": ("pattern not recorded",),
            "takes": ("nifedipine", "amlodipine"),
            "also": ("heart failure",),
            "allergy": ("penicillin",),
            "blank": (
                *("treatments tried", "complaints", "sites", "other medicines", "other conditions", "other allergies"),
                *("test results", "size"),
            ),
        },
    ),
    "what came of treatments": (
        {
            "diseases": ["crest"],
            "history": [
                {"therapy": "diltiazem", "outcome": "ineffective"},
                {"therapy": "colchicine", "outcome": "worse", "dose": "1 mg/day", "months": 6},
                {"therapy": "minocycline", "outcome": "partial", "months": 1},
                {"therapy": "rituximab", "outcome": "effective"},
                {"therapy": "pamidronate", "outcome": "not_tolerated", "adverse_event": "fever"},
                {"therapy": "warfarin", "outcome": "ongoing"},
                {"therapy": "surgical_excision", "outcome": "declined"},
                {"therapy": "probenecid", "outcome": "contraindicated"},
                {"therapy": "etidronate", "outcome": "recurred"},
                {"therapy": "infliximab", "outcome": "unknown"},
                {"therapy": "nifedipine", "for": "underlying_disease", "outcome": "unknown"},
                {"therapy": "methotrexate", "for": "other", "outcome": "not_tolerated"},
                {"therapy": "azathioprine", "for": "unclear", "outcome": "ineffective"},
                {"therapy": "immunosuppressants", "outcome": "unknown"},
                {"therapy": "xyzzyq", "outcome": "unknown"},
            ],
        },
        {
            "who": WHO,
            "alerts": ("Not understood in history: 'xyzzyq'. Until it is, any treatment may have been tried.",),
            "deposits": ("pattern not recorded",),
            "failed": ("diltiazem*", "colchicine (1 mg/day, 6 months, worse)", "azathioprine (purpose not recorded)"),
            "partly": ("minocycline (1 month)*",),
            "helped": ("rituximab",),
            "came back": ("etidronate",),
            "stopped": ("pamidronate (fever)",),
            "taking": ("warfarin",),
            "not given": ("surgical excision (declined)", "probenecid (contraindicated)"),
            "tried": ("infliximab",),
            "disease": ("nifedipine",),
            "other use": ("methotrexate (not tolerated)",),
            "also had": ("immunosuppressants",),
            "not read": ("xyzzyq",),
            "blank": ("dose or time of *", "the whole history", "complaints", "sites", *NOTHING),
        },
    ),
    "words that were not understood": (
        {
            "diseases": ["crest"],
            "calcinosis": {"sites": ["zzzz"], "features": ["qqqq"]},
            "history": [{"therapy": "xyzzyq", "outcome": "plughed"}, {"therapy": "diltiazm", "outcome": "ineffective"}],
            "medications": ["qwertz", "asdfg"],
            "conditions": ["zzzx"],
            "allergies": [],
            "labs": {"zzzlab": "3"},
        },
        {
            "who": WHO,
            "alerts": (
                "Not understood in conditions: 'zzzx'. Until it is, the list is not complete.",
                "Not understood in results: 'zzzlab'. The result was not used.",
                "Not understood in sites: 'zzzz'. Until it is, the list is not complete.",
                "Not understood in complaints: 'qqqq'. Until it is, the list is not complete.",
                "Not understood in outcomes: 'xyzzyq: plughed'. What came of it counts as not recorded: "
                "'calcinosis-kb words outcomes' lists the words.",
                "Not understood in history: 'xyzzyq', 'diltiazm' (Diltiazem?). Until they are, any treatment may have been tried.",
                "Not understood in medicines: 'qwertz', 'asdfg'. Until they are, the list is not complete, and it may be any medicine.",
            ),
            "deposits": ("pattern not recorded",),
            "not read": ("xyzzyq", "diltiazm (ineffective)"),
            "none": ("allergies",),
            "blank": (
                *("the whole history", "other complaints", "other sites", "other medicines", "other conditions"),
                *("test results", "size"),
            ),
        },
    ),
    "results that were not understood": (
        {"labs": {"zzzlab": "3", "yyylab": 4}},
        {
            "who": "age and sex not recorded · disease not recorded",
            "alerts": ("Not understood in results: 'zzzlab', 'yyylab'. The results were not used.",),
            "deposits": ("pattern not recorded",),
            "blank": ("treatments tried", "complaints", "sites", *NOTHING),
        },
    ),
    "results": (
        {
            "patient": {"age": 50},
            "history": [],
            "labs": {"hbsag": "positive", "anti_hbc": "negative", "calcium": {"value": 8.3, "unit": "mg/dL"}},
        },
        {
            "who": "50-year-old, sex not recorded · disease not recorded",
            "deposits": ("pattern not recorded",),
            "tried": ("nothing",),
            "results": ("HBsAg +", "anti-HBc -", "Ca 8.3 mg/dL"),
            "blank": ("complaints", "sites", "medicines", "conditions", "allergies", "size"),
        },
    ),
}
"""A record, and all that the head says of it."""


@pytest.mark.parametrize("name", HEADS)
def test_the_head_says_this_of_a_record_and_no_more(kb: KnowledgeBase, name: str) -> None:
    record, said = HEADS[name]
    shown = head_of(kb, record)
    assert {"who": shown.who, "alerts": shown.alerts, "blank": shown.blank, **dict(shown.lines)} == {
        "alerts": (),
        **said,
    }
    assert list(dict(shown.lines)) == [label for label in said if label not in ("who", "alerts", "blank")]


@pytest.mark.parametrize(("list_", "word"), [("features", "no complaints"), ("sites", "no sites")])
def test_a_list_of_words_that_nobody_understood_is_not_an_empty_one(kb: KnowledgeBase, list_: str, word: str) -> None:
    shown = head_of(kb, {"calcinosis": {list_: ["qqqq"]}})
    assert word not in dict(shown.lines)["deposits"]
    assert f"other {'complaints' if list_ == 'features' else list_}" in shown.blank
