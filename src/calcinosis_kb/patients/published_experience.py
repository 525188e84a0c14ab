"""Find the published patients whose next treatment is known.

They come from the published cases, and from the patients that studies describe one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.errors import InputError
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Study
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.pathophysiology import Direction
from calcinosis_kb.knowledge.person import age_group
from calcinosis_kb.knowledge.publication import Publication
from calcinosis_kb.patients.experience import Experience, failures
from calcinosis_kb.patients.published import NextGiven, Notes, Published
from calcinosis_kb.patients.reader import PatientReader

__all__ = ["course", "experiences", "given_options"]

BY_DIRECTION: dict[str | None, Direction] = {direction: direction for direction in get_args(Direction)}
BY_OUTCOME: dict[str | None, Direction] = {
    "effective": "benefit", "partial": "benefit", "recurred": "mixed",
    "ineffective": "no_benefit", "not_tolerated": "no_benefit", "worse": "harm",
}  # fmt: skip


def experiences(knowledge: Knowledge, cases: Iterable[Document], reader: PatientReader) -> tuple[Experience, ...]:
    """Every published patient to whom something was given next, by id.

    A study whose patients are also published cases is represented by the cases. A case that cannot be read is left out,
    since ``calcinosis-kb check`` reports it.
    """
    publications = {id_: Publication.of(study) for id_, study in knowledge.studies.items()}
    of_cases = [found for document in cases if (found := _of_case(document, reader, publications)) is not None]
    covered = {experience.study for experience in of_cases}
    of_studies = [found for id_, study in knowledge.studies.items() if id_ not in covered for found in _of_study(study)]
    return tuple(sorted((*of_cases, *of_studies), key=lambda experience: experience.id))


def _of_case(document: Document, reader: PatientReader, publications: dict[str, Publication]) -> Experience | None:
    read, _ = validate(document, Published)
    if read is None or read.case.next_therapy is None:
        return None
    try:
        patient = reader.document(document)
    except InputError:
        return None
    notes, id_ = read.case, document.name.rpartition("/")[2].removesuffix(".yaml")
    own = Publication(_ids(notes), notes.citation, notes.source_seen)
    study = next((study for study, publication in publications.items() if own.same(publication)), None)
    return Experience(
        id=id_,
        report=notes.report or notes.study or id_,
        study=study,
        citation=notes.citation if study is None else None,
        seen=notes.source_seen if study is None else (),
        diseases=patient.diseases or (),
        ages=age_group(patient.age),
        pattern=patient.pattern,
        failed=failures(patient.trials),
        given=given_options(reader.names, notes.next_therapy),
        direction=course(notes.next_therapy, reader.names),
    )


def _ids(notes: Notes) -> frozenset[str]:
    return frozenset(id_ for id_ in (notes.report, notes.study) if id_)


def _of_study(study: Study) -> Iterator[Experience]:
    for number, patient in enumerate(study.patients, 1):
        if not patient.given:
            continue
        yield Experience(
            id=f"{study.id}-{number}",
            report=study.id,
            study=study.id,
            diseases=patient.diseases,
            ages=age_group(patient.age) or patient.ages,
            pattern=patient.pattern,
            failed=patient.failed,
            given=patient.given,
            direction=patient.direction,
        )


def course(given: NextGiven | None, names: Names) -> Direction | None:
    """What came of the therapy given next: the direction that the case states, or else that of its outcome."""
    if given is None:
        return None
    outcome = names.term("outcomes", given.outcome) if given.outcome else None
    return BY_DIRECTION.get(given.outcome_direction) or BY_OUTCOME.get(outcome)


def given_options(names: Names, given: NextGiven) -> tuple[str, ...]:
    """What was given, each part as the id that it means, or in the authors' words if it has none."""
    parts = ((given.therapy, given.route), *((word, None) for word in given.combined_with))
    matches = ((word, names.drug(word, route)) for word, route in parts)
    return tuple(match.id if match else word for word, match in matches)
