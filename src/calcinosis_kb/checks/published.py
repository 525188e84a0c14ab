"""Whether the published cases of knowledge/cases/ can be read, and name what there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.documents.strict_yaml import Document
from calcinosis_kb.errors import InputError, Problem, nearest
from calcinosis_kb.patients.reader import PatientReader

__all__ = ["check_published"]


def check_published(subject: Subject) -> Iterator[Problem]:
    """What is wrong with the published cases: as patient files, and in what they name (CKB014, CKB029)."""
    for document in subject.published:
        yield from _case(document, subject.kb.reader)


def _case(document: Document, reader: PatientReader) -> Iterator[Problem]:
    try:
        reader.document(document)
    except InputError as error:
        yield from error.problems
        return
    notes = document.data.get("case")
    if not isinstance(notes, Mapping):
        fix = "say under 'case' where it is from and what was given next; docs/evaluation.md shows one"
        yield Problem("CKB012", "the key 'case' is missing", document.place(()), fix=fix)
        return
    study = notes.get("study")
    if study is not None and study not in reader.knowledge.studies:
        near = nearest(str(study), reader.knowledge.studies)
        fix = "correct the id, or write 'report' where the publication is not in knowledge/studies/"
        yield Problem("CKB014", f"there is no study '{study}'", document.place(("case", "study")), (), near, fix)
    given = notes.get("next_therapy")
    name = str(given.get("therapy")) if isinstance(given, Mapping) else None
    if name is not None and reader.names.drug(name) is None:
        near = tuple(match.id for match in reader.names.nearest_drugs(name))
        place = document.place(("case", "next_therapy", "therapy"))
        yield Problem(
            "CKB029", f"'{name}' is no therapy that is known", place, (), near, "correct the name, or add the therapy"
        )
