"""Find statements about a medicine that a later statement about the same has made past: active in February, on hold in June."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from calcinosis_kb.patients.fhir.concept import Concept
from calcinosis_kb.patients.fhir.dates import first_day, moment
from calcinosis_kb.patients.fhir.medication import medication
from calcinosis_kb.patients.fhir.plain import text
from calcinosis_kb.patients.fhir.record import Record, Resource
from calcinosis_kb.patients.fhir.taking import NOT_TAKEN, taking

__all__ = ["superseded"]

_STATEMENT = "MedicationStatement"
_OVER = ("completed", "stopped")


def superseded(record: Record, found: Sequence[Resource], today: date) -> frozenset[Resource]:
    """The statements that a later one about the very same product overrules.

    An order has the status that it has now, whenever it was written, and two products of one drug may both be taken.
    """
    told: dict[object, list[tuple[date, Resource]]] = {}
    for resource, day in _told(found, today):
        told.setdefault(_product(medication(record, resource).said), []).append((day, resource))
    return frozenset(
        resource
        for product, statements in told.items()
        for day, resource in statements
        if product is not None and day < max(day for day, _ in statements)
    )


def _told(found: Sequence[Resource], today: date) -> Iterator[tuple[Resource, date]]:
    """The statements that tell whether something is taken, with the day on which they were made."""
    for resource in found:
        if resource.type == _STATEMENT and taking(resource, today).ignored in ("", NOT_TAKEN):
            over = (
                text(resource.body.get("status")) in _OVER
            )  # its period is that of an earlier use, and not when it was said
            fields = ("dateAsserted", "effectiveDateTime", *(() if over else ("effectivePeriod",)))
            day = first_day(moment(resource.body, *fields))
            if day is not None and day <= today:
                yield resource, day


def _product(said: Concept) -> object:
    """What two statements about one product have in common; None if it has no name."""
    codes = frozenset((coding.system, coding.code) for coding in said.codings if coding.code)
    return codes or (said.shown.casefold() or None)
