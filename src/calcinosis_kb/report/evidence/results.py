"""The results of studies as tables: one row per result, per disease that a result tells apart, and per pooled response."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from calcinosis_kb.knowledge.grading import LEAST_FOR_SHARE, Evidence, Finding, pooled, wilson
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Result, Stratum
from calcinosis_kb.report.evidence.tables import ID, LOCAL, Column, Row, Table, columns, table, values

__all__ = ["pooled_responses", "results", "strata"]

_FIGURES = (
    Column("assessed", "integer", "Patients whose outcome the source counts; absent if their number is unknown."),
    Column("responders", "integer", "Patients with a complete or partial response; absent if the source does not count them."),
    Column("not_stated", "integer", "Patients treated of whom no count tells the outcome; they are not failures."),
    Column("share", "number", "Responders of assessed; absent unless responders and failures are counted in at least"
        f" {LEAST_FOR_SHARE} patients of the source's own."),
    Column("low", "number", "The lower bound of the 95 % Wilson score interval of the share."),
    Column("high", "number", "The upper bound of that interval."),
)  # fmt: skip

_OF_A_STRATUM = ("n", "responded", "outcomes", "direction")


def results(knowledge: Knowledge) -> Table:
    """Return every result of every study; design, level and figures are those that the knowledge base derives."""
    level = "The OCEBM 2011 level that follows from the design; of a review, the best among the designs reviewed."
    alike = "The disease of all the patients; absent if they had several, and then the figures are of none of these in particular."
    poolable = "Whether the response may be pooled: the source's own patients, all accounted for, no combination."
    kinds = (
        ID,
        Column("study", about="The study.", table="sources", required=True),
        *columns(Result, without=("items",)),
        Column("disease", about=alike, table="diseases"),
        Column("level", "integer", level, required=True),
        *_FIGURES,
        Column("poolable", "boolean", poolable, required=True),
        LOCAL,
    )
    rows = [
        {
            **values(finding.result),
            "id": id_,
            "study": finding.study.id,
            "design": finding.result.design or finding.study.design,
            "disease": finding.result.populations[0] if len(finding.result.populations) == 1 else None,
            "level": finding.level,
            **_figures(finding),
            "poolable": finding.poolable,
            "local": finding.local,
        }
        for finding, id_ in _findings(knowledge)
    ]
    return table("results", "What one publication reports on one therapy: one row per result.", kinds, rows)


def strata(knowledge: Knowledge) -> Table:
    """Return the patients of one disease within a result, for each result that tells them apart."""
    rows = []
    for finding, result in _findings(knowledge):
        for number, stratum in enumerate(finding.result.strata, 1):
            told = {"populations": (stratum.disease,), **{key: getattr(stratum, key) for key in _OF_A_STRATUM}}
            part = replace(finding, result=finding.result.model_copy(update=told), is_part=True)
            derived = {"id": f"{result}/{number}", "result": result, **_figures(part), "local": finding.local}
            rows.append({**values(stratum), **derived})
    whole = Column("result", about="The result.", table="results", required=True)
    about = "The patients of one disease within a result, where the source tells them apart from the others."
    return table("strata", about, (ID, whole, *columns(Stratum), *_FIGURES, LOCAL), rows)


def pooled_responses(knowledge: Knowledge) -> Table:
    """Return the response of each therapy over all its primary results, and per disease where these are direct evidence."""
    rows: list[Row] = []
    for therapy in sorted(knowledge.therapies):
        rows.extend(_pooled(therapy, None, knowledge.evidence(therapy)))
        for disease in knowledge.terms.diseases:
            evidence = knowledge.evidence(therapy, frozenset({disease}))
            if evidence.direct:
                rows.extend(_pooled(therapy, disease, evidence))
    disease = "The disease, with its forms and what it is a form of; absent for patients of any disease."
    level = "The OCEBM 2011 level of the results that decide for this therapy and disease."
    always = ("assessed", "responders")
    kinds = (
        ID,
        Column("therapy", about="The therapy.", table="therapies", required=True),
        Column("disease", about=disease, table="diseases"),
        *(replace(column, required=column.name in always) for column in _FIGURES if column.name != "not_stated"),
        Column("groups", "integer", "The number of groups of patients that were added.", required=True),
        Column("studies", about="The studies whose patients were added.", table="sources", many=True),
        Column("level", "integer", level, required=True),
        next(column for column in columns(Result) if column.name == "direction"),
        LOCAL,
    )
    about = "Responders of a therapy added over its primary results, each patient once; per disease where its own patients are enough."
    return table("pooled", about, kinds, rows)


def _pooled(therapy: str, disease: str | None, evidence: Evidence) -> Iterator[Row]:
    """The row of a pooled response; none if there is nothing to pool."""
    response = evidence.response
    if response.treated:
        yield {
            "id": f"{therapy}/{disease}" if disease else therapy,
            "therapy": therapy,
            "disease": disease,
            "assessed": response.treated,
            "responders": response.responded,
            **_share(response.responded, response.treated),
            "groups": response.groups,
            "studies": tuple(dict.fromkeys(finding.study.id for finding in pooled(evidence.findings))),
            "level": evidence.level,
            "direction": evidence.direction,
            "local": evidence.pooled_locally,
        }


def _findings(knowledge: Knowledge) -> list[tuple[Finding, str]]:
    """Every result with its design, and its id: the study and the place of the result in it."""
    found = {id(finding.result): finding for id_ in knowledge.therapies for finding in knowledge.findings(id_)}
    return [
        (found[id(result)], f"{study_id}/{number}")
        for study_id, study in sorted(knowledge.studies.items())
        for number, result in enumerate(study.results, 1)
    ]


def _figures(finding: Finding) -> Row:
    """Responders of patients as far as the source counts them; none where lesions were counted, or where it has no own patients."""
    if finding.result.counted or not finding.design.patients:
        return {}
    known: Row = {"responders": finding.responded}
    if finding.result.n is not None:
        known |= {"assessed": finding.result.n - finding.not_stated, "not_stated": finding.not_stated}
    shown = _share(finding.responded or 0, finding.treated or 0) if finding.poolable else {}
    return {**known, **shown}


def _share(responded: int, treated: int) -> Row:
    if treated < LEAST_FOR_SHARE:
        return {}
    low, high = wilson(responded, treated)
    return {"share": round(responded / treated, 4), "low": low, "high": high}
