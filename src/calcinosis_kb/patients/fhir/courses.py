"""Join what many entries tell of one treatment: one course, however often it was ordered, handed over and given."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from calcinosis_kb.patients.account import MEDICATION_RESOURCES
from calcinosis_kb.patients.fhir.taking import GAP, Taking

__all__ = ["Trial", "Use", "courses"]

_DAYS_A_MONTH = 365 / 12
_UNCLEAR = "unclear"


class Trial(msgspec.Struct):
    """A course of a therapy, as an entry of the history of a patient file."""

    therapy: str
    purpose: str
    outcome: str
    dose: str | None = None
    months: float | None = None
    adverse_event: str | None = None

    def data(self) -> dict[str, Any]:
        """The entry of the patient file."""
        given = {"dose": self.dose, "months": self.months, "adverse_event": self.adverse_event}
        return {
            "therapy": self.therapy,
            "for": self.purpose,
            "outcome": self.outcome,
            **{key: value for key, value in given.items() if value is not None},
        }


class Use(msgspec.Struct, frozen=True):
    """A therapy as one entry tells of it; ``kind`` is the type of the entry."""

    trial: Trial
    kind: str
    taking: Taking


def courses(uses: list[Use], today: date) -> list[Trial]:
    """One trial for each therapy and purpose, in the order in which they appear."""
    found: dict[tuple[str, str], list[Use]] = {}
    for use in uses:
        found.setdefault((use.trial.therapy, use.trial.purpose), []).append(use)
    for (therapy, purpose), unclear in tuple(found.items()):
        others = [key for key in found if key[0] == therapy and key[1] != _UNCLEAR]
        if purpose == _UNCLEAR and len(others) == 1:
            same = [use for use in unclear if _belongs(use, found[others[0]], today)]
            found[others[0]].extend(same)
            found[therapy, purpose] = [use for use in unclear if use not in same]
    return [_course(course) for course in found.values() if course]


def _belongs(use: Use, course: list[Use], today: date) -> bool:
    """Whether an entry without a purpose is of a course whose purpose is told: both go on, or it falls within it."""
    if use.taking.current and any(one.taking.current for one in course):
        return True
    begins = [one.taking.begun for one in course if one.taking.begun]
    ends = [today if one.taking.current else one.taking.over or one.taking.begun for one in course]
    begun, last = use.taking.begun, max(filter(None, ends), default=None)
    return (
        bool(begins) and begun is not None and last is not None and min(begins) - begun <= GAP and begun - last <= GAP
    )


def _course(uses: list[Use]) -> Trial:
    """The trial of a course: ongoing if one entry is, else with the outcome that one tells."""
    trials = [use.trial for use in uses]
    ongoing = [trial for trial in trials if trial.outcome == "ongoing"]
    told = ongoing or [trial for trial in trials if trial.outcome != "unknown"] or trials
    return Trial(
        trials[0].therapy,
        trials[0].purpose,
        told[-1].outcome,
        _dose([use for use in uses if not ongoing or use.trial.outcome == "ongoing"]),
        None if ongoing else _months(uses),
        told[-1].adverse_event,
    )


def _dose(uses: list[Use]) -> str | None:
    """The dose that the latest entries of a course tell; None if they tell several."""
    told = [use for use in uses if use.trial.dose]
    days = [use.taking.begun for use in told if use.taking.begun is not None]
    doses = {use.trial.dose for use in told if not days or use.taking.begun in (None, max(days))}
    return doses.pop() if len(doses) == 1 else None


def _months(uses: list[Use]) -> float | None:
    """How long the longest part of a course lasted, where the best evidence states begin and end of each; short gaps are closed.

    What was given on one day may act for months, so that no length is told.
    """
    kind = next((kind for kind in MEDICATION_RESOURCES if any(use.kind == kind for use in uses)), None)
    best = [use.taking for use in uses if use.kind == kind]
    spans = sorted(
        (one.begun, one.over) for one in best if one.stated and one.begun and one.over and one.begun <= one.over
    )
    if not spans or len(spans) < len(best):
        return None
    joined = [spans[0]]
    for begun, over in spans[1:]:
        if begun - joined[-1][1] <= GAP:
            joined[-1] = (joined[-1][0], max(joined[-1][1], over))
        else:
            joined.append((begun, over))
    longest = max((over - begun).days for begun, over in joined)
    return round((longest + 1) / _DAYS_A_MONTH, 1) if longest else None
