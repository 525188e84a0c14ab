"""Score each published case: was the therapy given next offered, at which rank, and did it help? Compared with baselines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.evaluation.case_score import CaseScore, Unsafe
from calcinosis_kb.evaluation.hazards import hazards
from calcinosis_kb.evaluation.orders import BASELINES, ranks
from calcinosis_kb.evaluation.own_report import own_report
from calcinosis_kb.evaluation.published import PublishedCase
from calcinosis_kb.evaluation.sensitivity import SETTINGS, Move, Sensitivity
from calcinosis_kb.evaluation.summary import Lead, Summary, lead, named, summarise
from calcinosis_kb.knowledge.expected import DISCOUNTS
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.pathophysiology import Direction
from calcinosis_kb.patients.models import FOR_CALCINOSIS, INEFFECTIVE, TOO_LITTLE
from calcinosis_kb.patients.published_experience import course

if TYPE_CHECKING:
    from calcinosis_kb.evaluation.document import EvaluationDocument, HelpedDocument, HistoriesDocument, NotHeldDocument

__all__ = ["BANDS", "OURS", "Evaluation", "NotHeld", "evaluate"]

OURS = "calcinosis_kb"
"""The key of the order of the answer among the orders."""

CLOSED = frozenset({"not_tolerated", "contraindicated"})

BANDS: dict[str, Callable[[int | None], bool]] = {
    "1-3": lambda rank: rank is not None and rank <= 3,
    "4-5": lambda rank: rank is not None and 4 <= rank <= 5,
    "6-10": lambda rank: rank is not None and 6 <= rank <= 10,
    "later": lambda rank: rank is not None and rank > 10,
    "not_offered": lambda rank: rank is None,
}
"""Bands of ranks: every rank is in exactly one."""


@dataclass(frozen=True)
class NotHeld:
    """A therapy that was given next and that is no option of the base, as the authors called it."""

    therapy: str
    case: str

    def to_dict(self) -> NotHeldDocument:
        return {"therapy": self.therapy, "case": self.case}


@dataclass(frozen=True)
class Evaluation:
    """The result of `evaluate`. ``to_dict`` is what ``evaluate --format json`` prints."""

    cases: tuple[CaseScore, ...]
    baselines: dict[str, tuple[CaseScore, ...]]
    sensitivity: dict[str, Sensitivity]
    not_held: tuple[NotHeld, ...]

    @property
    def orders(self) -> dict[str, tuple[CaseScore, ...]]:
        """The scores of every order, that of the answer first."""
        return {OURS: self.cases, **self.baselines}

    @cached_property
    def all(self) -> dict[str, Summary]:
        """The figures of every order on all decisions whose next therapy is known."""
        return {name: summarise(cases) for name, cases in self.orders.items()}

    @cached_property
    def named(self) -> dict[str, Summary]:
        """The figures of every order on the decisions with a named history."""
        return {name: summarise(named(cases)) for name, cases in self.orders.items()}

    @cached_property
    def lead(self) -> dict[str, Lead]:
        """The lead over every baseline on all decisions."""
        return {name: lead(self.cases, cases) for name, cases in self.baselines.items()}

    @property
    def helped(self) -> dict[str, HelpedDocument]:
        """What came of the therapy given next, by the band of its rank."""
        return {
            band: _helped([case for case in self.cases if case.scored and has(case.rank)])
            for band, has in BANDS.items()
        }

    def to_dict(self) -> EvaluationDocument:
        both: dict[str, HistoriesDocument] = {
            name: {"all": self.all[name].to_dict(), "named": self.named[name].to_dict()} for name in self.orders
        }
        return {
            "cases": [case.to_dict() for case in self.cases],
            "summary": both.pop(OURS),
            "baselines": both,
            "lead": {name: one.to_dict() for name, one in self.lead.items()},
            "helped": self.helped,
            "sensitivity": {name: one.to_dict() for name, one in self.sensitivity.items()},
            "not_held": [one.to_dict() for one in self.not_held],
        }


def evaluate(
    kb: KnowledgeBase, cases: Sequence[PublishedCase], *, progress: Callable[[PublishedCase], None] = lambda _: None
) -> Evaluation:
    """Answer each case from its history, without the results of its own report, and score the answers."""
    variants = {name: kb.advisor.with_discounts(DISCOUNTS.scaled(factor)) for name, factor in SETTINGS.items()}
    scores: list[CaseScore] = []
    baselines: dict[str, list[CaseScore]] = {name: [] for name in BASELINES}
    settings: dict[str, list[CaseScore]] = {name: [] for name in variants}
    moves: dict[str, list[Move]] = {name: [] for name in variants}
    for case in cases:
        progress(case)
        if case.patient is None:
            unread = CaseScore(case.id, case.report, None, None, 0, None, None, f"cannot be read: {case.unreadable}")
            for kept in (scores, *baselines.values(), *settings.values()):
                kept.append(unread)
            continue
        without = own_report(case, kb.names, kb.experience)
        advice = kb.advisor.advise(case.patient, without=without)
        decision = _Decision.of(case, advice, kb)
        ours = offered(advice)
        scores.append(decision.score(ours, folded=frozenset(item.therapy.id for item in advice.options) - ours.keys()))
        tried = {trial.therapy for trial in case.patient.trials}
        open_ = [option for option in kb.knowledge.options if option.id not in tried]
        for name, order in BASELINES.items():
            key = order(kb, case.patient, without)
            baselines[name].append(decision.score(ranks(sorted(open_, key=key))))
        for name, advisor in variants.items():
            theirs = offered(advisor.advise(case.patient, without=without))
            settings[name].append(decision.score(theirs))
            moves[name].append(Move.between(case.report, ours, theirs))
    return Evaluation(
        cases=tuple(scores),
        baselines={name: tuple(kept) for name, kept in baselines.items()},
        sensitivity={name: Sensitivity.of(settings[name], moves[name]) for name in variants},
        not_held=tuple(NotHeld(word, case.id) for case in cases for word in _not_held(kb.names, case)),
    )


def offered(advice: Advice) -> dict[str, int]:
    """The rank of each therapy that an answer offers, without the last resorts that it folds away."""
    return {item.therapy.id: item.rank for item in advice.options if item.offered and item.rank is not None}


@dataclass(frozen=True)
class _Decision:
    """One decision to score: what was given next, the options that count as it, and what must not be offered."""

    case: PublishedCase
    advice: Advice
    next: str | None
    ids: frozenset[str]
    direction: Direction | None
    against: Mapping[str, Unsafe]

    @classmethod
    def of(cls, case: PublishedCase, advice: Advice, kb: KnowledgeBase) -> _Decision:
        """The decision of a case; ``next`` is the id of the therapy, or the authors' word if it has none."""
        given, names = case.notes.next_therapy, kb.names
        match = names.drug(given.therapy, given.route) if given else None
        return cls(
            case=case,
            advice=advice,
            next=None if given is None else match.id if match else given.therapy,
            ids=_options(names, given.therapy, given.route) if given else frozenset(),
            direction=course(given, names),
            against=closed(case, advice, kb.knowledge),
        )

    def score(self, listed: Mapping[str, int], folded: frozenset[str] = frozenset()) -> CaseScore:
        """Score therapies with their ranks. What is ``folded`` away has no rank, but it must be as safe as what is listed."""
        rank, best = min(((listed[id_], id_) for id_ in self.ids if id_ in listed), default=(None, None))
        ids = self.ids if best is None else {best}
        item = next((item for item in self.advice.judged if item.therapy.id in ids), None)
        return CaseScore(
            id=self.case.id,
            report=self.case.report,
            next=self.next,
            rank=rank,
            of=max(listed.values(), default=0),
            standing=item.standing if item else None,
            verdict=item.verdict if item else None,
            why_not_scored="no later therapy is reported" if self.next is None else None,
            unsafe=tuple(self.against[id_] for id_ in sorted(folded.union(listed).intersection(self.against))),
            named=self.case.notes.history_detail == "named",
            direction=self.direction,
        )


