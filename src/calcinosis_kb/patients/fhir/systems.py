"""Code systems by the addresses that records give them, national editions among them."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["code_system", "unmarked"]

_ADDRESSES = {
    "www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "urn:oid:2.16.840.1.113883.6.88": "rxnorm",
    "www.whocc.no/atc": "atc",
    "www.whocc.no/atc_ddd_index": "atc",
    "urn:oid:2.16.840.1.113883.6.73": "atc",
    "snomed.info/xsct": "snomed",
    "urn:oid:2.16.840.1.113883.6.96": "snomed",
    "dmd.nhs.uk": "snomed",  # dm+d, the medicines of the United Kingdom: their numbers are concepts of SNOMED CT
    "nzmt.org.nz": "snomed",  # the same of New Zealand
    "loinc.org": "loinc",
    "urn:oid:2.16.840.1.113883.6.1": "loinc",
    "www.saude.gov.br/fhir/r4/codesystem/brnomeexameloinc": "loinc",
    "www.saude.gov.br/fhir/r4/codesystem/brcid10": "icd10",
    "urn:oid:2.16.840.1.113883.6.3": "icd10",
    "urn:oid:2.16.840.1.113883.6.90": "icd10",
    "urn:oid:1.3.6.1.4.1.12559.11.10.1.3.1.44.2": "icd10",  # as in patient summaries that cross a border of the European Union
    "urn:oid:1.2.40.0.34.5.171": "icd10",  # Austria
    "urn:oid:1.2.208.176.2.4": "sks",  # Denmark: "D" before a code of ICD-10 without its point
    "urn:oid:1.2.208.176.2.4.12": "sks",
    "www.cms.gov/medicare/coding/icd10": "icd10pcs",
    "urn:oid:2.16.840.1.113883.6.4": "icd10pcs",
    "hl7.org/fhir/uv/ips/codesystem/absent-unknown-uv-ips": "absent",
    "hl7.org/fhir/sid/cvx": "cvx",
    "urn:oid:2.16.840.1.113883.12.292": "cvx",
    "terminology.hl7.org/codesystem/medicationrequest-status-reason": "status-reason",
}

_NATIONAL = (
    (re.compile(r"\Asnomed\.info/x?sct(?:/[0-9]+)?(?:/|\Z)"), "snomed"),
    (re.compile(r"/(?:icd|cim|cie|cid)-?10-?pcs\Z"), "icd10pcs"),
    (
        re.compile(
            r"/(?:terminologie-)?(?:icd|cim|cie|cid)-?10(?:-?[a-z]{2}|-who|-pmsi|-bmasgk-20[0-9]{2}|-bmg-20[0-9]{2})?\Z"
        ),
        "icd10",
    ),
    (re.compile(r"/atc\Z"), "atc"),
)
"""Editions of a country have addresses of their own: http://fhir.de/CodeSystem/bfarm/icd-10-gm, http://hl7.org/fhir/sid/icd-10-nl.
Their codes mean by prefix what those of the World Health Organization mean."""

_LONGEST = 300
_SCHEME = re.compile(r"\Ahttps?://")
_MARK = re.compile(r"(?<=[0-9A-Z])[-.]*[+*!†‡#]?\Z")
"""What ICD-10 puts behind a code: that it is a cause (†, +), a manifestation (*), an addition (!), or stands for all below it (.-)."""


@lru_cache(maxsize=1024)
def code_system(address: str) -> str | None:
    """Return the short name of the system that is read at an address, or None.

    >>> code_system("http://snomed.info/sct/11000221109/version/20240531"), code_system("http://hl7.org/fhir/sid/icd-10-nl")
    ('snomed', 'icd10')
    """
    plain = _SCHEME.sub("", address[:_LONGEST].strip().casefold()).partition("|")[0].rstrip("/")
    if plain in _ADDRESSES:
        return _ADDRESSES[plain]
    return next((name for pattern, name in _NATIONAL if pattern.search(plain)), None)


def unmarked(system: str | None, code: str) -> str:
    """A code without the marks that national editions of ICD-10 add.

    >>> unmarked("icd10", "H36.0*"), unmarked("icd10", "I48.-")
    ('H36.0', 'I48')
    """
    return _MARK.sub("", code.strip()) if system == "icd10" else code.strip()
