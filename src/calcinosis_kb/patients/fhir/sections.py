"""Which lists of a record are known, and which are incomplete: by the sections of a document, else by what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from calcinosis_kb.patients.fhir.concept import concept
from calcinosis_kb.patients.fhir.plain import Json, mappings
from calcinosis_kb.patients.fhir.record import Record, Resource
from calcinosis_kb.patients.fhir.status import status

__all__ = ["SECTIONS", "Lists", "lists"]

SECTIONS = {
    "11450-4": ("Condition",),
    "10160-0": ("MedicationRequest", "MedicationStatement"),
    "48765-2": ("AllergyIntolerance",),
}
"""The sections of a document that are lists, by their LOINC codes: problems, medicines, allergies; with the types that they hold."""

_NONE = "nilknown"
"""The reason for an empty section that says that there is nothing. Every other says that it is not known."""
_DEEPEST = 20


class Lists(msgspec.Struct, frozen=True):
    """The types whose list is known, and those of which more may exist than is here."""

    known: frozenset[str]
    partial: frozenset[str]


def lists(resources: Iterable[Resource]) -> Lists:
    """Return which lists are known. A document knows those that are sections of it; any other record those of which it has an entry."""
    found = tuple(resources)
    heads = [one for one in found if one.head]
    if not heads:
        return Lists(frozenset(one.type for one in found), frozenset())
    record, known, partial = Record(found, frozenset()), set(), set()
    for head in heads:
        for section in _sections(head.body):
            types = {type_ for code in concept(section.get("code")).codes("loinc") for type_ in SECTIONS.get(code, ())}
            entries, reason = mappings(section.get("entry")), status(section.get("emptyReason"))
            if entries or reason == _NONE:
                known |= types
            if (entries and reason) or any(record.follow(entry, head) is None for entry in entries):
                partial |= types
    return Lists(frozenset(known), frozenset(partial))


def _sections(body: Json, depth: int = 0) -> Iterator[Json]:
    for section in mappings(body.get("section")) if depth < _DEEPEST else ():
        yield section
        yield from _sections(section, depth + 1)
