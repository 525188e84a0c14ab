"""Bring resources of FHIR STU3 and R5 into the shape of R4, where the same is plainly said in another place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from calcinosis_kb.patients.account import MEDICATION_RESOURCES
from calcinosis_kb.patients.fhir.plain import Json, mapping, mappings, text

__all__ = ["as_r4"]

Change = Callable[[dict[str, Any]], str]
"""Changes a resource where it has another shape, and returns the version of that shape, "" if nothing had to be changed."""

_MOVED = {
    "Condition": {"assertedDate": ("recordedDate", "STU3")},
    "AllergyIntolerance": {"assertedDate": ("recordedDate", "STU3")},
    "Immunization": {"date": ("occurrenceDateTime", "STU3")},
    "Procedure": {"occurrenceDateTime": ("performedDateTime", "R5"), "occurrencePeriod": ("performedPeriod", "R5")},
    "MedicationAdministration": {
        "occurenceDateTime": ("effectiveDateTime", "R5"),
        "occurencePeriod": ("effectivePeriod", "R5"),
    },
    "Encounter": {"actualPeriod": ("period", "R5")},
}
"""Elements that have another name in R4, by type of resource. (R5 spells "occurence".)"""

_NOT_DONE = {
    "Procedure": "notDone",
    "Immunization": "notGiven",
    "MedicationAdministration": "notGiven",
    "MedicationDispense": "notDone",
}
"""What STU3 says of something that did not happen, where R4 has a status."""

_ADHERENCE = {"taking": "active", "taking-as-directed": "active", "not-taking": "not-taken"}
"""What R5 says of how a medicine is taken, as a status of R4. On hold and stopped have the same words in both."""

_SIGNS = frozenset(
    {
        *(name for moved in _MOVED.values() for name in moved),
        *_NOT_DONE.values(),
        *(
            "abatementBoolean",
            "adherence",
            "clinicalStatus",
            "dosage",
            "dosageInstruction",
            "ingredient",
            "medication",
            "reason",
            "taken",
        ),
    }
)
"""The elements of which one is there if a resource has, or may have, a shape other than that of R4."""


def as_r4(body: Json) -> tuple[Json, str]:
    """Return a resource in the shape of R4, and the version that it was written in if that can be told: "STU3", "R5" or "".

    >>> as_r4({"resourceType": "MedicationStatement", "medication": {"concept": {"text": "warfarin"}}})
    ({'resourceType': 'MedicationStatement', 'medicationCodeableConcept': {'text': 'warfarin'}}, 'R5')
    """
    kind = text(body.get("resourceType"))
    if body.keys().isdisjoint(_SIGNS) and body.get("status") != "recorded":
        return body, ""
    changed = dict(body)
    versions = [change(changed) for change in _changes(kind)]
    version = next(filter(None, versions), "")
    return (changed, version) if changed != body or version else (body, "")


def _changes(kind: str) -> list[Change]:
    found: list[Change] = [lambda body: _move(body, kind)] if kind in _MOVED else []
    if kind in _NOT_DONE:
        found.append(lambda body: _not_done(body, kind))
    if kind in MEDICATION_RESOURCES:
        found.extend((_medication, _dosages))
    if kind in (*MEDICATION_RESOURCES, "Procedure", "Immunization"):
        found.append(_reason)
    if kind == "MedicationStatement":
        found.append(_taking)
    elif kind == "Medication":
        found.append(_ingredients)
    elif kind in ("Condition", "AllergyIntolerance"):
        found.append(_status)
    return found


def _move(body: dict[str, Any], kind: str) -> str:
    version = ""
    for name, (new, of) in _MOVED[kind].items():
        if name in body and new not in body:
            body[new] = body.pop(name)
            version = of
    return version


def _not_done(body: dict[str, Any], kind: str) -> str:
    if body.pop(_NOT_DONE[kind], None) is not True:
        return ""
    body["status"] = "not-done"
    return "STU3"


def _status(body: dict[str, Any]) -> str:
    """A status that is a code, and an end of a condition that is only said to be there or not."""
    if body.pop("abatementBoolean", None) is True:
        body["abatementString"] = "yes"
    return "STU3" if isinstance(body.get("clinicalStatus"), str) else ""


def _medication(body: dict[str, Any]) -> str:
    """R5 has one element for the medicine, be it a concept or a reference."""
    given = mapping(body.get("medication"))
    if not given:
        return ""
    del body["medication"]
    for name, new in (("concept", "medicationCodeableConcept"), ("reference", "medicationReference")):
        if name in given:
            body.setdefault(new, given[name])
    return "R5"


def _reason(body: dict[str, Any]) -> str:
    """R5 has one element for reasons, be they concepts or references."""
    given = mappings(body.get("reason"))
    if not given:
        return ""
    del body["reason"]
    for name, new in (("concept", "reasonCode"), ("reference", "reasonReference")):
        found = [one[name] for one in given if name in one]
        if found:
            body.setdefault(new, found)
    return "R5"


def _dosages(body: dict[str, Any]) -> str:
    version = ""
    for name in ("dosageInstruction", "dosage"):
        given = body.get(name)
        if isinstance(given, list):
            changed = [_dosage(one) if isinstance(one, dict) else (one, "") for one in given]
            version = next((of for _, of in reversed(changed) if of), version)
            body[name] = [one for one, _ in changed]
    return version


def _dosage(given: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """STU3 gives the dose in the dosage itself; R5 says only "as needed"."""
    changed, version = dict(given), ""
    if "doseQuantity" in given and "doseAndRate" not in given:
        changed["doseAndRate"], version = [{"doseQuantity": given["doseQuantity"]}], "STU3"
    if "asNeeded" in given:
        changed["asNeededBoolean"], version = given["asNeeded"], "R5"
    return changed, version


def _taking(body: dict[str, Any]) -> str:
    """STU3 says beside the status whether a medicine is taken, R5 how it is taken."""
    taken = text(body.pop("taken", None))
    if taken:
        body["status"] = {"n": "not-taken", "unk": "unknown"}.get(taken, body.get("status"))
        return "STU3"
    if text(body.get("status")) != "recorded":
        return ""
    codes = [
        text(one.get("code")) for one in mappings(mapping(mapping(body.get("adherence")).get("code")).get("coding"))
    ]
    code = next(filter(None, codes), "")
    held = next((word for word in ("on-hold", "stopped") if code.startswith(word)), "unknown")
    body["status"] = _ADHERENCE.get(code, held)
    return "R5"


def _ingredients(body: dict[str, Any]) -> str:
    """R5 has one element for the substance of an ingredient."""
    given = mappings(body.get("ingredient"))
    if not any("concept" in mapping(one.get("item")) for one in given):
        return ""
    body["ingredient"] = [{**one, "itemCodeableConcept": mapping(one.get("item")).get("concept")} for one in given]
    return "R5"
