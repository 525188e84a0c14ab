"""Requests as a record system sends them, made of resources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from calcinosis_kb.web.hooks.discovery import PREFETCH

__all__ = ["CALCINOSIS", "PERSON", "bundle", "condition", "medicine", "order", "request"]

Json = dict[str, Any]

PERSON: Json = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1963-05-01"}


def bundle(resources: Iterable[Json]) -> Json:
    """A searchset with some resources."""
    entries = [{"resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}


def condition(code: str, system: str = "http://hl7.org/fhir/sid/icd-10-cm", **more: Any) -> Json:
    """An entry of a problem list, by a code."""
    active = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}
    coded = {"coding": [{"system": system, "code": code}]}
    return {"resourceType": "Condition", "id": f"c{code}", "clinicalStatus": active, "code": coded, **more}


def medicine(name: str, status: str = "active", **more: Any) -> Json:
    """An order of a medicine, by its name."""
    said = {"text": name}
    return {
        "resourceType": "MedicationRequest",
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": said,
        **more,
    }


def order(name: str, **more: Any) -> Json:
    """An order that is being written."""
    return medicine(name, "draft", **more)


CALCINOSIS = [condition("M34.1"), condition("L94.2")]
"""A patient with CREST syndrome and calcinosis."""


def request(hook: str = "patient-view", *, context: Json | None = None, **lists: Any) -> Json:
    """A request: a patient with calcinosis and empty lists, except for what is given by key."""
    prefetch: Json = {key: bundle(()) for key in PREFETCH} | {"patient": PERSON, "conditions": bundle(CALCINOSIS)}
    given = {key: bundle(value) if isinstance(value, list) else value for key, value in lists.items()}
    return {
        "hook": hook,
        "hookInstance": str(uuid4()),
        "context": {"userId": "Practitioner/1", "patientId": PERSON["id"], **(context or {})},
        "prefetch": prefetch | given,
    }
