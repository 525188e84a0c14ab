"""Results, strata of results and pooled responses as Evidence, and therapies and diseases as EvidenceVariable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from calcinosis_kb.knowledge.bibliography import READ
from calcinosis_kb.knowledge.evidence_words import cited_as
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.report.evidence.fhir import codes
from calcinosis_kb.report.evidence.fhir.codes import Code, concept
from calcinosis_kb.report.evidence.fhir.resources import Resources, reference
from calcinosis_kb.report.evidence.fhir.statistics import counts, gaps, responders
from calcinosis_kb.report.evidence.tables import Row
from calcinosis_kb.report.fhir.resources import Json

__all__ = ["add_pooled", "add_result", "add_stratum", "add_variable"]

OCEBM = "urn:calcinosis-kb:ocebm-2011"
"""The system of the OCEBM 2011 levels of evidence: no page of FHIR or EBMonFHIR was seen to have one."""


def add_variable(resources: Resources, table: str, id_: str, coded: Json, *, local: bool) -> None:
    """Add a therapy or disease as the variable that others refer to."""
    body = {"title": coded["text"], "characteristic": [{"definitionCodeableConcept": coded}]}
    resources.add("EvidenceVariable", table, id_, body, local=local)


def add_result(resources: Resources, row: Row, knowledge: Knowledge) -> None:
    """Add what a study reports on a therapy."""
    patients = knowledge.terms.designs[row["design"]].patients
    body = {
        "title": f"{_treatment(row, knowledge)}, {_among(row['populations'], knowledge)}: {cited_as(knowledge, row['study'])}",
        "description": row["finding"],
        "assertion": _direction(row),
        "note": _notes(
            f"{READ[row['confidence']]}.".capitalize(),
            *gaps(row),
            f"Adverse events: {row['adverse_events']}" if row["adverse_events"] else None,
            f"Reported by: {row['reported_by']}" if row["reported_by"] else None,
            row["note"],
        ),
        "relatedArtifact": [_derived(reference("sources", row["study"]))],
        "variableDefinition": [
            *_population(row["populations"], _described(row), knowledge),
            *_exposure(row),
            _outcome(row),
        ],
        "synthesisType": concept(codes.SINGLE_STUDY) if patients else None,
        "studyDesign": [concept(codes.DESIGNS.get(row["design"]), knowledge.terms.designs[row["design"]].name)],
        "statistic": [*responders(row, studies=1, n=row["n"]), *counts(row, row["counted"] or "patients")],
        "certainty": [_level(row["level"]), *_published(row)],
    }
    resources.add("Evidence", "results", row["id"], body, local=row["local"], reads=[body["title"], row["finding"]])


def add_stratum(resources: Resources, row: Row, result: Row, knowledge: Knowledge) -> None:
    """Add the patients of one disease within a result."""
    disease = knowledge.terms.diseases[row["disease"]].name
    body = {
        "title": f"{_treatment(result, knowledge)}, {disease} alone: {cited_as(knowledge, result['study'])}",
        "description": result["finding"],
        "assertion": _direction(row),
        "note": _notes(*gaps(row)),
        "relatedArtifact": [
            {"type": "part-of", "resourceReference": reference("results", result["id"])},
            _derived(reference("sources", result["study"])),
        ],
        "variableDefinition": [
            _variable(codes.SUBPOPULATION, disease, ("diseases", row["disease"])),
            *_exposure(result),
            _outcome(result),
        ],
        "studyDesign": [concept(codes.DESIGNS.get(result["design"]), knowledge.terms.designs[result["design"]].name)],
        "statistic": [*responders(row, studies=1, n=row["n"]), *counts(row, result["counted"] or "patients")],
        "certainty": [_level(result["level"])],
    }
    resources.add("Evidence", "strata", row["id"], body, local=row["local"], reads=[body["title"]])


def add_pooled(resources: Resources, row: Row, results: Iterable[Row], knowledge: Knowledge) -> None:
    """Add the pooled response of a therapy. ``results`` are all results; those on the therapy in the pooled studies are referred to."""
    diseases = (row["disease"],) if row["disease"] else ()
    title = f"{knowledge.therapies[row['therapy']].name}, {_among(diseases, knowledge)}: pooled response"
    said = f"{row['responders']} of {row['assessed']} patients responded, in {row['groups']} groups of patients, each counted once."
    added = [one for one in results if one["therapy"] == row["therapy"] and one["study"] in row["studies"]]
    body = {
        "title": title,
        "description": said,
        "assertion": _direction(row),
        "relatedArtifact": [_derived(reference("results", one["id"])) for one in added],
        "variableDefinition": [
            *_population(diseases, None, knowledge),
            _variable(codes.EXPOSURE, knowledge.therapies[row["therapy"]].name, ("therapies", row["therapy"])),
            _variable(codes.OUTCOME, "Course of calcinosis"),
        ],
        "synthesisType": concept(None, "Counts of patients added over primary studies, each group of patients once"),
        "statistic": responders(row, studies=row["groups"], n=row["assessed"]),
        "certainty": [_level(row["level"])],
    }
    resources.add("Evidence", "pooled", row["id"], body, local=row["local"], reads=[title, said])


def _treatment(row: Row, knowledge: Knowledge) -> str:
    return " with ".join(knowledge.therapies[id_].name for id_ in (row["therapy"], *row["combined_with"]))


def _among(diseases: Sequence[str], knowledge: Knowledge) -> str:
    return ", ".join(knowledge.terms.diseases[id_].name for id_ in diseases) or "patients of any disease"


def _described(row: Row) -> str | None:
    """Ages and deposits of the patients."""
    said = [", ".join(row[key]) for key in ("ages", "lesions") if row[key]]
    return "; ".join(said) or None


def _population(diseases: Sequence[str], described: str | None, knowledge: Knowledge) -> Iterator[Json]:
    """The patients: of one disease by reference; of several as words, with each disease as a subpopulation."""
    if len(diseases) == 1:
        name = knowledge.terms.diseases[diseases[0]].name
        yield _variable(codes.POPULATION, f"{name}; {described}" if described else name, ("diseases", diseases[0]))
        return
    named = (
        f"Patients with {_among(diseases, knowledge)}"
        if diseases
        else "Patients of any disease, or of none that is stated"
    )
    yield _variable(codes.POPULATION, f"{named}; {described}" if described else named)
    for id_ in diseases:
        yield _variable(codes.SUBPOPULATION, knowledge.terms.diseases[id_].name, ("diseases", id_))


def _exposure(row: Row) -> Iterator[Json]:
    told = {"dose": row["dose"], "duration": row["duration"]}
    words = "; ".join([row["agent"], *(f"{name}: {value}" for name, value in told.items() if value)])
    for id_ in (row["therapy"], *row["combined_with"]):
        yield _variable(codes.EXPOSURE, words, ("therapies", id_))


def _outcome(row: Row) -> Json:
    judged = f" ({', '.join(row['domains'])})" if row["domains"] else ""
    measured = f", by {row['measure']}" if row["measure"] else ""
    what = "Course of calcinosis" if row["endpoint"] == "calcinosis" else row["endpoint"].replace("_", " ").capitalize()
    return _variable(codes.OUTCOME, f"{what}{judged}{measured}")


def _variable(role: Code, words: str, observed: tuple[str, str] | None = None) -> Json:
    return {
        "description": words,
        "variableRole": concept(role),
        **({"observed": reference(*observed)} if observed else {}),
    }


def _direction(row: Row) -> str:
    return f"Direction: {row['direction'].replace('_', ' ')}" if row["direction"] else "Direction: not stated"


def _derived(target: Json) -> Json:
    return {"type": "derived-from", "resourceReference": target}


def _notes(*texts: str | None) -> list[Json]:
    return [{"text": text} for text in texts if text]


def _level(level: int) -> Json:
    coding: dict[str, Any] = {"system": OCEBM, "code": str(level), "display": f"OCEBM 2011 level {level}"}
    return {
        "description": "Level of evidence, derived from the design; it is no rating of certainty by GRADE",
        "type": concept(codes.OVERALL),
        "rating": {"coding": [coding], "text": coding["display"]},
        "rater": "calcinosis-kb",
    }


def _published(row: Row) -> Iterator[Json]:
    """The level that others published, with its scheme."""
    if row["graded_level"]:
        yield {
            "description": f"As published, by {row['graded_scheme']}",
            "type": concept(codes.OVERALL),
            "rating": concept(None, row["graded_level"]),
        }
