"""Read procedures: treatments of calcinosis, and conditions that a procedure shows (a pacemaker, dialysis)."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Match
from calcinosis_kb.patients.account import Entry, State
from calcinosis_kb.patients.fhir.concept import Concept, concept
from calcinosis_kb.patients.fhir.dates import last_day, moment
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.medicines import Trial
from calcinosis_kb.patients.fhir.plain import text
from calcinosis_kb.patients.fhir.purpose import purpose
from calcinosis_kb.patients.fhir.record import Record, Resource

__all__ = ["Procedures", "procedures"]

RECENT = timedelta(days=90)
"""How long a procedure of a condition that does not last shows that it is present (a dialysis)."""


class Procedures(msgspec.Struct):
    """The trials and conditions that procedures show."""

    trials: list[Trial] = msgspec.field(default_factory=list)
    conditions: list[str] = msgspec.field(default_factory=list)
    entries: list[Entry] = msgspec.field(default_factory=list)


def procedures(record: Record, found: list[Resource], meanings: Meanings, today: date) -> Procedures:
    """Read procedures; only what was completed was done."""
    read = Procedures()
    for resource in found:
        said = concept(resource.body.get("code"))
        state, why = _one(read, record, resource, said, meanings, today)
        read.entries.append(Entry(resource.type, resource.id, state, said.shown, why))
    return read


def _one(
    read: Procedures, record: Record, resource: Resource, said: Concept, meanings: Meanings, today: date
) -> tuple[State, str]:
    body = resource.body
    status = text(body.get("status"))
    if status != "completed":
        return "ignored", status.replace("-", " ") or "without a status"
    meaning = meanings.drug(said)
    for match in meaning.matches:
        if match.kind in ("therapy", "family"):
            why = purpose(record, resource, meanings)
            trial = Trial(match.id, why, "unknown")
            if trial not in read.trials:
                read.trials.append(trial)
    if any(match.kind in ("therapy", "family") for match in meaning.matches):
        return "used", ""
    shown = meanings.condition(said)
    done = last_day(moment(body, "performedDateTime", "performedPeriod", "occurrenceDateTime", "occurrencePeriod"))
    present = [
        match.id for match in shown.matches if match.kind == "condition" and _holds(match, meanings.names, done, today)
    ]
    read.conditions.extend(present)
    if present:
        return "used", ""
    return ("recognised", "") if meaning.understood or shown.understood else ("unresolved", "not understood")


def _holds(match: Match, names: Names, done: date | None, today: date) -> bool:
    """Whether a procedure shows that a condition is present on the day of reading."""
    return match in names.lasting(match) or (done is not None and done + RECENT >= today)
