"""Read the status of pregnancy, which records tell as an observation: the section of a patient summary for pregnancies."""

from __future__ import annotations

from datetime import date

import msgspec

from calcinosis_kb.patients.account import Entry, State
from calcinosis_kb.patients.fhir.concept import concept
from calcinosis_kb.patients.fhir.conditions import PREGNANT
from calcinosis_kb.patients.fhir.dates import first_day, moment
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.plain import text
from calcinosis_kb.patients.fhir.record import Resource

__all__ = ["Pregnancy", "pregnancy", "tells_pregnancy"]

_STATUS = "82810-3"
"""LOINC: pregnancy status."""
_PREGNANT = "LA15173-0"
"""LOINC: the answer that she is pregnant."""
_FINAL = ("final", "amended", "corrected")
_CONDITION = "pregnancy"


class Pregnancy(msgspec.Struct):
    """Whether the patient is said to be pregnant on the day of reading; None if that is not known, never False: a denial ages."""

    pregnant: bool | None = None
    entries: list[Entry] = msgspec.field(default_factory=list)


def tells_pregnancy(one: Resource) -> bool:
    """Whether an observation is of the status of pregnancy."""
    return _STATUS in concept(one.body.get("code")).codes("loinc")


def pregnancy(found: list[Resource], meanings: Meanings, today: date, sex: str | None) -> Pregnancy:
    """Read the observations of pregnancy; the latest that is not after the day of reading counts."""
    read = Pregnancy()
    days = {one: _day(one) for one in found if text(one.body.get("status")) in _FINAL}
    latest = max((day for day in days.values() if day is not None and day <= today), default=None)
    for one in found:
        state, why = _one(one, days.get(one), latest, meanings, today, sex)
        if state == "used":
            read.pregnant = True
        named = concept(one.body.get("code")).shown
        read.entries.append(Entry(one.type, one.id, state, named, why, _when(one)))
    return read


def _one(
    one: Resource, day: date | None, latest: date | None, meanings: Meanings, today: date, sex: str | None
) -> tuple[State, str]:
    status, said = text(one.body.get("status")), concept(one.body.get("valueCodeableConcept"))
    if status not in _FINAL:
        return "ignored", status.replace("-", " ") or "without a status"
    stated = _PREGNANT in said.codes("loinc") or any(
        match.id == _CONDITION for match in meanings.condition(said).matches
    )
    if not stated:
        return "recognised", ""
    if day is None or day > today:
        return "doubtful", "without a date" if day is None else "dated after the day of reading"
    if day != latest:
        return "ignored", "a later one is there"
    if sex == "male" or today - day > PREGNANT:
        return "doubtful", f"a pregnancy, told {'of a man' if sex == 'male' else f'on {day}'}"
    return "used", "pregnant"


def _when(one: Resource) -> str:
    return moment(one.body, "effectiveDateTime", "effectiveInstant", "effectivePeriod", "issued")


def _day(one: Resource) -> date | None:
    return first_day(_when(one))
