"""Score each published case: was the therapy given next offered, and at which rank? Compared with three patient-blind baselines."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.evaluation.own_report import own_studies, studies_of
from calcinosis_kb.evaluation.published import PublishedCase
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.patients.models import Patient

if TYPE_CHECKING:
    from calcinosis_kb.evaluation.document import CaseDocument, EvaluationDocument, SummaryDocument

__all__ = ["BASELINES", "HITS", "CaseScore", "Evaluation", "Summary", "evaluate"]

HITS = (3, 5, 10)
RESAMPLES = 5000
SEED = 20261122
FAILED = frozenset({"ineffective", "worse"})
CLOSED = frozenset({"not_tolerated", "contraindicated"})
JUDGED_FOR = frozenset({"calcinosis", "unclear"})

Key = Callable[[Therapy], Any]


@dataclass(frozen=True)
class CaseScore:
    """One case. ``rank`` counts from 1 among ``of`` offered; ``unsafe`` are offered therapies that had failed or were contraindicated."""

    id: str
    report: str
    next: str | None
    rank: int | None
    of: int
    standing: str | None
    verdict: str | None
    why_not_scored: str | None
    unsafe: tuple[str, ...] = ()
    generic: bool = False
    without: tuple[str, ...] = ()

    @property
    def scored(self) -> bool:
        return self.why_not_scored is None

    @property
    def reciprocal(self) -> float:
        return 1 / self.rank if self.rank else 0.0

    def to_dict(self) -> CaseDocument:
        return {
            "id": self.id,
            "next": self.next,
            "offered": self.rank is not None,
            "rank": self.rank,
            "of": self.of,
            "standing": self.standing,
            "verdict": self.verdict,
            "scored": self.scored,
            "why_not_scored": self.why_not_scored,
        }


@dataclass(frozen=True)
class Summary:
    """The scores of several cases; the interval is None if none was scored."""

    n: int
    offered: int
    mrr: float | None
    interval: tuple[float, float] | None
    hits: dict[int, int]
    unsafe_offers: int

    def to_dict(self) -> SummaryDocument:
        return {
            "n": self.n,
            "offered": self.offered,
            "mrr": self.mrr,
            "mrr_interval": None if self.interval is None else list(self.interval),
            "hits": {str(at): number for at, number in self.hits.items()},
            "unsafe_offers": self.unsafe_offers,
        }


@dataclass(frozen=True)
class Evaluation:
    """The result of `evaluate`. ``to_dict`` is what ``evaluate --format json`` prints."""

    cases: tuple[CaseScore, ...]
    baselines: dict[str, tuple[CaseScore, ...]]

    @property
    def summary(self) -> Summary:
        return summarise(self.cases)

    def to_dict(self) -> EvaluationDocument:
        return {
            "cases": [case.to_dict() for case in self.cases],
            "summary": self.summary.to_dict(),
            "baselines": {name: summarise(cases).to_dict() for name, cases in self.baselines.items()},
        }


def evaluate(
    kb: KnowledgeBase, cases: Sequence[PublishedCase], *, progress: Callable[[PublishedCase], None] = lambda _: None
) -> Evaluation:
    """Answer each case from its history, without the results of its own report, and score the answers."""
    scores: list[CaseScore] = []
    baselines: dict[str, list[CaseScore]] = {name: [] for name in BASELINES}
    for case in cases:
        without = own_studies(case, kb.names)
        progress(case)
        if case.patient is None:
            unread = CaseScore(case.id, case.report, None, None, 0, None, None, f"cannot be read: {case.unreadable}")
            scores.append(unread)
            for kept in baselines.values():
                kept.append(unread)
            continue
        advice = kb.advisor.advise(case.patient, without=without)
        wanted = _wanted(kb, case)
        offered = [item.therapy.id for item in advice.options]
        scores.append(_score(case, advice, wanted, offered, without))
        # The baselines use nothing about the patient except the names in the history.
        tried = {trial.therapy for trial in case.patient.trials}
        open_ = [option for option in kb.knowledge.options if option.id not in tried]
        for name, order in BASELINES.items():
            listed = [therapy.id for therapy in sorted(open_, key=order(kb, without))]
            baselines[name].append(_score(case, advice, wanted, listed, without))
    return Evaluation(tuple(scores), {name: tuple(kept) for name, kept in baselines.items()})


def _alphabetical(_kb: KnowledgeBase, _without: frozenset[str]) -> Key:
    return lambda therapy: therapy.name


def _most_published(kb: KnowledgeBase, without: frozenset[str]) -> Key:
    return lambda therapy: (-studies_of(kb.knowledge, therapy.id, without), therapy.name)


def _highest_level(kb: KnowledgeBase, without: frozenset[str]) -> Key:
    return lambda therapy: (kb.knowledge.evidence(therapy.id, without=without).level, therapy.name)


BASELINES: dict[str, Callable[[KnowledgeBase, frozenset[str]], Key]] = {
    "alphabetical": _alphabetical,
    "most_published": _most_published,
    "highest_level": _highest_level,
}
"""Patient-blind orders of all therapies that are not in the history."""


def _wanted(kb: KnowledgeBase, case: PublishedCase) -> tuple[str, tuple[str, ...]] | None:
    """The id of the therapy given next (or its name, if unknown), and the options that count as it."""
    given = case.notes.next_therapy
    if given is None:
        return None
    match = kb.names.drug(given.therapy, given.route)
    if match is None:
        return given.therapy, ()
    return match.id, kb.knowledge.members(match.id) if match.kind == "family" else (match.id,)


def _score(
    case: PublishedCase,
    advice: Advice,
    wanted: tuple[str, tuple[str, ...]] | None,
    offered: Sequence[str],
    without: frozenset[str],
) -> CaseScore:
    assert case.patient is not None
    ranks = {therapy: rank for rank, therapy in enumerate(offered, 1)}
    found = (
        min((ranks[id_], id_) for id_ in wanted[1] if id_ in ranks)
        if wanted and set(wanted[1]) & ranks.keys()
        else None
    )
    judged = found[1] if found else next((id_ for id_ in wanted[1] if id_ in _judged(advice)), None) if wanted else None
    item = advice.judgement(judged) if judged else None
    return CaseScore(
        id=case.id,
        report=case.report,
        next=wanted[0] if wanted else None,
        rank=found[0] if found else None,
        of=len(offered),
        standing=item.standing if item else None,
        verdict=item.verdict if item else None,
        why_not_scored=_why_not(case),
        unsafe=tuple(sorted(closed(case.patient, advice).intersection(offered))),
        generic=case.notes.history_detail == "generic",
        without=tuple(sorted(without)),
    )


def _judged(advice: Advice) -> set[str]:
    return {item.therapy.id for item in advice.judged}


def _why_not(case: PublishedCase) -> str | None:
    if case.notes.next_therapy is None:
        return "no later therapy is reported"
    if case.notes.history_detail != "named":
        return {
            "generic": "earlier treatments are not named",
            "partial": "the list of earlier treatments is known to be incomplete",
            "none": "earlier treatment is not mentioned",
        }[case.notes.history_detail]
    return None


def closed(patient: Patient, advice: Advice) -> frozenset[str]:
    """Return what must not be offered: failed therapies from the record itself, contraindicated ones from the answer."""
    found = {item.therapy.id for item in advice.judged if item.verdict == "avoid"}
    for trial in patient.trials:
        failed = trial.outcome in FAILED and trial.purpose in JUDGED_FOR and trial.adequacy != "inadequate"
        if trial.kind == "therapy" and trial.therapy and (failed or trial.outcome in CLOSED):
            found.add(trial.therapy)
    return frozenset(found)


def summarise(cases: Sequence[CaseScore]) -> Summary:
    """Summarise the scored cases. ``unsafe_offers`` counts over all answered cases.

    The interval is the 95 % percentile bootstrap of the mean reciprocal rank, drawn by report, because patients of one
    report are not independent (5,000 resamples from a fixed seed).
    """
    scored = [case for case in cases if case.scored]
    unsafe = sum(len(case.unsafe) for case in cases)
    hits = {at: sum(case.rank is not None and case.rank <= at for case in scored) for at in HITS}
    offered = sum(case.rank is not None for case in scored)
    if not scored:
        return Summary(0, 0, None, None, hits, unsafe)
    mrr = sum(case.reciprocal for case in scored) / len(scored)
    return Summary(len(scored), offered, round(mrr, 4), _interval(scored), hits, unsafe)


def _interval(scored: Sequence[CaseScore]) -> tuple[float, float]:
    reports: dict[str, list[float]] = {}
    for case in scored:
        reports.setdefault(case.report, []).append(case.reciprocal)
    groups = [(sum(values), len(values)) for _, values in sorted(reports.items())]
    generator = random.Random(SEED)
    means: list[float] = []
    for _ in range(RESAMPLES):
        drawn = generator.choices(groups, k=len(groups))
        means.append(sum(total for total, _ in drawn) / sum(number for _, number in drawn))
    means.sort()
    low, high = means[round(0.025 * (RESAMPLES - 1))], means[round(0.975 * (RESAMPLES - 1))]
    return round(low, 4), round(high, 4)
