"""What is open: where sources disagree, what no therapy acts on, and which trials are registered."""

from __future__ import annotations

from calcinosis_kb.graph.conflicts import conflicts
from calcinosis_kb.graph.gaps import established_way, gaps, treatments
from calcinosis_kb.report.citations import path_sources
from calcinosis_kb.report.graph.conflicts import by_family
from calcinosis_kb.report.graph.gaps import GAP_WORDS
from calcinosis_kb.report.graph.questions import about
from calcinosis_kb.web.reading.section import Section
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["CONFLICTS", "GAPS", "TRIALS"]


def conflicts_page(service: Service, links: Links | None = None) -> str:
    """Return the open questions, the therapies that act both ways, and the nodes on which sources disagree."""
    kb = service.kb
    every = {option.id: kb.paths(option.id) for option in kb.knowledge.options}
    found = conflicts(kb.graph, every, kb.knowledge.questions.values())
    contested = {dispute.node: (*dispute.opposed, *dispute.contested) for dispute in found.disputes}
    return service.render(
        "teaching/conflicts.html",
        "/conflicts",
        links,
        questions=[kb.knowledge.questions[id_] for id_ in found.questions],
        contested=contested,
        two_ways=by_family(kb.knowledge, found.two_ways),
        disputes=[dispute for dispute in found.disputes if not dispute.questions],
        path_sources=path_sources,
    )


def gaps_page(service: Service, links: Links | None = None) -> str:
    """Return the causes of calcinosis on which no therapy acts, each with its way to calcinosis."""
    kb = service.kb
    found = [(gap, established_way(kb.graph, gap)) for gap in gaps(kb.graph, treatments(kb.knowledge))]
    return service.render(
        "teaching/gaps.html", "/gaps", links, found=found, kinds=GAP_WORDS, about=about, path_sources=path_sources
    )


def trials_page(service: Service, links: Links | None = None) -> str:
    """Return the registered trials whose results were not seen."""
    references = sorted(service.kb.knowledge.references.items())
    return service.render(
        "teaching/trials.html",
        "/trials",
        links,
        trials=[(id_, reference) for id_, reference in references if reference.trial is not None],
    )


CONFLICTS = Section("/conflicts", "overview", conflicts_page)
GAPS = Section("/gaps", "overview", gaps_page)
TRIALS = Section("/trials", "overview", trials_page)
