"""From a patient file (or a mapping) to a `Patient`: every word resolved, and every mistake told at its line."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.knowledge.library import Knowledge
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.derived import derive_labs
from calcinosis_kb.patients.dose import judge_adequacy, months_of
from calcinosis_kb.patients.file import PatientFile, Treatment
from calcinosis_kb.patients.labs import read_labs
from calcinosis_kb.patients.models import LabResult, NamedDrug, Patient, Trial, Unresolved
from calcinosis_kb.schema import validate
from calcinosis_kb.source import Document, parse, read_text

__all__ = ["PatientReader"]

DEFINITE = frozenset({"ineffective", "worse", "partial", "effective", "recurred", "not_tolerated", "contraindicated"})
"""The outcomes that exclude each other in one and the same trial."""


class PatientReader:
    """Reads patients against one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.names = Names(knowledge)

    def file(self, path: str) -> Patient:
        """The patient in a YAML or JSON file ("-" for standard input). Raises `InputError` with every mistake."""
        name = "<standard input>" if path == "-" else str(path)
        return self.document(parse(read_text(path, name=name), name))

    def mapping(self, data: Mapping[str, Any]) -> Patient:
        """The patient in a mapping of the shape of a patient file. Raises `InputError` with every mistake."""
        return self.document(Document("patient", dict(data)))

    def document(self, document: Document) -> Patient:
        """The patient in a parsed document. Raises `InputError` with every mistake."""
        if not isinstance(document.data, dict):
            message = f"a patient file is a mapping, not {_kind(document.data)}"
            mend = "start with 'diseases: [limited_ssc_crest]'; docs/patient-file.md shows the whole"
            raise InputError((Problem("CKB011", message, document.place(()), mend=mend),))
        raw, problems = validate(document, PatientFile)
        if raw is None:
            raise InputError(tuple(problems))
        return _Reading(self.knowledge, self.names, document, raw).patient()


