"""Summarise the scores of one order of therapies, and the lead of one order over another. Each report counts once."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean
from typing import TYPE_CHECKING

from calcinosis_kb.evaluation.case_score import CaseScore

if TYPE_CHECKING:
    from calcinosis_kb.evaluation.document import LeadDocument, SummaryDocument

__all__ = ["HITS", "Interval", "Lead", "Summary", "lead", "mean_by_report", "named", "reports_within", "summarise"]

HITS = (3, 5, 10)
RESAMPLES = 5000
SEED = 20261122

Interval = tuple[float, float]


@dataclass(frozen=True)
class Summary:
    """The figures of one order over ``n`` reports with ``decisions`` scored decisions.

    ``offered`` and ``hits`` count reports: a report with several decisions counts by the share of its decisions.
    ``unsafe_offers`` counts over all answered cases. ``mrr`` and ``interval`` are None if nothing was scored.
    """

    n: int
    decisions: int
    offered: float
    mrr: float | None
    interval: Interval | None
    hits: dict[int, float]
    unsafe_offers: int

    def to_dict(self) -> SummaryDocument:
        return {
            "n": self.n,
            "decisions": self.decisions,
            "offered": self.offered,
            "mrr": self.mrr,
            "mrr_interval": None if self.interval is None else list(self.interval),
            "hits": {str(at): number for at, number in self.hits.items()},
            "unsafe_offers": self.unsafe_offers,
        }


@dataclass(frozen=True)
class Lead:
    """The mean reciprocal rank of our order minus that of another, with the 95 % interval of the paired bootstrap."""

    difference: float | None
    interval: Interval | None

    def to_dict(self) -> LeadDocument:
        return {
            "difference": self.difference,
            "interval": None if self.interval is None else list(self.interval),
        }


def named(cases: Iterable[CaseScore]) -> tuple[CaseScore, ...]:
    """The cases in which the earlier treatments are named."""
    return tuple(case for case in cases if case.named)


def summarise(cases: Sequence[CaseScore]) -> Summary:
    """Summarise the scored cases. The interval is the 95 % percentile bootstrap over reports, from a fixed seed."""
    unsafe = sum(len(case.unsafe) for case in cases)
    reciprocal = _by_report(cases, lambda case: case.reciprocal)
    return Summary(
        n=len(reciprocal),
        decisions=sum(case.scored for case in cases),
        offered=reports_within(cases, None),
        mrr=round(fmean(reciprocal), 4) if reciprocal else None,
        interval=_interval(reciprocal),
        hits={at: reports_within(cases, at) for at in HITS},
        unsafe_offers=unsafe,
    )


def reports_within(cases: Iterable[CaseScore], first: int | None) -> float:
    """The number of reports whose next therapy is among the first so many, or (None) among the offered at all.

    A report with several decisions counts by the share of its decisions.
    """
    reached = _by_report(cases, lambda case: case.rank is not None and (first is None or case.rank <= first))
    return round(sum(reached), 4)


def lead(ours: Sequence[CaseScore], theirs: Sequence[CaseScore]) -> Lead:
    """The lead of one order over another on the same cases; both are drawn with the same resamples of reports."""
    pairs = zip(
        _by_report(ours, lambda case: case.reciprocal), _by_report(theirs, lambda case: case.reciprocal), strict=True
    )
    differences = [our - their for our, their in pairs]
    return Lead(round(fmean(differences), 4) if differences else None, _interval(differences))


def _by_report(cases: Iterable[CaseScore], value: Callable[[CaseScore], float]) -> list[float]:
    """The mean value of the scored cases of each report."""
    return mean_by_report((case.report, value(case)) for case in cases if case.scored)


def mean_by_report(values: Iterable[tuple[str, float]]) -> list[float]:
    """The mean of the values of each report, in the order of the reports' ids."""
    reports: dict[str, list[float]] = {}
    for report, value in values:
        reports.setdefault(report, []).append(value)
    return [fmean(reports[report]) for report in sorted(reports)]


def _interval(values: Sequence[float]) -> Interval | None:
    """The 95 % percentile interval of the mean of one value per report; None for no reports."""
    if not values:
        return None
    means = sorted(sum(values[index] for index in drawn) / len(values) for drawn in _resamples(len(values)))
    low, high = means[round(0.025 * (RESAMPLES - 1))], means[round(0.975 * (RESAMPLES - 1))]
    return round(low, 4), round(high, 4)


@cache
def _resamples(number: int) -> tuple[tuple[int, ...], ...]:
    """The resamples of so many reports, always the same, so that every two orders are compared on the same draws."""
    generator = random.Random(SEED)
    return tuple(tuple(generator.choices(range(number), k=number)) for _ in range(RESAMPLES))
