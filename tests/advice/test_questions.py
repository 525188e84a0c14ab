"""Missing facts are merged into questions that a clinician can answer, the most telling first."""

from __future__ import annotations

from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.questions import FIRST, Question, _Topics, fact_label

SEED = "knowledge/cases/nunes-2019-1.yaml"
WOMAN = {"patient": {"age": 30, "sex": "female"}, "diseases": ["crest"], "history": []}
COMPLETE: dict[str, Any] = {"medications": [], "conditions": [], "allergies": []}


@pytest.fixture(scope="module")
def seed(kb: KnowledgeBase) -> Advice:
    return kb.advise(kb.reader.file(SEED))


def about(advice: Advice, fact: str) -> Question:
    (found,) = [question for question in advice.questions if fact in question.facts]
    return found


def test_every_open_fact_is_in_one_question(seed: Advice) -> None:
    facts = [fact for question in seed.questions for fact in question.facts]
    open_ = {check.fact for item in seed.options for check in item.check_first}
    assert len(facts) == len(set(facts)) and set(facts) == open_
    assert len(seed.questions) < len(open_) / 4


def test_a_blank_section_is_one_question(kb: KnowledgeBase) -> None:
    advice = kb.advise(WOMAN)
    started = {
        "medication": "Which medicines does",
        "allergy": "Which medicines is",
        "condition": "Which other conditions",
    }
    for kind, start in started.items():
        facts = [fact for question in advice.questions for fact in question.facts if fact.startswith(f"{kind}:")]
        (section,) = [question for question in advice.questions if question.text.startswith(start)]
        in_tests = [fact for fact in facts if fact not in section.facts]
        assert len(section.facts) > 10 and (kind == "condition" or not in_tests)


def test_a_list_that_is_not_complete_is_asked_for_the_rest(seed: Advice, kb: KnowledgeBase) -> None:
    assert about(seed, "condition:porphyria").text == "Does the patient have any other condition, now or earlier?"
    complete = kb.advise({**WOMAN, **COMPLETE})
    assert not any("condition:porphyria" in question.facts for question in complete.questions)


@pytest.mark.parametrize(
    ("test", "condition"),
    [
        ("hbsag", "condition:hepatitis_b"),
        ("hbsag", "anti_hbc"),
        ("egfr", "condition:renal_impairment_severe"),
        ("egfr", "creatinine"),
        ("tuberculosis_screen", "condition:latent_tuberculosis"),
        ("alt", "condition:hepatic_impairment_severe"),
    ],
)
def test_a_test_and_its_conditions_are_one_question(seed: Advice, test: str, condition: str) -> None:
    assert about(seed, test) == about(seed, condition)


def test_liver_and_kidney_are_two_questions(seed: Advice) -> None:
    assert about(seed, "egfr") != about(seed, "alt")


def test_a_recorded_test_is_not_asked_for_again(seed: Advice) -> None:
    """Calcium without albumin leaves hypocalcaemia open: the corrected calcium would answer it."""
    asked = about(seed, "condition:hypocalcaemia")
    assert asked.text.startswith("What is known of the calcium corrected for albumin, and is there")
    assert "hypocalcaemia" in asked.text


def test_a_condition_that_a_recorded_word_leaves_open_is_asked_on_its_own(kb: KnowledgeBase) -> None:
    advice = kb.advise({**WOMAN, **COMPLETE, "conditions": ["heart failure"]})
    assert about(advice, "condition:heart_failure_nyha_iii_iv").text.startswith("Heart failure of NYHA class III or IV")


def test_the_most_telling_question_comes_first(seed: Advice) -> None:
    keys = [(question.first, len(question.would_affect)) for question in seed.questions]
    assert keys == sorted(keys, reverse=True)
    for question in seed.questions:
        ranks = {item.rank for item in seed.options if item.therapy.id in question.would_affect}
        assert question.first == sum(rank <= FIRST for rank in ranks if rank)
        assert question.text.endswith("?") and "_" not in question.text and "of the first 10" in question.effect


