"""From a patient to an answer: every therapy once, and what nearly held for one."""

from __future__ import annotations

from itertools import combinations

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.expected import DISCOUNTS

FAILED = {"therapy": "diltiazem", "outcome": "ineffective"}


@pytest.mark.parametrize(
    ("history", "standing", "verdict"),
    [
        ([], "untried", None),
        ([FAILED], "failed", "exhausted"),
        ([{"therapy": "diltiazem", "outcome": "effective"}], "worked", "continue"),
        ([{"therapy": "diltiazem", "outcome": "ongoing"}], "ongoing", "continue"),
        ([{"therapy": "diltiazem", "for": "underlying_disease", "outcome": "unknown"}], "other_purpose", "retry"),
        ([{"therapy": "calcium channel blocker", "outcome": "ineffective"}], "cannot_tell", "consider"),
        ([{"therapy": "nifedipine", "outcome": "ineffective"}], "sibling_tried", None),
    ],
)
def test_the_history_gives_a_therapy_its_standing(
    kb: KnowledgeBase, history: list[dict[str, str]], standing: str, verdict: str | None
) -> None:
    item = kb.advise({"diseases": ["crest"], "history": history}).judgement("diltiazem")
    assert item.standing == standing
    assert verdict is None or item.verdict == verdict


def test_every_therapy_is_judged_once_and_each_decision_has_a_rank(kb: KnowledgeBase) -> None:
    advice = kb.advise({"diseases": ["crest"], "history": [FAILED]})
    assert sorted(item.therapy.id for item in advice.judged) == sorted(option.id for option in kb.knowledge.options)
    ranks = [item.rank or 0 for item in advice.options]
    assert ranks == sorted(ranks) and set(ranks) == set(range(1, ranks[-1] + 1))
    for item, other in combinations(advice.options, 2):
        if item.rank == other.rank:
            assert item.therapy.family == other.therapy.family is not None
    assert {item.rank for item in (*advice.not_offered, *advice.unproven)} == {None}
    assert all(item.reasons for item in advice.judged)
    with pytest.raises(KeyError):
        advice.judgement("bisphosphonate")


def test_an_explanation_names_each_rule_that_nearly_held_once_and_none_that_held(kb: KnowledgeBase) -> None:
    advice = kb.advise({"diseases": ["crest"], "labs": {"egfr": {"value": 40, "unit": "mL/min/1.73m2"}}})
    explanation = kb.advisor.explain(advice, "methotrexate")
    nearly = [miss.rule for miss in explanation.nearly]
    assert explanation.judgement is advice.judgement("methotrexate")
    assert nearly and len(nearly) == len(set(nearly))
    assert not set(nearly) & {reason.rule for reason in explanation.judgement.reasons}
    for miss in explanation.nearly:
        file, _, line = miss.at.rpartition(":")
        assert file.startswith("rules/") and line.isdigit() and miss.would_need


def test_a_disease_of_unknown_kind_leaves_immunosuppression_open(ward: KnowledgeBase) -> None:
    """A department adds a disease and does not say whether it is immune-mediated: unknown is not no."""
    advice = ward.advise({"diseases": ["ward_disease"], "history": []})
    assert advice.judgement("methotrexate").verdict != "not_applicable"
    assert advice.judgement("rituximab").evidence.seen == "elsewhere"


def test_what_an_overlay_changes_is_marked_local(ward: KnowledgeBase, kb: KnowledgeBase) -> None:
    patient = {"diseases": ["crest"], "history": []}
    ours, theirs = kb.advise(patient), ward.advise(patient)
    colchicine = theirs.judgement("colchicine")
    assert colchicine.advised.local and colchicine.local and "ward" in colchicine.advised.recommending
    assert next(reason for reason in colchicine.reasons if reason.rule == "guideline-recommends").local
    verdicts = {item.therapy.id: item.verdict for item in ours.judged}
    changed = {item.therapy.id for item in theirs.judged if item.verdict != verdicts.get(item.therapy.id)}
    assert {"colchicine", "minocycline", "ward_paste"} <= changed
    assert changed <= {item.therapy.id for item in theirs.judged if item.local}


def test_studies_left_out_are_left_out_of_everything(kb: KnowledgeBase) -> None:
    patient = kb.advise({"diseases": ["crest"], "history": []}).patient
    therapy = next(id_ for id_, studies in kb.advisor.reported_in_children.items() if studies)
    without = kb.advisor.reported_in_children[therapy]
    advice = kb.advisor.advise(patient, without=without)
    assert advice.without == without
    options = {
        fact.get("therapy"): fact
        for fact in kb.advisor.situation(patient, without=without).facts
        if fact.kind == "option"
    }
    assert options[therapy].get("children") == "false"
    explanation = kb.advisor.explain(advice, therapy)
    assert not {miss.rule for miss in explanation.nearly} & {reason.rule for reason in explanation.judgement.reasons}


def test_other_weights_of_the_reports_change_what_is_expected_and_nothing_else(kb: KnowledgeBase) -> None:
    patient = kb.reader.mapping({"diseases": ["crest"], "history": []})
    usual, other = kb.advisor.advise(patient), kb.advisor.with_discounts(DISCOUNTS.scaled(0.25)).advise(patient)
    assert usual.judgement("rituximab").expected != other.judgement("rituximab").expected
    for item in usual.judged:
        same = other.judgement(item.therapy.id)
        assert (same.verdict, same.state, same.evidence) == (item.verdict, item.state, item.evidence)
    assert kb.advisor.advise(patient) == usual
