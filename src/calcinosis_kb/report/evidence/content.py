"""What an export of the evidence contains, as tables: sources, results, pooled responses, recommendations and what they refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import (
    Citation,
    Guideline,
    Reference,
    RegisteredTrial,
    ReportedPatient,
    Statement,
    Study,
    Therapy,
)
from calcinosis_kb.knowledge.pathophysiology import CONFIDENCES
from calcinosis_kb.knowledge.terms import Condition, Design, Disease, Feature, Term
from calcinosis_kb.report.evidence.results import pooled_responses, results, strata
from calcinosis_kb.report.evidence.tables import ID, LOCAL, Column, Table, columns, table, values
from calcinosis_kb.report.fhir.citations import address

__all__ = ["content"]

_VOCABULARIES: dict[str, tuple[type[Term], str]] = {
    "diseases": (Disease, "Diseases that underlie calcinosis, and broader words for several of them."),
    "designs": (Design, "Study designs with their OCEBM 2011 level for treatment benefits."),
    "patterns": (Term, "How the deposits are spread."),
    "features": (Feature, "Complaints and findings of the deposits."),
    "conditions": (Condition, "Conditions of a patient that advice may ask for."),
}

_NOT_OF_A_THERAPY = frozenset({"draft", "classes", "mechanisms", "no_mechanism", "ontology", "polarity"})
"""Mechanisms and ontology terms are in the exports of the graph."""
_NOT_OF_A_SOURCE = frozenset({"id", "draft", "citation", "confidence"})
_ALWAYS = ("id", "type", "authority", "local")


def content(knowledge: Knowledge) -> dict[str, Table]:
    """Return the tables by name, each after those that it refers to; the rows are in a fixed order."""
    made = (
        *_vocabularies(knowledge),
        _therapies(knowledge),
        _sources(knowledge),
        results(knowledge),
        strata(knowledge),
        pooled_responses(knowledge),
        _recommendations(knowledge),
        _patients(knowledge),
        _trials(knowledge),
    )
    return {one.name: one for one in made}


def _vocabularies(knowledge: Knowledge) -> Iterator[Table]:
    for name, (model, about) in _VOCABULARIES.items():
        terms: Mapping[str, Term] = getattr(knowledge.terms, name)
        rows = [{"id": id_, **values(term), "local": knowledge.is_local(name, id_)} for id_, term in terms.items()]
        yield table(name, about, (ID, *columns(model), LOCAL), rows)


def _therapies(knowledge: Knowledge) -> Table:
    about = "Therapies, families of them (kind: family), and what results are compared with."
    rows = [
        {**values(therapy), "local": knowledge.is_local("therapies", id_)}
        for id_, therapy in sorted(knowledge.therapies.items())
    ]
    return table("therapies", about, (ID, *columns(Therapy, without=_NOT_OF_A_THERAPY), LOCAL), rows)


def _sources(knowledge: Knowledge) -> Table:
    """Studies, guidelines and other references, which share one space of ids."""
    records: dict[str, tuple[str, Study | Guideline | Reference]] = {
        **{id_: ("study", study) for id_, study in knowledge.studies.items()},
        **{id_: ("guideline", guideline) for id_, guideline in knowledge.guidelines.items()},
        **{id_: ("reference", reference) for id_, reference in knowledge.references.items()},
    }
    rows = []
    for id_, (type_, record) in sorted(records.items()):
        publication = knowledge.publication(id_)
        derived = {
            "id": id_,
            "type": type_,
            "authority": knowledge.authorities[id_],
            "read": knowledge.read(id_),
            "url": address(publication) if publication else None,
            "local": knowledge.is_local("sources", id_),
        }
        rows.append({**values(record), **derived})
    kinds = (
        ID,
        Column("type", about="What the record is here.", words=("study", "guideline", "reference")),
        *columns(Citation),
        Column("url", about="The address of the publication by its DOI, PMID or PMCID."),
        Column("read", about="How much of it was read; absent for references.", words=CONFIDENCES),
        *columns(Reference, without=("trial",)),
        *columns(Study, without=_NOT_OF_A_SOURCE),
        *columns(Guideline, without=_NOT_OF_A_SOURCE),
        LOCAL,
    )
    about = "Publications: studies with results, guidelines and reviews with recommendations, and references for other facts."
    return table("sources", about, [replace(kind, required=kind.name in _ALWAYS) for kind in kinds], rows)


def _recommendations(knowledge: Knowledge) -> Table:
    rows = []
    for id_, guideline in sorted(knowledge.guidelines.items()):
        for number, statement in enumerate(guideline.statements, 1):
            said = {
                "id": f"{id_}/{number}",
                "guideline": id_,
                "diseases": statement.diseases or guideline.diseases,
                "ages": statement.ages or guideline.ages,
                "scheme": guideline.grading,
                "local": knowledge.is_local("guidelines", id_),
            }
            rows.append({**values(statement), **said})
    told = {
        "diseases": "The diseases that it speaks of; absent for calcinosis of any cause.",
        "ages": "The ages that it speaks of; absent for any.",
    }
    kinds = (
        ID,
        Column("guideline", about="The guideline or review.", table="sources", required=True),
        *(replace(column, about=told.get(column.name, column.about)) for column in columns(Statement)),
        Column("scheme", about="How the source grades its recommendations, as far as that was seen."),
        LOCAL,
    )
    return table("recommendations", "What a guideline or review says about one therapy.", kinds, rows)


def _patients(knowledge: Knowledge) -> Table:
    rows = [
        {"id": f"{id_}/{number}", "study": id_, **values(patient), "local": knowledge.is_local("studies", id_)}
        for id_, study in sorted(knowledge.studies.items())
        for number, patient in enumerate(study.patients, 1)
    ]
    study_ = Column("study", about="The study.", table="sources", required=True)
    return table(
        "patients", "Patients whom a study describes one by one.", (ID, study_, *columns(ReportedPatient), LOCAL), rows
    )


def _trials(knowledge: Knowledge) -> Table:
    rows = [
        {"id": id_, **values(reference.trial), "local": knowledge.is_local("references", id_)}
        for id_, reference in sorted(knowledge.references.items())
        if reference.trial
    ]
    kinds = (replace(ID, about="The source.", table="sources"), *columns(RegisteredTrial), LOCAL)
    return table("trials", "Trials that a register lists and whose results were not seen.", kinds, rows)
