"""Shares of patients in words, against counts."""

from __future__ import annotations

import pytest

from calcinosis_kb.checks.shares import contradiction
from calcinosis_kb.knowledge.models import Counts, Result

SIX_OF_EIGHT = {"partial": 6, "none": 2}

TEXTS: dict[str, tuple[int, dict[str, int], str | None]] = {
    "Six of eight improved.": (8, SIX_OF_EIGHT, None),
    "Six of the 8 patients had smaller deposits, seven of eight less pain.": (8, SIX_OF_EIGHT, None),
    "Two of eight did not respond.": (8, SIX_OF_EIGHT, None),
    "75% improved.": (8, SIX_OF_EIGHT, None),
    "Deposits fell by 31 % in the treated hand.": (8, SIX_OF_EIGHT, None),
    "Three of five with ulcers healed.": (8, SIX_OF_EIGHT, None),
    "It was given for 7 of 8 months.": (8, SIX_OF_EIGHT, None),
    "Seven of eight had less pain.": (8, {"partial": 6}, None),
    "Seven of eight improved.": (8, SIX_OF_EIGHT, "Seven of eight improved"),
    "Seven of eight patients were better.": (8, SIX_OF_EIGHT, "Seven of eight"),
    "Calcinosis improved in seven of eight.": (8, {"partial": 6}, "improved in seven of eight"),
    "It helped 7/8.": (8, SIX_OF_EIGHT, "7/8"),
    "88% improved.": (8, SIX_OF_EIGHT, "88% improved"),
    "Seven of nine improved.": (8, SIX_OF_EIGHT, "Seven of nine improved"),
    "One of three responded.": (3, {"partial": 0, "none": 3}, "One of three responded"),
    "The series (n = 9) was small.": (8, SIX_OF_EIGHT, "n = 9"),
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_share_is_held_against_the_counts(text: str) -> None:
    n, outcomes, wrong = TEXTS[text]
    counts = Counts(**outcomes)
    result = Result(
        therapy="minocycline",
        agent="minocycline",
        populations=("sle",),
        n=n,
        outcomes=counts,
        finding=text,
        confidence="seen_abstract",
    )
    assert contradiction(text, result) == wrong


def test_counts_of_other_things_than_patients_are_not_compared() -> None:
    result = Result(
        therapy="laser", agent="laser", populations=(), n=6, outcomes=Counts(complete=12), counted="treated areas (21)",
        finding="Twelve of 21 areas cleared.", confidence="seen_abstract",
    )  # fmt: skip
    assert contradiction(result.finding, result) is None
