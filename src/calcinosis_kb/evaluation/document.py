"""The JSON document of an evaluation."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

__all__ = ["CaseDocument", "EvaluationDocument", "SummaryDocument"]


class CaseDocument(TypedDict):
    """One published case."""

    id: str
    next: str | None
    """The therapy that was given next."""
    offered: bool
    rank: int | None
    """Counts from 1."""
    of: int
    """The number of offered therapies."""
    standing: str | None
    verdict: str | None
    scored: bool
    why_not_scored: str | None


class SummaryDocument(TypedDict):
    """The scores of one order."""

    n: int
    offered: int
    mrr: float | None
    """Mean reciprocal rank."""
    mrr_interval: list[float] | None
    """Its 95 % bootstrap interval."""
    hits: dict[str, int]
    """The number of hits among the first k, by k."""
    unsafe_offers: int


class EvaluationDocument(TypedDict):
    """Scores of the answers."""

    overlay: NotRequired[str]
    """The hash of the overlay, if there is one."""
    cases: list[CaseDocument]
    summary: SummaryDocument
    baselines: dict[str, SummaryDocument]