class _Reading:
    """One patient being read: gathers what is wrong and what is not understood."""

    def __init__(self, knowledge: Knowledge, names: Names, document: Document, raw: PatientFile) -> None:
        self.knowledge = knowledge
        self.names = names
        self.document = document
        self.raw = raw
        self.problems: list[Problem] = []
        self.unresolved: list[Unresolved] = []

    def patient(self) -> Patient:
        raw, lesions = self.raw, self.raw.calcinosis
        patterns = self._words("patterns", [lesions.pattern] if lesions.pattern else [], ("calcinosis", "pattern"))
        conditions = self._loose("conditions", raw.conditions, "conditions")
        patient = Patient(
            age=raw.patient.age,
            sex=raw.patient.sex,
            pregnant=True if "pregnancy" in (conditions or ()) else raw.patient.pregnant,
            diseases=None if raw.diseases is None else self._words("diseases", raw.diseases, ("diseases",)),
            pattern=patterns[0] if patterns else None,
            sites=self._loose("sites", lesions.sites, "sites"),
            features=self._optional("features", lesions.features, ("calcinosis", "features")),
            largest_mm=lesions.largest_mm,
            trials=self._trials(),
            history_complete=raw.history is not None and raw.history_complete,
            medications=self._drugs(raw.medications, "medications"),
            medications_complete=raw.medications is not None and raw.medications_complete,
            conditions=conditions,
            conditions_complete=raw.conditions is not None and raw.conditions_complete,
            allergies=self._drugs(raw.allergies, "allergies"),
            labs=self._labs(),
        )
        self._contradictions(patient)
        if self.problems:
            raise InputError(tuple(self.problems))
        return Patient(**{**patient.__dict__, "unresolved": tuple(self.unresolved)})

    def _words(self, vocabulary: str, words: Any, path: tuple[str | int, ...]) -> tuple[str, ...]:
        """Words of a closed vocabulary; any other is a mistake."""
        found: dict[str, None] = {}
        for index, word in enumerate(words):
            id_ = self.names.term(vocabulary, word)
            if id_ is None:
                place = self.document.place((*path, index))
                self.problems.append(self._unknown(vocabulary, word, place))
            else:
                found[id_] = None
        return tuple(found)

    def _unknown(self, vocabulary: str, word: str, place: Any) -> Problem:
        return Problem(
            "CKB013",
            f"'{word}' is not one of the {vocabulary} that are known",
            place,
            valid=tuple(getattr(self.knowledge.terms, vocabulary)),
            nearest=self.names.nearest_terms(vocabulary, word),
            mend="use one of the valid words",
        )

    def _optional(self, vocabulary: str, words: Any, path: tuple[str, ...]) -> tuple[str, ...] | None:
        return None if words is None else self._words(vocabulary, words, path)

    def _loose(self, vocabulary: str, words: Any, where: Any) -> tuple[str, ...] | None:
        """Words of an open list; what is not known is kept and reported."""
        if words is None:
            return None
        found: dict[str, None] = {}
        for word in words:
            id_ = self.names.term(vocabulary, word)
            named = [id_] if id_ else self.names.terms_within(vocabulary, word) if vocabulary == "sites" else []
            if not named:
                self.unresolved.append(Unresolved(word, where, self.names.nearest_terms(vocabulary, word)))
            found.update(dict.fromkeys(named))
        return tuple(found)

    def _drugs(self, words: Any, where: Any) -> tuple[NamedDrug, ...] | None:
        if words is None:
            return None
        found: dict[str, NamedDrug] = {}
        for word in words:
            match = self.names.drug(word)
            if match is None:
                near = tuple(match.id for match in self.names.nearest_drugs(word))
                self.unresolved.append(Unresolved(word, where, near))
            else:
                found.setdefault(match.id, NamedDrug(word, match.id))
        return tuple(found.values())

    def _trials(self) -> tuple[Trial, ...]:
        return tuple(self._trial(index, entry) for index, entry in enumerate(self.raw.history or ()))

    def _trial(self, index: int, entry: Treatment) -> Trial:
        outcomes = self._words("outcomes", [entry.outcome], ("history", index, "outcome"))
        purposes = self._words("purposes", [entry.purpose], ("history", index, "for"))
        match = self.names.drug_by_route(entry.therapy, entry.route, entry.dose)
        common: dict[str, Any] = {
            "named": entry.therapy,
            "purpose": purposes[0] if purposes else "unclear",
            "outcome": outcomes[0] if outcomes else "unknown",
            "dose": entry.dose,
            "months": entry.months if entry.months is not None else months_of(entry.duration),
            "duration": entry.duration,
            "ended": None if entry.ended is None else str(entry.ended),
            "adverse_event": entry.adverse_event,
        }
        if match is None:
            near = tuple(match.id for match in self.names.nearest_drugs(entry.therapy))
            self.unresolved.append(Unresolved(entry.therapy, "history", near))
            return Trial(kind="unresolved", therapy=None, **common)
        if match.kind == "therapy":
            therapy = self.knowledge.therapies[match.id]
            adequacy, reasons = judge_adequacy(therapy, entry.dose, common["months"], self.raw.patient.age)
            common.update(adequacy=adequacy, adequacy_reasons=reasons)
        return Trial(kind=match.kind, therapy=match.id, **common)

    def _contradictions(self, patient: Patient) -> None:
        """Two entries that differ in nothing but an outcome which excludes the other."""
        for (first, one), (second, other) in combinations(enumerate(patient.trials), 2):
            same = one.therapy is not None and all(
                getattr(one, key) == getattr(other, key)
                for key in ("therapy", "purpose", "dose", "months", "ended", "adverse_event")
            )
            if same and one.outcome != other.outcome and {one.outcome, other.outcome} <= DEFINITE:
                message = (
                    f"'{other.named}' is {other.outcome} here and {one.outcome} in entry {first + 1}, "
                    "and nothing else tells the two trials apart"
                )
                place = self.document.place(("history", second))
                mend = "correct one of them, or add dose, months or ended"
                self.problems.append(Problem("CKB025", message, place, mend=mend))

    def _labs(self) -> dict[str, LabResult]:
        labs = read_labs(self.names, self.document, self.raw.labs)
        self.problems.extend(labs.problems)
        self.unresolved.extend(labs.unresolved)
        return derive_labs(labs.results, self.raw.patient.age, self.raw.patient.sex)


def _kind(data: Any) -> str:
    names = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false"}
    return names.get(type(data), "empty")
