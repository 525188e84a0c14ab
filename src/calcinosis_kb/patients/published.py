"""Schema of a published case: a patient file with the source in ``case``, and what was given next."""

from __future__ import annotations

from typing import Annotated, Literal

from calcinosis_kb.documents.fields import IsDraft, Model, Names
from calcinosis_kb.documents.kinds import FileKind
from calcinosis_kb.knowledge.models import Citation
from calcinosis_kb.knowledge.pathophysiology import Confidence
from calcinosis_kb.patients.file import PatientFile

__all__ = ["EXAMPLE", "PUBLISHED", "NextGiven", "Notes", "Published"]

HistoryDetail = Literal["named", "partial", "generic", "none"]


class NextGiven(Model):
    """The therapy that the authors gave next, and its outcome."""

    therapy: Annotated[str, Names("medications", open=True)]
    route: str | None = None
    dose: str | None = None
    duration: str | None = None
    combined_with: tuple[str, ...] = ()
    outcome: Annotated[str, Names("outcomes", open=True)] | None = None
    time_to_response: str | None = None
    outcome_direction: str | None = None
    adverse_event: str | None = None


class Notes(Model):
    """The ``case`` block of a published case: its source, and what was done next."""

    id: str | None = None
    report: str | None = None
    study: Annotated[str, Names("sources")] | None = None
    citation: Citation = Citation()
    history_detail: HistoryDetail = "named"
    next_therapy: NextGiven | None = None
    authors_suggest: tuple[str, ...] = ()
    unit: str | None = None
    n_patients: int | None = None
    page_cut: bool | None = None
    notes: str | None = None
    confidence: Confidence | None = None
    source_seen: tuple[str, ...] = ()
    not_encoded: tuple[str, ...] = ()
    disease_duration_years: float | None = None


class Published(PatientFile):
    """A published patient: the history before a decision, and in ``case`` what was done next."""

    draft: IsDraft = False
    """Left out of every answer while true."""
    case: Notes  # type: ignore[assignment]


PUBLISHED = FileKind("published-case", "knowledge/cases/**/*.yaml", Published)

EXAMPLE = "cases/nunes-2019-1.yaml"
"""The published patient for whom the question was first asked, below ``knowledge/``; shown as an example."""
