"""Judge everybody in a batch of signatures: run each rule once for each different set of the facts that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from calcinosis_kb.advice.advisor import Advisor, missing_facts, person_of, recorded_conditions
from calcinosis_kb.advice.ruling import Circumstances, Ruling
from calcinosis_kb.advice.verdicts import ASKED
from calcinosis_kb.cohort.column import Batch, Derived, Integers, Recorded, Values, different
from calcinosis_kb.cohort.facts import Records, whole
from calcinosis_kb.cohort.history import History, HistoryColumns
from calcinosis_kb.cohort.influence import Reference
from calcinosis_kb.cohort.outcome import FactColumns, Outcome, RuleColumns, names_read
from calcinosis_kb.knowledge.grading import Evidence
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.person import Person
from calcinosis_kb.knowledge.recommendations import Recommendation, missing_of
from calcinosis_kb.rules.compiler import fact_name
from calcinosis_kb.rules.facts import Fact
from calcinosis_kb.rules.models import EFFECTS

__all__ = ["BatchJudge", "Bits", "Judged", "members"]

Bits = NDArray[np.uint64]

_UNIT = 64
"""The bits of one word of a set of rules or facts."""


class _Bearings(NamedTuple):
    """The circumstances of one therapy, with the rule of its standing and what its recommendation asks for."""

    given: Circumstances
    rule: str
    open: tuple[str, ...]


class Judged(NamedTuple):
    """The judgements on one therapy for a batch. ``ruling`` and ``option`` number ``rulings`` and ``options`` for each signature.

    ``held`` and ``open`` are sets of ``rules`` and ``facts``, as words of 64 bits for each signature.
    """

    therapy: Therapy
    rulings: list[Ruling]
    ruling: Integers
    options: list[tuple[str, str, str]]
    """Standing, the rule that gives it, and what studies saw."""
    option: Integers
    rules: tuple[str, ...]
    held: list[Bits]
    facts: tuple[str, ...]
    open: list[Bits]

    def read(self, row: int) -> tuple[str, str, str, list[str], list[str]]:
        """Standing, verdict, state, rules that hold (that of the standing first) and open facts of one signature."""
        standing, rule, _ = self.options[int(self.option[row])]
        ruling = self.rulings[int(self.ruling[row])]
        rules = [rule, *members(self.rules, self.held, row)]
        return standing, ruling.verdict, ruling.state, rules, members(self.facts, self.open, row)


class BatchJudge:
    """Judges batches of signatures of one layout; what was computed for one batch is kept for the next."""

    def __init__(self, records: Records, advisor: Advisor) -> None:
        self.records, self.advisor = records, advisor
        self.person = _person(records)
        self.facts = FactColumns(records)
        rules = RuleColumns(advisor.verdict_rules.compiled, self.facts)
        self.therapies = [_TherapyJudge(self, option, rules) for option in advisor.knowledge.options]

    def judge(self, batch: Batch) -> list[Judged]:
        """Return the judgements on every therapy for a batch."""
        common = Values(batch)
        return [therapy.judge(Values(batch, common)) for therapy in self.therapies]


class _TherapyJudge:
    """Judges one therapy for batches of signatures."""

    def __init__(self, judge: BatchJudge, option: Therapy, rules: RuleColumns) -> None:
        self.option, self.advisor = option, judge.advisor
        mine = rules.of(option)
        made = HistoryColumns(judge.records, judge.advisor, option, names_read(mine.values()))
        self.history, mechanism, failed, tried = made.history(), made.mechanism(), made.failed(), made.tried()
        references = dict.fromkeys(_advice_references(judge.advisor, option))
        advised = Derived([judge.person, tried, *map(judge.facts.column, references)], self._advised)
        inputs = [judge.person, self.history, mechanism, failed, advised]
        self.bearings = Derived(inputs, self._bearings)
        self.option_fact = Derived(inputs, self._option_fact)
        order = {rule: n for n, rule in enumerate(mine)}
        gravity = {effect: n for n, effect in enumerate(EFFECTS)}
        effects = {rule: judge.advisor.by_id[rule].effect or "note" for rule in mine}
        self.rules = tuple(sorted(mine, key=lambda rule: (gravity[effects[rule]], order[rule])))
        self.effects = effects
        self.outcomes = [rules.outcome(rule, option, self.option_fact, self.history) for rule in self.rules]
        asked = {
            name.partition("$")[0] + option.id if "$" in name else name
            for parts in mine.values()
            for part in parts
            for name in part.asked
        }
        asked |= {fact_name(kind, name) for kind, name in _advice_facts(judge.advisor, option)}
        self.facts = tuple(sorted(asked))
        self._bit = {fact: n for n, fact in enumerate(self.facts)}
        self.weighed = self._weighed()
        self.rulings: list[Ruling] = []
        self._known: dict[tuple[int, ...], int] = {}

    def judge(self, values: Values) -> Judged:
        """Judge the therapy for the batch of some columns."""
        size = values.batch.size
        bearings = values.of(self.bearings)
        held = [np.zeros(size, np.uint64) for _ in range(-(-len(self.rules) // _UNIT))]
        open_ = [np.zeros(size, np.uint64) for _ in range(-(-len(self.facts) // _UNIT))]
        asks = np.array([bool(state.open) for state in self.bearings.states])[bearings]
        self._add(open_, [state.open for state in self.bearings.states], bearings)
        for n, column in enumerate(self.outcomes):
            index = values.of(column)
            outcomes: list[Outcome] = column.states
            if any(outcome.held for outcome in outcomes):
                word, bit = divmod(n, _UNIT)
                held[word] |= np.array([int(outcome.held) << bit for outcome in outcomes], np.uint64)[index]
            if any(outcome.asks for outcome in outcomes):
                asks = asks | np.array([outcome.asks for outcome in outcomes])[index]
                self._add(open_, [outcome.open for outcome in outcomes], index)
        ruling = self._ruled(bearings, held, asks)
        asked = np.array([one.verdict in ASKED for one in self.rulings])[ruling]
        for asked_for in open_:
            asked_for[~asked] = 0
        options = [(state.given.standing, state.rule, state.given.seen) for state in self.bearings.states]
        return Judged(self.option, self.rulings, ruling, options, bearings, self.rules, held, self.facts, open_)

    def _add(self, sets: list[Bits], facts: Sequence[Iterable[str]], index: Integers) -> None:
        """Add to each signature's set the facts of its state."""
        masks = [sum(1 << self._bit[fact] for fact in one) for one in facts]
        for word, held in enumerate(sets):
            of_word = [mask >> word * _UNIT & (1 << _UNIT) - 1 for mask in masks]
            if any(of_word):
                held |= np.array(of_word, np.uint64)[index]

    def _ruled(self, bearings: Integers, held: Sequence[Bits], asks: NDArray[np.bool_]) -> Integers:
        """The number of the ruling for each signature; each weight of the rules that hold is ruled on once."""
        counts = [bearings, asks, *(_count(held, masks) for masks in self.weighed)]
        spans = [int(count.max(initial=0)) + 1 for count in counts]
        first, inverse = different(counts, spans, len(bearings))
        found = np.empty(len(first), np.int32)
        for place, row in enumerate(first.tolist()):
            known = tuple(int(count[row]) for count in counts)
            number = self._known.get(known)
            if number is None:
                number = self._known[known] = len(self.rulings)
                sets = [int(word[row]) for word in held]
                self.rulings.append(self._rule_on(int(bearings[row]), bool(asks[row]), sets))
            found[place] = number
        return found[inverse]

    def _weighed(self) -> list[list[int]]:
        """Groups of rules, as masks, of which a weight tells how many hold, or whether any does."""
        advisor, numbered = self.advisor, list(enumerate(self.rules))
        alone = advisor.judge.unread | advisor.judge.weighed_alone
        groups = [[n for n, rule in numbered if self.effects[rule] == one and rule not in alone] for one in EFFECTS]
        groups += [[n] for n, rule in numbered if rule in alone]
        return [self._masks(group) for group in groups if group]

    def _masks(self, rules: Iterable[int]) -> list[int]:
        masks = [0] * -(-len(self.rules) // _UNIT)
        for n in rules:
            masks[n // _UNIT] |= 1 << n % _UNIT
        return masks

    def _rule_on(self, bearings: int, asks: bool, sets: Sequence[int]) -> Ruling:
        rules = (rule for n, rule in enumerate(self.rules) if sets[n // _UNIT] >> n % _UNIT & 1)
        weight = self.advisor.judge.weigh({rule: self.effects[rule] for rule in rules}, asks=asks)
        return self.advisor.judge.rule_on(self.option, self.bearings.states[bearings].given, weight)

    def _advised(self, states: Sequence[Any]) -> Recommendation:
        person, tried, *known = states
        facts = [fact for one in known for fact in one]
        return self.advisor.recommendation(
            self.option,
            person,
            recorded_conditions(facts),
            tried,
            missing_facts(facts),
        )

    def _bearings(self, states: Sequence[Any]) -> _Bearings:
        person: Person
        history: History
        advised: Recommendation
        person, history, mechanism, _, advised = states
        evidence = self._evidence(person)
        expected = self.advisor.expected(self.option.id, person, without=frozenset())
        fit = self.advisor.judge.fit(self.option, evidence, person)
        given = Circumstances(history.standing, evidence.seen, expected, advised, mechanism, fit)
        return _Bearings(given, history.rule, tuple(check.fact for check in self.advisor.judge.advice_checks(advised)))

    def _option_fact(self, states: Sequence[Any]) -> Fact:
        person, history, mechanism, failed, advised = states
        family = self.option.family or self.option.id
        evidence = self._evidence(person)
        return self.advisor.option_fact(self.option, history.standing, evidence, mechanism, advised, {family: failed})

    def _evidence(self, person: Person) -> Evidence:
        return self.advisor.evidence(self.option.id, person.diseases, universal=person.universal, without=frozenset())


def _count(sets: Sequence[Bits], masks: Sequence[int]) -> Integers:
    """How many members of a group are in each set."""
    found = np.zeros(len(sets[0]) if sets else 0, np.uint8)
    for word, mask in zip(sets, masks, strict=True):
        if mask:
            found += np.bitwise_count(word & np.uint64(mask))
    return found


def members(words: Sequence[str], sets: Sequence[Bits], row: int) -> list[str]:
    """The words of the set of one row."""
    found: list[str] = []
    for n, word in enumerate(sets):
        left = int(word[row])
        while left:
            lowest = left & -left
            found.append(words[n * _UNIT + lowest.bit_length() - 1])
            left ^= lowest
    return found


def _person(records: Records) -> Recorded:
    """The column of what evidence and advice may depend on."""
    kinds = ("age", "disease", "condition", "pattern", "feature")
    fields = [
        field
        for kind in kinds
        for field in records.layout.by_kind.get(kind, ())
        if kind != "condition" or records.parts[field.items[0]].diseases
    ]
    return Recorded((), fields, lambda row: person_of(records.patient(row, fields)), shared=True)


def _advice_facts(advisor: Advisor, option: Therapy) -> set[tuple[str, str]]:
    """The facts that advice on a therapy may ask for."""
    return missing_of(advisor.knowledge, option.id)


def _advice_references(advisor: Advisor, option: Therapy) -> list[Reference]:
    return [whole(kind, name) for kind, name in sorted(_advice_facts(advisor, option))]
