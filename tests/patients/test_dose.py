"""Doses and durations as they are written, and whether a trial was adequate."""

from __future__ import annotations

import pytest

from calcinosis_kb.knowledge.models import AdequateTrial, Therapy, Threshold
from calcinosis_kb.patients.dose import daily_dose, judge_adequacy, months_of

DRUG = Therapy(
    id="drug", name="Drug", kind="drug",
    adequate_trial=AdequateTrial(text="t", dose=Threshold(at_least=240, unit="mg/day"), months=6, sources=("s",)),
)  # fmt: skip

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
