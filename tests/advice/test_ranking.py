"""The order of the open therapies: which of two comes first."""

from __future__ import annotations

from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.ranking import PLACES, RankKey, place_in_order
from calcinosis_kb.advice.verdicts import Verdict
from calcinosis_kb.knowledge.expected import Expectation
from calcinosis_kb.knowledge.recommendations import LAST_STEP, Recommendation

BASE: dict[str, Any] = {
    "place": "consider", "advised": "none", "step": LAST_STEP, "seen": "elsewhere", "least": 0.3, "mechanism": "new",
    "family_failed": False, "unread": 0, "cautions": 0,
}  # fmt: skip

FIRST = {"advised": "recommended", "step": 1}


def key(kb: KnowledgeBase, **changed: Any) -> RankKey:
    """The key of diltiazem with `BASE`, some of it changed."""
    given = {**BASE, **changed}
    place, least = given.pop("place"), given.pop("least")
    advised, step = given.pop("advised"), given.pop("step")
    return RankKey.of(
        place,
        kb.knowledge.therapies["diltiazem"],
        advised=Recommendation(advised, step, guided=step if advised == "recommended" else LAST_STEP),
        expected=Expectation(0.5, (least, 0.9), 5.0),
        **given,
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"place": "continue"}, {"place": "tried too little", **FIRST}),
        ({"place": "suggest"}, {"place": "consider", **FIRST}),
        ({"place": "consider"}, {"place": "alongside", **FIRST}),
        ({"place": "alongside"}, {"place": "reserve", **FIRST}),
        (FIRST, {"advised": "recommended", "step": 2, "seen": "in_disease"}),
        ({"advised": "recommended", "step": 2}, {"seen": "in_disease"}),
        ({"seen": "in_disease"}, {"advised": "considered", "step": 1}),
        ({"fit": 1}, {"advised": "considered", "step": 1}),
        ({"fit": 2}, {"fit": 1, "least": 0.9}),
        ({"family_failed": False}, {"family_failed": True, "fit": 3}),
        ({"advised": "considered", "step": 1}, {"least": 0.9}),
        ({"seen": "in_disease"}, {"least": 0.9}),
        ({}, {"seen": "mechanism_only", "least": 0.9}),
        ({"seen": "mechanism_only"}, {"seen": "no_benefit"}),
        ({}, {"family_failed": True, "least": 0.9}),
        ({"least": 0.4, "unread": 3, "cautions": 3}, {}),
        ({"cautions": 3}, {"unread": 1}),
        ({"mechanism": "failed"}, {"cautions": 1}),
        ({"mechanism": "tried"}, {"mechanism": "failed"}),
    ],
)
def test_the_first_comes_before_the_second(kb: KnowledgeBase, first: dict[str, Any], second: dict[str, Any]) -> None:
    assert key(kb, **first) < key(kb, **second)


@pytest.mark.parametrize(
    ("verdict", "standing", "kind", "place"),
    [
        ("continue", "worked", "drug", "continue"),
        ("retry", "inadequate", "drug", "tried too little"),
        ("retry", "other_purpose", "drug", "consider"),
        ("suggest", "untried", "drug", "suggest"),
        ("consider", "untried", "drug", "consider"),
        ("consider", "untried", "supportive", "alongside"),
        ("suggest", "untried", "supportive", "alongside"),
        ("reserve", "untried", "drug", "reserve"),
        ("avoid", "untried", "drug", "not offered"),
    ],
)
def test_a_verdict_has_a_place_in_the_order(verdict: Verdict, standing: str, kind: str, place: str) -> None:
    assert place_in_order(verdict, standing, kind) == place
    assert place in PLACES


def test_the_words_of_a_key_name_every_criterion_in_order(kb: KnowledgeBase) -> None:
    assert key(kb, advised="recommended", step=2, mechanism="tried", cautions=2, fit=1).words() == [
        "place: consider",
        "step of guidelines: 2",
        "seen: elsewhere",
        "its family has failed: no",
        "fits this patient: 1 of 3",
        "step of reviews: 2",
        "expected response: at least 30%",
        "not read: 0",
        "cautions: 2",
        "mechanism: tried",
        "burden: oral",
        "name: Diltiazem",
    ]


@pytest.mark.parametrize("whole", [True, False])
def test_what_drives_the_deposits_comes_first_though_it_may_have_been_tried(kb: KnowledgeBase, whole: bool) -> None:
    """A record never holds a whole history: high phosphate is lowered first all the same."""
    file = {
        "patient": {"age": 60, "sex": "female"},
        "diseases": ["limited_ssc_crest"],
        "conditions": ["kidney_failure"],
        "labs": {"phosphate": {"value": 7.5, "unit": "mg/dL"}},
        "history": [],
        "history_complete": whole,
    }
    first = [item for item in kb.advise(file).options if item.rank == 1]
    assert {item.therapy.aim for item in first} == {"cause"}
