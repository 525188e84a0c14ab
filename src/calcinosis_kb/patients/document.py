"""The patient as understood, in JSON documents."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from calcinosis_kb.patients.account import State
from calcinosis_kb.patients.bound import Comparator
from calcinosis_kb.patients.models import Adequacy, Where

__all__ = [
    "EntryDocument",
    "FindingDocument",
    "OpenDocument",
    "PatientDocument",
    "RecognisedDocument",
    "RecordDocument",
    "ResultDocument",
    "TrialDocument",
    "UnresolvedDocument",
]


class WhoDocument(TypedDict):
    """Who the patient is; null where it was not recorded."""

    age: float | None
    """Years."""
    sex: str | None
    pregnant: bool | None


class LesionsDocument(TypedDict):
    """The calcinosis; null where it was not recorded."""

    pattern: str | None
    sites: list[str] | None
    features: list[str] | None
    largest_mm: float | None
    """Diameter of the largest deposit in millimetres."""


_Purpose = TypedDict("_Purpose", {"for": str})


class TrialDocument(_Purpose):
    """A treatment that the patient has had; ``for`` is its indication."""

    therapy: str | None
    """The id of a therapy, family or medicine; null if it was not understood."""
    named: str
    """As it was written."""
    outcome: str
    dose: str | None
    months: float | None
    duration: str | None
    ended: str | None
    adverse_event: str | None
    adequacy: Adequacy


class ResultDocument(TypedDict):
    """A test result as a number."""

    value: float | None
    """In the canonical unit."""
    unit: str | None
    comparator: NotRequired[Comparator]
    """If only a bound of the value is known."""
    note: NotRequired[str]
    """How the value was derived, if it was."""


class FindingDocument(TypedDict):
    """A test result in words."""

    finding: str


class RecognisedDocument(TypedDict):
    """A word and the list in which it was recorded."""

    named: str
    where: Where


class OpenDocument(RecognisedDocument):
    """A word that is not specific enough."""

    may_be: list[str]
    """Ids that it may stand for."""


class UnresolvedDocument(RecognisedDocument):
    """A word that was not understood."""

    nearest: list[str]
    """Ids that it looks like; none of them is assumed."""


class EntryDocument(TypedDict):
    """One entry of a health record, and what became of it."""

    resource: str
    """The type of the FHIR resource, or the OMOP table."""
    id: str
    state: State
    named: str
    """What it is called in the record."""
    why: str
    when: str
    """The date as written; empty if there is none."""
    gave: dict[str, list[str]]
    """What the patient file took from it, by list."""


class RecordDocument(TypedDict):
    """The health record that a patient was read from."""

    form: str
    """The form of the record, with its version: "FHIR R4"."""
    read_as_of: str
    """The day on which ages, and what is taken now, were judged."""
    day_from: str
    """Where that day comes from: an entry of the record, or the user."""
    dead: bool
    """Whether the record says that the patient has died."""
    entries: int
    counts: dict[State, int]
    """The number of entries in each state; they add up to ``entries``."""
    relied_on: list[EntryDocument]
    """The entries that were used."""
    not_relied_on: list[EntryDocument]
    """The entries that were doubtful or not understood."""


class PatientDocument(TypedDict):
    """The patient as understood, in the shape of the patient file; a list is null if nothing was recorded."""

    record: NotRequired[RecordDocument]
    """The health record that it was read from, if it was."""

    patient: WhoDocument
    diseases: list[str] | None
    calcinosis: LesionsDocument
    history_complete: bool
    history: list[TrialDocument]
    medications: list[str] | None
    medications_complete: bool
    conditions: list[str] | None
    conditions_complete: bool
    allergies: list[str] | None
    allergies_complete: bool
    labs: dict[str, ResultDocument | FindingDocument]
    unresolved: list[UnresolvedDocument]
    """Words that were not understood."""
    ambiguous: list[OpenDocument]
    """Words with several meanings, none of which is assumed."""
    leaves_open: list[OpenDocument]
    """Words that say less than matters."""
    recognised: list[RecognisedDocument]
    """Words that are understood and change nothing."""
    notes: list[str]
