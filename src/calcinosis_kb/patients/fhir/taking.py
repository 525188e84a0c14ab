"""Whether a medicine was given, is taken on the day of reading, and from when to when, as one entry tells it."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from calcinosis_kb.patients.fhir.dates import ended, first_day, last_day, moment
from calcinosis_kb.patients.fhir.medication import dosages
from calcinosis_kb.patients.fhir.plain import Json, mapping, number, text
from calcinosis_kb.patients.fhir.record import Resource
from calcinosis_kb.patients.fhir.status import status

__all__ = ["GAP", "LONG_OVER", "NOT_TAKEN", "Taking", "taking"]

LONG_OVER = timedelta(days=90)
"""How long the stated end of a medicine may lie back while its entry still says that it is taken."""

GAP = timedelta(days=30)
"""How long a supply may be used up, or a dose given, before it is no longer taken to be going on."""

NOT_TAKEN = "not taken"
"""What is said of a medicine that a patient does not take."""

_NOT_MEANT = {
    "cancelled": "cancelled",
    "declined": "declined",
    "draft": "a draft",
    "entered-in-error": "entered in error",
    "intended": "intended only",
    "not-done": "not done",
    "not-taken": NOT_TAKEN,
    "not-taking": NOT_TAKEN,
    "preparation": "not handed over",
}
"""The statuses of what was never given, in words."""

_PLANS = ("proposal", "plan", "option")
_PAST = ("completed", "stopped", "ended")
_ADHERENCE = {"on-hold": "on-hold", "stopped": "stopped", "not-taking": "not-taking", "taking": "active"}
"""How the codes of adherence of a statement of R5 begin, as a status (hl7.org/fhir/codesystem-medication-statement-adherence.html)."""

_DAYS = {"d": 1, "wk": 7, "mo": 30, "a": 365, "day": 1, "days": 1, "week": 7, "weeks": 7, "month": 30, "months": 30}
"""UCUM and English units of time, in days."""


_MOST_DAYS = 36_500
"""A supply for longer is a slip of the pen."""


class Taking(msgspec.Struct, frozen=True):
    """What an entry tells of the use of a medicine.

    ``ignored``: why it tells nothing of what was taken. ``doubt``: why it cannot be said whether it is taken. ``current``: it is taken on
    the day of reading. ``when`` is the date as written, ``begun`` and ``over`` the days between which it was taken; ``stated`` if both are
    those of the use, and not of an order that may be filled.
    """

    ignored: str = ""
    doubt: str = ""
    current: bool = False
    stopped: bool = False
    when: str = ""
    begun: date | None = None
    over: date | None = None
    stated: bool = False


def taking(resource: Resource, today: date) -> Taking:
    """Read the status and the dates of one entry."""
    body, said = resource.body, _status(resource.body)
    when = moment(body, "effectiveDateTime", "effectivePeriod", "whenHandedOver", "whenPrepared", "occurrenceDateTime", "authoredOn",
                   "onsetDateTime", "onsetPeriod", "recordedDate", "dateAsserted", "recorded")  # fmt: skip
    ignored = _ignored(body, said)
    begun = first_day(when)
    planned = _dosage_bound(body, "start")
    if not ignored and any(day is not None and day > today for day in (begun, planned)):
        ignored = "it begins after the day of reading"
    if ignored:
        return Taking(ignored=ignored, when=when)
    over, stated = _over(resource, planned or begun)
    if resource.type in ("MedicationDispense", "MedicationAdministration"):
        return _given(resource, said, Taking(when=when, begun=begun, over=over or begun, stated=stated), today)
    doubt = _doubt(body, said, over, today)
    ended_ = over is not None and over <= today
    return Taking(
        doubt=doubt,
        current=said == "active" and not doubt,
        stopped=said == "stopped",
        when=when,
        begun=planned or begun,
        over=over,
        stated=stated and ended_,
    )


def _status(body: Json) -> str:
    if text(body.get("resourceType")) == "Condition":
        return _of_problem(body)
    said = text(body.get("status"))
    if said != "recorded":  # all versions but R5
        return "unknown" if said == "active" and text(body.get("taken")) == "unk" else said
    how = status(mapping(body.get("adherence")).get("code"))
    return next((plain for begin, plain in _ADHERENCE.items() if how.startswith(begin)), "unknown")


def _of_problem(body: Json) -> str:
    """The status of a use that stands in a problem list, as that of a statement."""
    verified, clinical = status(body.get("verificationStatus")), status(body.get("clinicalStatus"))
    if verified in ("refuted", "entered-in-error"):
        return "entered-in-error"
    if verified in ("unconfirmed", "provisional", "differential"):
        return "unknown"
    over = clinical in ("inactive", "resolved", "remission") or any(key.startswith("abatement") for key in body)
    return "completed" if over else "active"


def _ignored(body: Json, said: str) -> str:
    intent = text(body.get("intent"))
    if said in _NOT_MEANT:
        return _NOT_MEANT[said]
    if intent in _PLANS:
        return f"a {intent}, no order"
    return "not to be taken" if body.get("doNotPerform") is True or text(body.get("taken")) in ("n", "no") else ""


def _given(resource: Resource, said: str, known: Taking, today: date) -> Taking:
    """What was handed over or given: it is taken while it lasts, and for a while afterwards nobody knows."""
    if said in ("on-hold", "unknown", "") or resource.body.get("modifierExtension"):
        return msgspec.structs.replace(known, doubt=_doubt(resource.body, said, None, today))
    if resource.type == "MedicationAdministration" and said == "in-progress":
        return msgspec.structs.replace(known, current=True)
    if said == "in-progress":
        return msgspec.structs.replace(known, doubt="not yet handed over")
    if known.over is None or said == "stopped":
        return msgspec.structs.replace(known, stopped=said == "stopped")
    if known.stated and known.over >= today:
        return msgspec.structs.replace(known, current=True, stated=False)
    doubt = f"last given on {known.over}; whether it goes on is not told" if today - known.over <= GAP else ""
    return msgspec.structs.replace(known, doubt=doubt)


def _doubt(body: Json, said: str, over: date | None, today: date) -> str:
    """Why it cannot be said whether a medicine is taken; empty if it can."""
    if said not in ("active", *_PAST):
        return f"whether it is taken is not told (status {said or 'missing'})"
    if body.get("modifierExtension"):
        return "something in it changes its meaning and was not understood"
    return f"active, though it ended on {over}" if said == "active" and over and today - over > LONG_OVER else ""


def _over(resource: Resource, begun: date | None) -> tuple[date | None, bool]:
    """The last day of the use of a medicine by its own words, and whether it is that of the use itself."""
    body = resource.body
    used = ended(body, "effectivePeriod") or _dosage_bound(body, "end")
    if used is not None:
        return used, begun is not None
    dispensed = mapping(body.get("dispenseRequest"))
    repeats = [mapping(mapping(dosage.get("timing")).get("repeat")) for dosage in dosages(body)]
    supplied = max((_days(repeat.get("boundsDuration")) for repeat in repeats), default=0)
    if supplied and begun:
        return _after(begun, supplied), True
    supplied = _days(body.get("daysSupply")) or _days(dispensed.get("expectedSupplyDuration"))
    if supplied and begun:
        fills = 1 + int(max(number(dispensed.get("numberOfRepeatsAllowed")) or 0, 0))
        return _after(begun, supplied * fills), True
    return ended(dispensed, "validityPeriod"), False


def _after(day: date, days: int) -> date:
    """The day some days later, or the last that a calendar has."""
    return day + timedelta(days=min(days, (date.max - day).days))


def _dosage_bound(body: Json, end: str) -> date | None:
    """The earliest start, or the latest end, of the dosages of an entry."""
    repeats = [mapping(mapping(dosage.get("timing")).get("repeat")) for dosage in dosages(body)]
    days = [_bound(repeat, end) for repeat in repeats]
    known = [day for day in days if day is not None]
    if not known or (end == "end" and len(known) < len(days)):
        return None
    return min(known) if end == "start" else max(known)


def _bound(repeat: Json, end: str) -> date | None:
    value = mapping(repeat.get("boundsPeriod")).get(end)
    return first_day(value) if end == "start" else last_day(value)


def _days(quantity: object) -> int:
    """A duration in days; 0 if it tells none."""
    given = mapping(quantity)
    unit = text(given.get("code")) or text(given.get("unit"))
    return int(min(max((number(given.get("value")) or 0) * _DAYS.get(unit.casefold(), 0), 0), _MOST_DAYS))
