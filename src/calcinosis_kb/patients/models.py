"""A patient as understood: words resolved to the vocabularies, and unresolved words kept separately."""

from __future__ import annotations

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

import msgspec

from calcinosis_kb.patients.bound import Comparator, inside
from calcinosis_kb.patients.record_reading import RecordReading

__all__ = [
    "FOR_CALCINOSIS",
    "INEFFECTIVE",
    "NOT_GIVEN",
    "TOO_LITTLE",
    "Adequacy",
    "LabResult",
    "NamedDrug",
    "OpenWord",
    "Patient",
    "RecognisedWord",
    "Trial",
    "Unresolved",
    "Where",
    "in_months",
]

Adequacy = Literal["adequate", "inadequate", "age_decides", "unknown"]
"""Whether dose and duration reached an adequate trial. age_decides: too little for an adult, and the age is not recorded."""

TOO_LITTLE: frozenset[Adequacy] = frozenset({"inadequate", "age_decides"})
"""What does not show, or may not show, that a therapy has failed."""

FOR_CALCINOSIS = frozenset({"calcinosis", "unclear"})
"""The purposes of a treatment that tell something about calcinosis: an unclear one may have been that."""

INEFFECTIVE = frozenset({"ineffective", "worse"})
"""The outcomes of a treatment that did nothing or did harm; one that was not tolerated may have helped."""

NOT_GIVEN = frozenset({"contraindicated", "declined"})
"""The outcomes of a treatment that was never given: judged contraindicated, or declined by the patient. It is no trial."""

Where = Literal["history", "outcomes", "medications", "conditions", "allergies", "labs", "sites", "features"]
"""The list of the record in which a word occurs."""


class Unresolved(msgspec.Struct, frozen=True):
    """A word that was not understood, its list, and similar ids. Its list counts as incomplete."""

    named: str
    where: Where
    nearest: tuple[str, ...] = ()

    def to_dict(self) -> UnresolvedDocument:
        return {"named": self.named, "where": self.where, "nearest": list(self.nearest)}


class OpenWord(msgspec.Struct, frozen=True):
    """A word that is not specific enough.

    If it is ``understood``, ``may_be`` lists further facts that it may imply ("breast cancer": active or not). Otherwise it has several
    meanings: one of ``may_be``, or something outside the vocabulary.
    """

    named: str
    where: Where
    may_be: tuple[str, ...]
    understood: bool = False

    def to_dict(self) -> OpenDocument:
        return {"named": self.named, "where": self.where, "may_be": list(self.may_be)}


class RecognisedWord(msgspec.Struct, frozen=True):
    """A word that is understood but has no effect on an answer."""

    named: str
    where: Where

    def to_dict(self) -> RecognisedDocument:
        return {"named": self.named, "where": self.where}


class NamedDrug(msgspec.Struct, frozen=True):
    """A drug as written, and its id. ``classes``: the known classes of a drug without an entry of its own."""

    named: str
    id: str
    classes: tuple[str, ...] = ()


def in_months(months: float) -> str:
    """A number of months in words: "1 month", "6 months"."""
    return f"{months:g} month{'' if months == 1 else 's'}"


class Trial(msgspec.Struct, frozen=True):
    """A treatment that the patient has had.

    ``kind`` is the kind of ``therapy``: an option, a family of which one agent was given, the family or class of a drug without an
    entry (relative), or another drug or class. ``therapy`` is None for a recognised word without an entry, for a word with several
    meanings (open), and for a word that was not understood.
    ``adequacy_reasons``: what fell short, or what is not known.
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

    @property
    def given(self) -> bool:
        """Whether the treatment was given at all."""
        return self.outcome not in NOT_GIVEN

    @property
    def lasted(self) -> str:
        """The months in words: "1 month", "6 months"; empty where none are recorded."""
        return "" if self.months is None else in_months(self.months)

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


class LabResult(msgspec.Struct, frozen=True):
    """A test result: a ``value`` in the canonical unit, or a ``finding``; ``note`` explains a derived value.

    A ``provisional`` value depends on another test (calcium on albumin), so it may suggest a condition but does not establish one.
    With a ``comparator``, the value is a bound: the laboratory gave "<5 mg/L".
    """

    name: str
    value: float | None = None
    unit: str | None = None
    finding: str | None = None
    note: str | None = None
    provisional: bool = False
    comparator: Comparator | None = None

    @property
    def judged(self) -> float | None:
        """The value that limits are compared with; of a bound, one within it."""
        return self.value if self.value is None or self.comparator is None else inside(self.comparator, self.value)

    def to_dict(self) -> ResultDocument | FindingDocument:
        if self.finding is not None:
            return {"finding": self.finding}
        result: ResultDocument = {"value": self.value, "unit": self.unit}
        if self.comparator:
            result["comparator"] = self.comparator
        if self.note:
            result["note"] = self.note
        return result

    @property
    def shown(self) -> str:
        """The result for display: a value with two decimals (comparisons use all decimals)."""
        unit = "" if self.unit in (None, "1") else f" {self.unit}"
        return self.finding or f"{self.comparator or ''}{round(self.value or 0.0, 2):.10g}{unit}"


class Patient(msgspec.Struct, frozen=True):
    """A patient. None means not recorded; an empty tuple means recorded as none.

    A list with a word that was not understood counts as incomplete, even if the record calls it complete.
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
    labs: dict[str, LabResult] = msgspec.field(default_factory=dict)
    unresolved: tuple[Unresolved, ...] = ()
    open_words: tuple[OpenWord, ...] = ()
    recognised: tuple[RecognisedWord, ...] = ()
    notes: tuple[str, ...] = ()
    """Conclusions from the record, and contradictions in it."""
    record: RecordReading | None = None
    """The reading of the health record that the patient comes from; None for a patient file."""

    @property
    def symptoms(self) -> bool | None:
        """Whether any deposit causes a symptom (a recorded feature); None if that is not recorded."""
        if self.features:
            return True
        unread = any(item.where == "features" for item in self.unresolved)
        return None if self.features is None or unread else False

    def to_dict(self) -> PatientDocument:
        """Return the patient as understood, in the form of the patient file, with the record that it comes from."""
        document: PatientDocument = {
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
        if self.record is not None:
            document["record"] = self.record.to_dict()
        return document


def _list(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)


def _drugs(drugs: tuple[NamedDrug, ...] | None) -> list[str] | None:
    return None if drugs is None else [drug.id for drug in drugs]
