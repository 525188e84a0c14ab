"""What guidelines advise, registered trials and courses, as the knowledge holds them."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.models import Course, Guideline


def test_a_statement_has_the_diseases_and_ages_of_its_guideline_unless_it_names_its_own(kb: KnowledgeBase) -> None:
    known = kb.knowledge
    said = {(guideline.id, s.therapy): (s.diseases, s.ages) for guideline, s in known.statements("methotrexate")}
    assert said["share-jdm-2017", "methotrexate"] == (("juvenile_dermatomyositis",), ("child",))
    said = {(guideline.id, s.therapy): (s.diseases, s.ages) for guideline, s in known.statements("rituximab")}
    assert said["traineau-2020-review", "rituximab"] == (("systemic_sclerosis", "dermatomyositis"), ())


def test_a_statement_on_a_family_is_one_on_its_members(kb: KnowledgeBase) -> None:
    steps = {(guideline.id, s.step) for guideline, s in kb.knowledge.statements("diltiazem") if s.step}
    assert ("bienvenu-2014-review", 1) in steps


def test_pages_for_patients_are_of_low_authority_and_recommend_nothing(kb: KnowledgeBase) -> None:
    known = kb.knowledge
    pages = [guideline for guideline in known.guidelines.values() if guideline.kind == "patient_information"]
    assert pages and all(known.authorities[page.id] == "low" for page in pages)
    assert all(s.advice != "recommends" for page in pages for s in page.statements)
    assert known.authorities["share-jdm-2017"] == "literature"


def test_every_statement_says_how_far_it_goes(kb: KnowledgeBase) -> None:
    def silent(guideline: Guideline) -> list[str]:
        return [statement.therapy for statement in guideline.statements if statement.advice is None]

    assert {id_: found for id_, guideline in kb.knowledge.guidelines.items() if (found := silent(guideline))} == {}


def test_registered_trials_are_found_by_therapy_and_family(kb: KnowledgeBase) -> None:
    found = {id_: trial.status for id_, trial in kb.knowledge.registered_trials("co2_laser")}
    assert found == {"nct01572844-registry": "completed"}
    assert [id_ for id_, _ in kb.knowledge.registered_trials("warfarin")] == []


@pytest.mark.parametrize(
    ("basis", "waits"),
    [
        ("time_to_response", True),
        ("time_of_judging", True),
        ("length_of_treatment", False),
        ("single_responder", False),
    ],
)
def test_a_course_says_how_long_to_wait_only_if_it_was_judged_then(basis: str, waits: bool) -> None:
    course = Course.model_validate({"text": "x", "window": "3 months", "basis": basis, "sources": ["x"]})
    assert course.says_how_long_to_wait is waits


@pytest.mark.parametrize("half", [{"window": "3 months"}, {"basis": "time_to_response"}])
def test_a_length_says_what_it_is(half: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="give 'window' and 'basis' together"):
        Course.model_validate({"text": "x", "sources": ["x"], **half})


def test_an_answer_tells_how_long_to_wait_where_no_adequate_trial_is_known(kb: KnowledgeBase) -> None:
    tried = {"therapy": "tofacitinib", "for": "calcinosis", "outcome": "ineffective"}
    advice = kb.advise({"diseases": ["dermatomyositis"], "history": [tried]})
    text = " ".join(reason.text for reason in advice.judgement("tofacitinib").reasons)
    assert "Adequacy of the trial unknown" in text and "Two adults had regressed or stayed the same." in text