@pytest.mark.parametrize(
    ("record", "asked"),
    [
        ({"diseases": ["crest"], "conditions": ["dialysis"], "conditions_complete": False}, {"phosphate", "PTH"}),
        (
            {"diseases": ["crest"], "labs": {"calcium": "12.1 mg/dL"}, "conditions": ["hypercalcaemia"]},
            {"medicine", "PTH"},
        ),
        ({"diseases": ["HFTC"]}, {"phosphate"}),
    ],
)
def test_what_decides_on_a_cause_is_asked_first(kb: KnowledgeBase, record: dict[str, Any], asked: set[str]) -> None:
    advice = kb.advise({"patient": {"age": 55}, "history": [], **record})
    first = " ".join(f"{question.text} {question.short}" for question in advice.questions[:3])
    assert not [word for word in asked if word not in first]


def test_parathyroid_hormone_is_not_among_the_first_questions_where_nothing_points_to_it(kb: KnowledgeBase) -> None:
    advice = kb.advise(WOMAN)
    assert not [question for question in advice.questions[:3] if "PTH" in question.short]


def test_the_json_has_the_question_with_its_facts(seed: Advice) -> None:
    for question, shown in zip(seed.questions, seed.to_dict()["unknowns"], strict=True):
        assert (shown["fact"], shown["question"]) == (question.facts[0], question.text)
        assert shown["facts"] == list(question.facts) and shown["would_affect"] == list(question.would_affect)


def test_what_no_label_covers_changes_no_row(seed: Advice) -> None:
    """Asked of nearly every therapy, it would come before what decides between them."""
    counted = {fact: set(question.would_affect) for question in seed.questions for fact in question.facts}
    for item in seed.options:
        real = {check.fact for check in item.check_first if not check.unread}
        assert all(item.therapy.id in counted[fact] for fact in real)
    unread = {check.fact for item in seed.options for check in item.check_first if check.unread}
    real = {check.fact for item in seed.options for check in item.check_first if not check.unread}
    assert unread
    assert all(question.would_affect or real.isdisjoint(question.facts) for question in seed.questions)
    assert "ALT" not in " ".join(question.short for question in seed.questions[:3])


def test_a_screen_asks_three_questions(seed: Advice) -> None:
    asked = str(seed).partition("ASK ")[2].partition("\n\n")[0]
    assert "3 " in asked and "4 " not in asked and "more" not in asked


@pytest.mark.parametrize(
    ("fact", "label"),
    [
        ("pregnant", "pregnancy"),
        ("age", "age"),
        ("largest_mm", "size of the largest deposit"),
        ("pattern", "pattern of the deposits"),
        ("lesion:symptoms", "whether the deposits cause symptoms"),
        ("hbsag", "Hepatitis B surface antigen"),
        ("condition:hepatitis_b", "hepatitis B"),
        ("contraindication:rituximab", "whether rituximab was judged contraindicated"),
        ("site:hand", "deposits of the hand"),
        ("feature:functional_loss", "loss of function"),
        ("medication:nifedipine", "taking nifedipine"),
        ("medication:simvastatin", "taking simvastatin"),
        ("allergy:penicillin", "allergy to penicillin"),
        ("refusal:surgical_excision", "surgical excision"),
    ],
)
def test_a_missing_fact_has_a_label(kb: KnowledgeBase, fact: str, label: str) -> None:
    assert fact_label(fact, kb.knowledge) == label


BLANK: dict[str, Any] = {}
STARTED = {
    "medications": ["nifedipine"],
    "medications_complete": False,
    "conditions": ["gout"],
    "conditions_complete": False,
    "allergies": ["penicillin"],
    "allergies_complete": False,
    "calcinosis": {"features": ["qqqq"], "sites": ["zzzz"]},
}
RECORDED = {**COMPLETE, "calcinosis": {"features": ["pain"], "sites": ["hand"]}}


