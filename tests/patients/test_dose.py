"""Doses and durations as they are written, and whether a trial was adequate."""

from __future__ import annotations

import pytest

from calcinosis_kb.knowledge.models import AdequateTrial, Therapy, Threshold
from calcinosis_kb.patients.dose import blanks, daily_dose, judge_adequacy, months_of

BOUND = AdequateTrial(text="t", dose=Threshold(at_least=240, unit="mg/day"), months=6, sources=("s",))
DRUG = Therapy(id="drug", name="Drug", kind="drug", adequate_trial=BOUND)

DOSES = {
    "240 mg/day": 240, "60 mg tds": 180, "0.5 g twice daily": 1000, "240-480 mg/day": 480, "100 mg": None, "low": None,
}  # fmt: skip
DURATIONS = {"6 months": 6.0, "1 year": 12.0, "over 2 years": 24.0, "3-6 months": 3.0, "26 weeks": 6.0, "long": None}

TRIALS = [
    ("240 mg/day", 6.0, "adequate", ()),
    ("120 mg/day", 12.0, "inadequate", ("120 mg/day is below 240 mg/day",)),
    ("240 mg/day", 3.0, "inadequate", ("3 months is shorter than 6",)),
    ("120 mg/day", 3.0, "inadequate", ("120 mg/day is below 240 mg/day", "3 months is shorter than 6")),
    (None, 6.0, "unknown", ("no dose was reported",)),
    ("240 mg/day", None, "unknown", ("no duration was reported",)),
    ("low", 6.0, "unknown", ("the dose 'low' could not be read",)),
    (None, 3.0, "inadequate", ("3 months is shorter than 6",)),
]


@pytest.mark.parametrize("text", DOSES)
def test_a_dose_in_milligrams_per_day(text: str) -> None:
    assert daily_dose(text) == DOSES[text]


@pytest.mark.parametrize("text", DURATIONS)
def test_a_duration_in_months(text: str) -> None:
    assert months_of(text) == DURATIONS[text]


@pytest.mark.parametrize(("dose", "months", "adequacy", "reasons"), TRIALS)
def test_whether_a_trial_was_adequate(
    dose: str | None, months: float | None, adequacy: str, reasons: tuple[str, ...]
) -> None:
    assert judge_adequacy(DRUG, dose, months, 50) == (adequacy, reasons)


ADULTS = DRUG.model_copy(update={"adequate_trial": BOUND.model_copy(update={"adults_only": True})})


@pytest.mark.parametrize(
    ("dose", "months", "by_age"),
    [
        ("60 mg/day", 2.0, {None: "age_decides", 7: "unknown", 50: "inadequate"}),
        ("60 mg", 2.0, {None: "age_decides", 7: "unknown", 50: "inadequate"}),
        ("60 mg", 12.0, {None: "unknown", 7: "unknown", 50: "unknown"}),
        ("240 mg/day", 12.0, {None: "unknown", 7: "unknown", 50: "adequate"}),
    ],
)
def test_a_bound_for_adults_is_not_taken_as_met_or_missed_without_an_age(
    dose: str, months: float, by_age: dict[float | None, str]
) -> None:
    assert {age: judge_adequacy(ADULTS, dose, months, age)[0] for age in by_age} == by_age


@pytest.mark.parametrize(
    ("dose", "months", "blank"),
    [
        (None, None, ("dose", "time")),
        ("60 mg", None, ("daily dose", "time")),
        ("60 mg", 2.0, ("daily dose",)),
        ("60 mg/day", 2.0, ()),
        (None, 2.0, ("dose",)),
    ],
)
def test_only_what_was_not_recorded_is_blank(dose: str | None, months: float | None, blank: tuple[str, ...]) -> None:
    assert blanks(DRUG, dose, months) == blank
    assert not blanks(DRUG.model_copy(update={"adequate_trial": None}), dose, months)
