"""Patient files written as International Patient Summaries (http://hl7.org/fhir/uv/ips): a document with its sections."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import NAMESPACE_OID, uuid5

from calcinosis_kb import KnowledgeBase
from fhir_records import LOINC, RECORDED, TODAY, FhirPatient, Json

__all__ = ["as_summary"]

_ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
_EMPTY = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
_SECTIONS = {
    "11450-4": "Problem list",
    "48765-2": "Allergies and intolerances",
    "10160-0": "History of medication use",
    "47519-4": "History of procedures",
    "30954-2": "Relevant diagnostic tests",
}


class _Document:
    """The entries of a document in order, and the references to them."""

    def __init__(self) -> None:
        self.entries: list[Json] = []

    def add(self, resource: Json) -> Json:
        url = f"urn:uuid:{uuid5(NAMESPACE_OID, str(len(self.entries)))}"
        self.entries.append({"fullUrl": url, "resource": {**resource, "id": url[9:]}})
        return {"reference": url}


def as_summary(kb: KnowledgeBase, data: Json) -> Json:
    """A patient as a summary: medicines by reference, codes and words, and what is none or unknown said by the codes of IPS."""
    written, document = FhirPatient(kb, data, "both"), _Document()
    head: Json = {
        "resourceType": "Composition",
        "status": "final",
        "title": "Patient summary",
        "date": TODAY.isoformat(),
    }
    document.add(head)
    subject = document.add(written.person())
    author = document.add({"resourceType": "Organization", "name": "A hospital"})
    statements = [_statement(document, what, said, subject) for what, said in written.medicines()]
    lists = {
        "11450-4": [*written.problems()],
        "48765-2": [*written.allergies()],
        "10160-0": statements or [_no_medicines(known=written.patient.medications is not None)],
        "47519-4": [*written.procedures()],
        "30954-2": [*written.results()],
    }
    sections = []
    for code, found in lists.items():
        section = {"title": _SECTIONS[code], "code": {"coding": [{"system": LOINC, "code": code}]}}
        entries = [document.add(_about(one, subject)) for one in found]
        sections.append(section | ({"entry": entries} if entries else _empty("unavailable")))
    kind = {"coding": [{"system": LOINC, "code": "60591-5"}]}
    document.entries[0]["resource"] |= {"type": kind, "subject": subject, "author": [author], "section": sections}
    identifier = {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid5(NAMESPACE_OID, 'summary')}"}
    # A bundle is put together after its document was written, and what it holds is as of the document.
    stamp = f"{TODAY.year + 3}-01-01T00:00:00Z"
    made = {"resourceType": "Bundle", "type": "document", "identifier": identifier, "timestamp": stamp}
    return made | {"entry": document.entries}


def _statement(document: _Document, what: Json, said: Json, subject: Json) -> Json:
    medicine = document.add({"resourceType": "Medication", "code": what})
    status = {"statusReason": [said["statusReason"]]} if "statusReason" in said else {}
    dosage = {"dosage": [said["dosage"]]} if "dosage" in said else {}
    reason = {"reasonCode": said["reasonCode"]} if "reasonCode" in said else {}
    head = {
        "resourceType": "MedicationStatement",
        "status": said["status"],
        "subject": subject,
        "dateAsserted": RECORDED,
    }
    return {**head, "medicationReference": medicine, "effectivePeriod": said["period"], **reason, **status, **dosage}


def _no_medicines(*, known: bool) -> Json:
    code = "no-known-medications" if known else "no-medication-info"
    head = {"resourceType": "MedicationStatement", "status": "unknown", "subject": {"reference": "Patient/p1"}}
    return {**head, "medicationCodeableConcept": {"coding": [{"system": _ABSENT, "code": code}]}}


def _empty(reason: str) -> Json:
    return {"emptyReason": {"coding": [{"system": _EMPTY, "code": reason}]}}


def _about(resource: Json, subject: Json) -> Json:
    return dict(_pairs(resource, subject))


def _pairs(resource: Json, subject: Json) -> Iterator[tuple[str, object]]:
    for key, value in resource.items():
        yield key, subject if value == {"reference": "Patient/p1"} else value
