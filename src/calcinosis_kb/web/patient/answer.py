"""The answer to one patient as its page shows it: the first screen, what has changed, and the reasoning on one therapy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.head import STARRED
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.advice.past import PAST_TITLES, OpenPast
from calcinosis_kb.advice.questions import Question
from calcinosis_kb.advice.screen import Folded, Screen, screen
from calcinosis_kb.errors import CalcinosisError
from calcinosis_kb.intake.form import as_field
from calcinosis_kb.knowledge.bibliography import Bibliography
from calcinosis_kb.knowledge.evidence_words import patients_words
from calcinosis_kb.knowledge.models import Reference
from calcinosis_kb.knowledge.person import CHILD_BELOW
from calcinosis_kb.report.changes import changes, move_words, moves
from calcinosis_kb.report.reasoning import Reasoning, reasoning
from calcinosis_kb.web.patient.state import Fields, PatientState
from calcinosis_kb.web.patient.whatif import WhatIf, suggested, what_if
from calcinosis_kb.web.service import Service

__all__ = ["Answer", "Asked", "answer", "ticked"]

_TICKED = ("conditions", "medications", "allergies")
"""The lists that one tick of the form declares complete."""

_NEXT = 3
"""The number of questions that are named after the ticks."""

_ENDED = ("completed", "withdrawn")

_HEADINGS = {
    "exhausted": "Failed, or not tolerated",
    "avoid": "Ruled out",
    "not_applicable": "Not applicable",
    "not_advised": "Advised against",
}


@dataclass(frozen=True)
class Asked:
    """What to ask first: how many of the open facts a tick at the end of each list settles, and the next questions.

    ``telling`` is the number of questions that could change one of the first rows.
    """

    ticks: tuple[Question, ...]
    settled: int
    open: int
    next: tuple[Question, ...]
    telling: int


@dataclass(frozen=True)
class Answer:
    """One answer as a page shows it.

    ``data`` is the patient file that it answers; ``stale`` if what was entered last could not be used, so that it is the one before.
    ``before`` is the answer that the page showed until now, None if there was none. ``why`` is the reasoning on the therapy that was
    opened, or on the first one. ``special`` are facts that change much, each with what it moves; ``what_if`` is what one more would.
    """

    advice: Advice
    data: dict[str, Any]
    stale: bool
    before: Advice | None
    why: Reasoning | None
    ticked: frozenset[str]
    special: tuple[tuple[str, list[str]], ...]
    what_if: WhatIf | None = None

    @cached_property
    def screen(self) -> Screen:
        """The first screen."""
        return screen(self.advice)

    @cached_property
    def sources(self) -> Bibliography:
        """The sources of the reasoning, numbered as the page cites them."""
        return Bibliography(self.advice.knowledge)

    @property
    def past(self) -> Iterator[tuple[str, int, list[OpenPast]]]:
        """What the record leaves open of treatments before: the heading, the number of therapies, and each with what leaves it open."""
        for kind, title in PAST_TITLES.items():
            if groups := [group for group in self.screen.past if group.kind == kind]:
                yield title, sum(len(group.items) for group in groups), groups

    @property
    def as_field(self) -> str:
        """The patient file of this answer as JSON, by which the next page knows what has changed."""
        return as_field(self.data)

    @cached_property
    def changes(self) -> list[str]:
        """What the last update changed, in words."""
        return [] if self.before is None or self.before is self.advice else changes(self.before, self.advice)

    @cached_property
    def changed(self) -> frozenset[str]:
        """The therapies that the last update moved."""
        return frozenset(new.therapy.id for _, new in moves(self.before, self.advice)) if self.before else frozenset()

    @property
    def bar(self) -> Iterator[tuple[int, int, str]]:
        """The parts of the bar of all treatments: where each starts, its number and its kind."""
        start = 0
        for number, kind in self.screen.counts:
            if number:
                yield start, number, kind
            start += number

    @cached_property
    def ask(self) -> Asked:
        """What to ask first."""
        questions = self.advice.questions
        ticks = tuple(question for question in questions if question.topic in _TICKED)
        others = tuple(question for question in questions if question not in ticks)
        telling = sum(question.first > 0 for question in questions)
        return Asked(ticks, _facts(ticks), _facts(questions), others[:_NEXT], telling)

    @property
    def folded(self) -> Iterator[tuple[str, int, tuple[Folded, ...]]]:
        """What is open only as a last resort, and what is not possible now, with the number of therapies."""
        for title, folded in (("In reserve", self.screen.reserve), ("Not now", self.screen.not_now)):
            if folded:
                yield title, sum(len(one.items) for one in folded), folded

    @property
    def others(self) -> Iterator[tuple[str, list[tuple[Judgement, str]]]]:
        """What is nowhere else on the page, each with the reason that decided."""
        unproven = [(item, patients_words(item.evidence)) for item in self.advice.unproven]
        if unproven:
            yield "Unproven: no patient reported, or none whose course was told", unproven
        shown = {item.therapy.id for folded in self.screen.not_now for item in folded.items}
        rest = [item for item in self.advice.not_offered if item.therapy.id not in shown]
        for verdict, title in _HEADINGS.items():
            if found := [item for item in rest if item.verdict == verdict and item.therapy.kind != "exposure"]:
                yield title, [(item, _decided(item)) for item in found]
        if exposures := [item for item in rest if item.therapy.kind == "exposure"]:
            yield "Exposures, not treatments", [(item, _decided(item)) for item in exposures]

    @property
    def suggested(self) -> list[str]:
        """Facts of which one may ask what they would change."""
        return list(dict.fromkeys(suggested(self.advice)))

    @property
    def amounts(self) -> str:
        """What is not recorded of treatments that may have been too small: "dose or time of *"; empty if all is."""
        return next((words for words in self.screen.head.blank if words.endswith(STARRED)), "")

    @property
    def registered(self) -> Iterator[Reference]:
        """The registered trials without known results that have not ended."""
        for reference in self.advice.knowledge.references.values():
            if reference.trial is not None and reference.trial.status not in _ENDED:
                yield reference


def _facts(questions: tuple[Question, ...]) -> int:
    return sum(len(question.facts) for question in questions)


def _decided(item: Judgement) -> str:
    """The reason that decided against a therapy."""
    wanted = {"not_advised": "against", "exhausted": "standing"}.get(item.verdict, item.verdict)
    return next((reason.shown for reason in item.reasons if reason.effect == wanted), item.reasons[0].shown)


def answer(service: Service, state: PatientState, fields: Fields) -> Answer | None:
    """Return the answer that the page of a patient shows, or None as long as there is none."""
    given = dict(fields)
    before, last = _last(service, state, given.get("answered"))
    advice, data = (state.advice, state.data) if state.advice is not None else (before, last)
    if advice is None:
        return None
    special = tuple(_special(service, advice, data))
    return Answer(
        advice=advice,
        data=data,
        stale=bool(state.problems),
        before=before,
        why=_why(service, advice, given.get("why")),
        ticked=ticked(fields),
        special=special,
        what_if=what_if(service, state, fields),
    )


def _why(service: Service, advice: Advice, wanted: str | None) -> Reasoning | None:
    """The reasoning on the therapy that was opened, or on the first one."""
    known = [item.therapy.id for item in advice.judged]
    opened = wanted if wanted in known else next((item.therapy.id for item in advice.options), None)
    return reasoning(service.kb.advisor.explain(advice, opened), advice) if opened else None


def _special(service: Service, advice: Advice, data: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """What it changes that the patient is a child, and that she is pregnant."""
    patient = advice.patient
    for field, name, cause, holds in (
        ("age", "A child", "age", patient.age is not None and patient.age < CHILD_BELOW),
        ("pregnant", "Pregnant", "pregnancy", bool(patient.pregnant)),
    ):
        if holds:
            person = {key: value for key, value in data.get("patient", {}).items() if key != field}
            moved = moves(service.kb.advise({**data, "patient": person}), advice)
            number = f"{len(moved)} treatment{' is' if len(moved) == 1 else 's are'}"
            yield (
                f"{name}: {number} judged otherwise because of the {cause}",
                [move_words(old, new) for old, new in moved],
            )


def ticked(fields: Fields) -> frozenset[str]:
    """Return the therapies whose rows are ticked, each by its best member."""
    return frozenset(value for name, value in fields if name == "rows")


def _last(service: Service, state: PatientState, field: str | None) -> tuple[Advice | None, dict[str, Any]]:
    """The answer that the page showed until now, with its patient file; None if there was none."""
    try:
        data = msgspec.json.decode(field or "{}", type=dict[str, Any])
        if data == state.data and not state.problems:
            return state.advice, data
        return (service.kb.advise(data), data) if data else (None, {})
    except (msgspec.DecodeError, RecursionError, UnicodeError, CalcinosisError):
        return None, {}
