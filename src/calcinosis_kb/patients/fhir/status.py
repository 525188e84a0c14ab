"""Read a status, which FHIR writes as a code or as a concept, by version and resource."""

from __future__ import annotations

from calcinosis_kb.patients.fhir.concept import concept
from calcinosis_kb.patients.fhir.plain import text

__all__ = ["status"]


def status(value: object) -> str:
    """Return a status as a code, empty if there is none.

    >>> status("active"), status({"coding": [{"code": "resolved"}]}), status(None)
    ('active', 'resolved', '')
    """
    if isinstance(value, str):
        return text(value)
    return next((coding.code for coding in concept(value).codings if coding.code), "")
