"""Codes with their systems, and the words beside them."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from calcinosis_kb.patients.fhir.plain import mapping, mappings, text

__all__ = ["SYSTEMS", "Coding", "Concept", "concept"]

SYSTEMS = {
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "urn:oid:2.16.840.1.113883.6.88": "rxnorm",
    "http://www.whocc.no/atc": "atc",
    "urn:oid:2.16.840.1.113883.6.73": "atc",
    "http://fhir.de/CodeSystem/bfarm/atc": "atc",
    "http://snomed.info/sct": "snomed",
    "urn:oid:2.16.840.1.113883.6.96": "snomed",
    "http://loinc.org": "loinc",
    "urn:oid:2.16.840.1.113883.6.1": "loinc",
    "http://hl7.org/fhir/sid/icd-10": "icd10",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10",
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm": "icd10",
    "http://fhir.de/CodeSystem/dimdi/icd-10-gm": "icd10",
    "urn:oid:2.16.840.1.113883.6.3": "icd10",
    "urn:oid:2.16.840.1.113883.6.90": "icd10",
    "http://hl7.org/fhir/sid/icd-10-pcs": "icd10pcs",
    "http://www.cms.gov/Medicare/Coding/ICD10": "icd10pcs",
    "urn:oid:2.16.840.1.113883.6.4": "icd10pcs",
    "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips": "absent",
    "http://terminology.hl7.org/CodeSystem/medicationrequest-status-reason": "status-reason",
}
"""The code systems that are read, by the addresses that records give them. National forms of ICD-10 are read as ICD-10."""

_KIND = re.compile(
    r"\s*\((?:disorder|finding|situation|procedure|regime/therapy|substance|organism|medicinal product(?: form)?|product|"
    r"clinical drug|morphologic abnormality|observable entity|qualifier value|person|event|physical object|context-dependent category)\)\Z"
)
"""What SNOMED CT appends to a name to say of what kind it is."""


class Coding(NamedTuple):
    """A code; ``system`` is the short name of a system that is read, or None."""

    system: str | None
    code: str
    display: str


class Concept(msgspec.Struct, frozen=True):
    """What a record says by codes and words."""

    codings: tuple[Coding, ...] = ()
    text: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The names as written, each once, without the kind that SNOMED CT appends."""
        written = (self.text, *(coding.display for coding in self.codings))
        return tuple(dict.fromkeys(_KIND.sub("", word) for word in written if word))

    @property
    def shown(self) -> str:
        """What to call it: as the record does, else by its first code."""
        code = next((coding.code for coding in self.codings if coding.code), "")
        return next(iter(self.words), "") or code

    def codes(self, system: str) -> tuple[str, ...]:
        """The codes of one system."""
        return tuple(coding.code for coding in self.codings if coding.system == system)


def concept(value: object) -> Concept:
    """Read a CodeableConcept, or a Coding alone."""
    given = mapping(value)
    codings = mappings(given.get("coding")) if "coding" in given else [given] if "code" in given else []
    return Concept(
        tuple(
            Coding(SYSTEMS.get(text(one.get("system"))), text(one.get("code")), text(one.get("display")))
            for one in codings
        ),
        text(given.get("text")),
    )
