"""Read what came with a call: which lists of the record are known, which are incomplete, and which were not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from calcinosis_kb.patients.fhir.bundle import more, resources
from calcinosis_kb.patients.fhir.record import Record, Resource
from calcinosis_kb.web.hooks.discovery import PREFETCH
from calcinosis_kb.web.hooks.outcome import HookError

__all__ = ["Prefetched", "prefetched"]

_TYPES = {key: template.partition("?")[0].partition("/")[0] for key, template in PREFETCH.items()}

_NAMES = {
    "patient": "the patient", "conditions": "conditions", "medicationRequests": "orders of medicines",
    "medicationStatements": "statements of medicines", "procedures": "procedures", "allergies": "allergies",
    "labs": "laboratory results", "vitals": "vital signs",
}  # fmt: skip
"""What each key holds, in words."""

_MEDICINES = ("medicationRequests", "medicationStatements")


@dataclass(frozen=True)
class Prefetched:
    """A record with what was not seen of it, in words."""

    record: Record
    unseen: tuple[str, ...]
    incomplete: tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    """What a key of the prefetch holds: its resources; ``known`` if the search was done, ``whole`` if nothing is missing from it."""

    found: tuple[Resource, ...] = ()
    known: bool = False
    whole: bool = False


def prefetched(prefetch: dict[str, Any], patient: str) -> Prefetched:
    """Return the record that came with a call.

    Raises `HookError`: 412 if what the advice cannot do without is not there, 400 if it is of another patient.
    """
    parts = {key: _part(key, prefetch) for key in PREFETCH}
    _demand(parts)
    _same_patient(parts["patient"], patient)
    unseen = tuple(_NAMES[key] for key in _unseen(parts))
    incomplete = tuple(_NAMES[key] for key, part in parts.items() if part.known and not part.whole)
    record = Record(
        tuple(resource for part in parts.values() for resource in part.found),
        frozenset(_TYPES[key] for key, part in parts.items() if part.known),
        frozenset(_TYPES[key] for key, part in parts.items() if key in prefetch and not part.whole),
    )
    return Prefetched(record, unseen, incomplete)


def _part(key: str, prefetch: dict[str, Any]) -> _Part:
    """The state of one key: missing, failed (an OperationOutcome), a page of more, or all that there is."""
    if key not in prefetch:
        return _Part()
    value = prefetch[key]
    if value is None:
        return _Part(known=key != "patient", whole=True)
    if not isinstance(value, dict):
        raise HookError(HTTPStatus.BAD_REQUEST, f"'{key}' is not an object.", f"prefetch.{key}")
    found = tuple(resources([value]))
    failed = any(resource.type == "OperationOutcome" for resource in found)
    kept = tuple(resource for resource in found if resource.type != "OperationOutcome")
    if failed and not kept:
        return _Part()
    if value.get("resourceType") not in ("Bundle", _TYPES[key]):
        raise HookError(HTTPStatus.BAD_REQUEST, f"'{key}' is neither a Bundle nor a {_TYPES[key]}.", f"prefetch.{key}")
    return _Part(kept, known=True, whole=not failed and not more(value))


def _demand(parts: dict[str, _Part]) -> None:
    """Refuse what cannot be answered: without medicines, nothing may be said of what was tried."""
    missing = [key for key in ("patient", "conditions") if not parts[key].known]
    lacking = [_NAMES[key] for key in missing]
    if not any(parts[key].known for key in _MEDICINES):
        missing.extend(_MEDICINES)
        lacking.append("medicines (neither orders nor statements)")
    if missing:
        raise HookError(
            HTTPStatus.PRECONDITION_FAILED,
            f"Not supplied: {', '.join(lacking)}. Without them nothing can be said of what was tried.",
            f"Prefetch keys that are absent, or could not be fetched: {', '.join(missing)}.",
        )


def _unseen(parts: dict[str, _Part]) -> Iterator[str]:
    for key, part in parts.items():
        if not part.known:
            yield key


def _same_patient(part: _Part, patient: str) -> None:
    found = [resource for resource in part.found if resource.type == "Patient"]
    if len(found) != 1 or found[0].id != patient:
        raise HookError(
            HTTPStatus.BAD_REQUEST, "The Patient that was supplied is not the one of the context.", "context.patientId"
        )
