"""The verdict table: the first row that holds decides."""

from __future__ import annotations

import pytest

from calcinosis_kb.advice.verdicts import LISTED, OFFERED, TABLE, VERDICTS, decide, deciding_row, table_as_text
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


@pytest.mark.parametrize(
    ("standing", "effects", "seen", "number", "because"),
    [
        ("untried", "avoid support", "harm", 1, "a contraindication rules it out"),
        ("failed", "support", "in_disease", 2, "it failed, or was not tolerated"),
        ("not_tolerated", "against", "in_disease", 2, "it failed, or was not tolerated"),
        ("worked", "not_applicable", "in_disease", 3, "it does not fit what is recorded"),
        ("worked", "against", "in_disease", 4, "it helped"),
        ("ongoing", "against", "in_disease", 5, "the evidence, or those who advise on it, are against it"),
        ("ongoing", "reserve", "harm", 6, "it is taken now, helped in part, or helped until the deposits came back"),
        ("partial", "", "harm", 6, "it is taken now, helped in part, or helped until the deposits came back"),
        ("recurred", "", "harm", 6, "it is taken now, helped in part, or helped until the deposits came back"),
        ("inadequate", "reserve", "in_disease", 7, "its harm, or what failed before, keeps it for last"),
        ("inadequate", "support", "in_disease", 8, "too little of it was given to judge it"),
        (
            *("other_purpose", "support caution", "elsewhere", 9),
            "it was given for something else only, and evidence or advice supports it for the deposits",
        ),
        ("untried", "support", "elsewhere", 10, "evidence or advice supports it, and no hazard is recorded"),
        ("sibling_tried", "support", "elsewhere", 10, "evidence or advice supports it, and no hazard is recorded"),
        (
            *("untried", "support caution", "elsewhere", 11),
            "evidence or advice supports it, but a hazard is recorded or it may have been tried",
        ),
        (
            *("cannot_tell", "support", "elsewhere", 11),
            "evidence or advice supports it, but a hazard is recorded or it may have been tried",
        ),
        ("untried", "caution", "mechanism_only", 12, "no patient is reported with it whose course is told"),
        ("other_purpose", "", "outcome_not_stated", 12, "no patient is reported with it whose course is told"),
        ("other_purpose", "", "elsewhere", 13, "it was given for something else only"),
        ("untried", "caution", "harm", 14, "patients are reported with it, and nothing recorded decides against it"),
    ],
)
def test_the_deciding_row_says_why(standing: str, effects: str, seen: Seen, number: int, because: str) -> None:
    found, row = deciding_row(standing, effects.split(), seen)
    assert (found, row.because) == (number, because)


def test_where_nothing_is_said_of_what_was_seen_it_counts_as_seen_elsewhere() -> None:
    assert decide("untried", ()) == deciding_row("untried", ())[1].verdict == "consider"
    assert decide("untried", (), "mechanism_only") == "unproven"


def test_the_table_is_told_row_by_row() -> None:
    rows = table_as_text(lambda *cells: " | ".join(map(str, cells)))
    assert len(rows) == len(TABLE)
    assert rows[0] == "1 | any | avoid | any | avoid"
    assert rows[5] == "6 | ongoing, partial, recurred | any | any | continue"
    assert rows[9] == "10 | untried, sibling_tried | support, without caution | any | suggest"
    assert rows[11] == "12 | any | any | outcome_not_stated, mechanism_only | unproven"
