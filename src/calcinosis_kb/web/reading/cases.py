"""The page of a published patient: who it was, what was tried, what was given next and what came of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.evaluation.published import PublishedCase, read_published
from calcinosis_kb.intake.form import as_field
from calcinosis_kb.knowledge.citations import label
from calcinosis_kb.knowledge.evidence_words import cited_as
from calcinosis_kb.patients.experience import Experience
from calcinosis_kb.patients.published_experience import course, given_options
from calcinosis_kb.report.letter import about
from calcinosis_kb.report.plots.figure import DIRECTIONS
from calcinosis_kb.web.reading.section import Record, Section
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["CASE", "Given", "given", "of_study", "with_disease"]

_PLACE = re.compile(r"([0-9]+)(?:-s([0-9]+))?")
"""Which patient of a report an id means, and which step of that patient's treatment."""


class Given(NamedTuple):
    """A published patient to whom something was given, under a name for readers, and the page that tells of it."""

    experience: Experience
    name: str
    address: str


@dataclass(frozen=True)
class _Case:
    """A published case: as it was read, and the patient file that the patient page can open."""

    read: PublishedCase
    file: dict[str, Any]


@lru_cache(maxsize=1)
def _cases(service: Service) -> dict[str, _Case]:
    folder = (service.settings.knowledge or Checkout.of_package().knowledge) / "cases"
    read = {case.id: case for case in read_published(folder, service.kb.reader)}
    files = {path.stem: parse(read_text(path), path.name).data for path in sorted(folder.rglob("*.yaml"))}
    return {
        id_: _Case(case, {key: value for key, value in files[id_].items() if key != "case"})
        for id_, case in read.items()
        if id_ in files and case.patient is not None
    }


def cases(service: Service) -> Mapping[str, Record]:
    """The published cases that can be read, by id."""
    return {id_: Record(_title(case.read), _words(service, case.read)) for id_, case in _cases(service).items()}


def _title(case: PublishedCase) -> str:
    title = case.notes.citation.title
    return _name(case) + (f": {title}" if title else "")


def _name(case: PublishedCase) -> str:
    return _named(label(case.notes.citation), case.id, case.notes.report or case.notes.study or "")


def _named(source: str, id_: str, report: str) -> str:
    """The report, and which of its patients; an id ends in "-2", in "-1-s3" for a later step of a patient, or in "-group"."""
    place = _PLACE.fullmatch(id_.removeprefix(f"{report}-"))
    number, step = place.groups() if place else ("", "")
    return (source or "Unnamed report") + (f", patient {number}" if number else "") + (f", step {step}" if step else "")


def _words(service: Service, case: PublishedCase) -> tuple[str, ...]:
    diseases = service.kb.knowledge.terms.diseases
    return tuple(diseases[id_].name for id_ in (case.patient.diseases if case.patient else None) or ())


def given(service: Service, therapies: Collection[str]) -> Iterator[Given]:
    """Return the published patients to whom one of some therapies was given next, by id."""
    found = (one for one in service.kb.experience if not set(therapies).isdisjoint(one.given))
    return (_given(service, one) for one in found)


def with_disease(service: Service, disease: str) -> Iterator[Given]:
    """Return the published patients with a disease to whom something was given next, by id."""
    return (_given(service, one) for one in service.kb.experience if disease in one.diseases)


def _given(service: Service, experience: Experience) -> Given:
    case = _cases(service).get(experience.id)
    if case is not None:
        name = _name(case.read)
    else:
        source = cited_as(service.kb.knowledge, experience.study) if experience.study else ""
        name = _named(source, experience.id, experience.report)
    return Given(experience, name, _address(service, experience))


def _address(service: Service, experience: Experience) -> str:
    """The page of a published case, or the place on the page of the study that describes the patient."""
    if experience.id in _cases(service):
        return f"/case/{experience.id}"
    return f"/study/{experience.study}#patient-{experience.id.rpartition('-')[2]}"


def of_study(service: Service, study: str) -> list[tuple[str, str]]:
    """Return the published cases of a study, as id and title."""
    return [
        (id_, _title(case.read))
        for id_, case in _cases(service).items()
        if study in (case.read.notes.study, case.read.notes.report)
    ]


def case_page(service: Service, id_: str, links: Links | None = None) -> str:
    """Return the page of a published case."""
    case = _cases(service)[id_]
    knowledge, notes, patient = service.kb.knowledge, case.read.notes, case.read.patient
    assert patient is not None  # only such cases have a page
    next_ = notes.next_therapy
    source = notes.study if notes.study and knowledge.publication(notes.study) else None
    return service.render(
        "reading/case.html",
        f"/case/{id_}",
        links,
        id=id_,
        name=_name(case.read),
        notes=notes,
        patient=patient,
        about=about(patient, knowledge),
        next=next_,
        given=given_options(service.kb.names, next_) if next_ else (),
        direction=course(next_, service.kb.names),
        directions=DIRECTIONS,
        source_id=source,
        file=case.file,
        as_field=as_field(case.file),
    )


CASE = Section("/case/{id}", "published patient", case_page, cases, nouns="published patients")
