"""Read published cases: a history and the therapy given next, as patient files or in the format of case collections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.drafts import is_draft
from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.errors import InputError, Place, Problem, nearest
from calcinosis_kb.evaluation.collection import KEYS, as_patient_file, is_collected
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.patients.published import Notes, Published
from calcinosis_kb.patients.reader import PatientReader

__all__ = ["PublishedCase", "read_published"]


@dataclass(frozen=True)
class PublishedCase:
    """One decision: the patient before it, and what was done. ``unreadable`` is the reason if there is no patient.

    ``words`` are those of the record about the patient, as written; ``dropped`` those that are in no vocabulary.
    """

    id: str
    notes: Notes
    patient: Patient | None
    named_therapies: tuple[str, ...] = ()
    unreadable: str | None = None
    dropped: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def report(self) -> str:
        """The id of the publication, by which patients of one report are resampled together."""
        return self.notes.report or self.notes.study or self.id


def read_published(path: Path, reader: PatientReader) -> list[PublishedCase]:
    """Read the cases in a file or below a folder, in the order of files and entries.

    Raises `InputError` if nothing can be read or nothing is a case. A single unreadable case is kept with the
    reason.
    """
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    if not files:
        fix = "name a folder of patient files with a 'case' block, or a file of published cases"
        raise InputError((Problem("CKB001", f"there is no YAML file below {path}", fix=fix),))
    entries = [entry for file in files for entry in _entries(file)]
    if not any("case" in document.data or is_collected(document.data) for _, document in entries):
        message = "it has no published case: no entry says what was given next"
        fix = "write the source and the next therapy under 'case'; 'calcinosis-kb new case ID --published' writes a template"
        raise InputError((Problem("CKB012", message, Place(str(path)), fix=fix),))
    cases: dict[str, PublishedCase] = {}
    for name, document in entries:
        if name in cases:
            raise InputError((Problem("CKB015", f"the case '{name}' is repeated", fix="remove one of the two"),))
        cases[name] = _case(name, document, reader)
    return list(cases.values())


def _entries(path: Path) -> Iterator[tuple[str, Document]]:
    """The cases of a file with their names."""
    whole = parse(read_text(path, name=str(path)), str(path))
    entries = whole.data if isinstance(whole.data, list) else [whole.data]
    for index, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            message = "a published case is a mapping"
            place = whole.place((index,) if isinstance(whole.data, list) else ())
            raise InputError(
                (Problem("CKB011", message, place, fix="'calcinosis-kb new case ID --published' writes such a file"),)
            )
        name = entry.get("id") or (path.stem if len(entries) == 1 else f"{path.stem}-{index + 1}")
        if not is_draft(entry):
            yield str(name), Document(whole.name, dict(entry))


def _case(name: str, document: Document, reader: PatientReader) -> PublishedCase:
    dropped: tuple[str, ...] = ()
    if is_collected(document.data):
        near = {key: nearest(key, KEYS, limit=1, cutoff=0.8) for key in document.data if key not in KEYS}
        if typos := [f"unknown key '{key}', nearest: {found[0]}" for key, found in near.items() if found]:
            return PublishedCase(name, Notes(), None, (), "; ".join(typos))
        entry, dropped = as_patient_file(document.data, reader.names)
        entry["case"], unfit = _fitting(entry["case"])
        document, dropped = Document(document.name, entry), (*dropped, *unfit)
    read, problems = validate(document, Published)
    if read is None:
        return PublishedCase(name, Notes(), None, (), "; ".join(problem.message for problem in problems), dropped)
    named = tuple(treatment.therapy for treatment in read.history or ())
    try:
        patient = reader.document(document)
    except InputError as error:
        why = "; ".join(problem.message for problem in error.problems)
        return PublishedCase(name, read.case, None, named, why, dropped)
    return PublishedCase(name, read.case, patient, named, None, dropped, (*_words(read), *dropped))


def _words(record: Published) -> Iterator[str]:
    """The words of a record about diseases, conditions, drugs and deposits, as written."""
    lesions = record.calcinosis
    for words in (
        record.diseases,
        record.conditions,
        record.medications,
        record.allergies,
        lesions.sites,
        lesions.features,
    ):
        yield from words or ()
    if record.patient.pregnant:
        yield "pregnant"


def _fitting(notes: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The notes of a collected case that fit `Notes`. Those that decide the score stay in any case, so that errors are reported."""
    unfit = {
        key: value
        for key, value in notes.items()
        if key not in ("history_detail", "next_therapy") and validate(Document(key, {key: value}), Notes)[0] is None
    }
    fitting = {key: value for key, value in notes.items() if key not in unfit}
    return fitting, tuple(f"{value} ({key})" for key, value in unfit.items())
