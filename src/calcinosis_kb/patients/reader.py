"""Read a patient file or mapping into a `Patient`: resolve every word, and report every mistake at its line."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

from msgspec import structs

from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.errors import InputError, NoAnswer, Problem
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.prescription import LOCAL_ROUTES, take_apart
from calcinosis_kb.knowledge.reading import Match, Reading
from calcinosis_kb.knowledge.spelling import in_sentence
from calcinosis_kb.patients.bound import Comparator, decided
from calcinosis_kb.patients.derived import derive_labs
from calcinosis_kb.patients.dose import judge_adequacy, months_of
from calcinosis_kb.patients.file import PatientFile, Treatment, Words
from calcinosis_kb.patients.labs import read_labs
from calcinosis_kb.patients.models import (
    NOT_GIVEN,
    LabResult,
    NamedDrug,
    OpenWord,
    Patient,
    RecognisedWord,
    Trial,
    Unresolved,
    Where,
)
from calcinosis_kb.patients.record_reading import RecordReading

__all__ = ["PatientReader"]

DEFINITE = frozenset({"ineffective", "worse", "partial", "effective", "recurred", "not_tolerated", *NOT_GIVEN})
"""Outcomes that exclude each other in the same trial."""

OF_ONE_OF_THEM = frozenset({"not_tolerated", *NOT_GIVEN})
"""Outcomes that, recorded for several treatments together, hold for one of them without saying which."""

PREGNANCY = "pregnancy"
Divides = Mapping[str, Collection[float]]
"""The places at which limits part the results, by test."""

CALCINOSIS = "calcinosis"
"""The default indication of a treatment."""


class PatientReader:
    """Reads patients against one knowledge base. ``divides``: where limits part the results, by test."""

    def __init__(self, knowledge: Knowledge, divides: Divides, words: Path | None = None) -> None:
        self.knowledge = knowledge
        self.divides = divides
        self.names = Names(knowledge, words)

    def file(self, path: str) -> Patient:
        """Read a YAML or JSON file ("-" for standard input). Raises `InputError` with every mistake."""
        from calcinosis_kb.documents.strict_yaml import parse, read_text  # options and mappings need no parser

        name = "<standard input>" if path == "-" else str(path)
        return self.document(parse(read_text(path, name=name), name))

    def mapping(self, data: Mapping[str, Any]) -> Patient:
        """Read a mapping in the form of a patient file. Raises `InputError` with every mistake."""
        return self.document(Document("patient", dict(data)))

    def record(self, reading: RecordReading) -> Patient:
        """Read the patient file that a health record made; the patient keeps the reading.

        Raises `NoAnswer` (CKB114) for a record of somebody who has died, `InputError` with what is wrong with the patient file.
        What a word of a record looks like is not told: likeness helps who typed a word, and nobody did.
        """
        if reading.dead:
            message = f"the record says that the patient has died ({reading.said})"
            raise NoAnswer((Problem("CKB114", message, fix="no treatment is suggested"),))
        names = self.names.without_suggestions()
        return structs.replace(self._patient(Document("patient", dict(reading.data)), names), record=reading)

    def document(self, document: Document) -> Patient:
        """Read a parsed document. Raises `InputError` with every mistake."""
        return self._patient(document, self.names)

    def _patient(self, document: Document, names: Names) -> Patient:
        if not isinstance(document.data, dict):
            message = f"a patient file is a mapping, not {_kind(document.data)}"
            fix = "start with 'diseases: [limited_ssc_crest]'; 'calcinosis-kb new patient' writes a whole one"
            raise InputError((Problem("CKB011", message, document.place(()), fix=fix),))
        raw, problems = validate(document, PatientFile)
        if raw is None:
            raise InputError((*problems, *self._also_wrong(document)))
        return _Reading(self.knowledge, names, self.divides, document, raw).patient()

    def _also_wrong(self, document: Document) -> Sequence[Problem]:
        """Problems of the keys that fit the schema, if other keys do not, so that all mistakes are reported at once."""
        fitting = {
            key: value
            for key, value in document.data.items()
            if validate(replace(document, data={key: value}), PatientFile)[0]
        }
        try:
            self.document(replace(document, data=fitting))
        except InputError as error:
            return error.problems
        return ()


class _Reading:
    """State of reading one patient: collects problems, and words that are not understood, open or without effect."""

    def __init__(
        self, knowledge: Knowledge, names: Names, divides: Divides, document: Document, raw: PatientFile
    ) -> None:
        self.knowledge = knowledge
        self.names = names
        self.divides = divides
        self.document = document
        self.raw = raw
        self.problems: list[Problem] = []
        self.unresolved: list[Unresolved] = []
        self.open: list[OpenWord] = []
        self.recognised: list[RecognisedWord] = []
        self.notes: list[str] = []
        self.entries: list[tuple[int, Trial]] = []
        self.bounded: list[str] = []

    def patient(self) -> Patient:
        raw, lesions = self.raw, self.raw.calcinosis
        patterns = self._words("patterns", [lesions.pattern] if lesions.pattern else [], ("calcinosis", "pattern"))
        diseases = None if raw.diseases is None else self._words("diseases", raw.diseases, ("diseases",))
        conditions, also, allergens = self._conditions()
        allergies = self._drugs(raw.allergies, "allergies")
        labs = self._labs()
        if self.bounded:
            conditions = tuple(dict.fromkeys((*(conditions or ()), *self.bounded)))
        patient = Patient(
            age=raw.patient.age,
            sex=raw.patient.sex,
            pregnant=self._pregnant(conditions, labs),
            diseases=tuple(dict.fromkeys((*(diseases or ()), *also))) if also else diseases,
            pattern=patterns[0] if patterns else None,
            sites=self._places("sites", lesions.sites),
            features=self._places("features", lesions.features),
            largest_mm=lesions.largest_mm,
            trials=self._trials(),
            history_complete=raw.history is not None and raw.history_complete,
            medications=self._drugs(raw.medications, "medications"),
            medications_complete=raw.medications is not None and raw.medications_complete,
            conditions=conditions,
            conditions_complete=raw.conditions is not None and raw.conditions_complete,
            allergies=tuple(dict.fromkeys((*(allergies or ()), *allergens))) if allergens else allergies,
            allergies_complete=raw.allergies is not None and raw.allergies_complete,
            labs=labs,
        )
        self._contradictions()
        self._disagreements(conditions or (), labs)
        if self.problems:
            raise InputError(tuple(self.problems))
        return structs.replace(
            patient,
            history_complete=patient.history_complete and self._is_read("history"),
            medications_complete=patient.medications_complete and self._is_read("medications"),
            conditions_complete=patient.conditions_complete and self._is_read("conditions"),
            allergies_complete=patient.allergies_complete and self._is_read("allergies"),
            unresolved=tuple(self.unresolved),
            open_words=tuple(self.open),
            recognised=tuple(self.recognised),
            notes=tuple(self.notes),
        )

    def _is_read(self, where: Where) -> bool:
        """Whether every word of a list was understood; otherwise the list counts as incomplete."""
        return not any(item.where == where for item in self.unresolved)

    def _pregnant(self, conditions: tuple[str, ...] | None, labs: Mapping[str, LabResult]) -> bool | None:
        """Whether the patient is pregnant: by the record, by a condition, or by a test."""
        tests = [
            id_ for id_, lab in self.knowledge.terms.labs.items() if id_ in labs and PREGNANCY in lab.implies.values()
        ]
        said = {labs[id_].finding == "positive" for id_ in tests}
        if self.raw.patient.pregnant is not None:
            said.add(self.raw.patient.pregnant)
        if PREGNANCY in (conditions or ()):
            said.add(True)
        if len(said) > 1:
            self.notes.append(
                "What is recorded of pregnancy does not fit together; until it is settled it counts as one."
            )
        return any(said) if said else None

    def _words(self, vocabulary: str, words: Any, path: tuple[str | int, ...]) -> tuple[str, ...]:
        """Resolve words of a closed vocabulary; any other word is a problem."""
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
            fix="use one of the valid words",
        )

    def _keep(self, reading: Reading, where: Where) -> None:
        """Record a word that was not understood, has several meanings, or has no effect."""
        if reading.state == "not_understood":
            self.unresolved.append(Unresolved(reading.text, where, reading.nearest))
        elif reading.may_be:
            self.open.append(OpenWord(reading.text, where, reading.may_be, reading.state != "ambiguous"))
        elif reading.state == "recognised":
            self.recognised.append(RecognisedWord(reading.text, where))

    def _places(self, vocabulary: Literal["sites", "features"], words: Words | None) -> tuple[str, ...] | None:
        """Resolve sites or features; unknown words are kept and reported."""
        if words is None:
            return None
        found: dict[str, None] = {}
        for word in words:
            reading = self.names.terms_of(vocabulary).read(word)
            self._keep(reading, vocabulary)
            found.update(dict.fromkeys(reading.ids))
        return tuple(found)

    def _conditions(self) -> tuple[tuple[str, ...] | None, tuple[str, ...], tuple[NamedDrug, ...]]:
        """Resolve the conditions, and the diseases and allergies recorded among them."""
        if self.raw.conditions is None:
            return None, (), ()
        conditions: dict[str, None] = {}
        diseases: dict[str, None] = {}
        allergies: list[NamedDrug] = []
        for word in self.raw.conditions:
            allergen = None if self.names.term("conditions", word) else self.names.allergen(word)
            if allergen is not None:
                allergies.extend(self._drugs((allergen,), "allergies") or ())
                continue
            for reading in self.names.condition(word):
                self._keep(reading, "conditions")
                for match in reading.matches:
                    (diseases if match.kind == "disease" else conditions)[match.id] = None
        return tuple(conditions), tuple(diseases), tuple(allergies)

    def _drugs(self, words: Words | None, where: Literal["medications", "allergies"]) -> tuple[NamedDrug, ...] | None:
        if words is None:
            return None
        found: dict[str, NamedDrug] = {}
        for word in words:
            for reading in self.names.allergies(word) if where == "allergies" else self.names.treatments(word):
                self._keep(reading, where)
                for match in reading.matches if reading.state == "ours" else ():
                    found.setdefault(match.id, NamedDrug(reading.text, match.id, match.classes))
        return tuple(found.values())

    def _trials(self) -> tuple[Trial, ...]:
        for index, entry in enumerate(self.raw.history or ()):
            self.entries.extend((index, trial) for trial in self._trial(index, entry))
        return tuple(trial for _, trial in self.entries)

    def _trial(self, index: int, entry: Treatment) -> Iterator[Trial]:
        """Yield the treatments that one entry names, each with the entry's outcome."""
        purposes = self._words("purposes", [entry.purpose], ("history", index, "for"))
        readings = self.names.treatments(entry.therapy, entry.route or _route_in(entry.dose))
        several = sum(len(reading.matches) for reading in readings) > 1
        outcome = self._outcome(entry)
        if several and outcome in OF_ONE_OF_THEM:
            self.notes.append(
                f"'{entry.therapy}' names several treatments, and which of them was {outcome.replace('_', ' ')} is not recorded."
            )
            outcome = "unknown"
        for reading in readings:
            self._keep(reading, "history")
            dose, duration = entry.dose or reading.dose, entry.duration or reading.duration
            common: dict[str, Any] = {
                "named": reading.text if len(readings) > 1 else entry.therapy,
                # The text takes precedence over an empty field.
                "purpose": (reading.purpose if entry.purpose == CALCINOSIS else None) or (*purposes, "unclear")[0],
                "outcome": outcome,
                "dose": dose,
                "months": entry.months if entry.months is not None else months_of(duration),
                "duration": duration,
                "ended": None if entry.ended is None else str(entry.ended),
                "adverse_event": entry.adverse_event,
            }
            if not reading.matches or reading.state == "recognised":
                kind = {"recognised": "recognised", "ambiguous": "open"}.get(reading.state, "unresolved")
                yield Trial(kind=kind, therapy=None, **common)  # type: ignore[arg-type]
                continue
            for match in reading.matches:
                yield self._given(match, reading.route, common)

    def _outcome(self, entry: Treatment) -> str:
        """Resolve an outcome; an unknown word is kept and reported, and counts as not recorded."""
        found = self.names.term("outcomes", entry.outcome)
        if found is None:
            nearest = self.names.nearest_terms("outcomes", entry.outcome)
            self.unresolved.append(Unresolved(f"{entry.therapy}: {entry.outcome}", "outcomes", nearest))
        return found or "unknown"

    def _given(self, match: Match, route: str | None, common: dict[str, Any]) -> Trial:
        """Return one treatment, with its adequacy of dose and duration."""
        wider = (*self.names.families(match), *match.classes)
        if wider:
            return Trial(kind="relative", therapy=wider[0], **common)
        if match.kind == "therapy":
            therapy = self.knowledge.therapies[match.id]
            adequacy, reasons = judge_adequacy(therapy, common["dose"], common["months"], self.raw.patient.age)
            if route in LOCAL_ROUTES and therapy.reach == "systemic":
                adequacy, reasons = "inadequate", (f"given by a route ({route}) that reaches only where it is applied",)
            return Trial(kind="therapy", therapy=match.id, **common, adequacy=adequacy, adequacy_reasons=reasons)
        kind: Any = match.kind if match.kind in ("family", "medication") else "recognised"
        return Trial(kind=kind, therapy=match.id if kind != "recognised" else None, **common)

    def _contradictions(self) -> None:
        """Report pairs of entries that differ only in outcomes that exclude each other."""
        own = [(index, trial) for index, trial in self.entries if trial.kind in ("therapy", "family", "medication")]
        for (first, one), (second, other) in combinations(own, 2):
            same = all(
                getattr(one, key) == getattr(other, key)
                for key in ("therapy", "purpose", "dose", "months", "ended", "adverse_event")
            )
            if same and one.outcome != other.outcome and {one.outcome, other.outcome} <= DEFINITE:
                message = (
                    f"'{other.named}' is {other.outcome} here and {one.outcome} in entry {first + 1}, "
                    "and nothing else tells the two trials apart"
                )
                place = self.document.place(("history", second))
                fix = "correct one of them, or add dose, months or ended"
                self.problems.append(Problem("CKB025", message, place, fix=fix))

    def _disagreements(self, conditions: tuple[str, ...], labs: Mapping[str, LabResult]) -> None:
        """Note recorded conditions that a recorded result contradicts."""
        terms = self.knowledge.terms
        for id_ in conditions:
            for above in self.knowledge.ancestors("conditions", id_):
                for lab, bound in terms.conditions[above].defined_by.items():
                    result = labs.get(lab)
                    limit = bound.at(self.raw.patient.age)
                    if result is not None and not result.provisional and not limit.holds(result.judged or 0.0):
                        name = in_sentence(terms.conditions[id_].name)
                        self.notes.append(
                            f"{name} is recorded, and {terms.labs[lab].name} {result.shown} does not fit it; both were used."
                        )
                        return

    def _labs(self) -> dict[str, LabResult]:
        labs = read_labs(self.names, self.document, self.raw.labs)
        self.problems.extend(labs.problems)
        self.unresolved.extend(labs.unresolved)
        results: dict[str, LabResult] = {}
        for id_, result in labs.results.items():
            if result.comparator and not decided(result.comparator, result.value or 0.0, self.divides.get(id_, ())):
                self._left_open(result, result.comparator)
            else:
                results[id_] = result
        return derive_labs(results, self.raw.patient.age, self.raw.patient.sex)

    def _left_open(self, result: LabResult, comparator: Comparator) -> None:
        """Keep of a bound that does not settle what is asked of its test the conditions that every value within it means."""
        terms, least = self.knowledge.terms, -math.inf if comparator in ("<", "<=") else math.inf
        meant = [
            id_
            for id_, condition in terms.conditions.items()
            if (bound := condition.defined_by.get(result.name)) is not None
            and all(bound.at(self.raw.patient.age).holds(value) for value in (result.judged or 0.0, least))
        ]
        above = {id_ for one in meant for id_ in self.knowledge.ancestors("conditions", one)[1:]}
        narrowest = [id_ for id_ in meant if id_ not in above]
        self.bounded.extend(narrowest)
        said = f"{terms.labs[result.name].name} {result.shown} is only a bound: the value counts as not known"
        found = " and ".join(in_sentence(terms.conditions[id_].name) for id_ in narrowest)
        self.notes.append(f"{said}, {found} as recorded." if found else f"{said}.")


def _kind(data: Any) -> str:
    names = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false"}
    return names.get(type(data), "empty")


def _route_in(dose: str | None) -> str | None:
    """Return a route that is written in the dose ("topical 25 %")."""
    return take_apart(f"{dose} x").route if dose else None
