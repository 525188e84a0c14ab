"""The verdict table: the first row that holds decides."""

from __future__ import annotations

import pytest

from calcinosis_kb.advice.verdicts import LISTED, OFFERED, TABLE, VERDICTS, decide, deciding_row
from calcinosis_kb.knowledge.grading import Seen


@pytest.mark.parametrize(
    ("standing", "effects", "verdict"),
    [
        ("untried", set(), "consider"),
        ("untried", {"support"}, "suggest"),
        ("untried", {"support", "caution"}, "consider"),
        ("untried", {"support", "against"}, "not_advised"),
        ("untried", {"support", "avoid"}, "avoid"),
        ("untried", {"not_applicable"}, "not_applicable"),
        ("failed", {"support"}, "exhausted"),
        ("failed", {"avoid"}, "avoid"),
        ("not_tolerated", set(), "exhausted"),
        ("worked", {"against"}, "continue"),
        ("worked", {"avoid"}, "avoid"),
        ("ongoing", set(), "continue"),
        ("ongoing", {"against"}, "not_advised"),
        ("ongoing", {"reserve"}, "continue"),
        ("inadequate", {"caution"}, "retry"),
        ("inadequate", {"reserve"}, "reserve"),
        ("other_purpose", {"support"}, "retry"),
        ("partial", {"support"}, "continue"),
        ("recurred", set(), "continue"),
        ("cannot_tell", {"support"}, "consider"),
        ("untried", {"support", "doubt"}, "suggest"),
        ("untried", {"support", "reserve"}, "reserve"),
    ],
)
def test_a_standing_and_effects_give_one_verdict(standing: str, effects: set[str], verdict: str) -> None:
    assert decide(standing, effects) == verdict
    number, row = deciding_row(standing, effects)
    assert TABLE[number - 1] is row and row.verdict == verdict


@pytest.mark.parametrize(
    ("standing", "effects", "seen", "verdict"),
    [
        ("untried", set(), "mechanism_only", "unproven"),
        ("untried", {"caution"}, "outcome_not_stated", "unproven"),
        ("untried", {"support"}, "mechanism_only", "suggest"),
        ("untried", {"support", "caution"}, "mechanism_only", "consider"),
        ("other_purpose", set(), "mechanism_only", "unproven"),
        ("other_purpose", set(), "elsewhere", "retry"),
    ],
)
def test_what_was_seen_decides_what_is_offered(standing: str, effects: set[str], seen: Seen, verdict: str) -> None:
    assert decide(standing, effects, seen) == verdict


def test_every_verdict_has_a_row_and_what_would_harm_is_never_offered() -> None:
    assert {row.verdict for row in TABLE} == set(VERDICTS)
    assert not LISTED & {"avoid", "not_advised", "not_applicable", "exhausted", "unproven"}
    assert {"reserve"} == LISTED - OFFERED
