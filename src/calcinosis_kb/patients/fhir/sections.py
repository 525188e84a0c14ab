"""Which lists of a record are known, and which are incomplete: by the sections of a document, else by what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from calcinosis_kb.patients.fhir.concept import concept
from calcinosis_kb.patients.fhir.plain import Json, mappings, text
from calcinosis_kb.patients.fhir.record import LISTED, Record, Resource
from calcinosis_kb.patients.fhir.status import status

__all__ = ["PAST_ILLNESS", "PLAN", "SECTIONS", "Lists", "listed", "lists", "told_of"]

SECTIONS = {
    "11450-4": ("Condition",),
    "10160-0": ("MedicationRequest", "MedicationStatement"),
    "48765-2": ("AllergyIntolerance",),
}
"""The sections of a document that are lists, by their LOINC codes: problems, medicines, allergies; with the types that they hold."""

PAST_ILLNESS = "11348-0"
"""The LOINC code of the section for past illnesses: it is no list of what is present."""

PLAN = "18776-5"
"""The LOINC code of the section for the plan of treatment: what it lists has not happened."""

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
    refused = frozenset(LISTED) if any(_refuses(one) for one in found) else frozenset()
    record, known, partial = Record(found, frozenset()), set[str](), set(refused)
    if not heads:
        past = listed(record, PAST_ILLNESS)
        return Lists(frozenset(one.type for one in found if one not in past), refused)
    for head in heads:
        for section in _sections(head.body):
            types = {type_ for code in concept(section.get("code")).codes("loinc") for type_ in SECTIONS.get(code, ())}
            entries, reason = mappings(section.get("entry")), status(section.get("emptyReason"))
            if entries or reason == _NONE:
                known |= types
            if (entries and reason) or any(record.follow(entry, head) is None for entry in entries):
                partial |= types
    return Lists(frozenset(known), frozenset(partial))


def listed(record: Record, code: str) -> frozenset[Resource]:
    """The resources that the documents of a record list in the sections of one LOINC code, and in no other."""
    here: set[Resource] = set()
    elsewhere: set[Resource] = set()
    for head in record.of("Composition"):
        for section in _sections(head.body):
            entries = (record.follow(entry, head) for entry in mappings(section.get("entry")))
            found = here if code in concept(section.get("code")).codes("loinc") else elsewhere
            found.update(one for one in entries if one is not None)
    return frozenset(here - elsewhere)


def told_of(record: Record, patient: str) -> frozenset[Resource]:
    """The resources that the documents about a patient list. They are of this patient, even if their own reference leads nowhere."""
    heads = (head for head in record.of("Composition") if head.head and record.whose(head) == patient)
    entries = (
        (head, entry) for head in heads for section in _sections(head.body) for entry in mappings(section.get("entry"))
    )
    found = (record.follow(entry, head) for head, entry in entries)
    return frozenset(one for one in found if one is not None)


def _refuses(one: Resource) -> bool:
    """Whether a server says that something was left out or went wrong, beside what it sent."""
    issues = mappings(one.body.get("issue")) if one.type == "OperationOutcome" else []
    return any(text(issue.get("severity")) not in ("information", "success") for issue in issues)


def _sections(body: Json, depth: int = 0) -> Iterator[Json]:
    for section in mappings(body.get("section")) if depth < _DEEPEST else ():
        yield section
        yield from _sections(section, depth + 1)
