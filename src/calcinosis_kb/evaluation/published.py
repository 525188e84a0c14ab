"""Published cases: a history and the therapy given next, as patient files or in the format of case collections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from calcinosis_kb.documents.strict_yaml import Document, parse, read_text
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.evaluation.collection import as_patient_file, is_collected
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.patients.reader import PatientReader

__all__ = ["CaseNotes", "PublishedCase", "read_published"]

HistoryDetail = Literal["named", "partial", "generic", "none"]


class NextTherapy(BaseModel):
    """What the authors gave next."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)

    therapy: str
    route: str | None = None


class CaseNotes(BaseModel):
    """The ``case`` block of a patient file: where the case is from, and what was done next."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True, coerce_numbers_to_str=True)

    id: str | None = None
    report: str | None = None
    study: str | None = None
    citation: dict[str, Any] = {}
    history_detail: HistoryDetail = "named"
    next_therapy: NextTherapy | None = None
    source_seen: Annotated[
        tuple[str, ...], BeforeValidator(lambda seen: (seen,) if isinstance(seen, str) else seen)
    ] = ()


@dataclass(frozen=True)
class PublishedCase:
    """One decision: the patient before it, and what was done. ``unreadable`` says why there is no patient."""

    id: str
    notes: CaseNotes
    patient: Patient | None
    named_therapies: tuple[str, ...] = ()
    unreadable: str | None = None
    dropped: tuple[str, ...] = field(default=())

    @property
    def report(self) -> str:
        """The publication, so that patients of one report are resampled together."""
        return self.notes.report or self.notes.study or self.id


def read_published(path: Path, reader: PatientReader) -> list[PublishedCase]:
    """The cases in a file or below a folder, by file and place.

    Raises `InputError` where nothing can be read; a single case that cannot be read is kept with the reason.
    """
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    if not files:
        fix = "name a folder of patient files with a 'case' block, or a file of published cases"
        raise InputError((Problem("CKB001", f"there is no YAML file below {path}", fix=fix),))
    cases = [case for file in files for case in _file(file, reader)]
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise InputError((Problem("CKB015", f"the case '{case.id}' stands twice", fix="remove one of the two"),))
        seen.add(case.id)
    return cases


def _file(path: Path, reader: PatientReader) -> Iterator[PublishedCase]:
    document = parse(read_text(path, name=str(path)), str(path))
    entries = document.data if isinstance(document.data, list) else [document.data]
    for index, entry in enumerate(entries):
        place = document.place((index,) if isinstance(document.data, list) else ())
        if not isinstance(entry, Mapping):
            message = "a published case is a mapping"
            raise InputError((Problem("CKB011", message, place, fix="docs/evaluation.md shows one"),))
        name = entry.get("id") or (path.stem if len(entries) == 1 else f"{path.stem}-{index + 1}")
        yield _case(str(name), entry, document, reader)


def _case(name: str, entry: Mapping[str, Any], document: Document, reader: PatientReader) -> PublishedCase:
    dropped: tuple[str, ...] = ()
    if is_collected(entry):
        entry, dropped = as_patient_file(entry, reader.names)
    notes, problems = validate(Document(document.name, _dict(entry.get("case"))), CaseNotes)
    if notes is None:
        return PublishedCase(name, CaseNotes(), None, unreadable="; ".join(p.message for p in problems))
    named = tuple(str(item.get("therapy")) for item in _list(entry.get("history")) if isinstance(item, Mapping))
    try:
        patient = reader.document(Document(document.name, dict(entry)))
    except InputError as error:
        why = "; ".join(problem.message for problem in error.problems)
        return PublishedCase(name, notes, None, named, why, dropped)
    return PublishedCase(name, notes, patient, named, None, dropped)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
