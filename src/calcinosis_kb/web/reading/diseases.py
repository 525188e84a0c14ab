"""The page of a disease: what was seen in its patients, what guidelines advise, and its forms."""

from __future__ import annotations

from collections.abc import Mapping

from calcinosis_kb.knowledge.primary import told_by_disease
from calcinosis_kb.report.plots.figure import DIRECTIONS
from calcinosis_kb.report.therapy import statement_words
from calcinosis_kb.web.reading import cases
from calcinosis_kb.web.reading.matrix import marks
from calcinosis_kb.web.reading.section import Record, Section
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["DISEASE"]


def diseases(service: Service) -> Mapping[str, Record]:
    """Every disease by id, in the order of the vocabulary."""
    terms = service.kb.knowledge.terms.diseases
    return {
        id_: Record(term.name, (*((term.short,) if term.short else ()), *term.aliases)) for id_, term in terms.items()
    }


def disease_page(service: Service, id_: str, links: Links | None = None) -> str:
    """Return the page of a disease."""
    knowledge = service.kb.knowledge
    seen = []
    for therapy in knowledge.therapies.values():
        told = told_by_disease(knowledge, therapy.id).get(id_, [])
        if told:
            studies = dict.fromkeys(one.finding.study.id for one in told)
            seen.append((therapy, marks(told), tuple(studies)))
    seen.sort(key=lambda row: (-sum(mark.patients for mark in row[1]), row[0].name))
    terms = knowledge.terms.diseases
    said = [
        (guideline, knowledge.therapies[statement.therapy], statement_words(knowledge, statement))
        for _, guideline in sorted(knowledge.guidelines.items())
        for statement in guideline.statements
        if id_ in (statement.diseases or guideline.diseases)
    ]
    return service.render(
        "reading/disease.html",
        f"/disease/{id_}",
        links,
        id=id_,
        disease=terms[id_],
        seen=seen,
        statements=said,
        ancestors=knowledge.ancestors("diseases", id_)[1:],
        forms=[other for other, term in terms.items() if id_ in term.broader],
        patients=list(cases.with_disease(service, id_)),
        directions=DIRECTIONS,
    )


DISEASE = Section("/disease/{id}", "disease", disease_page, diseases, nouns="diseases")
