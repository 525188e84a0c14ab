"""Codes with their systems, and the words beside them."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from calcinosis_kb.patients.fhir.plain import Json, mapping, mappings, text
from calcinosis_kb.patients.fhir.systems import code_system, unmarked
from calcinosis_kb.patients.file import LONGEST_TEXT

__all__ = ["Coding", "Concept", "concept", "shortened"]

_KINDS_ABROAD = {
    "trastorno": "disorder", "hallazgo": "finding", "procedimiento": "procedure", "sustancia": "substance", "producto medicinal": "product",
    "aandoening": "disorder", "bevinding": "finding", "verrichting": "procedure", "substantie": "substance",
}  # fmt: skip
"""The kinds of the Spanish and the Dutch edition of SNOMED CT, as records of Argentina and the Netherlands write them."""

_KIND = re.compile(
    r"\s*\((disorder|finding|situation|procedure|regime/therapy|substance|organism|medicinal product(?: form)?|product|"
    r"clinical drug|morphologic abnormality|observable entity|qualifier value|person|event|physical object|context-dependent category|"
    rf"social concept|life style|occupation|environment|{'|'.join(_KINDS_ABROAD)})\)\Z"
)
"""What SNOMED CT appends to a name to say of what kind it is."""


_NO_VALUE = ("data-absent-reason", "NullFlavor")
"""How the addresses of the code systems end that say why something is not told. Their codes are no codes of the thing."""

_DANISH_ICD10 = re.compile(r"D[A-Z][0-9]{2}")


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
    def _written(self) -> tuple[str, ...]:
        return (self.text, *(coding.display for coding in self.codings))

    @property
    def words(self) -> tuple[str, ...]:
        """The names as written, each once, without the kind that SNOMED CT appends."""
        bare = (_KIND.sub("", word) if word.endswith(")") else word for word in self._written if word)
        return tuple(dict.fromkeys(bare))

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that SNOMED CT appends to the names ("finding"), as far as they are written."""
        found = (match[1] for word in self._written if (match := _KIND.search(word)))
        return frozenset(_KINDS_ABROAD.get(kind, kind) for kind in found)

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
        tuple(_coding(one) for one in codings if not text(one.get("system")).endswith(_NO_VALUE)),
        shortened(text(given.get("text"))),
    )


def shortened(name: str) -> str:
    """A name, or as much of it as is read. One that is cut ends in a sign that keeps its last words from being understood as a whole."""
    return name if len(name) <= LONGEST_TEXT else f"{name[:LONGEST_TEXT]}…"


def _coding(given: Json) -> Coding:
    system, code = code_system(text(given.get("system"))), text(given.get("code"))
    if system == "sks":
        system, code = ("icd10", code[1:]) if _DANISH_ICD10.match(code) else (None, code)
    return Coding(system, unmarked(system, code), shortened(text(given.get("display"))))
