"""The page of a study: its citation, how far it was read, its results and patients, and what rests on it."""

from __future__ import annotations

from collections.abc import Mapping

from calcinosis_kb.knowledge.bibliography import READ
from calcinosis_kb.knowledge.evidence_words import cited_as, counts_words, finding_interval
from calcinosis_kb.knowledge.grading import pooled
from calcinosis_kb.report.findings import patient_words
from calcinosis_kb.report.plots.figure import DIRECTIONS
from calcinosis_kb.web.reading import cases
from calcinosis_kb.web.reading.section import Record, Section
from calcinosis_kb.web.reading.uses import uses
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["STUDY"]


def studies(service: Service) -> Mapping[str, Record]:
    """Every study by id."""
    known = service.kb.knowledge
    return {
        id_: Record(cited_as(known, id_), tuple(filter(None, (study.citation.title, study.citation.journal))))
        for id_, study in sorted(known.studies.items())
    }


def study_page(service: Service, id_: str, links: Links | None = None) -> str:
    """Return the page of a study."""
    knowledge = service.kb.knowledge
    study = knowledge.studies[id_]
    of_therapy = dict.fromkeys(result.therapy for result in study.results)
    findings = [one for therapy in of_therapy for one in knowledge.findings(therapy) if one.study is study]
    decides = [therapy for therapy in of_therapy if any(f.study is study for f in knowledge.evidence(therapy).deciding)]
    counted = [therapy for therapy in of_therapy if any(f.study is study for f in pooled(knowledge.findings(therapy)))]
    read = knowledge.read(id_)
    return service.render(
        "reading/study.html",
        f"/study/{id_}",
        links,
        study=study,
        title=cited_as(knowledge, id_),
        read=READ[read] if read else None,
        findings=[(finding, counts_words(finding), finding_interval(finding)) for finding in findings],
        patients=[patient_words(patient, knowledge) for patient in study.patients],
        decides=decides,
        pooled=counted,
        uses=uses(service).get(id_, ()),
        cases=cases.of_study(service, id_),
        directions=DIRECTIONS,
    )


STUDY = Section("/study/{id}", "study", study_page, studies, nouns="studies")
