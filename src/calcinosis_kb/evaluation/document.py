"""The JSON document of an evaluation."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from calcinosis_kb.advice.stamp import Stamped

__all__ = [
    "CaseDocument",
    "EvaluationDocument",
    "HelpedDocument",
    "HistoriesDocument",
    "LeadDocument",
    "NotHeldDocument",
    "SensitivityDocument",
    "SummaryDocument",
    "UnsafeDocument",
]


class UnsafeDocument(TypedDict):
    """A therapy that was offered although the record speaks against it."""

    therapy: str
    because: str
    source: str | None
    """The source of the base, if the words of the record speak against it."""


class CaseDocument(TypedDict):
    """One published case."""

    id: str
    report: str
    """The publication: its cases count once together."""
    named: bool
    """Whether the earlier treatments are named."""
    next: str | None
    """The therapy that was given next."""
    offered: bool
    rank: int | None
    """Counts decisions from 1: the members of a family share one rank."""
    of: int
    """The number of offered decisions."""
    standing: str | None
    verdict: str | None
    direction: str | None
    """What came of the therapy given next: benefit, mixed, no_benefit or harm; null if the report does not say."""
    unsafe: list[UnsafeDocument]
    """Offered therapies that the record speaks against."""
    scored: bool
    why_not_scored: str | None


class SummaryDocument(TypedDict):
    """The scores of one order. Each report counts once: by the mean, or the share, of its decisions."""

    n: int
    """The number of reports."""
    decisions: int
    offered: float
    """The number of reports, each by the share of its decisions whose next therapy was offered."""
    mrr: float | None
    """Mean reciprocal rank."""
    mrr_interval: list[float] | None
    """Its 95 % bootstrap interval over reports."""
    hits: dict[str, float]
    """The number of reports, each by the share of its decisions whose next therapy is among the first k, by k."""
    unsafe_offers: int
    """Over all answered cases."""


class HistoriesDocument(TypedDict):
    """The scores of one order on all decisions, and on those with a named history."""

    all: SummaryDocument
    named: SummaryDocument


class LeadDocument(TypedDict):
    """Our mean reciprocal rank minus that of another order, on all decisions."""

    difference: float | None
    interval: list[float] | None
    """The 95 % interval of the paired bootstrap over reports."""


class HelpedDocument(TypedDict):
    """What came of the therapies given next, by number of decisions."""

    decisions: int
    reports: int
    helped: int
    mixed: int
    not_helped: int
    not_stated: int


class SensitivityDocument(TypedDict):
    """How the order changes with other discounts of the expected response. Each report counts once."""

    mrr: float | None
    """The mean reciprocal rank with them, on all decisions."""
    mean_rank_change: float | None
    """The mean change of the rank of an offered decision, over all answered cases."""
    kept_in_first_five: float | None
    """The share of the first five decisions that stay among the first five."""


class NotHeldDocument(TypedDict):
    """A therapy that was given next and that is no option of the base."""

    therapy: str
    """As in the case."""
    case: str


class EvaluationDocument(Stamped):
    """Scores of the answers."""

    overlay: NotRequired[str]
    """The hash of the overlay, if there is one."""
    cases: list[CaseDocument]
    summary: HistoriesDocument
    baselines: dict[str, HistoriesDocument]
    lead: dict[str, LeadDocument]
    """By baseline."""
    helped: dict[str, HelpedDocument]
    """By band of the rank."""
    sensitivity: dict[str, SensitivityDocument]
    """By setting: all discounts halved, or doubled."""
    not_held: list[NotHeldDocument]