def _options(names: Names, word: str, route: str | None = None) -> frozenset[str]:
    """The options that a name means: an agent, the members of a family, or all parts of a combination."""
    found: set[str] = set()
    for match in (match for reading in names.treatments(word, route) for match in reading.matches):
        found.update(names.knowledge.members(match.id) if match.kind == "family" else (match.id,))
    return frozenset(found.intersection(option.id for option in names.knowledge.options))


def _not_held(names: Names, case: PublishedCase) -> list[str]:
    """What was given next, alone or in combination, and is no option of the base."""
    given = case.notes.next_therapy
    if given is None:
        return []
    parts = [(given.therapy, given.route), *((word, None) for word in given.combined_with)]
    return [word for word, route in parts if not _options(names, word, route)]


def _helped(cases: Sequence[CaseScore]) -> HelpedDocument:
    directions = [case.direction for case in cases]
    return {
        "decisions": len(cases),
        "reports": len({case.report for case in cases}),
        "helped": directions.count("benefit"),
        "mixed": directions.count("mixed"),
        "not_helped": directions.count("no_benefit") + directions.count("harm"),
        "not_stated": directions.count(None),
    }


def closed(case: PublishedCase, advice: Advice, knowledge: Knowledge) -> dict[str, Unsafe]:
    """What must not be offered: by the words of the record, by what had failed in it, and by what the answer rules out."""
    assert case.patient is not None
    found = {
        therapy: Unsafe(therapy, "the words of the record", hazard.source)
        for therapy, hazard in hazards(case.words, knowledge).items()
    }
    for trial in case.patient.trials:
        failed = trial.outcome in INEFFECTIVE and trial.purpose in FOR_CALCINOSIS and trial.adequacy not in TOO_LITTLE
        if trial.kind == "therapy" and trial.therapy and (failed or trial.outcome in CLOSED):
            found.setdefault(trial.therapy, Unsafe(trial.therapy, trial.outcome.replace("_", " ")))
    for item in advice.judged:
        if item.verdict == "avoid":
            found.setdefault(item.therapy.id, Unsafe(item.therapy.id, "a rule of the answer"))
    return found
