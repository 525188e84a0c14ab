"""Check that published cases fit their model and refer only to existing records."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.errors import InputError, Problem, unknown
from calcinosis_kb.patients.published import Notes, Published
from calcinosis_kb.patients.reader import PatientReader

__all__ = ["check_published", "check_published_names"]


def check_published(subject: Subject) -> Iterator[Problem]:
    """Find published cases that do not fit their model (CKB010 to CKB013)."""
    for document in subject.published:
        yield from validate(document, Published)[1]


def check_published_names(subject: Subject) -> Iterator[Problem]:
    """Find names in a published case that do not exist (CKB014, CKB029), and patients that cannot be read."""
    for document in subject.published:
        case, _ = validate(document, Published)
        if case is not None:
            yield from _names(document, case.case, subject.kb.reader)


def _names(document: Document, notes: Notes, reader: PatientReader) -> Iterator[Problem]:
    try:
        reader.document(document)
    except InputError as error:
        yield from error.problems
    if notes.study is not None and notes.study not in reader.knowledge.studies:
        fix = "correct the id, or write 'report' if the publication is not in knowledge/studies/"
        yield unknown("study", notes.study, reader.knowledge.studies, document.place(("case", "study")), fix=fix)
    name = notes.next_therapy.therapy if notes.next_therapy else None
    if name is not None and reader.names.drug(name) is None:
        near = tuple(match.id for match in reader.names.nearest_drugs(name))
        place = document.place(("case", "next_therapy", "therapy"))
        yield Problem(
            "CKB029", f"'{name}' is not a known therapy", place, (), near, "correct the name, or add the therapy"
        )
