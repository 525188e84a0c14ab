"""The verdict table: the first row that holds decides."""

from __future__ import annotations

import pytest

from calcinosis_kb.advice.verdicts import OFFERED, TABLE, VERDICTS, decide, deciding_row


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
        ("inadequate", {"caution"}, "retry"),
        ("other_purpose", {"support"}, "retry"),
        ("partial", {"support"}, "consider"),
        ("cannot_tell", {"support"}, "consider"),
    ],
)
def test_a_standing_and_effects_give_one_verdict(standing: str, effects: set[str], verdict: str) -> None:
    assert decide(standing, effects) == verdict
    number, row = deciding_row(standing, effects)
    assert TABLE[number - 1] is row and row.verdict == verdict


def test_every_verdict_has_a_row_and_what_would_harm_is_never_offered() -> None:
    assert {row.verdict for row in TABLE} == set(VERDICTS)
    assert not OFFERED & {"avoid", "not_advised", "not_applicable", "exhausted"}
