"""Patient files written as FHIR R4, as far as FHIR can carry them: what a record system would hold of such a patient.

Outcome and purpose of a treatment are carried by reasons alone; pattern, sites, complaints and size of deposits, and whether a
history is complete, are not carried at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = ["TODAY", "as_prefetch"]

TODAY = date(2026, 6, 1)
"""The day on which these records are read."""

Json = dict[str, Any]
SNOMED = "http://snomed.info/sct"
_CALCINOSIS = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "L94.2"}]}
_ENDED = {"ineffective": "58848006", "worse": "58848006", "not_tolerated": "281647001"}


def as_prefetch(patient: Mapping[str, Any], knowledge: Knowledge) -> Json:
    """The lists of a record, by the keys of the CDS Hooks service."""
    who = patient.get("patient") or {}
    lists = {
        "conditions": list(_conditions(patient, knowledge)),
        "medicationRequests": list(_medicines(patient)),
        "procedures": [],
        "allergies": [_named("AllergyIntolerance", name) for name in patient.get("allergies") or ()],
        "labs": list(_labs(patient, knowledge)),
    }
    return {"patient": _person(who), **{key: _searched(found) for key, found in lists.items()}}


def _searched(found: list[Json]) -> Json:
    entries = [{"resource": {"id": f"r{n}", **one}} for n, one in enumerate(found)]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": entries}


def _person(who: Mapping[str, Any]) -> Json:
    person: Json = {"resourceType": "Patient", "id": "p1"}
    if who.get("age") is not None:
        months = TODAY.year * 12 + TODAY.month - 1 - round(who["age"] * 12)
        person["birthDate"] = f"{months // 12:04}-{months % 12 + 1:02}-01"
    return person | ({"gender": who["sex"]} if who.get("sex") in ("female", "male") else {})


def _named(kind: str, name: str, **more: Any) -> Json:
    return {"resourceType": kind, "code": {"text": name.replace("_", " ")}, **more}


def _conditions(patient: Mapping[str, Any], knowledge: Knowledge) -> Iterator[Json]:
    active = {"clinicalStatus": {"coding": [{"code": "active"}]}}
    yield {"resourceType": "Condition", "code": _CALCINOSIS, **active}
    for id_ in patient.get("diseases") or ():
        disease = knowledge.terms.diseases.get(id_)
        codes = [{"system": SNOMED, "code": code} for code in (disease.snomed if disease else ())[:1]]
        said = {"coding": codes} if codes else {"text": disease.name if disease else id_}
        yield {"resourceType": "Condition", "code": said, **active}
    for name in patient.get("conditions") or ():
        yield _named("Condition", name, **active)


def _medicines(patient: Mapping[str, Any]) -> Iterator[Json]:
    for trial in patient.get("history") or ():
        outcome = trial.get("outcome", "unknown")
        order = _order(trial["therapy"], "active" if outcome == "ongoing" else "stopped")
        if trial.get("for", "calcinosis") == "calcinosis":
            order["reasonCode"] = [_CALCINOSIS]
        if outcome in _ENDED:
            order["statusReason"] = {"coding": [{"system": SNOMED, "code": _ENDED[outcome]}]}
        yield order
    for name in patient.get("medications") or ():
        yield _order(name, "active")


def _order(name: str, status: str) -> Json:
    said = {"text": name.replace("_", " ")}
    return {"resourceType": "MedicationRequest", "status": status, "intent": "order", "medicationCodeableConcept": said}


def _labs(patient: Mapping[str, Any], knowledge: Knowledge) -> Iterator[Json]:
    for name, result in (patient.get("labs") or {}).items():
        lab = knowledge.terms.labs.get(name)
        if lab is None or not lab.loinc or result is None:
            continue
        code = {"coding": [{"system": "http://loinc.org", "code": lab.loinc[0]}]}
        value: Json = {"valueString": result} if isinstance(result, str) else {}
        if isinstance(result, Mapping):
            value = {"valueQuantity": {"value": result.get("value"), "unit": result.get("unit")}}
        yield {
            "resourceType": "Observation",
            "status": "final",
            "code": code,
            "effectiveDateTime": "2026-05-01",
            **value,
        }
