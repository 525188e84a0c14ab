"""The order of the offered therapies: which of two comes first."""

from __future__ import annotations

from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.ranking import ORDER, RankKey, place_in_order
from calcinosis_kb.knowledge.grading import Evidence, Response

BASE: dict[str, Any] = {
    "place": "consider", "direction": "benefit", "direct": True, "level": 4, "patients": 10, "responded": 5,
    "mechanism": "new", "fits": 0, "family_failed": False, "unread": 0, "cautions": 0,
}  # fmt: skip


def key(kb: KnowledgeBase, **changed: Any) -> RankKey:
    """The key of diltiazem with `BASE`, some of it changed."""
    given = {**BASE, **changed}
    response = Response(given["patients"], min(given["responded"], given["patients"]))
    evidence = Evidence(given["level"], given["direction"], given["direct"], response, given["patients"], ())
    return RankKey.of(
        given["place"],
        evidence,
        given["mechanism"],
        kb.knowledge.therapies["diltiazem"],
        **{name: given[name] for name in ("family_failed", "fits", "unread", "cautions")},
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"place": "helps"}, {"place": "suggest", "fits": 1}),
        ({"place": "suggest"}, {"place": "consider", "fits": 1}),
        ({"fits": 1, "direct": False}, {"fits": 0}),
        ({}, {"direct": False}),
        ({"direction": "mixed"}, {"direction": "benefit", "direct": False}),
        ({"direction": "mixed"}, {"direction": "benefit", "patients": 2}),
        ({"direct": False}, {"level": 5, "patients": 0}),
        ({"level": 5, "patients": 0}, {"direction": None, "level": 5, "patients": 0}),
        ({"direction": None, "level": 5, "patients": 0}, {"direction": "no_benefit"}),
        ({"direction": "no_benefit", "direct": False}, {"direction": "no_benefit"}),
        ({"direction": "no_benefit"}, {"direction": "harm"}),
        ({}, {"family_failed": True, "level": 3}),
        ({"level": 3}, {"responded": 9}),
        ({"responded": 9, "mechanism": "failed"}, {"responded": 5}),
        ({"mechanism": "new", "unread": 3}, {"mechanism": "tried"}),
        ({"mechanism": "none"}, {"mechanism": "failed"}),
        ({"cautions": 3}, {"unread": 1}),
        ({"cautions": 0}, {"cautions": 1}),
    ],
)
def test_the_first_comes_before_the_second(kb: KnowledgeBase, first: dict[str, Any], second: dict[str, Any]) -> None:
    assert key(kb, **first) < key(kb, **second)


@pytest.mark.parametrize("changed", [{"direction": "no_benefit"}, {"direction": None}, {"family_failed": True}])
def test_fitting_the_patient_does_not_lift_what_did_not_help(kb: KnowledgeBase, changed: dict[str, Any]) -> None:
    assert key(kb, fits=2, **changed) == key(kb, fits=0, **changed)


@pytest.mark.parametrize(
    ("verdict", "standing", "place"),
    [
        ("continue", "worked", "helps"),
        ("retry", "inadequate", "tried too little"),
        ("retry", "other_purpose", "consider"),
        ("suggest", "untried", "suggest"),
        ("consider", "partial", "consider"),
        ("avoid", "untried", "avoid"),
    ],
)
def test_a_verdict_has_a_place_in_the_order(verdict: str, standing: str, place: str) -> None:
    assert place_in_order(verdict, standing) == place
    assert place in ORDER


def test_the_words_of_a_key_name_every_criterion_in_order(kb: KnowledgeBase) -> None:
    assert key(kb, fits=1, direction="mixed", mechanism="tried", cautions=2).words() == [
        "order: consider",
        "fits this patient: 1",
        "evidence: direct, mixed",
        "its family has failed: no",
        "level: 4",
        "response: at least 24%",
        "mechanism: tried",
        "not read: 0",
        "cautions: 2",
        "invasiveness: oral",
        "name: Diltiazem",
    ]
