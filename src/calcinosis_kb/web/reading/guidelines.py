"""The page of a guideline or review: what it says about treatments, and how far it was read."""

from __future__ import annotations

from collections.abc import Mapping

from calcinosis_kb.knowledge.bibliography import READ
from calcinosis_kb.report.therapy import statement_words
from calcinosis_kb.web.reading.section import Record, Section
from calcinosis_kb.web.reading.uses import uses
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.sources import source
from calcinosis_kb.web.templating import Links

__all__ = ["GUIDELINE"]


def guidelines(service: Service) -> Mapping[str, Record]:
    """Every guideline and review by id."""
    return {
        id_: Record(guideline.short or source(service.kb.knowledge, id_).name, (guideline.citation.title or "",))
        for id_, guideline in sorted(service.kb.knowledge.guidelines.items())
    }


def guideline_page(service: Service, id_: str, links: Links | None = None) -> str:
    """Return the page of a guideline."""
    knowledge = service.kb.knowledge
    guideline = knowledge.guidelines[id_]
    return service.render(
        "reading/guideline.html",
        f"/guideline/{id_}",
        links,
        guideline=guideline,
        title=guidelines(service)[id_].name,
        read=READ[guideline.confidence],
        statements=[
            (knowledge.therapies[statement.therapy], statement_words(knowledge, statement))
            for statement in guideline.statements
        ],
        uses=uses(service).get(id_, ()),
    )


GUIDELINE = Section(
    "/guideline/{id}", "guideline or review", guideline_page, guidelines, nouns="guidelines and reviews"
)
