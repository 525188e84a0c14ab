"""Tell an entry of a problem list that says which medicine is taken ("long term (current) use of insulin") from a disease."""

from __future__ import annotations

import re

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.fhir.concept import Coding, Concept

__all__ = ["drug_use"]

_USE = re.compile(
    r"\A(?:(?:long[- ]?term|\(?current\)?|chronic|ongoing|continuous|permanent|regular|patient|currently|is)\s+)*"
    r"(?:(?:(?:drug|medication)\s+)?(?:use|therapy|treatment)\s*(?:of|with|by|using|:|-)?\s+|(?:takes|taking|using|uses|on)\s+)+(?P<drug>.+)\Z"
    r"|\A(?:long[- ]?term|current|chronic|ongoing)\s+(?P<before>.+?)\s+(?:use|therapy|treatment)\Z",
    re.IGNORECASE,
)
_CATEGORY = "Z79"
"""The category of ICD-10-CM for long term (current) drug therapy."""
_MEDICINES = ("drug", "exposure", "family", "supportive")


def drug_use(said: Concept, names: Names) -> Concept | None:
    """The medicine whose use a concept of a problem list is, None if it is anything else."""
    codes = tuple(Coding("icd10", code, "") for code in said.codes("icd10") if code.startswith(_CATEGORY))
    drugs = (_drug(word, names) for word in said.words)
    word = next(filter(None, drugs), "")
    if not codes and not word:
        return None
    return Concept(codes, word or next(iter(said.words), ""))


def _drug(word: str, names: Names) -> str:
    """The medicine in the words for its use; empty if they are no such words, or what is used is no medicine."""
    found = _USE.match(word)
    if found is None:
        return ""
    drug = found["drug"] or found["before"]
    readings = names.drugs.known(drug)
    matches = [match for reading in readings for match in reading.matches]
    therapies = names.knowledge.therapies
    plain = all(match.id not in therapies or therapies[match.id].kind in _MEDICINES for match in matches)
    return drug if matches and plain and all(reading.understood for reading in readings) else ""
