"""Primary results: those of a study's own patients on the course of calcinosis, per study and per disease."""

from __future__ import annotations

from typing import NamedTuple

from calcinosis_kb.knowledge.grading import Finding, pool, wilson
from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = ["NOT_STATED", "POOLED", "Cell", "StudyRow", "by_disease", "by_study", "primary_findings"]

NOT_STATED = "not_stated"
"""Stands for a disease or direction that the study does not state."""
POOLED = "pooled"
"""Stands for the study in the row of the pooled response."""


class StudyRow(NamedTuple):
    """The responders of one study; without an interval if the study does not account for its patients."""

    study: str
    year: int | None
    direction: str
    responded: int | None
    treated: int | None
    interval: tuple[float, float] | None
    """The 95 % Wilson interval of the share that responded."""


class Cell(NamedTuple):
    """The number of studies and patients of one therapy in one disease, in one direction."""

    therapy: str
    disease: str
    direction: str
    studies: int
    patients: int


def primary_findings(knowledge: Knowledge, therapy: str) -> list[Finding]:
    """Return the primary results of a therapy by year and study."""
    own = [f for f in knowledge.findings(therapy) if f.design.patients and f.result.endpoint == "calcinosis"]
    return sorted(own, key=lambda f: (f.study.citation.year or 9999, f.study.id))


def by_study(knowledge: Knowledge, therapy: str) -> list[StudyRow]:
    """Return the responders of a therapy, one row per primary result and, if any can be pooled, a last one for the pooled response."""
    rows, findings = [], primary_findings(knowledge, therapy)
    for finding in findings:
        responded, treated, interval = None, finding.result.n, None
        if finding.poolable:
            responded, treated = finding.responded, finding.treated
            interval = wilson(responded or 0, treated or 0)
        year, direction = finding.study.citation.year, finding.result.direction or NOT_STATED
        rows.append(StudyRow(finding.study.id, year, direction, responded, treated, interval))
    pooled = pool(findings)
    if pooled.treated:
        rows.append(StudyRow(POOLED, None, "", pooled.responded, pooled.treated, pooled.interval))
    return rows


def by_disease(knowledge: Knowledge) -> list[Cell]:
    """Return the primary results of all options by therapy, disease and direction.

    A study of several diseases counts under each of them with all its patients.
    """
    cells: dict[tuple[str, str, str], list[int]] = {}
    for option in knowledge.options:
        for finding in primary_findings(knowledge, option.id):
            for disease in finding.result.populations or (NOT_STATED,):
                cell = cells.setdefault((option.id, disease, finding.result.direction or NOT_STATED), [0, 0])
                cell[0] += 1
                cell[1] += finding.result.n or 0
    return [Cell(*key, *counts) for key, counts in sorted(cells.items())]
