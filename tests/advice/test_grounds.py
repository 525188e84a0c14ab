"""The grounds of a judgement in words: its reasons, and what to check first."""

from __future__ import annotations

from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.rules.models import EFFECTS

FAILED = "It was tried for calcinosis and failed. Diltiazem: ineffective"


@pytest.mark.parametrize(
    ("trial", "begins"),
    [
        ({"dose": "360 mg/day", "months": 24}, f"{FAILED} (360 mg/day; 24 months)."),
        ({}, f"{FAILED}. Adequacy of the trial unknown: no dose was reported; no duration was reported."),
        (
            {"dose": "30 mg/day"},
            "The dose was too low or the course too short to judge it. Diltiazem: ineffective (30 mg/day). "
            "Not an adequate trial: 30 mg/day is below 240 mg/day. An adequate trial: 240 to 480 mg a day",
        ),
        (
            {"outcome": "not_tolerated", "adverse_event": "ankle oedema"},
            "It was stopped for an adverse event. Diltiazem: not tolerated (ankle oedema).",
        ),
    ],
)
def test_a_standing_names_the_trial_and_what_is_not_known_of_it(
    kb: KnowledgeBase, trial: dict[str, Any], begins: str
) -> None:
    history = [{"therapy": "diltiazem", "outcome": "ineffective", **trial}]
    first = kb.advise({"patient": {"age": 50}, "history": history}).judgement("diltiazem").reasons[0]
    assert first.effect == "standing" and first.text.startswith(begins)
    assert ("An adequate trial:" in first.text) is ("dequa" in begins)


@pytest.fixture(scope="module")
def advice(kb: KnowledgeBase) -> Advice:
    return kb.advise(
        {
            "diseases": ["crest"],
            "patient": {"age": 50, "sex": "female"},
            "labs": {"egfr": {"value": 20, "unit": "mL/min/1.73m2"}},
            "medications": ["warfarin"],
        }
    )


@pytest.mark.parametrize(
    ("therapy", "rule", "effect", "fact"),
    [
        ("methotrexate", "methotrexate-egfr-30", "avoid", "[Estimated GFR 20 mL/min/1.73m2]"),
        ("colchicine", "colchicine-egfr-30", "reserve", "[Estimated GFR 20 mL/min/1.73m2]"),
        ("warfarin", "takes-warfarin", "warn", "[takes warfarin]"),
    ],
)
def test_a_reason_ends_with_the_facts_of_the_patient(
    advice: Advice, therapy: str, rule: str, effect: str, fact: str
) -> None:
    [reason] = [reason for reason in advice.judgement(therapy).reasons if reason.rule == rule]
    assert reason.effect == effect and reason.text.endswith(fact)


def test_reasons_are_one_per_rule_with_the_gravest_effect_first(advice: Advice) -> None:
    for item in advice.judged:
        rules = [reason.rule for reason in item.reasons]
        effects = [reason.effect for reason in item.reasons[1:]]
        assert len(rules) == len(set(rules))
        assert effects == sorted(effects, key=EFFECTS.index), item.therapy.id


def test_checks_come_before_what_would_forbid_and_a_rule_that_holds_asks_nothing(advice: Advice) -> None:
    order = ["check", "avoid", "not_applicable", "reserve", "caution", "against", "support", "prefer", "doubt"]
    seen = set()
    for item in advice.judged:
        would = [check.would for check in item.check_first]
        seen.update(would)
        assert would == sorted(would, key=order.index), item.therapy.id
        held = {reason.rule for reason in item.reasons}
        assert not held & {check.rule for check in item.check_first}, item.therapy.id
        assert item.listed or item.verdict == "unproven" or not item.check_first
    assert {"check", "avoid", "caution"} <= seen


def test_only_rules_that_hold_weigh(advice: Advice) -> None:
    """A rule that asks for a missing fact is none of them, and tells that something is open."""
    for item in advice.judged:
        grounds = item.grounds
        assert "check" not in grounds.effects and set(grounds.effects) <= set(EFFECTS)
        assert list(grounds.held) == list(dict.fromkeys(grounds.held))
        assert {reason.rule for reason in grounds.reasons[1:]} == set(grounds.held)
        assert [reason.effect for reason in grounds.reasons] == [
            "standing",
            *sorted(grounds.effects, key=EFFECTS.index),
        ]
        assert grounds.asks or not grounds.checks
    assert any(item.grounds.asks for item in advice.judged)
    assert advice.judged[0].grounds != advice.judged[1].grounds
    assert advice.judged[0].grounds == advice.judged[0].grounds
    assert advice.judged[0].grounds != "no grounds"