@pytest.mark.parametrize(
    ("record", "facts", "text", "short"),
    [
        (BLANK, "medication:simvastatin", "Which medicines does the patient take now?", "all medicines taken now"),
        (STARTED, "medication:simvastatin", "Does the patient take any other medicine?", "any other medicine"),
        (RECORDED, "medication:simvastatin", "Does the patient take simvastatin?", "taking simvastatin"),
        (
            BLANK,
            "condition:porphyria",
            "Which other conditions does the patient have, now or earlier?",
            "all other conditions",
        ),
        (
            STARTED,
            "condition:porphyria",
            "Does the patient have any other condition, now or earlier?",
            "any other condition",
        ),
        (RECORDED, "condition:porphyria", "Porphyria: yes or no?", "porphyria"),
        (BLANK, "allergy:rituximab", "Which medicines is the patient allergic to?", "all allergies"),
        (STARTED, "allergy:rituximab", "Is the patient allergic to any other medicine?", "any other allergy"),
        (RECORDED, "allergy:rituximab", "Is the patient allergic to rituximab?", "allergy to rituximab"),
        (BLANK, "feature:infection", "Which complaints do the deposits cause?", "complaints"),
        (STARTED, "feature:infection", "Do the deposits cause any other complaint?", "any other complaint"),
        (STARTED, "lesion:symptoms", "Do the deposits cause any other complaint?", "any other complaint"),
        (RECORDED, "feature:infection", "Infection?", "infection"),
        (BLANK, "site:hand", "Where are the deposits?", "sites"),
        (STARTED, "site:hand", "Are there deposits elsewhere?", "other sites"),
        (BLANK, "age", "How old is the patient?", "age"),
        (BLANK, "sex", "Is the patient female or male?", "sex"),
        (BLANK, "largest_mm", "How large is the largest deposit, in mm?", "largest deposit"),
        (BLANK, "pattern", "Are the deposits single, multifocal, tumoral or universal?", "pattern"),
        (BLANK, "pregnant condition:pregnancy", "Is the patient pregnant?", "pregnancy"),
        (BLANK, "condition:pregnancy", "Is the patient pregnant?", "pregnancy"),
        (BLANK, "egfr", "What is known of the estimated GFR?", "eGFR"),
        (
            BLANK,
            "egfr condition:renal_impairment_severe condition:renal_impairment",
            "What is known of the estimated GFR, and is there kidney impairment?",
            "eGFR",
        ),
        (
            BLANK,
            "hbsag anti_hbc condition:hepatitis_b",
            "What is known of the hepatitis B surface antigen and hepatitis B core antibody, and is there hepatitis B?",
            "HBsAg, anti-HBc",
        ),
        (
            {"labs": {"hbsag": "negative"}},
            "condition:hepatitis_b",
            "What is known of the hepatitis B core antibody, and is there hepatitis B?",
            "anti-HBc",
        ),
        (
            BLANK,
            "alt alt_times_upper_limit condition:hepatic_impairment",
            "What is known of the ALT, and is there liver impairment?",
            "ALT",
        ),
        (
            BLANK,
            "contraindication:rituximab",
            "Was rituximab judged contraindicated?",
            "whether rituximab was judged contraindicated",
        ),
    ],
)
def test_missing_facts_are_asked_for_in_these_words(
    kb: KnowledgeBase, record: dict[str, Any], facts: str, text: str, short: str
) -> None:
    topics = _Topics(kb.reader.mapping(record), kb.knowledge)
    topic = topics.of(facts.split()[0])
    assert {topics.of(fact) for fact in facts.split()} == {topic}
    assert (topics.text(topic, facts.split()), topics.short(topic, facts.split())) == (text, short)


def test_a_question_tells_how_much_it_could_change() -> None:
    question = Question("age", ("age",), "How old is the patient?", "age", ("rituximab",), 0)
    assert question.effect == "could change 1 option, none of the first 10"
    several = Question("features", ("feature:pain",), "", "", ("rituximab", "diltiazem"), 2, local=True)
    assert several.effect == "could change 2 options, 2 of the first 10"
    assert (several.section, question.section) == (True, False)
    assert (several.to_dict().get("local"), "local" in question.to_dict()) == (True, False)
