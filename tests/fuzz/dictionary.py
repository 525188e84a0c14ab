"""Words that inputs are made of: what the vocabularies know, and the marks of the formats."""

from __future__ import annotations

from functools import cache

from calcinosis_kb.knowledge.names import VOCABULARIES
from fuzz.oracle import base

__all__ = ["words"]

MARKS = (
    "&a", "*a", "<<", "!!python/object", "---", "- ", ": ", "# ", "|\n  ", "'", '"', "\t", "\r\n", "\ufeff", "\u2028", "\u0301", "\u200b",
    "true", "null", "NaN", "-0", "1e999", "0x1F", "012", "1:30", "9" * 25, "0001-01-01", "9999-12-31", "2020-02-30", "T24:00:00Z",
    " and ", " or ", " + ", "/", "; ", ", ", " no ", "not ", "never ", "none", "unknown", "?",
    "(for ", " for ", "history of ", "allergy to ",
    " mg", " mg/kg", " mmol/L", "µg", "10^9/L", "<", ">=", "%", " x 6 months", " BD", " IV", " topical", " 4-6 weeks", "rxnorm:3443",
    "snomed:66071002", "icd10:L94.2", "http://loinc.org", "http://snomed.info/sct", "http://www.nlm.nih.gov/research/umls/rxnorm",
    "active", "stopped", "entered-in-error",
    "refuted", "Patient/", "urn:uuid:", "#contained", "ineffective", "not_tolerated", "ongoing",
)  # fmt: skip
"""What has a meaning in YAML, JSON, FHIR, dates, quantities and sentences."""


@cache
def words() -> tuple[str, ...]:
    """The marks, and each id and name of the vocabularies."""
    names = base().names
    known = (entry for kind in VOCABULARIES for entry in names.entries(kind))
    spelt = (word for entry in known for word in (entry.id, entry.name, *entry.aliases[:2]))
    return tuple(dict.fromkeys((*MARKS, *(word for word in spelt if len(word.encode()) <= 60))))
