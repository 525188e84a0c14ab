"""What guidelines and reviews say as ArtifactAssessment, in the parts by which EBMonFHIR rates a recommendation."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.report.evidence.fhir import codes
from calcinosis_kb.report.evidence.fhir.codes import Code, concept
from calcinosis_kb.report.evidence.fhir.resources import Resources, reference
from calcinosis_kb.report.evidence.tables import Row
from calcinosis_kb.report.fhir import concepts
from calcinosis_kb.report.fhir.resources import Json

__all__ = ["add_recommendation"]

_ASKED = ("patterns", "features", "conditions", "and_conditions", "after", "ages")
"""What a recommendation asks of a patient beside the disease."""


def add_recommendation(resources: Resources, row: Row, knowledge: Knowledge) -> None:
    """Add what a guideline says about a therapy: for whom, how far it goes, and its grade as printed.

    The direction has a code only if it recommends the therapy; the strength and the certainty only if the source says in words what its
    grade means.
    """
    treatment = knowledge.therapies[row["therapy"]]
    guideline = row["guideline"]
    title = f"{treatment.name}: {knowledge.guidelines[guideline].short or knowledge.cite(guideline)}"
    body = {
        "title": title,
        "artifactReference": reference("sources", row["guideline"]),
        "content": [
            {"informationType": "comment", "summary": row["text"]},
            _content("classifier", codes.ACTION, [concepts.therapy(treatment)]),
            _content("classifier", codes.POPULATION_OF_RECOMMENDATION, list(_population(row, knowledge))),
            *_ratings(row),
        ],
    }
    resources.add(
        "ArtifactAssessment", "recommendations", row["id"], body, local=row["local"], reads=[title, row["text"]]
    )


def _population(row: Row, knowledge: Knowledge) -> Iterator[Json]:
    """The diseases, or calcinosis of any cause, and what else is asked of a patient."""
    if row["diseases"]:
        yield from (concepts.disease(id_, knowledge) for id_ in row["diseases"])
    else:
        yield concepts.calcinosis(knowledge)
    for name in _ASKED:
        if row[name]:
            yield concept(None, f"{name.replace('_', ' ')}: {', '.join(row[name])}")


def _ratings(row: Row) -> Iterator[Json]:
    if row["advice"]:
        favours = codes.FAVOURS if row["advice"] == "recommends" else None
        yield _content("rating", codes.DIRECTION, [concept(favours, row["advice"].replace("_", " "))])
    if row["step"]:
        yield {"informationType": "comment", "summary": f"Step {row['step']} of treatment."}
    if row["scheme"]:
        yield _content("rating", codes.RATING_SYSTEM, [concept(None, row["scheme"])])
    if row["grade"]:
        strong = codes.STRONG if row["strength"] == "strong" else None
        yield _content("rating", codes.STRENGTH, [concept(strong, _graded(row["strength"], row["grade"]))])
    if row["certainty"]:
        said = concept(codes.CERTAINTY[row["certainty"]], _graded(row["certainty"], row["grade"]))
        yield _content("rating", codes.CERTAINTY_OF_RECOMMENDATION, [said])


def _graded(words: str | None, grade: str) -> str:
    """The grade as printed, after what it means if that is known."""
    return f"{words.replace('_', ' ')} (as printed: {grade})" if words else f"as printed: {grade}"


def _content(information: str, type_: Code, classifiers: list[Json]) -> Json:
    return {"informationType": information, "type": concept(type_), "classifier": classifiers}
