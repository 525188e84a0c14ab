"""The page of any other source: a label, a reference page, a paper on mechanisms, a registered trial."""

from __future__ import annotations

from collections.abc import Mapping

from calcinosis_kb.knowledge.bibliography import READ
from calcinosis_kb.web.reading.section import Record, Section
from calcinosis_kb.web.reading.uses import uses
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.sources import source
from calcinosis_kb.web.templating import Links

__all__ = ["SOURCE"]


def references(service: Service) -> Mapping[str, Record]:
    """Every source that is neither a study nor a guideline, by id; this project is none."""
    knowledge = service.kb.knowledge
    return {
        id_: Record(reference.title, (source(knowledge, id_).name,))
        for id_, reference in sorted(knowledge.references.items())
        if reference.authority != "project"
    }


def reference_page(service: Service, id_: str, links: Links | None = None) -> str:
    """Return the page of a source."""
    reference = service.kb.knowledge.references[id_]
    return service.render(
        "reading/source.html",
        f"/source/{id_}",
        links,
        id=id_,
        reference=reference,
        kind=READ[reference.authority],
        uses=uses(service).get(id_, ()),
    )


SOURCE = Section("/source/{id}", "source", reference_page, references, nouns="other sources")
