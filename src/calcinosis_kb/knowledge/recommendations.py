"""Find what guidelines and reviews advise for a patient: how far they go, at which step, and who says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal, get_args

import msgspec

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Guideline, Statement
from calcinosis_kb.knowledge.person import Person

__all__ = ["ADVISED", "LAST_STEP", "Advised", "Recommendation", "recommend"]

Advised = Literal["recommended", "considered", "contested", "advised_against", "none"]
ADVISED: tuple[Advised, ...] = get_args(Advised)
"""What those who advise on a therapy for such a patient agree on. recommended: a guideline or consensus recommends it for the
disease. considered: a review recommends it, or any source calls it an option. contested: some recommend or consider it, others
advise against."""

AGREE = 2
"""Reviews that must give the same step before it counts; the step of a guideline or consensus counts alone."""

LAST_STEP = 9
"""The step of a therapy for which no source gives one: after all others."""


class Recommendation(msgspec.Struct, frozen=True):
    """What is advised on one therapy for one patient; ``sources`` are those who advise for it, ``against`` the others."""

    advised: Advised = "none"
    step: int = LAST_STEP
    sources: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


NOTHING = Recommendation()


def recommend(
    knowledge: Knowledge,
    therapy: str,
    person: Person,
    *,
    conditions: Collection[str] = (),
    tried: Collection[str] = (),
    by_name: bool = False,
) -> Recommendation:
    """Return what guidelines and reviews advise on a therapy, or its family, for this person.

    ``tried`` are the therapies and families that have been given. ``by_name``: leave out what is said of the family; advice to
    give one of a family does not mean a member that did not help.
    """
    diseases = {above for disease in person.diseases for above in knowledge.ancestors("diseases", disease)}
    fitting = [
        (guideline, statement)
        for guideline, statement in knowledge.statements(therapy)
        if not (by_name and statement.therapy != therapy)
        and _any(statement.diseases, diseases)
        and _any(statement.ages, (person.ages,))
        and _any(statement.patterns, (person.pattern,))
        and _any(statement.features, person.features)
        and _any(statement.conditions, conditions)
        and _any(statement.and_conditions, conditions)
        and _any(statement.after, tried)
    ]
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
    ordered = [(guideline, statement.step) for guideline, statement in positive if statement.step is not None]
    return Recommendation(advised, _step(ordered), _sources(positive), against)


def _step(ordered: Collection[tuple[Guideline, int]]) -> int:
    """The first step that a guideline gives; without one, the step that at least `AGREE` reviews give and none contradicts."""
    guided = [step for guideline, step in ordered if guideline.kind == "guideline"]
    if guided:
        return min(guided)
    steps = {step for _, step in ordered}
    return min(steps) if len(steps) == 1 and len({guideline.id for guideline, _ in ordered}) >= AGREE else LAST_STEP


def _sources(items: Iterable[tuple[Guideline, Statement]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(guideline.id for guideline, _ in items))


def _any(wanted: Collection[str], recorded: Collection[str | None]) -> bool:
    """Whether advice that asks for one of these fits; what is not recorded does not."""
    return not wanted or any(word in recorded for word in wanted)
