"""Read a status, which FHIR writes as a code or as a concept, by version and resource."""

from __future__ import annotations

from calcinosis_kb.patients.fhir.concept import concept
from calcinosis_kb.patients.fhir.plain import Json, mapping, mappings, text

__all__ = ["certainty", "status"]

_CERTAINTY = "fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit"
_SAID = {"A": "refuted", "V": "provisional", "Z": "past", "G": "confirmed"}
"""The letters behind a German diagnosis: excluded, suspected, a state after it, certain."""


def status(value: object) -> str:
    """Return a status as a code, empty if there is none.

    >>> status("active"), status({"coding": [{"code": "resolved"}]}), status(None)
    ('active', 'resolved', '')
    """
    if isinstance(value, str):
        return text(value)
    return next((coding.code for coding in concept(value).codings if coding.code), "")


def certainty(body: Json) -> str:
    """Return how certain a diagnosis is: its status of verification, or the letter that German records put beside a code of ICD-10.

    The letter may also say that the diagnosis is past. Of several letters the one that claims least counts.
    """
    codings = mappings(mapping(body.get("code")).get("coding"))
    given = [one for part in (body, *codings) for one in mappings(part.get("extension"))]
    letters = [_letter(one) for one in given if text(one.get("url")).partition("://")[2] == _CERTAINTY]
    verified = status(body.get("verificationStatus"))
    if verified in ("refuted", "entered-in-error"):
        return verified
    return next((said for letter, said in _SAID.items() if letter in letters), verified)


def _letter(extension: Json) -> str:
    return text(mapping(extension.get("valueCoding")).get("code")) or text(extension.get("valueCode"))
