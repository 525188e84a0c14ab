"""An interview about one patient: which question comes next, how its answer is read, and what the answer changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calcinosis_kb.advice.facts import fertile
from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.intake.options import add_options
from calcinosis_kb.report.changes import changes

if TYPE_CHECKING:
    from calcinosis_kb.advice.answer import Advice
    from calcinosis_kb.advice.questions import Question
    from calcinosis_kb.base import KnowledgeBase

__all__ = ["Asked", "Interview"]

_NOT_KNOWN = frozenset({"", "?", "not known", "unknown", "not recorded", "don't know"})
_YES, _NO = frozenset({"y", "yes"}), frozenset({"n", "no", "none"})

_OPENING = {
    "diseases": "Which underlying disease does the patient have?",
    "history": "What has been tried for the calcinosis?",
    "age": "How old is the patient?",
    "sex": "Is the patient female or male?",
    "pattern": "Are the deposits single, multifocal, tumoral or universal?",
    "features": "Which complaints do the deposits cause?",
}
"""The questions before any other: without them nothing can be told apart."""

_MORE = {
    "history": "Was anything else tried?",
    "medications": "Does the patient take any other medicine?",
    "conditions": "Does the patient have any other condition, now or earlier?",
    "allergies": "Is the patient allergic to any other medicine?",
}
"""The question after each entry of a list that may not be complete."""

_MAY_BE_NONE = ("diseases", "history", "features", "medications", "conditions", "allergies")
"""Lists that may be recorded as empty."""

_YES_ONLY = ("condition", "medication", "allergy", "contraindication")
"""Kinds of facts of which a patient file records that they hold, one by one, but not that they do not."""

_OPTIONS = {
    "diseases": "disease",
    "history": "tried",
    "features": "feature",
    "sites": "site",
    "medications": "medication",
    "conditions": "condition",
    "allergies": "allergy",
    "pattern": "pattern",
    "largest_mm": "largest",
    "age": "age",
    "sex": "sex",
}
"""The option of the command line that takes the same answer."""

_HINTS = {
    "diseases": "for example crest, dm, jdm; 'none' if there is none",
    "history": "treatment: outcome, for example diltiazem 180 mg 4 months: not tolerated; 'none' if nothing",
    "pattern": "localized, multifocal, tumoral or universalis",
    "features": "for example pain; infection; 'none' if there are none",
    "sites": "for example elbow; fingers",
    "medications": "for example nifedipine; warfarin; 'none' if none is taken",
    "conditions": "for example chronic kidney disease stage 4; 'none' if there is none",
    "allergies": "for example penicillin; 'none' if there is none",
    "age": "in years",
    "sex": "female or male",
    "largest_mm": "in mm",
}


@dataclass(frozen=True)
class Asked:
    """A question with a hint how to answer it and what the answer could change; ``more`` if it asks for the rest of a list."""

    topic: str
    text: str
    hint: str
    effect: str = ""
    facts: tuple[str, ...] = ()
    more: bool = False


class Interview:
    """Collects the answers about one patient as a patient file (``data``) and keeps the answer of the knowledge base up to date."""

    def __init__(
        self, kb: KnowledgeBase, data: Mapping[str, Any], *, settled: Iterable[str] = (), open_list: str | None = None
    ) -> None:
        """Go on from a patient file, with the topics that were asked and the list that was asked for more, if any."""
        self.kb = kb
        self.data: dict[str, Any] = deepcopy(dict(data))
        self.advice = kb.advise(self.data)
        self._settled = set(settled)
        self._open_list = open_list if open_list in _MORE else None
        self._before: tuple[dict[str, Any], Advice, str | None] = (self.data, self.advice, None)

    @property
    def settled(self) -> tuple[str, ...]:
        """The topics that were asked."""
        return tuple(sorted(self._settled))

    @property
    def open_list(self) -> str | None:
        """The list that is asked for more, if any."""
        return self._open_list

    def choices(self, asked: Asked) -> tuple[tuple[str, str], ...]:
        """Return the answers to a question that takes one of a few words, each with its name."""
        terms = self.kb.knowledge.terms
        if asked.more:
            return (("no", "no, that is all"),)
        if asked.topic == "sex":
            return (("female", "female"), ("male", "male"))
        if asked.topic == "pattern":
            return tuple((id_, term.name) for id_, term in terms.patterns.items())
        if _asks_for_pregnancy(asked.facts):
            return (("yes", "yes"), ("no", "no"))
        if asked.topic in terms.labs:
            tests = [fact for fact in asked.facts if fact in terms.labs] or [asked.topic]
            return tuple(
                (f"{test}={value}", f"{terms.labs[test].short or terms.labs[test].name} {value}")
                for test in tests
                for value in terms.labs[test].values
            )
        if asked.topic in _MAY_BE_NONE:
            return (("none", "none"),)
        return (("yes", "yes"),) if asked.topic.rpartition(":")[0] in _YES_ONLY else ()

    def next(self) -> Asked | None:
        """Return the next question, the most telling one that was not yet asked, or None if nothing more would matter."""
        if self._open_list:
            name = self._open_list
            return Asked(name, _MORE[name], "'no' if that is all", more=True)
        for topic, text in _OPENING.items():
            if topic not in self._settled and not self._is_recorded(topic):
                return Asked(topic, text, _HINTS[topic])
        for question in self.advice.questions:
            if question.topic not in self._settled and (hint := self._hint(question)):
                return Asked(question.topic, question.text, hint, question.effect, question.facts)
        return None

    def answer(self, asked: Asked, text: str) -> list[str]:
        """Record an answer and return what it changed, in words. Raises `InputError` if it cannot be read; ask again then."""
        said = text.strip()
        if said.casefold() in _NOT_KNOWN:
            self._settled.add(asked.topic)
            self._open_list = None
            return []
        data = deepcopy(self.data)
        is_all = asked.more and said.casefold() in _NO
        if is_all:
            data[f"{asked.topic}_complete"] = True
        else:
            for option, typed in self._typed(asked, said):
                add_options(data, {option: typed}, self.kb.names)
        goes_on = not is_all and asked.topic in _MORE and bool(data.get(asked.topic))
        if goes_on:
            data[f"{asked.topic}_complete"] = False
        advice = self.kb.advise(data)
        self._before = (self.data, self.advice, self._open_list)
        self.data, self.advice, self._open_list = data, advice, asked.topic if goes_on else None
        self._settled.add(asked.topic)
        return changes(self._before[1], advice)

    def take_back(self) -> None:
        """Forget the last answer that was recorded."""
        self.data, self.advice, self._open_list = self._before

    def not_understood(self) -> dict[str, str]:
        """Return the words that are not understood so far, each with the names that it resembles."""
        return {word.named: ", ".join(word.nearest) for word in self.advice.patient.unresolved}

    def _is_recorded(self, topic: str) -> bool:
        patient = self.advice.patient
        if topic == "history":
            return bool(patient.trials) or patient.history_complete
        if topic == "sex" and not fertile(patient):
            return True  # its first use is to say whether pregnancy is possible
        return getattr(patient, topic) is not None

    def _hint(self, question: Question) -> str:
        """How to answer; empty if an answer could not be recorded."""
        topic, labs = question.topic, self.kb.knowledge.terms.labs
        kind = topic.rpartition(":")[0]
        if topic in _HINTS:
            return _HINTS[topic]
        if _asks_for_pregnancy(question.facts):
            return "yes or no"
        if topic in labs:
            tests = [fact for fact in question.facts if fact in labs] or [topic]
            return "for example " + "; ".join(self._example(test) for test in tests[:2])
        return "'yes' if so" if kind in _YES_ONLY else ""

    def _example(self, test: str) -> str:
        """How a result may be typed: "HBsAg positive or negative", "eGFR … mL/min"."""
        lab = self.kb.knowledge.terms.labs[test]
        names = (lab.short or "", lab.name, test)
        name = next(name for name in names if self.kb.names.term("labs", name) == test)
        return f"{name} {' or '.join(lab.values) or f'… {lab.unit}'.removesuffix(' 1')}"

    def _typed(self, asked: Asked, said: str) -> Iterator[tuple[str, Any]]:
        """The options of the command line that say the same as an answer."""
        kind, _, name = asked.topic.rpartition(":")
        if _asks_for_pregnancy(asked.facts):
            yield "pregnant", _yes(said)
        elif asked.topic in self.kb.knowledge.terms.labs:
            yield from self._results(asked, said)
        elif kind:
            if not _yes(said):
                return
            words = {
                "condition": name,
                "medication": name,
                "allergy": name,
                "contraindication": f"{name}: contraindicated",
            }
            yield {"contraindication": "tried"}.get(kind, kind), [words[kind]]
        elif asked.topic in ("age", "largest_mm"):
            yield _OPTIONS[asked.topic], _number(said)
        elif asked.topic in ("sex", "pattern"):
            yield _OPTIONS[asked.topic], said
        else:
            yield _OPTIONS[asked.topic], _parts(said)

    def _results(self, asked: Asked, said: str) -> Iterator[tuple[str, Any]]:
        """Results of tests, each with or without the name of the test, and conditions beside them."""
        labs, names = self.kb.knowledge.terms.labs, self.kb.names
        tests = [fact for fact in asked.facts if fact in labs] or [asked.topic]
        results, conditions = [], []
        for part in _parts(said):
            words = part.replace("=", " ").split()
            if any(names.term("labs", " ".join(words[:end])) for end in range(1, len(words))):
                results.append(part)
            elif re.match(r"(?:[<>]=?|[-+≤≥])?\s*\d", part) or part.casefold() in {
                v for test in tests for v in labs[test].values
            }:
                results.append(f"{tests[0]}={part}")
            elif part.casefold() in _NO:
                fix = f"give the result, as in '{self._example(tests[0])}'; Enter if it is not known"
                raise InputError((Problem("CKB022", f"'{part}' is not a test result", fix=fix),))
            else:
                conditions.append(part)
        if results:
            yield "lab", results
        if conditions:
            yield "condition", conditions


def _asks_for_pregnancy(facts: tuple[str, ...]) -> bool:
    return bool({"pregnant", "condition:pregnancy"}.intersection(facts))


def _parts(said: str) -> list[str]:
    return [part.strip() for part in said.split(";") if part.strip()]


def _number(said: str) -> float | str:
    try:
        return float(said)
    except ValueError:
        return said


def _yes(said: str) -> bool:
    if said.casefold() in _YES | _NO:
        return said.casefold() in _YES
    raise InputError(
        (Problem("CKB022", f"'{said}' is neither yes nor no", fix="type yes or no; Enter if it is not known"),)
    )
