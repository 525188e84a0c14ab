"""The JSON documents that commands print, with a JSON Schema for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter
from typing_extensions import TypedDict

from calcinosis_kb.advice.document import AdviceDocument
from calcinosis_kb.advice.stamp import KnowledgeDocument
from calcinosis_kb.editing.schema import schemas
from calcinosis_kb.evaluation.document import EvaluationDocument
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import Polarity
from calcinosis_kb.knowledge.models import ReportedPatient, Therapy
from calcinosis_kb.knowledge.pathophysiology import Edge
from calcinosis_kb.report.check import CheckDocument
from calcinosis_kb.report.compare import CompareDocument
from calcinosis_kb.report.findings import FindingDocument
from calcinosis_kb.report.graph.reach import ReachDocument
from calcinosis_kb.report.letter import LetterDocument
from calcinosis_kb.report.record import ReadingDocument
from calcinosis_kb.report.therapies import TherapyRowDocument
from calcinosis_kb.report.therapy import (
    RegisteredTrialDocument,
    RuleDocument,
    StatementDocument,
)
from calcinosis_kb.report.why import FamilyDocument, WhyDocument
from calcinosis_kb.rules.loader import RuleBook

__all__ = ["DOCUMENTS", "document_schemas", "every_schema"]


class EdgeDocument(Edge):
    """An edge of the map."""

    local: Literal[True] = True


class DescribedPatientDocument(ReportedPatient):
    """A patient of a study who was given the therapy."""

    study: str
    local: Literal[True] = True


class ExpectedDocument(TypedDict):
    """The expected response in all diseases alike, shrunk to the mean of all treatments."""

    response: float
    interval: list[float]
    patients: float
    """The number of patients that the reports are worth."""


class TherapyDocument(Therapy):
    """Everything known about one therapy or family."""

    mechanisms: tuple[EdgeDocument, ...]
    polarity: Polarity  # type: ignore[assignment]
    polarity_text: str = ""
    polarity_sources: tuple[str, ...] = ()
    members: list[TherapyRowDocument]
    """The members of a family."""
    evidence: list[FindingDocument]
    """The results on it, on its members, and on its family where the source names no member."""
    expected: ExpectedDocument
    patients: list[DescribedPatientDocument]
    """Patients described one by one who were given it or one of its members."""
    statements: list[StatementDocument]
    registered_trials: list[RegisteredTrialDocument]
    rules: list[RuleDocument]
    sources: dict[str, str]
    local: Literal[True] = True
    overlay: str = ""
    knowledge: KnowledgeDocument
    """Version and hash of the knowledge; absent within another document."""


DOCUMENTS: Mapping[str, Any] = {
    "advice": AdviceDocument,
    "check": CheckDocument,
    "compare": CompareDocument,
    "evaluation": EvaluationDocument,
    "letter": LetterDocument,
    "reach": ReachDocument,
    "reading": ReadingDocument,
    "therapies": list[TherapyRowDocument],
    "therapy-report": TherapyDocument,
    "why": WhyDocument,
    "why-family": FamilyDocument,
}
"""The documents by the name of their schema."""


def every_schema(knowledge: Knowledge, rules: RuleBook) -> dict[str, dict[str, Any]]:
    """The JSON Schemas of the YAML files and of the documents by name, as ``calcinosis-kb schema`` writes them."""
    return {**schemas(knowledge, rules), **document_schemas()}


def document_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema (draft 2020-12) of each document by its name."""
    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    made = {
        name: TypeAdapter(list[document], config=config).json_schema()  # type: ignore[valid-type]
        for name, document in DOCUMENTS.items()
    }
    return {
        name: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"{name} of calcinosis-kb",
            **schema["items"],
            "$defs": schema["$defs"],
        }
        for name, schema in _unmarked(made).items()
    }


def _unmarked(part: Any) -> Any:
    """Remove the marks of `Names` from a schema: a document may contain ids that the base does not have yet."""
    if isinstance(part, list):
        return [_unmarked(inner) for inner in part]
    if isinstance(part, dict):
        return {key: _unmarked(value) for key, value in part.items() if key != "x-names"}
    return part
