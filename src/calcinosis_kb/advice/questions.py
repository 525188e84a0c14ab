"""Merge the missing facts into questions that a clinician can answer, the most telling first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import msgspec

from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.local import local_key
from calcinosis_kb.knowledge.spelling import enumerated, in_sentence
from calcinosis_kb.patients.models import Patient

if TYPE_CHECKING:
    from calcinosis_kb.advice.document import UnknownDocument

__all__ = ["FIRST", "Question", "fact_label", "questions"]

FIRST = 10
"""The number of decisions at the top of an answer that the questions are about."""


class Question(msgspec.Struct, frozen=True):
    """A question about the patient that settles one or several missing facts.

    ``topic`` is the section of the record, the test or the fact that it asks for. ``would_affect``: the listed therapies that the
    answer could change, in their order; ``first``: among how many of the first `FIRST` decisions. ``short`` asks in a few words.
    ``local`` if only an overlay asks for it.
    """

    topic: str
    facts: tuple[str, ...]
    text: str
    short: str
    would_affect: tuple[str, ...]
    first: int
    local: bool = False

    @property
    def fact(self) -> str:
        """The fact that stands for the question."""
        return self.facts[0]

    @property
    def section(self) -> bool:
        """Whether a whole section of the record is missing, or not complete."""
        return self.topic in _BLANK

    @property
    def effect(self) -> str:
        """What the answer could change, in words."""
        options = f"{len(self.would_affect)} option{'s' if len(self.would_affect) != 1 else ''}"
        return f"could change {options}, {self.first or 'none'} of the first {FIRST}"

    def to_dict(self) -> UnknownDocument:
        return {
            "fact": self.fact,
            "facts": list(self.facts),
            "question": self.text,
            "would_affect": list(self.would_affect),
            "first": self.first,
            **local_key(self.local),
        }


class _Asked(msgspec.Struct):
    """The facts of one question, with the therapies and decisions that ask for them."""

    facts: dict[str, None] = msgspec.field(default_factory=dict)
    therapies: dict[str, None] = msgspec.field(default_factory=dict)
    ranks: set[int] = msgspec.field(default_factory=set)
    local: bool = True
    cause: bool = False
    """Whether a cause may be removed or not, depending on the answer."""


def questions(patient: Patient, ranked: Iterable[Judgement], knowledge: Knowledge) -> tuple[Question, ...]:
    """Return the questions that the ranked therapies leave open: those that concern most of the first decisions come first.

    What is asked only because no label that was read covers it counts as no change: it would be a caution about nearly everything.
    """
    topics = _Topics(patient, knowledge)
    asked: dict[str, _Asked] = {}
    for item in ranked:
        for check in item.check_first:
            one = asked.setdefault(topics.of(check.fact), _Asked())
            one.facts[check.fact] = None
            one.local &= check.local
            one.cause |= item.therapy.aim == "cause" and item.verdict in _OFFERED and check.would in _DECIDES
            if not check.unread:
                one.therapies[item.therapy.id] = None
                one.ranks.add(item.rank or 0)
    found = (
        Question(
            topic=topic,
            facts=tuple(one.facts),
            text=topics.text(topic, one.facts),
            short=topics.short(topic, one.facts),
            would_affect=tuple(one.therapies),
            first=sum(rank <= FIRST for rank in one.ranks),
            local=one.local,
        )
        for topic, one in asked.items()
    )

    def place(question: Question) -> tuple[bool, int, int, str]:
        return (not asked[question.topic].cause, -question.first, -len(question.would_affect), question.text)

    return tuple(sorted(found, key=place))


_OFFERED = frozenset({"suggest", "consider"})
_DECIDES = frozenset({"not_applicable", "check"})
"""What a missing fact would do to a treatment of a cause where the answer decides whether there is a cause to remove."""

_BLANK = {
    "medications": ("Which medicines does the patient take now?", "all medicines taken now"),
    "conditions": ("Which other conditions does the patient have, now or earlier?", "all other conditions"),
    "allergies": ("Which medicines is the patient allergic to?", "all allergies"),
    "features": ("Which complaints do the deposits cause?", "complaints"),
    "sites": ("Where are the deposits?", "sites"),
}
_INCOMPLETE = {
    "medications": ("Does the patient take any other medicine?", "any other medicine"),
    "conditions": ("Does the patient have any other condition, now or earlier?", "any other condition"),
    "allergies": ("Is the patient allergic to any other medicine?", "any other allergy"),
    "features": ("Do the deposits cause any other complaint?", "any other complaint"),
    "sites": ("Are there deposits elsewhere?", "other sites"),
}
"""The question about a section of the record and its short form: where nothing is recorded, and where the list is not complete."""

_SECTIONS = {
    "medication": "medications",
    "condition": "conditions",
    "allergy": "allergies",
    "feature": "features",
    "site": "sites",
}
_OWN = {
    "pregnant": ("Is the patient pregnant?", "pregnancy"),
    "age": ("How old is the patient?", "age"),
    "sex": ("Is the patient female or male?", "sex"),
    "largest_mm": ("How large is the largest deposit, in mm?", "largest deposit"),
    "pattern": ("Are the deposits single, multifocal, tumoral or universal?", "pattern"),
}

_SYMPTOMS = "lesion:symptoms"
"""Whether the deposits cause symptoms, which their complaints tell."""
_PREGNANCY = frozenset({"pregnant", "condition:pregnancy"})


class _Topics:
    """What each missing fact is about: a whole section of the record, a test with its conditions, or the fact itself."""

    def __init__(self, patient: Patient, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.patient = patient
        self._topics: dict[str, str] = {}
        recorded = (*(patient.conditions or ()), *(id_ for word in patient.open_words for id_ in word.may_be))
        self.pointed = {near for one in recorded for near in knowledge.overlapping("conditions", one)}
        """Conditions that a recorded word leaves open, so that "these are all" would not answer them."""

    def of(self, fact: str) -> str:
        """The topic of a fact: the id of a section, of a test, or the fact."""
        if fact not in self._topics:
            self._topics[fact] = self._topic(fact)
        return self._topics[fact]

    def _topic(self, fact: str) -> str:
        kind, _, name = fact.rpartition(":")
        if fact == "pregnant":
            return self.knowledge.tests_of_conditions.get("pregnancy", fact)
        if not kind:
            return self.knowledge.leading_tests.get(fact, fact)
        if kind == "condition":
            tested = self.knowledge.tests_of_conditions.get(name)
            if tested:
                return tested
            if name in self.pointed:
                return fact
        section = "features" if fact == _SYMPTOMS else _SECTIONS.get(kind)
        return section if section and not self._is_complete(section) else fact

    def _is_complete(self, section: str) -> bool:
        recorded = getattr(self.patient, section) is not None
        unread = any(item.where == section for item in self.patient.unresolved)
        return recorded and not unread and getattr(self.patient, f"{section}_complete", True)

    def text(self, topic: str, facts: Collection[str]) -> str:
        """The question on a topic."""
        if topic in _SECTIONS.values():
            return (_BLANK if getattr(self.patient, topic) is None else _INCOMPLETE)[topic][0]
        if topic in self.knowledge.terms.labs:
            if _PREGNANCY.intersection(facts):
                return _OWN["pregnant"][0]
            labs = self.knowledge.terms.labs
            tests = [in_sentence(labs[lab].name) for lab in self._open_tests(topic, facts)]
            conditions = self._broadest(facts)
            has = f", and is there {enumerated(conditions, 'or')}" if conditions else ""
            return f"What is known of the {enumerated(tests, 'and')}{has}?"
        kind, _, name = topic.rpartition(":")
        if name in _OWN:
            return _OWN[name][0]
        label = fact_label(topic, self.knowledge)
        if kind == "condition" and name in self.knowledge.terms.conditions:
            return f"{_capital(label)}: yes or no?"
        if kind == "medication":
            return f"Does the patient take {label.removeprefix('taking ')}?"
        if kind == "contraindication":
            return f"Was {label.removeprefix('whether ').replace(' was ', ' ', 1)}?"
        if kind == "allergy":
            return f"Is the patient allergic to {label.removeprefix('allergy to ')}?"
        return f"{_capital(label)}?"

    def short(self, topic: str, facts: Collection[str]) -> str:
        """The question in a few words."""
        if topic in _SECTIONS.values():
            return (_BLANK if getattr(self.patient, topic) is None else _INCOMPLETE)[topic][1]
        if topic in self.knowledge.terms.labs:
            if _PREGNANCY.intersection(facts):
                return _OWN["pregnant"][1]
            tests = (self.knowledge.terms.labs[lab] for lab in self._open_tests(topic, facts))
            return ", ".join(test.short or in_sentence(test.name) for test in tests)
        name = topic.rpartition(":")[2]
        return _OWN[name][1] if name in _OWN else fact_label(topic, self.knowledge)

    def _open_tests(self, topic: str, facts: Collection[str]) -> list[str]:
        """The tests of a topic among some facts; if no rule reads a test itself, the first that is not recorded."""
        labs, recorded = self.knowledge.terms.labs, self.patient.labs
        open_ = [lab for lab in labs if lab not in recorded and self.knowledge.leading_tests[lab] == topic]
        asked = [lab for lab in open_ if lab in facts] or open_[:1]
        # "ALT as a multiple of its upper limit" says no more than "ALT"
        return [lab for lab in asked if not any(labs[lab].name.startswith(f"{labs[other].name} ") for other in asked)]

    def _broadest(self, facts: Iterable[str]) -> list[str]:
        """The names of the conditions among some facts, without those that are a form of another."""
        conditions = {f"condition:{id_}": id_ for id_ in self.knowledge.terms.conditions}
        found = [conditions[fact] for fact in facts if fact in conditions]
        return [
            in_sentence(self.knowledge.terms.conditions[id_].name)
            for id_ in found
            if not set(self.knowledge.ancestors("conditions", id_)[1:]).intersection(found)
        ]


def fact_label(fact: str, knowledge: Knowledge) -> str:
    """Return a missing fact in plain words: "condition:hepatitis_b" is "hepatitis B"."""
    kind, _, name = fact.rpartition(":")
    terms = knowledge.terms
    if kind == "condition" and name in terms.conditions:
        return in_sentence(terms.conditions[name].name)
    if kind == "contraindication":
        judged = knowledge.therapies.get(name)
        return f"whether {in_sentence(judged.name) if judged else name} was judged contraindicated"
    if kind == "site" and name in terms.sites:
        return f"deposits of the {in_sentence(terms.sites[name].name)}"
    if kind == "feature" and name in terms.features:
        return in_sentence(terms.features[name].name)
    if kind in ("medication", "allergy"):
        known = terms.medications.get(name) or knowledge.therapies.get(name)
        word = in_sentence(known.name) if known else name
        return f"taking {word}" if kind == "medication" else f"allergy to {word}"
    if not kind and name in terms.labs:
        return terms.labs[name].name
    words = {
        "pregnant": "pregnancy",
        "largest_mm": "size of the largest deposit",
        "pattern": "pattern of the deposits",
        "symptoms": "whether the deposits cause symptoms",
    }
    return words.get(name, name.replace("_", " "))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
