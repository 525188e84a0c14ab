"""The JSON document of an evaluation."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

__all__ = ["CaseDocument", "EvaluationDocument", "SummaryDocument"]


class CaseDocument(TypedDict):
    """One published case."""

    id: str
    next: str | None
    """What was given next."""
    offered: bool
    rank: int | None
    """Counts from 1."""
    of: int
    """How many therapies were offered."""
    standing: str | None
    verdict: str | None
    scored: bool
    why_not_scored: str | None


class SummaryDocument(TypedDict):
    """The figures of one order."""

    n: int
    offered: int
    mrr: float | None
    """Mean reciprocal rank."""
    mrr_interval: list[float] | None
    """Its 95 % bootstrap interval."""
    hits: dict[str, int]
    """How many were among the first k, by k."""
    unsafe_offers: int


class EvaluationDocument(TypedDict):
    """How often the answer held what was given next."""

    overlay: NotRequired[str]
    """The hash of the overlay, if there is one."""
    cases: list[CaseDocument]
    summary: SummaryDocument
    baselines: dict[str, SummaryDocument]
