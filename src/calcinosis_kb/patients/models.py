"""A patient as understood: every word resolved to the vocabularies, and what could not be resolved kept beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from calcinosis_kb.patients.document import (
        FindingDocument,
        OpenDocument,
        PatientDocument,
        RecognisedDocument,
        ResultDocument,
        TrialDocument,
        UnresolvedDocument,
    )

__all__ = [
    "Adequacy",
    "LabResult",
    "NamedDrug",
    "OpenWord",
    "Patient",
    "RecognisedWord",
    "Trial",
    "Unresolved",
    "Where",
]

Adequacy = Literal["adequate", "inadequate", "unknown"]
Where = Literal["history", "medications", "conditions", "allergies", "labs", "sites", "features"]
"""The list of a record in which a word stood."""


@dataclass(frozen=True)
class Unresolved:
    """A word that could not be understood, where it stood, and what it looks like; its list is not complete."""

    named: str
    where: Where
    nearest: tuple[str, ...] = ()

    def to_dict(self) -> UnresolvedDocument:
        return {"named": self.named, "where": self.where, "nearest": list(self.nearest)}


@dataclass(frozen=True)
class OpenWord:
    """A word that leaves something open.

    Where it is ``understood``, ``may_be`` may be there beside what it says ("breast cancer": active or not); otherwise it has
    several meanings and stands for one of these, or for none of ours.
    """

    named: str
    where: Where
    may_be: tuple[str, ...]
    understood: bool = False

    def to_dict(self) -> OpenDocument:
        return {"named": self.named, "where": self.where, "may_be": list(self.may_be)}


@dataclass(frozen=True)
class RecognisedWord:
    """A word that is understood and changes nothing here."""

    named: str
    where: Where

    def to_dict(self) -> RecognisedDocument:
        return {"named": self.named, "where": self.where}


@dataclass(frozen=True)
class NamedDrug:
    """A drug as it was written, and its id; ``classes`` where it is a member of some that are ours and has no entry itself."""

    named: str
    id: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """A treatment that the patient has had.

    ``kind`` says what ``therapy`` is: an option, a family of which one agent was given, the family or class of a drug that has
    no entry itself (relative), another drug or class; it is None for what is recognised and none of ours, for what has
    several meanings (open) and for what was not understood.
    ``adequacy_reasons`` say what fell short, or what is not known.
    """

    named: str
    kind: Literal["therapy", "family", "relative", "medication", "recognised", "open", "unresolved"]
    therapy: str | None
    purpose: str
    outcome: str
    dose: str | None = None
    months: float | None = None
    duration: str | None = None
    ended: str | None = None
    adverse_event: str | None = None
    adequacy: Adequacy = "unknown"
    adequacy_reasons: tuple[str, ...] = ()

    def to_dict(self) -> TrialDocument:
        return {
            "therapy": self.therapy,
            "named": self.named,
            "for": self.purpose,
            "outcome": self.outcome,
            "dose": self.dose,
            "months": self.months,
            "duration": self.duration,
            "ended": self.ended,
            "adverse_event": self.adverse_event,
            "adequacy": self.adequacy,
        }


@dataclass(frozen=True)
class LabResult:
    """A test result: a ``value`` in the canonical unit, or a ``finding``; ``note`` says how a value was come by.

    A ``provisional`` value waits for another test (calcium for albumin), so it may point to a condition and defines none.
    """

    name: str
    value: float | None = None
    unit: str | None = None
    finding: str | None = None
    note: str | None = None
    provisional: bool = False

    def to_dict(self) -> ResultDocument | FindingDocument:
        if self.finding is not None:
            return {"finding": self.finding}
        result: ResultDocument = {"value": self.value, "unit": self.unit}
        if self.note:
            result["note"] = self.note
        return result

    @property
    def shown(self) -> str:
        """The result as people read it: a value with two decimals, though it is compared with all that it has."""
        unit = "" if self.unit in (None, "1") else f" {self.unit}"
        return self.finding or f"{round(self.value or 0.0, 2):.10g}{unit}"


@dataclass(frozen=True)
class Patient:
    """One patient. None means that nobody recorded it; an empty tuple means that there is none.

    A list with a word that was not understood is not complete, whatever the record says of it.
    """

    age: float | None = None
    sex: str | None = None
    pregnant: bool | None = None
    diseases: tuple[str, ...] | None = None
    pattern: str | None = None
    sites: tuple[str, ...] | None = None
    features: tuple[str, ...] | None = None
    largest_mm: float | None = None
    trials: tuple[Trial, ...] = ()
    history_complete: bool = True
    medications: tuple[NamedDrug, ...] | None = None
    medications_complete: bool = True
    conditions: tuple[str, ...] | None = None
    conditions_complete: bool = True
    allergies: tuple[NamedDrug, ...] | None = None
    allergies_complete: bool = True
    labs: dict[str, LabResult] = field(default_factory=dict)
    unresolved: tuple[Unresolved, ...] = ()
    open_words: tuple[OpenWord, ...] = ()
    recognised: tuple[RecognisedWord, ...] = ()
    notes: tuple[str, ...] = ()
    """What was concluded from the record, or does not fit together in it."""

    def to_dict(self) -> PatientDocument:
        """The patient as understood, in the shape of the patient file."""
        return {
            "patient": {"age": self.age, "sex": self.sex, "pregnant": self.pregnant},
            "diseases": _list(self.diseases),
            "calcinosis": {
                "pattern": self.pattern,
                "sites": _list(self.sites),
                "features": _list(self.features),
                "largest_mm": self.largest_mm,
            },
            "history_complete": self.history_complete,
            "history": [trial.to_dict() for trial in self.trials],
            "medications": _drugs(self.medications),
            "medications_complete": self.medications_complete,
            "conditions": _list(self.conditions),
            "conditions_complete": self.conditions_complete,
            "allergies": _drugs(self.allergies),
            "allergies_complete": self.allergies_complete,
            "labs": {name: self.labs[name].to_dict() for name in sorted(self.labs)},
            "unresolved": [item.to_dict() for item in self.unresolved],
            "ambiguous": [item.to_dict() for item in self.open_words if not item.understood],
            "leaves_open": [item.to_dict() for item in self.open_words if item.understood],
            "recognised": [item.to_dict() for item in self.recognised],
            "notes": list(self.notes),
        }


def _list(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)


def _drugs(drugs: tuple[NamedDrug, ...] | None) -> list[str] | None:
    return None if drugs is None else [drug.id for drug in drugs]
