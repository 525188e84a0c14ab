"""Find what guidelines and reviews advise for a patient: how far they go, at which step, and who says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Guideline, Statement
from calcinosis_kb.knowledge.person import Person

__all__ = ["LAST_STEP", "Advised", "Missing", "Recommendation", "missing", "missing_of", "recommend"]

Advised = Literal["recommended", "considered", "contested", "advised_against", "depends", "none"]
"""What those who advise on a therapy for such a patient agree on. recommended: a guideline or consensus recommends it for the
disease. considered: a review recommends it, or any source calls it an option. contested: some recommend or consider it, others
advise against. depends: it is advised for some such patients, and what is not recorded decides whether for this one."""

Missing = tuple[str, str]
"""A fact that advice asks for and that is not recorded, as the kind and name of rules: ("patient", "age")."""

AGREE = 2
"""Reviews that must give the same step before it counts; the step of a guideline or consensus counts alone."""

LAST_STEP = 9
"""The step of a therapy for which no source gives one: after all others."""


class Recommendation(msgspec.Struct, frozen=True):
    """What is advised on one therapy for one patient.

    ``sources`` are those who advise for it (if it ``depends``, for some such patients), ``recommending`` those among them whose
    advice makes it recommended, ``against`` the others. ``open``: what is not recorded and could change what is advised, each with
    what would be advised then. ``guided``: its step if it is recommended, or would be if what is not recorded fits; the unknown
    does not count against it. ``local``: whether a source of an overlay is among them.
    """

    advised: Advised = "none"
    step: int = LAST_STEP
    sources: tuple[str, ...] = ()
    recommending: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    open: tuple[tuple[Missing, Advised], ...] = ()
    guided: int = LAST_STEP
    local: bool = False


NOTHING = Recommendation()

_Said = tuple[Guideline, Statement]


def recommend(
    knowledge: Knowledge,
    therapy: str,
    person: Person,
    *,
    conditions: Collection[str] = (),
    tried: Collection[str] = (),
    unknown: Collection[Missing] = (),
    by_name: bool = False,
) -> Recommendation:
    """Return what guidelines and reviews advise on a therapy, or its family, for this person.

    ``tried`` are the therapies and families that have been given, ``unknown`` the facts that are not recorded. ``by_name``: leave
    out what is said of the family; advice to give one of a family does not mean a member that did not help.
    """
    diseases = {above for disease in person.diseases for above in knowledge.ancestors("diseases", disease)}
    fitting: list[_Said] = []
    possible: list[tuple[_Said, tuple[Missing, ...]]] = []
    recorded = {
        "ages": (person.ages,),
        "patterns": (person.pattern,),
        "features": person.features,
        "conditions": conditions,
        "and_conditions": conditions,
    }
    for guideline, statement in knowledge.statements(therapy):
        if (by_name and statement.therapy != therapy) or not (
            _any(statement.diseases, diseases) and _any(statement.after, tried)
        ):
            continue
        unmet = [name for name, values in recorded.items() if not _any(getattr(statement, name), values)]
        open_ = {name: tuple(fact for fact in _asked(name, statement) if fact in unknown) for name in unmet}
        if not unmet:
            fitting.append((guideline, statement))
        elif all(open_.values()):
            possible.append(
                ((guideline, statement), tuple(dict.fromkeys(fact for facts in open_.values() for fact in facts)))
            )
    if not (fitting or possible):
        return NOTHING
    weighed = said = _weighed(fitting)
    found = {
        fact: _weighed([*fitting, *(item for item, needed in possible if fact in needed)]).advised
        for fact in dict.fromkeys(fact for _, needed in possible for fact in needed)
    }
    hoped = _weighed([*fitting, *(item for item, _ in possible if item[1].advice != "advises_against")])
    guided = hoped.step if hoped.advised == "recommended" else LAST_STEP
    if said.advised == "none" and hoped.sources:
        said = msgspec.structs.replace(hoped, advised="depends", step=LAST_STEP, recommending=())
    return msgspec.structs.replace(
        said,
        open=tuple((fact, would) for fact, would in found.items() if would != weighed.advised),
        guided=guided,
        local=any(knowledge.is_local("sources", source) for source in (*said.sources, *said.against)),
    )


def missing(knowledge: Knowledge) -> set[Missing]:
    """Return the facts of a record that any advice asks for."""
    return {fact for therapy in knowledge.therapies for fact in missing_of(knowledge, therapy)}


def missing_of(knowledge: Knowledge, therapy: str) -> set[Missing]:
    """Return the facts of a record that advice on a therapy asks for."""
    statements = (statement for _, statement in knowledge.statements(therapy))
    return {fact for statement in statements for name in _ASKED for fact in _asked(name, statement)}


_ASKED = {
    "ages": ("patient", "age"),
    "patterns": ("lesion", "pattern"),
    "features": ("feature", ""),
    "conditions": ("condition", ""),
    "and_conditions": ("condition", ""),
}
"""The fact of a record behind each field of a statement; a feature or condition has its own name."""


def _asked(field: str, statement: Statement) -> Iterator[Missing]:
    """The facts that decide whether a field of a statement fits."""
    kind, name = _ASKED[field]
    return iter(dict.fromkeys((kind, name or str(wanted)) for wanted in getattr(statement, field)))


def _weighed(said: Sequence[_Said]) -> Recommendation:
    """What sources agree on, given all that they say for a patient."""
    positive = [item for item in said if item[1].advice in ("recommends", "considers")]
    against = _sources(item for item in said if item[1].advice == "advises_against")
    if not positive and not against:
        return NOTHING
    recommending = _sources(
        (guideline, statement)
        for guideline, statement in positive
        if statement.advice == "recommends" and statement.diseases and guideline.kind == "guideline"
    )
    advised: Advised = "recommended" if recommending else "considered" if positive else "none"
    if against:
        advised = "contested" if positive else "advised_against"
    ordered = [(guideline, statement.step) for guideline, statement in positive if statement.step is not None]
    return Recommendation(advised, _step(ordered), _sources(positive), recommending, against)


def _step(ordered: Collection[tuple[Guideline, int]]) -> int:
    """The first step that a guideline gives; without one, the step that at least `AGREE` reviews give and none contradicts."""
    guided = [step for guideline, step in ordered if guideline.kind == "guideline"]
    if guided:
        return min(guided)
    steps = {step for _, step in ordered}
    return min(steps) if len(steps) == 1 and len({guideline.id for guideline, _ in ordered}) >= AGREE else LAST_STEP


def _sources(items: Iterable[_Said]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(guideline.id for guideline, _ in items))


def _any(wanted: Collection[str], recorded: Collection[str | None]) -> bool:
    """Whether advice that asks for one of these fits what is recorded."""
    return not wanted or any(word in recorded for word in wanted)
