"""The account of a record: what became of every entry, by resource and id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import msgspec

if TYPE_CHECKING:
    from calcinosis_kb.patients.document import EntryDocument

__all__ = [
    "ALLERGIES",
    "CONDITIONS",
    "MEDICATION_RESOURCES",
    "MEDICINES",
    "PROCEDURES",
    "STATES",
    "Account",
    "Entry",
    "State",
]

State = Literal["used", "recognised", "ignored", "doubtful", "unresolved"]
"""used: it is in the patient file. recognised: it is understood, and none of ours. ignored: it says nothing of what is or was
(``why`` tells). doubtful: it is understood, and what it says cannot be relied on. unresolved: it was not understood."""

STATES: tuple[State, ...] = get_args(State)

MEDICATION_RESOURCES = ("MedicationAdministration", "MedicationDispense", "MedicationStatement", "MedicationRequest")
"""The FHIR resources that tell of a medicine, the best evidence that it was taken first."""

MEDICINES = (*MEDICATION_RESOURCES, "drug_exposure")
"""The types of entry that are medicines, which may have been given for calcinosis."""

PROCEDURES = ("Procedure", "procedure_occurrence")
CONDITIONS = ("Condition", "condition_occurrence")
ALLERGIES = ("AllergyIntolerance",)
"""The types of entry of the other lists."""

_LONGEST = 80
"""The most characters of a name that are shown."""


class Entry(msgspec.Struct, frozen=True):
    """One entry of a record: what it is called there, and what became of it.

    ``resource`` is the type of the FHIR resource or the OMOP table. ``when`` is the date as written. ``gave`` lists what the patient
    file took from it, as (list, word): ``("medications", "warfarin")``.
    """

    resource: str
    id: str
    state: State
    named: str = ""
    why: str = ""
    when: str = ""
    gave: tuple[tuple[str, str], ...] = ()

    @property
    def day(self) -> str:
        """The date without its time."""
        return self.when.partition("T")[0]

    @property
    def said(self) -> str:
        """The entry as its record names it, on one line: "'Humira' (MedicationStatement/3, 2023-06-23)"."""
        where = f"{self.resource}/{self.id}" if self.id else self.resource
        name = " ".join(self.named.split())
        name = f"{name[:_LONGEST]}…" if len(name) > _LONGEST else name
        told = ", ".join(filter(None, (where, self.day)))
        return f"'{name}' ({told})" if name else told

    def to_dict(self) -> EntryDocument:
        gave: dict[str, list[str]] = {}
        for where, word in self.gave:
            gave.setdefault(where, []).append(word)
        return {
            "resource": self.resource,
            "id": self.id,
            "state": self.state,
            "named": self.named,
            "why": self.why,
            "when": self.when,
            "gave": gave,
        }


class Account(msgspec.Struct):
    """The entries of a record, each once."""

    entries: list[Entry] = msgspec.field(default_factory=list)

    def of(self, *resources: str, state: State | None = None) -> list[Entry]:
        """The entries of some types of resource, in the order of the record; all types if none is named."""
        return [
            entry
            for entry in self.entries
            if (not resources or entry.resource in resources) and state in (None, entry.state)
        ]

    @property
    def counts(self) -> dict[State, int]:
        """The number of entries in each state."""
        return {state: len(self.of(state=state)) for state in STATES}

    def unheld(self, *resources: str) -> list[Entry]:
        """The entries of some types that were not understood and of which no word is in the patient file: medicines of the past, say."""
        return [entry for entry in self.of(*resources, state="unresolved") if not entry.gave]

    def giving(self, where: str, word: str) -> list[Entry]:
        """The entries from which the patient file took a word of one of its lists, in the order of the record."""
        return [entry for entry in self.entries if (where, word) in entry.gave]
