"""Judge everybody in a batch of signatures: run each rule once for each different set of the facts that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from calcinosis_kb.advice.advisor import Advisor, missing_facts, person_of, recorded_conditions
from calcinosis_kb.advice.ruling import Circumstances, Ruling
from calcinosis_kb.advice.verdicts import ASKED
from calcinosis_kb.cohort.column import Batch, Column, Derived, Recorded, Values
from calcinosis_kb.cohort.facts import Records, whole
from calcinosis_kb.cohort.history import HistoryColumns
from calcinosis_kb.cohort.influence import Reference
from calcinosis_kb.cohort.keys import Integers, different, distinct
from calcinosis_kb.cohort.marks import Bits, Marks, masks, members
from calcinosis_kb.cohort.outcome import FactColumns, Outcome, RuleColumns
from calcinosis_kb.knowledge.expected import Expectation
from calcinosis_kb.knowledge.grading import Evidence
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.person import Person
from calcinosis_kb.knowledge.recommendations import Recommendation, missing_of
from calcinosis_kb.rules.compiler import fact_name
from calcinosis_kb.rules.facts import Fact
from calcinosis_kb.rules.models import EFFECTS

__all__ = ["BatchJudge", "Judged"]


class _Studies(NamedTuple):
    """What the studies of one therapy say for a kind of person, and how well it fits them."""

    evidence: Evidence
    expected: Expectation
    fit: int


class _Bearings(NamedTuple):
    """The circumstances of one therapy, with the rule of its standing and what its recommendation asks for."""

    given: Circumstances
    rule: str
    open: tuple[str, ...]


class Judged(NamedTuple):
    """The judgements on one therapy for a batch: the different ones, and by ``place`` which of them each signature has.

    ``ruling`` and ``option`` number ``rulings`` and ``options`` for each judgement. ``held`` and ``open`` are the rules that hold and the
    facts that are open, as bits for ``words``.
    """

    therapy: Therapy
    place: Integers
    rulings: list[Ruling]
    ruling: Integers
    options: list[tuple[str, str, str]]
    """Standing, the rule that gives it, and what studies saw."""
    option: Integers
    words: tuple[str, ...]
    held: Bits
    open: Bits

    def read(self, row: int) -> tuple[str, str, str, list[str], list[str]]:
        """Standing, verdict, state, rules that hold (that of the standing first) and open facts of one signature."""
        place = self.place[row]
        standing, rule, _ = self.options[self.option[place]]
        ruling = self.rulings[self.ruling[place]]
        held, open_ = ([self.words[n] for n in members(sets[:, place])] for sets in (self.held, self.open))
        return standing, ruling.verdict, ruling.state, [rule, *held], open_


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
        made = HistoryColumns(judge.records, judge.advisor, option)
        history, mechanism, failed, tried = made.history(), made.mechanism(), made.failed(), made.tried()
        references = dict.fromkeys(_advice_references(judge.advisor, option))
        studies = Derived([judge.person], self._studies)
        standing = Derived([history], lambda states: (states[0].standing, states[0].rule))
        advised = Derived([judge.person, tried, *map(judge.facts.column, references)], self._advised)
        self.bearings = Derived([studies, standing, mechanism, advised], self._bearings)
        option_fact = Derived([studies, standing, mechanism, failed, advised], self._option_fact)
        order = {rule: n for n, rule in enumerate(mine)}
        gravity = {effect: n for n, effect in enumerate(EFFECTS)}
        self.effects = {rule: judge.advisor.by_id[rule].effect or "note" for rule in mine}
        self.rules = tuple(sorted(mine, key=lambda rule: (gravity[self.effects[rule]], order[rule])))
        asked = {
            name.partition("$")[0] + option.id if "$" in name else name
            for parts in mine.values()
            for part in parts
            for name in part.asked
        }
        asked |= {fact_name(kind, name) for kind, name in _advice_facts(judge.advisor, option)}
        self.facts = tuple(sorted(asked))
        self.bits = {fact: 1 << n for n, fact in enumerate(self.facts, len(self.rules))}
        self.asks = 1 << len(self.rules) + len(self.facts)
        outcomes = [rules.outcome(rule, option, option_fact, history) for rule in self.rules]
        self.marks = [Marks(self.bearings, lambda state: self._mark(0, bool(state.open), state.open), self.asks)]
        self.marks += [Marks(column, partial(self._outcome_mark, n), self.asks) for n, column in enumerate(outcomes)]
        self.weighed = self._weighed()
        self.rulings: list[Ruling] = []
        self._known: dict[tuple[int, ...], int] = {}

    def judge(self, values: Values) -> Judged:
        """Judge the therapy for the batch of some columns."""
        bearings = values.numbers(self.bearings)
        every = self._sets(values)
        first, place = distinct([bearings, *every])
        option, sets = bearings[first], every[:, first]
        ruling = self._ruled(option, sets)
        asked = np.array([one.verdict in ASKED for one in self.rulings])[ruling]
        rules = (1 << len(self.rules)) - 1
        held, open_ = sets & masks(rules, self.asks), sets & masks(self.asks - 1 - rules, self.asks)
        options = [(state.given.standing, state.rule, state.given.seen) for state in self.bearings.states]
        words = (*self.rules, *self.facts)
        return Judged(self.option, place, self.rulings, ruling, options, option, words, held, np.where(asked, open_, 0))

    def _outcome_mark(self, rule: int, outcome: Outcome) -> int:
        return self._mark(int(outcome.held) << rule, outcome.asks, outcome.open)

    def _mark(self, held: int, asks: bool, open_: Iterable[str]) -> int:
        """The bits of a rule that holds, and of the facts that are asked for."""
        return held | (self.asks if asks else 0) | sum(self.bits[fact] for fact in open_)

    def _sets(self, values: Values) -> Bits:
        """The bits that hold for each signature. What depends on the same column is put together first, state by state."""
        by_root: dict[Column | None, Bits] = {}
        for marks in self.marks:
            root, bits = marks.of(values)
            by_root[root] = by_root[root] | bits if root in by_root else bits
        found = np.zeros((len(masks(0, self.asks)), values.batch.size), np.uint64)
        for root, bits in by_root.items():
            for word, of_state in zip(found, bits, strict=True):
                if of_state.any():
                    word |= of_state[0] if root is None else of_state[values.codes_of(root)]
        return found

    def _ruled(self, bearings: Integers, sets: Bits) -> Integers:
        """The number of the ruling for each judgement; each weight of the rules that hold is ruled on once."""
        counts = [bearings, *(np.bitwise_count(sets & masks).sum(axis=0) for masks in self.weighed)]
        first, inverse = different(counts, [int(count.max(initial=0)) + 1 for count in counts], len(bearings))
        found = np.empty(len(first), np.int32)
        weights = np.stack([count[first] for count in counts], axis=1)
        for place, (row, known) in enumerate(zip(first.tolist(), map(tuple, weights.tolist()), strict=True)):
            number = self._known.get(known)
            if number is None:
                number = self._known[known] = len(self.rulings)
                self.rulings.append(self._rule_on(int(bearings[row]), sets[:, row]))
            found[place] = number
        return found[inverse]

    def _weighed(self) -> list[Bits]:
        """Groups of rules, as masks, of which a weight tells how many hold, or whether any does; and whether any asks."""
        advisor, numbered = self.advisor, list(enumerate(self.rules))
        alone = advisor.judge.unread | advisor.judge.weighed_alone
        groups = [[n for n, rule in numbered if self.effects[rule] == one and rule not in alone] for one in EFFECTS]
        groups += [[n] for n, rule in numbered if rule in alone]
        bits = [sum(1 << n for n in group) for group in groups if group]
        return [masks(one, self.asks) for one in (self.asks, *bits)]

    def _rule_on(self, bearings: int, sets: Bits) -> Ruling:
        held = {self.rules[n]: self.effects[self.rules[n]] for n in members(sets) if n < len(self.rules)}
        asks = len(self.rules) + len(self.facts) in members(sets)
        given = self.bearings.states[bearings].given
        return self.advisor.judge.rule_on(self.option, given, self.advisor.judge.weigh(held, asks=asks))

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

    def _studies(self, states: Sequence[Any]) -> _Studies:
        person: Person = states[0]
        evidence = self.advisor.evidence(
            self.option.id, person.diseases, universal=person.universal, without=frozenset()
        )
        expected = self.advisor.expected(self.option.id, person, without=frozenset())
        return _Studies(evidence, expected, self.advisor.judge.fit(self.option, evidence, person))

    def _bearings(self, states: Sequence[Any]) -> _Bearings:
        studies: _Studies
        advised: Recommendation
        studies, (standing, rule), mechanism, advised = states
        given = Circumstances(standing, studies.evidence.seen, studies.expected, advised, mechanism, studies.fit)
        return _Bearings(given, rule, tuple(check.fact for check in self.advisor.judge.advice_checks(advised)))

    def _option_fact(self, states: Sequence[Any]) -> Fact:
        studies, (standing, _), mechanism, failed, advised = states
        family = self.option.family or self.option.id
        return self.advisor.option_fact(self.option, standing, studies.evidence, mechanism, advised, {family: failed})


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
