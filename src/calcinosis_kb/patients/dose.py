"""Judge whether a trial reached an adequate dose and duration."""

from __future__ import annotations

import re

from calcinosis_kb.knowledge.models import AdequateTrial, Therapy
from calcinosis_kb.patients.models import Adequacy, in_months

__all__ = ["BLANKS", "blanks", "daily_dose", "judge_adequacy", "months_of"]

ADULT_AGE = 18

_TIMES = {
    "once": 1, "od": 1, "qd": 1, "daily": 1, "day": 1, "d": 1,
    "twice": 2, "bd": 2, "bid": 2,
    "three": 3, "tds": 3, "tid": 3,
    "four": 4, "qds": 4, "qid": 4,
}  # fmt: skip
_DOSE = re.compile(
    r"(?P<low>[0-9]{1,6}(?:\.[0-9]{1,6})?) ?(?:(?:-|–|to) ?(?P<high>[0-9]{1,6}(?:\.[0-9]{1,6})?) ?)?(?P<unit>mg|g) ?"
    r"(?:/|per|a|each)? ?(?P<times>once|twice|three|four|od|qd|bd|bid|tds|tid|qds|qid|daily|day|d)?\.?"
    r"(?: ?times)? ?(?:a|per|/)? ?(?:daily|day|d)?",
    re.IGNORECASE,
)

_MONTHS = {"day": 12 / 365, "week": 12 / 52, "month": 1.0, "year": 12.0}
_DURATION = re.compile(
    r"(?:about|over|more than|at least|for)? ?(?P<low>[0-9]{1,6}(?:\.[0-9]{1,6})?) ?"
    r"(?:(?:-|–|to) ?[0-9]{1,6}(?:\.[0-9]{1,6})? ?)?(?P<unit>day|week|month|year)s?",
    re.IGNORECASE,
)


def daily_dose(text: str) -> float | None:
    """Return a dose in milligrams per day (of a range, its upper end), or None if the text does not give it.

    >>> daily_dose("30 mg/day"), daily_dose("60 mg three times daily"), daily_dose("240-480 mg/day"), daily_dose("low")
    (30.0, 180.0, 480.0, None)
    """
    found = _DOSE.fullmatch(_one_line(text))
    if found is None or found["times"] is None:
        return None
    amount = float(found["high"] or found["low"]) * (1000 if found["unit"].lower() == "g" else 1)
    return amount * _TIMES[found["times"].lower()]


def months_of(text: str | None) -> float | None:
    """Return a duration in months (of a range, its lower end), or None if the text does not give it.

    "Over 2 years" was at least 24 months; weeks are counted as 12/52 of a month.

    >>> months_of("30 weeks"), months_of("over 2 years"), months_of("3-6 months"), months_of("January to June 2010")
    (6.9, 24.0, 3.0, None)
    """
    found = _DURATION.fullmatch(_one_line(text or ""))
    if found is None:
        return None
    return round(float(found["low"]) * _MONTHS[found["unit"].lower()], 1)


def _one_line(text: str) -> str:
    """Collapse whitespace, so that patterns cannot backtrack over runs of spaces."""
    return " ".join(text.split())


def judge_adequacy(
    therapy: Therapy, dose: str | None, months: float | None, age: float | None
) -> tuple[Adequacy, tuple[str, ...]]:
    """Return whether a trial was adequate, and what fell short or is not known.

    Too low a dose or too short a course makes a trial inadequate; an unstated dose or duration does not.
    """
    unstated = [f"no {what} was reported" for what, given in (("dose", dose), ("duration", months)) if given is None]
    if therapy.kind == "procedure":
        unstated = ["nothing was reported of how it was done"] if not dose else []
    bound = therapy.adequate_trial
    if bound is None or (bound.dose is None and bound.months is None):
        return "unknown", tuple(unstated) or ("no source gives a figure to compare it with",)
    if bound.adults_only and age is not None and age < ADULT_AGE:
        return "unknown", ("the adequate dose is known for adults only, and the patient is a child", *unstated)
    given = daily_dose(dose) if dose else None
    if dose and given is None:
        unstated.insert(0, _unread(dose))
    short = _shortfalls(bound, given, months)
    if bound.adults_only and age is None:
        why = "the adequate dose is known for adults only, and the age is not recorded"
        return ("age_decides", (*short, why)) if short else ("unknown", (why, *unstated))
    if short:
        return "inadequate", short
    return ("unknown", tuple(unstated)) if unstated else ("adequate", ())


def _unread(dose: str) -> str:
    """Why a dose gives no amount per day: "60 mg" does not say how often."""
    found = _DOSE.fullmatch(_one_line(dose))
    return f"how often {dose} was given is not recorded" if found else f"the dose '{dose}' could not be read"


BLANKS = ("dose", "daily dose", "time")
"""What can be blank of a trial, in the order of words."""


def blanks(therapy: Therapy, dose: str | None, months: float | None) -> tuple[str, ...]:
    """Return what the record leaves blank of a trial (`BLANKS`), if the therapy has an adequate trial to compare it with.

    A procedure has neither dose nor duration.
    """
    bound = therapy.adequate_trial
    if bound is None or therapy.kind == "procedure":
        return ()
    vague = bound.dose is not None and dose is not None and daily_dose(dose) is None
    given = {"dose": not dose, "daily dose": vague, "time": months is None}
    return tuple(part for part, blank in given.items() if blank)


def _shortfalls(bound: AdequateTrial, dose: float | None, months: float | None) -> tuple[str, ...]:
    """The respects in which a trial falls short of an adequate one; ``dose`` in milligrams per day."""
    short: list[str] = []
    if bound.dose is not None and dose is not None and dose < bound.dose.at_least:
        short.append(f"{dose:g} mg/day is below {bound.dose.at_least:g} {bound.dose.unit}")
    if bound.months is not None and months is not None and months < bound.months:
        short.append(f"{in_months(months)} is shorter than {bound.months:g}")
    return tuple(short)
