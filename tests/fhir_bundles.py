"""Patient files written as bundles of FHIR R4: a transaction, answers to searches, and the lists of the CDS Hooks service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import NAMESPACE_OID, uuid5

from calcinosis_kb import KnowledgeBase
from fhir_records import FhirPatient, Json

__all__ = ["as_bulk_export", "as_prefetch", "as_searches", "as_transaction"]


def as_transaction(kb: KnowledgeBase, data: Json) -> Json:
    """A patient as a transaction, as Synthea writes them: references by URN, codes without names."""
    found = [*FhirPatient(kb, data, "code").resources()]
    urls = [f"urn:uuid:{uuid5(NAMESPACE_OID, str(n))}" for n in range(len(found))]
    entries = [
        {
            "fullUrl": url,
            "resource": {"id": url[9:], **_by_urn(one, urls[0]), **({"id": url[9:]} if not n else {})},
            "request": {"method": "POST", "url": one["resourceType"]},
        }
        for n, (url, one) in enumerate(zip(urls, found, strict=True))
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _by_urn(resource: Json, urn: str) -> Json:
    return {
        key: {"reference": urn} if value == {"reference": "Patient/p1"} else value for key, value in resource.items()
    }


def as_searches(kb: KnowledgeBase, data: Json) -> list[Json]:
    """A patient as the answers to searches, one for each type, which say if there is more; in words."""
    written = FhirPatient(kb, data, "text")
    patient = written.patient
    whole = {
        "Condition": patient.conditions_complete,
        "MedicationRequest": patient.medications_complete,
        "AllergyIntolerance": patient.allergies_complete,
    }
    lists = [
        [written.person()], [*written.problems()], [*written.allergies()], [*written.orders()], [*written.procedures()],
        [*written.results()], [written.encounter()],
    ]  # fmt: skip
    return [searched(found, more=not whole.get(found[0]["resourceType"], True)) for found in lists if found]


def as_bulk_export(kb: KnowledgeBase, patients: Mapping[str, Json]) -> dict[str, bytes]:
    """Patients by id as the files of a bulk export: NDJSON, one file for each type of resource, everybody in it."""
    files: dict[str, list[bytes]] = {}
    for id_, data in patients.items():
        for n, one in enumerate(FhirPatient(kb, data, "code", id_).resources()):
            lines = files.setdefault(f"{one['resourceType']}.000.ndjson", [])
            lines.append(json.dumps({"id": f"{id_}-{n}", **one}).encode())
    return {name: b"\n".join(lines) for name, lines in sorted(files.items())}


def searched(found: list[Json], *, more: bool = False) -> Json:
    """The answer to a search."""
    base = "https://fhir.example/r4"
    entries = []
    for n, one in enumerate(found):
        resource = {"id": f"r{n}", **one}
        entries.append({"fullUrl": f"{base}/{one['resourceType']}/{resource['id']}", "resource": resource})
    link = {"link": [{"relation": "next", "url": f"{base}?page=2"}]} if more else {}
    return {"resourceType": "Bundle", "type": "searchset", "total": len(found), **link, "entry": entries}


def as_prefetch(kb: KnowledgeBase, data: Json) -> Json:
    """The lists of a record, by the keys of the CDS Hooks service, in words."""
    written = FhirPatient(kb, data, "text")
    lists = {
        "conditions": [*written.problems()],
        "medicationRequests": [*written.orders()],
        "procedures": [*written.procedures()],
        "allergies": [*written.allergies()],
        "labs": [*written.results()],
    }
    return {"patient": written.person(), **{key: searched(found) for key, found in lists.items()}}
