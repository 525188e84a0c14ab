"""The day on which a record is read: the date of the document, else the latest date of something that was done or found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from calcinosis_kb.patients.fhir.dates import first_day, last_day
from calcinosis_kb.patients.fhir.plain import mapping, text
from calcinosis_kb.patients.fhir.record import Resource

__all__ = ["day_of_reading"]

_DATES = {
    "Encounter": ("period.end", "period.start"),
    "MedicationRequest": ("authoredOn",),
    "MedicationStatement": ("dateAsserted", "effectiveDateTime", "effectivePeriod.start"),
    "MedicationDispense": ("whenHandedOver", "whenPrepared"),
    "MedicationAdministration": ("effectiveDateTime", "effectivePeriod.end", "effectivePeriod.start"),
    "Immunization": ("occurrenceDateTime", "recorded"),
    "Condition": ("recordedDate", "onsetDateTime", "onsetPeriod.start"),
    "Procedure": ("performedDateTime", "performedPeriod.end", "performedPeriod.start"),
    "Observation": ("effectiveDateTime", "effectiveInstant", "effectivePeriod.end", "effectivePeriod.start", "issued"),
    "DiagnosticReport": ("effectiveDateTime", "effectivePeriod.end", "issued"),
    "AllergyIntolerance": ("recordedDate", "lastOccurrence", "onsetDateTime"),
    "Composition": ("date",),
}
"""The elements that tell when something was done or found. The end of a course or of an order is a plan."""

_NOT_YET = frozenset(
    {"planned", "booked", "pending", "cancelled", "preparation", "draft", "intended", "entered-in-error"}
)
"""Statuses of what may bear a date on which nothing was done or found."""


def day_of_reading(resources: Iterable[Resource]) -> tuple[date, str] | None:
    """Return the day and the element that tells it, as "Encounter/7 period.end"; None if nothing in the record has a date.

    When something was sent or stored (meta.lastUpdated, Bundle.timestamp) says nothing of what the record knows.
    """
    latest: dict[bool, tuple[date, str]] = {}
    for one in resources:
        told = _date(one)
        if told is not None and (one.head not in latest or told[0] > latest[one.head][0]):
            latest[one.head] = told
    return latest.get(True) or latest.get(False)


def _date(one: Resource) -> tuple[date, str] | None:
    """When something was done or found, and the element that tells it."""
    if one.type not in _DATES or text(one.body.get("status")) in _NOT_YET:
        return None
    for path in _DATES[one.type]:
        outer, _, inner = path.partition(".")
        value = mapping(one.body.get(outer)).get(inner) if inner else one.body.get(outer)
        day = (last_day if inner == "end" else first_day)(value)
        if day is not None and day.year < date.max.year:  # 9999-12-31 is how systems write that there is no end
            return day, f"{one.type}/{one.id} {path}" if one.id else f"{one.type} {path}"
    return None
