"""What the form of a patient shows: fields with what is recorded, what may be chosen, and what each would decide."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.facts import fertile
from calcinosis_kb.advice.questions import FIRST
from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.errors import Problem
from calcinosis_kb.intake.entry import KINDS, TREATMENTS, Entry, Kind
from calcinosis_kb.intake.form import FLAGS, NONE, TREATMENT, fields_of
from calcinosis_kb.intake.unread import Unread, unread
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.spelling import in_sentence
from calcinosis_kb.patients.models import TOO_LITTLE, Patient
from calcinosis_kb.patients.units import units_of
from calcinosis_kb.report.blocks import Block
from calcinosis_kb.report.record import RecordReport
from calcinosis_kb.web.patient.acts import Acts
from calcinosis_kb.web.patient.record import as_field
from calcinosis_kb.web.patient.words import words_address

__all__ = ["FormView"]

_FIRST_DISEASES = (
    "limited_ssc_crest",
    "diffuse_ssc",
    "dermatomyositis",
    "juvenile_dermatomyositis",
    "sle",
    "mixed_ctd",
)
"""The diseases with a button of their own; the others are behind "more"."""

_COMMON = 10
"""Treatments that have a row before they are named."""
_TELLING = 8
"""Conditions that can be ticked before they are named."""

_TAPPED = ("ineffective", "partial", "effective", "ongoing")
"""The outcomes that are one tap away; the others open with the row."""

_WHERE = {
    "medications": "medication",
    "conditions": "condition",
    "allergies": "allergy",
    "sites": "site",
    "features": "feature",
}
_NAMES = {
    "age": "age",
    "sex": "sex",
    "pregnant": "pregnancy",
    "pattern": "pattern",
    "largest": "largest deposit",
    "disease": "disease",
    "site": "site",
    "feature": "complaint",
    "medication": "drug",
    "condition": "condition",
    "allergy": "allergy",
}


@dataclass(frozen=True)
class Choice:
    """A word that can be chosen: its value in the form, its name, and whether it is."""

    id: str
    value: str
    name: str
    chosen: bool
    note: str = ""


@dataclass(frozen=True)
class Treatment:
    """A row of what was tried; ``at`` starts the names of its fields."""

    at: str
    id: str
    name: str
    outcome: str
    parts: dict[str, str]
    adequate: str = ""
    verdict: str = ""
    """Whether what was recorded counts as enough, in words."""
    too_small: bool = False


@dataclass(frozen=True)
class Test:
    """A test with its result, or without one and with what it would decide."""

    at: str
    id: str
    name: str
    value: str
    unit: str
    units: tuple[str, ...]
    values: tuple[str, ...]
    effect: str = ""


class FormView:
    """The form of one patient. ``advice`` is None where nothing that can be used is recorded."""

    def __init__(self, kb: KnowledgeBase, acts: Acts, advice: Advice | None, problems: Sequence[Problem]) -> None:
        self.kb = kb
        self.knowledge: Knowledge = kb.knowledge
        self.acts = acts
        self.data = acts.form.data
        self.advice = advice
        self.patient = advice.patient if advice else Patient()
        self.problems = tuple(problems)
        self.kinds = KINDS
        self.fields: dict[str, list[str]] = {}
        for name, value in fields_of(self.data):
            self.fields.setdefault(name, []).append(value)

    def value(self, name: str) -> str:
        """The value of a field with one value."""
        return self.fields.get(name, [""])[-1]

    def words(self, option: str) -> list[str]:
        """The words of a list as they are written."""
        return [word for word in self.fields[option][1:] if word != NONE]

    def is_none(self, option: str) -> bool:
        """Whether a list is recorded as empty."""
        return NONE in self.fields[option]

    def complete(self, option: str) -> bool:
        """Whether a list is recorded as whole."""
        return self.value(self.flag(option)) == "yes"

    def flag(self, option: str) -> str:
        """The field that says that a list is whole."""
        return f"{FLAGS[option]}_complete"

    @property
    def words_address(self) -> str:
        """Where the page gets the words of this knowledge base."""
        return words_address(self.kb)

    @property
    def record_field(self) -> str:
        """The account of the health record, for the hidden field that carries it; empty if there is none."""
        return as_field(self.acts.reading) if self.acts.reading else ""

    @property
    def record(self) -> tuple[str, list[Block]]:
        """The health record in a line, and its account as ``import`` prints it."""
        if self.acts.reading is None:
            return "", []
        return self.acts.reading.said, list(RecordReport(self.acts.reading).blocks())

    def wrong(self, *names: str) -> list[Problem]:
        """The problems of fields, by the start of their names."""
        return [
            problem
            for problem in self.problems
            if problem.place
            and any(problem.place.file == name or problem.place.file.startswith(f"{name}.") for name in names)
        ]

    @cached_property
    def elsewhere(self) -> list[Problem]:
        """The problems that belong to no field of the form."""
        own = (*_NAMES, "history", "labs")
        return [problem for problem in self.problems if problem not in self.wrong(*own)]

    def label(self, name: str) -> str:
        """A field in words: "creatinine"."""
        start, _, rest = name.partition(".")
        if start == "labs" and rest:
            return in_sentence(self._lab_name(rest))
        if start == "history" and rest:
            index = rest.partition(".")[0]
            return self.value(f"history.{index}.therapy") or "a treatment"
        return _NAMES.get(start, start.replace("_", " "))

    # -- disease, person, deposits --

    @cached_property
    def diseases(self) -> tuple[list[Choice], list[Choice]]:
        """The diseases with a button and those that are recorded, and the others."""
        every = self._choices("disease", "diseases", short=True)
        first = [choice for id_ in _FIRST_DISEASES for choice in every if choice.id == id_]
        first += [choice for choice in every if choice.chosen and choice not in first]
        return first, [choice for choice in every if choice not in first]

    @cached_property
    def sites(self) -> list[Choice]:
        return self._choices("site", "sites")

    @cached_property
    def features(self) -> list[Choice]:
        return self._choices("feature", "features")

    @cached_property
    def patterns(self) -> list[Choice]:
        chosen = self.patient.pattern or self.kb.names.term("patterns", self.value("pattern"))
        return [
            Choice(id_, self.value("pattern") if id_ == chosen else id_, term.name, id_ == chosen, term.meaning or "")
            for id_, term in self.knowledge.terms.patterns.items()
        ]

    @property
    def asks_for_pregnancy(self) -> bool:
        """Whether pregnancy is possible, or recorded."""
        return self.value("pregnant") != "" or (bool(self.data) and fertile(self.patient))

    def _choices(self, option: str, vocabulary: str, *, short: bool = False) -> list[Choice]:
        written = self._written(option, vocabulary)
        terms = getattr(self.knowledge.terms, vocabulary)
        return [
            Choice(id_, written.get(id_, id_), (short and term.short) or term.name, id_ in written, term.name)
            for id_, term in terms.items()
        ]

    def _written(self, option: str, vocabulary: str) -> dict[str, str]:
        """The terms of a list that stand in it alone, with the word that is written."""
        found: dict[str, str] = {}
        for word in self.words(option):
            ids = self.kb.names.terms_of(vocabulary).read(word).ids
            if len(ids) == 1:
                found.setdefault(ids[0], word)
        return found

    def other_words(self, option: str, vocabulary: str) -> list[str]:
        """The words of a list that have no box of their own."""
        boxed = self._written(option, vocabulary).values()
        return [word for word in self.words(option) if word not in boxed]

    # -- what was tried --

    @cached_property
    def outcomes(self) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
        """The outcomes that are one tap away and the others: id, name and meaning."""
        every = [(id_, term.name, term.meaning or "") for id_, term in self.knowledge.terms.outcomes.items()]
        return [row for id_ in _TAPPED for row in every if row[0] == id_], [
            row for row in every if row[0] not in _TAPPED
        ]

    @cached_property
    def purposes(self) -> list[tuple[str, str]]:
        return [(id_, term.name) for id_, term in self.knowledge.terms.purposes.items()]

    @cached_property
    def tried(self) -> list[Treatment]:
        """What is recorded as tried, then the treatments that are tried most often, each at its place whether recorded or not."""
        history = self.data.get("history")
        entries = enumerate(history if isinstance(history, list) else ())
        recorded = [self._recorded(index) for index, entry in entries if isinstance(entry, dict)]
        common = _commonest(self.kb)
        rows = [row for row in recorded if row.id not in common or row.parts["for"] != "calcinosis"]
        for id_ in common:
            rows.extend([row for row in recorded if row.id == id_ and row not in rows] or [self._blank(id_)])
        return rows

    def _blank(self, id_: str) -> Treatment:
        therapy = self.knowledge.therapies[id_]
        return Treatment(f"tried.{id_}", id_, therapy.name, "", dict.fromkeys(TREATMENT, ""), _adequate(therapy))

    def _recorded(self, index: int) -> Treatment:
        at = f"history.{index}"
        parts = {part: self.value(f"{at}.{part}") for part in TREATMENT}
        named = parts["therapy"]
        outcome = self.kb.names.term("outcomes", parts["outcome"]) or parts["outcome"]
        match = self.kb.names.drug(named, parts["route"] or None)
        therapy = self.knowledge.therapies.get(match.id) if match else None
        trial = next((trial for trial in self.patient.trials if trial.named == named), None)
        verdict = ""
        if trial and trial.purpose == "calcinosis" and trial.adequacy != "adequate":
            verdict = "; ".join(trial.adequacy_reasons)
        shown = self.kb.names.label(match) if match and match.kind != "other" else named
        return Treatment(
            at,
            match.id if match else named,
            shown,
            outcome,
            parts,
            _adequate(therapy) if therapy else "",
            verdict,
            bool(trial and trial.adequacy in TOO_LITTLE),
        )

    # -- lists --

    @cached_property
    def telling(self) -> list[Choice]:
        """The conditions that matter most for the list and are not recorded, with what each would decide."""
        if self.advice is None or self.complete("condition"):
            return []
        found: Counter[str] = Counter()
        for item in self.advice.options:
            for check in item.check_first:
                kind, _, name = check.fact.rpartition(":")
                if kind == "condition" and name in self.knowledge.terms.conditions and not check.unread:
                    found[name] += FIRST if (item.rank or FIRST + 1) <= FIRST else 1
        known = self.patient.conditions or ()
        ids = sorted((id_ for id_ in found if id_ not in known), key=lambda id_: (-found[id_], id_))
        terms = self.knowledge.terms.conditions
        return [Choice(id_, id_, terms[id_].name, chosen=False) for id_ in ids[:_TELLING]]

    # -- results --

    @cached_property
    def tests(self) -> list[Test]:
        """The recorded results, then the tests that can change the first decisions, the most telling first."""
        labs = self.data.get("labs")
        recorded = [self._result(test) for test in (labs if isinstance(labs, dict) else ())]
        seen = {test.id for test in recorded}
        asked: dict[str, str] = {}
        for question in self.advice.questions if self.advice else ():
            if question.topic in self.knowledge.terms.labs and question.first and "pregnant" not in question.facts:
                for id_ in [fact for fact in question.facts if fact in self.knowledge.terms.labs] or [question.topic]:
                    asked.setdefault(id_, question.effect)
        open_ = [
            id_ for id_ in asked if id_ not in seen and id_ not in self.acts.not_done and not self._asks_pregnancy(id_)
        ]
        return recorded + [self._test(id_, asked[id_]) for id_ in open_]

    @property
    def not_done(self) -> list[tuple[str, str]]:
        """The tests that were said not to have been done."""
        return [(id_, self._lab_name(id_)) for id_ in self.acts.not_done]

    def _asks_pregnancy(self, id_: str) -> bool:
        return "pregnancy" in self.knowledge.terms.labs[id_].implies.values()

    def _result(self, written: str) -> Test:
        id_ = self.kb.names.term("labs", written) or ""
        lab = self.knowledge.terms.labs.get(id_)
        value, unit = self.value(f"labs.{written}"), self.value(f"unit.{written}") or self.acts.units.get(written, "")
        units, values = (() if lab is None or lab.values else _units(self.kb, id_)), (lab.values if lab else ())
        return Test(
            at=written,
            id=id_,
            name=lab.name if lab else written,
            value=value,
            unit=unit,
            units=(*units, *([unit] if unit and unit not in units else [])),
            values=(*values, *([value] if values and value not in values else [])),
        )

    def _test(self, id_: str, effect: str) -> Test:
        lab = self.knowledge.terms.labs[id_]
        units = () if lab.values else _units(self.kb, id_)
        unit = self.acts.units.get(id_) or (units[0] if len(units) == 1 else "")
        return Test(id_, id_, lab.name, "", unit, units, tuple(lab.values), effect)

    def _lab_name(self, written: str) -> str:
        id_ = self.kb.names.term("labs", written)
        return self.knowledge.terms.labs[id_].name if id_ else written

    # -- words that are not understood --

    @cached_property
    def unread(self) -> list[Unread]:
        """The words that somebody must explain."""
        return [word for word in unread(self.patient, self.kb.names) if (word.where, word.named) not in self.acts.kept]

    def button(self, *parts: str) -> str:
        """The value of a button: words as JSON."""
        return json.dumps(parts, ensure_ascii=False)

    def move(self, entry: Entry, kind: Kind) -> str:
        """The value of the button that files an entry elsewhere."""
        if entry.treatment is not None:
            at, word = str(len(self.data.get("history") or ()) - 1), str(entry.treatment["therapy"])
            return self.button(entry.kind or "", at, entry.text if kind in TREATMENTS else word, kind)
        value = (entry.options or {}).get(entry.kind or "", "")
        word = str(value[0] if isinstance(value, list) else value)
        return self.button(entry.kind or "", word, word, kind)

    def is_outcome(self, word: str) -> bool:
        """Whether an outcome is one of the known ones."""
        return word in self.knowledge.terms.outcomes


@lru_cache(maxsize=256)
def _units(kb: KnowledgeBase, test: str) -> tuple[str, ...]:
    """The units of a test; finding them takes as long as an answer."""
    return units_of(kb.knowledge.terms.labs[test])


def _adequate(therapy: Therapy) -> str:
    return therapy.adequate_trial.text if therapy.adequate_trial else ""


@lru_cache(maxsize=8)
def _commonest(kb: KnowledgeBase) -> list[str]:
    """The treatments of deposits that most published patients were given."""
    therapies = kb.knowledge.therapies
    found: Counter[str] = Counter()
    for one in kb.experience:
        found.update({*one.failed, *one.given})
    fitting = (
        id_
        for id_ in found
        if id_ in therapies and therapies[id_].aim == "deposit" and therapies[id_].kind in ("drug", "procedure")
    )
    return sorted(fitting, key=lambda id_: (-found[id_], id_))[:_COMMON]
