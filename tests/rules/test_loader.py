"""The rule book: a rule by its id, and the rules that name a therapy."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase


@pytest.mark.parametrize(
    ("therapy", "rule", "named"),
    [
        ("diltiazem", "diltiazem-av-block", True),
        ("verapamil", "diltiazem-av-block", False),
        ("pamidronate", "bisphosphonate-severe-renal", True),
        ("bisphosphonate", "bisphosphonate-severe-renal", True),
        ("diltiazem", "bisphosphonate-severe-renal", False),
        ("diltiazem", "evidence-mixed", False),
    ],
)
def test_a_therapy_is_named_by_its_own_rules_and_those_of_its_family(
    kb: KnowledgeBase, therapy: str, rule: str, named: bool
) -> None:
    assert (kb.rules.rule(rule) in kb.rules.naming(kb.knowledge.therapies[therapy])) is named


def test_there_is_no_rule_of_an_unknown_id(kb: KnowledgeBase) -> None:
    with pytest.raises(KeyError):
        kb.rules.rule("no-such-rule")
