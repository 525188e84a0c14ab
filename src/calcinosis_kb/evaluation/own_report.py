"""Find the studies that may be the report of a case, so that the case does not count as its own evidence."""

from __future__ import annotations

import re

from calcinosis_kb.evaluation.published import PublishedCase
from calcinosis_kb.knowledge.citations import normal_identifier
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Study
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.spelling import normalise

__all__ = ["own_studies", "studies_of"]

IDENTIFIERS = ("pmid", "doi", "pmcid")


def own_studies(case: PublishedCase, names: Names) -> frozenset[str]:
    """Return the studies that are, or may be, the report of the case.

    A study with the same identifier, title or page, or the same first author within a year, is the same report. A case report
    without title, author and identifier may be the same if it is about the same disease and a therapy in the case.
    Leaving out one study too many only makes the evaluation stricter.
    """
    return frozenset(
        study.id for study in names.knowledge.studies.values() if _same(case, study) or _may_be_same(case, study, names)
    )


def _same(case: PublishedCase, study: Study) -> bool:
    notes, citation = case.notes, study.citation
    if study.id in (notes.study, notes.report):
        return True
    for key in IDENTIFIERS:
        ours, theirs = getattr(notes.citation, key), getattr(citation, key)
        if ours and theirs and normal_identifier(key, ours) == normal_identifier(key, theirs):
            return True
    title = notes.citation.title
    if title and citation.title and normalise(title) == normalise(citation.title):
        return True
    if {_page(page) for page in notes.source_seen} & {_page(page) for page in study.seen} - {""}:
        return True
    author, year = notes.citation.first_author, notes.citation.year
    if author and citation.first_author and _surname(author) == _surname(citation.first_author):
        return year is None or citation.year is None or abs(year - citation.year) <= 1
    return False


def _may_be_same(case: PublishedCase, study: Study, names: Names) -> bool:
    citation = study.citation
    identified = citation.title or citation.first_author or any(getattr(citation, key) for key in IDENTIFIERS)
    if identified or study.design not in ("case_report", "case_series") or case.patient is None:
        return False
    related = names.knowledge.related_diseases(frozenset(case.patient.diseases or ()))
    given = case.notes.next_therapy
    words = [*case.named_therapies, *([given.therapy] if given else [])]
    therapies = {match.id for match in map(names.drug, words) if match}
    if given and (routed := names.drug(given.therapy, given.route)):
        therapies.add(routed.id)
    return any(
        result.therapy in therapies and (not result.populations or related.intersection(result.populations))
        for result in study.results
    )


def _page(page: str) -> str:
    """An address without protocol and trailing slash; empty for text that is not an address."""
    if not re.match(r"(https?://|PMID )", page):
        return ""
    return re.sub(r"^https?://(www\.)?", "", page).rstrip("/").casefold()


def _surname(author: str) -> str:
    return normalise(author).split(" ")[0]


def studies_of(knowledge: Knowledge, therapy: str, without: frozenset[str]) -> int:
    """Return the number of studies that report on a therapy."""
    return len({finding.study.id for finding in knowledge.findings(therapy)} - without)
