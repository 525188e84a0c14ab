"""Show results of studies: a table of figures, a line per finding, the patients described one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from typing_extensions import TypedDict

from calcinosis_kb.knowledge.bibliography import Bibliography
from calcinosis_kb.knowledge.evidence_words import cited_as, counts_words, finding_interval
from calcinosis_kb.knowledge.grading import Finding
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge
from calcinosis_kb.knowledge.local import Local, local_key
from calcinosis_kb.knowledge.models import ReportedPatient, Stratum
from calcinosis_kb.knowledge.spelling import in_sentence
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table

__all__ = [
    "FindingDocument",
    "StratumDocument",
    "described_patients",
    "finding_document",
    "findings_blocks",
    "patient_words",
]

_NAMED_DISEASES = 4
"""Number of diseases of a result that are named in a table; the JSON names all."""


class StratumDocument(TypedDict):
    """The patients of one disease within a result."""

    disease: str
    n: int | None
    responded: int | None
    direction: str | None


class FindingDocument(Local):
    """One result of a study."""

    study: str
    therapy: str
    combined_with: list[str]
    """Other therapies of the same treatment; the result speaks for the combination only."""
    year: int | None
    level: int
    design: str
    populations: list[str]
    strata: list[StratumDocument]
    """The patients by disease, as far as the source tells them apart."""
    ages: list[str]
    lesions: list[str]
    domains: list[str]
    """What was judged: deposit, symptoms, ulcer, function, prevention."""
    n: int | None
    responded: int | None
    counted: str | None
    """What the outcomes count, if not patients."""
    not_stated: int
    """Patients whose outcome is not stated."""
    pooled: bool
    direction: str | None
    endpoint: str
    finding: str
    confidence: str
    """How much of the source was read."""


def finding_document(finding: Finding, pooled: Collection[Finding]) -> FindingDocument:
    """Return a result as plain data; ``pooled`` are those that the pooled response is made of."""
    result = finding.result
    return {
        "study": finding.study.id,
        "therapy": result.therapy,
        "combined_with": list(result.combined_with),
        "year": finding.study.citation.year,
        "level": finding.level,
        "design": result.design or finding.study.design,
        "populations": list(result.populations),
        "strata": [
            {"disease": one.disease, "n": one.n, "responded": _responded(one), "direction": one.direction}
            for one in result.strata
        ],
        "ages": list(result.ages),
        "lesions": list(result.lesions),
        "domains": list(result.domains),
        "n": result.n,
        "responded": finding.responded,
        "counted": result.counted,
        "not_stated": finding.not_stated,
        "pooled": finding in pooled,
        "direction": result.direction,
        "endpoint": result.endpoint,
        "finding": result.finding,
        "confidence": result.confidence,
        **local_key(finding.local),
    }


def findings_blocks(
    title: str, findings: Sequence[Finding], knowledge: Knowledge, bibliography: Bibliography
) -> Iterator[Block]:
    """A table of the results, then what each found; no block if there are none."""
    if findings:
        yield Heading(title, level=2)
        columns = ("Study", "Level", "Responded", "95 %", "Direction", "Patients with")
        yield Table(columns, [_row(finding, knowledge) for finding in findings], whole=(1, 2, 3))
        yield Marked([("-", _line(finding, knowledge, bibliography)) for finding in findings])


def _row(finding: Finding, knowledge: Knowledge) -> tuple[str, ...]:
    result = finding.result
    diseases = [knowledge.disease_in_short(id_) for id_ in result.populations]
    direction = (result.direction or "not stated").replace("_", " ")
    endpoint = "" if result.endpoint == "calcinosis" else f" ({result.endpoint.replace('_', ' ')})"
    return (
        cited_as(knowledge, finding.study.id),
        str(finding.level),
        counts_words(finding),
        finding_interval(finding) or "–",
        f"{direction}{endpoint}",
        ", ".join(diseases) if len(diseases) <= _NAMED_DISEASES else f"{len(diseases)} diseases",
    )


def _line(finding: Finding, knowledge: Knowledge, bibliography: Bibliography) -> str:
    """What a result found, what was judged, in whom, and what else has to be known to read its figures."""
    study, result = finding.study, finding.result
    strata = ", ".join(_stratum(one, knowledge) for one in result.strata)
    others = " and ".join(in_sentence(knowledge.therapies[id_].name) for id_ in result.combined_with)
    lesions = ", ".join(in_sentence(knowledge.terms.patterns[id_].name) for id_ in result.lesions)
    overlaps = " and ".join(cited_as(knowledge, id_) for id_ in study.overlaps)
    parts = (
        result.finding,
        f"Given with {others}: it speaks for the combination only." if others else "",
        f"By disease: {strata}." if strata else "",
        f"Judged: {', '.join(result.domains)}." if result.domains else "",
        f"Deposits: {lesions}." if lesions else "",
        f"Counted: {result.counted}." if result.counted else "",
        f"Note: {bibliography.number(result.note)}" if result.note else "",
        f"Some of its patients are in {overlaps} too, and are counted once." if overlaps else "",
        f"As reported by {result.reported_by}." if result.reported_by else "",
    )
    cited = f"{cited_as(knowledge, study.id)}{bibliography.cite([study.id])}"
    return f"{cited}: {' '.join(part for part in parts if part)}{LOCAL if finding.local else ''}"


def _responded(stratum: Stratum) -> int | None:
    """The responders of a stratum, or None if they are not stated."""
    complete, partial = stratum.outcomes.complete, stratum.outcomes.partial
    if stratum.responded is not None or (complete is None and partial is None):
        return stratum.responded
    return (complete or 0) + (partial or 0)


def _stratum(stratum: Stratum, knowledge: Knowledge) -> str:
    responded = _responded(stratum)
    name = knowledge.disease_in_short(stratum.disease)
    treated = "" if stratum.n is None else f" {'?' if responded is None else responded} of {stratum.n}"
    direction = f" ({stratum.direction.replace('_', ' ')})" if stratum.direction else ""
    return f"{name}{treated}{direction}"


def described_patients(knowledge: Knowledge, ids: Collection[str], bibliography: Bibliography) -> Iterator[str]:
    """Return a line per described patient who was given one of some therapies, by study."""
    for id_, study in sorted(knowledge.studies.items()):
        for patient in study.patients:
            if not set(ids).isdisjoint(patient.given):
                cited = f"{cited_as(knowledge, id_)}{bibliography.cite([id_])}"
                yield f"{cited}: {patient_words(patient, knowledge)}{knowledge.mark('studies', id_)}"


def patient_words(patient: ReportedPatient, knowledge: Knowledge) -> str:
    """Return a described patient: "woman, 49 years, CREST, universal; pain; after diltiazem; given rituximab: benefit"."""
    terms = knowledge.terms
    age = f"{patient.age:g} years" if patient.age is not None else patient.ages
    person = [patient.sex, age, *(knowledge.disease_in_short(id_) for id_ in patient.diseases)]
    deposits = [terms.patterns[patient.pattern].name] if patient.pattern else []
    deposits += [terms.features[id_].name for id_ in patient.features]
    names = {id_: in_sentence(knowledge.therapies[id_].name) for id_ in (*patient.failed, *patient.given)}
    parts = (
        ", ".join(part for part in person if part),
        ", ".join(map(in_sentence, deposits)),
        f"after {', '.join(names[id_] for id_ in patient.failed)}" if patient.failed else "",
        f"given {' with '.join(names[id_] for id_ in patient.given)}: {_direction(patient)}",
        patient.note or "",
    )
    return "; ".join(part for part in parts if part)


def _direction(patient: ReportedPatient) -> str:
    return (patient.direction or "course not stated").replace("_", " ")
