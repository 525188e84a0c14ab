"""Find what guidelines and reviews advise for a patient: how far they go, at which step, and who says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from statistics import median_low
from typing import Literal, get_args

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import AgeGroup, Guideline, Statement

__all__ = ["ADVISED", "CHILD_BELOW", "LAST_STEP", "Advised", "Person", "Recommendation", "recommend"]

Advised = Literal["recommended", "considered", "contested", "advised_against", "none"]
ADVISED: tuple[Advised, ...] = get_args(Advised)
"""What those who advise on a therapy for such a patient agree on. recommended: a guideline or consensus recommends it for the
disease. considered: a review recommends it, or any source calls it an option. contested: some recommend or consider it, others
advise against."""

CHILD_BELOW = 18
"""Age in years below which a patient counts as a child."""

LAST_STEP = 9
"""The step of a therapy for which no source gives one: after all others."""


@dataclass(frozen=True)
class Person:
    """What advice may depend on. Empty collections and None mean not recorded: advice that depends on them is not given."""

    diseases: frozenset[str] = frozenset()
    """The diseases and all broader ones."""
    age: float | None = None
    pattern: str | None = None
    features: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    tried: frozenset[str] = frozenset()
    """Therapies that were given for calcinosis or for the underlying disease, and their families."""

    @property
    def ages(self) -> AgeGroup | None:
        """The age group, or None if the age is not recorded."""
        return None if self.age is None else "child" if self.age < CHILD_BELOW else "adult"


@dataclass(frozen=True)
class Recommendation:
    """What is advised on one therapy for one patient; ``sources`` are those who advise for it, ``against`` the others."""

    advised: Advised = "none"
    step: int = LAST_STEP
    sources: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


NOTHING = Recommendation()


def recommend(knowledge: Knowledge, therapy: str, person: Person) -> Recommendation:
    """Return what guidelines and reviews advise on a therapy, or its family, for this person.

    The step is the lower median of the steps that they give.
    """
    fitting = [item for item in knowledge.statements(therapy) if _fits(item[1], person)]
    if not fitting:
        return NOTHING
    positive = [item for item in fitting if item[1].advice in ("recommends", "considers")]
    against = _sources(item for item in fitting if item[1].advice == "advises_against")
    recommended = any(
        statement.advice == "recommends" and statement.diseases and guideline.kind == "guideline"
        for guideline, statement in positive
    )
    advised: Advised = "recommended" if recommended else "considered" if positive else "none"
    if against:
        advised = "contested" if positive else "advised_against"
    steps = [statement.step for _, statement in positive if statement.step is not None]
    return Recommendation(advised, median_low(steps) if steps else LAST_STEP, _sources(positive), against)


def _sources(items: Iterable[tuple[Guideline, Statement]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(guideline.id for guideline, _ in items))


def _fits(statement: Statement, person: Person) -> bool:
    """Whether a statement speaks of this person. What is not recorded does not fit, except the disease of a general statement."""
    return (
        _any(statement.diseases, person.diseases)
        and _any(statement.ages, (person.ages,))
        and _any(statement.patterns, (person.pattern,))
        and _any(statement.features, person.features)
        and _any(statement.conditions, person.conditions)
        and _any(statement.after, person.tried)
    )


def _any(wanted: Collection[str], recorded: Collection[str | None]) -> bool:
    return not wanted or any(word in recorded for word in wanted)
