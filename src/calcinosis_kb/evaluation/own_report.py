"""Find the studies and published patients that may be of the report of a case, so that it is not its own evidence."""

from __future__ import annotations

from collections.abc import Iterable

from calcinosis_kb.evaluation.published import PublishedCase
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Study
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.publication import IDENTIFIERS, Publication
from calcinosis_kb.patients.experience import Experience

__all__ = ["own_report", "studies_of"]


def own_report(case: PublishedCase, names: Names, pool: Iterable[Experience]) -> frozenset[str]:
    """Return the studies, and the reports of published patients, that are or may be the report of the case.

    One with the same identifier, title or page, or the same first author within a year, is the same report. A case report
    without title, author and identifier may be the same if it is about the same disease and a therapy in the case.
    Leaving out one study too many only makes the evaluation stricter.
    """
    ids = frozenset(id_ for id_ in (case.id, case.notes.study, case.notes.report) if id_)
    own = Publication(ids, case.notes.citation, case.notes.source_seen)
    studies = {
        study.id
        for study in names.knowledge.studies.values()
        if own.may_be(Publication.of(study)) or _may_be_same(case, study, names)
    }
    reports = {
        published.report
        for published in pool
        if published.citation is not None
        and own.may_be(Publication(frozenset({published.id, published.report}), published.citation, published.seen))
    }
    return frozenset(studies | reports | ids)


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


def studies_of(knowledge: Knowledge, therapy: str, without: frozenset[str]) -> int:
    """Return the number of studies that report on a therapy."""
    return len({finding.study.id for finding in knowledge.findings(therapy)} - without)
