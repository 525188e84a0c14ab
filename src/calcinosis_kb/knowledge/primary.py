"""Primary results: those of a study's own patients on the course of calcinosis, per study and per disease."""

from __future__ import annotations

from typing import NamedTuple

from calcinosis_kb.knowledge.grading import LEAST_FOR_SHARE, Finding, wilson
from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = [
    "NOT_STATED",
    "POOLED",
    "Cell",
    "StudyRow",
    "Told",
    "by_disease",
    "by_study",
    "primary_findings",
    "told_by_disease",
]

NOT_STATED = "not_stated"
"""Stands for a disease or direction that the study does not state."""
POOLED = "pooled"
"""Stands for the study in the row of the pooled response."""


class StudyRow(NamedTuple):
    """The responders of one result of a study, or the pooled responders of a therapy."""

    therapy: str
    study: str
    year: int | None
    diseases: tuple[str, ...]
    combined_with: tuple[str, ...]
    """Other therapies of the same treatment; it is then not pooled."""
    design: str
    direction: str
    responded: int | None
    treated: int | None
    not_stated: int
    """The treated patients whose outcome the study does not state."""
    interval: tuple[float, float] | None
    """The 95 % Wilson interval of the share that responded; None if the study does not account for its patients or has fewer
    than `LEAST_FOR_SHARE`."""


class Cell(NamedTuple):
    """The number of studies and patients of one therapy in one disease, in one direction."""

    therapy: str
    disease: str
    direction: str
    studies: int
    patients: int


class Told(NamedTuple):
    """What one result says of one disease.

    ``apart``: whether ``finding`` is only about patients of this disease (or of a form of it); otherwise it is about patients of several
    diseases whom the source does not tell apart, or of a combination.
    """

    finding: Finding
    apart: bool


def primary_findings(knowledge: Knowledge, therapy: str) -> list[Finding]:
    """Return the primary results of a therapy by year and study."""
    own = [f for f in knowledge.findings(therapy) if f.design.patients and f.result.endpoint == "calcinosis"]
    return sorted(own, key=lambda f: (f.study.citation.year or 9999, f.study.id))


def by_study(knowledge: Knowledge, therapy: str) -> list[StudyRow]:
    """Return the responders of a therapy, one row per primary result and, if any can be pooled, a last one for the pooled response.

    The rows of a family are the results that name no member, then those of each member, pooled for each.
    """
    rows: list[StudyRow] = []
    for id_ in (therapy, *knowledge.members(therapy)):
        findings = primary_findings(knowledge, id_)
        rows.extend(_row(id_, finding) for finding in findings)
        pooled = knowledge.evidence(id_).response
        if pooled.treated:
            interval = _interval(pooled.responded, pooled.treated)
            rows.append(StudyRow(id_, POOLED, None, (), (), "", "", pooled.responded, pooled.treated, 0, interval))
    return rows


def _row(therapy: str, finding: Finding) -> StudyRow:
    """One result; without responders if lesions were counted instead of patients."""
    study, result = finding.study, finding.result
    of, design = (result.populations, result.combined_with), result.design or study.design
    head = (therapy, study.id, study.citation.year, *of, design, result.direction or NOT_STATED)
    if finding.poolable:
        responded, treated = finding.responded or 0, finding.treated or 0
        return StudyRow(*head, responded, treated, 0, _interval(responded, treated))
    responded_ = None if result.counted else finding.responded
    return StudyRow(*head, responded_, result.n, finding.not_stated, None)


def _interval(responded: int, treated: int) -> tuple[float, float] | None:
    return wilson(responded, treated) if treated >= LEAST_FOR_SHARE else None


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


def told_by_disease(knowledge: Knowledge, therapy: str) -> dict[str, list[Told]]:
    """Return the primary results of a therapy by disease, in the order of the vocabulary; those of no stated disease come last.

    Of a result on several diseases each has its own patients, where the source tells them apart.
    """
    found: dict[str, list[Told]] = {}
    for finding in primary_findings(knowledge, therapy):
        for disease in finding.result.populations or (NOT_STATED,):
            forms = [id_ for id_ in knowledge.terms.diseases if disease in knowledge.ancestors("diseases", id_)]
            part = finding.within(forms)
            found.setdefault(disease, []).append(Told(part or finding, part is not None))
    order = [*knowledge.terms.diseases, NOT_STATED]
    return {disease: found[disease] for disease in order if disease in found}
