"""Responders and counts as statistics of an Evidence: only what the source counts, with the 95 % Wilson interval of a share."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.report.evidence.fhir.codes import CONFIDENCE_INTERVAL, COUNT, DESCRIPTIVE, PROPORTION, concept
from calcinosis_kb.report.evidence.tables import Row
from calcinosis_kb.report.fhir.resources import Json

__all__ = ["counts", "gaps", "responders"]

_COURSES = {
    "complete": "deposits gone",
    "partial": "improved",
    "none": "no change",
    "worse": "worse",
}


def responders(row: Row, *, studies: int, n: int | None) -> list[Json]:
    """Return the responders of the patients; nothing if neither they nor the patients are counted."""
    if row["responders"] is None and n is None:
        return []
    sizes = {"numberOfStudies": studies, "numberOfParticipants": n, "knownDataCount": row["assessed"]}
    known = {key: value for key, value in sizes.items() if value is not None}
    statistic: Json = {
        "description": "Patients with a complete or partial response",
        "statisticType": concept(DESCRIPTIVE if row["share"] is None else PROPORTION),
        "sampleSize": known,
    }
    if row["responders"] is not None:
        statistic["numberAffected"] = row["responders"]
    if row["share"] is not None:
        statistic["quantity"] = {"value": row["share"]}
        interval = {"low": {"value": row["low"]}, "high": {"value": row["high"]}}
        statistic["attributeEstimate"] = [
            {"description": "Wilson score interval", "type": concept(CONFIDENCE_INTERVAL), "level": 0.95, "range": interval}
        ]  # fmt: skip
    return [statistic]


def counts(row: Row, unit: str) -> Iterator[Json]:
    """Yield how many had which course, each that is stated. ``unit`` is what was counted."""
    for course, words in _COURSES.items():
        if row[course] is not None:
            yield {
                "description": words,
                "statisticType": concept(COUNT),
                "category": concept(None, words),
                "quantity": {"value": row[course], "unit": unit},
            }


def gaps(row: Row) -> Iterator[str]:
    """Yield in words what is not stated of the patients, so that its absence is read as that."""
    if row["n"] is None:
        yield "The number of patients is not stated."
    if row["not_stated"]:
        yield f"The outcome of {row['not_stated']} of {row['n']} patients is not counted; they are not failures."
    if row["direction"] is None:
        yield "The direction of the finding is not stated."
