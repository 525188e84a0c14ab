"""What each rule does for a therapy: it holds, or asks for facts. It is run once for each different set of the facts that it reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from calcinosis_kb.cohort.column import Column, Derived, Recorded
from calcinosis_kb.cohort.facts import Records, whole
from calcinosis_kb.cohort.history import KINDS, TreatmentFacts
from calcinosis_kb.cohort.influence import Reference
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.rules.compiler import Clause, Compiled
from calcinosis_kb.rules.engine import Evaluator
from calcinosis_kb.rules.facts import Fact

__all__ = ["FactColumns", "Outcome", "RuleColumns"]


class Outcome(NamedTuple):
    """What a rule does for one therapy; ``open`` are the facts that it asks for."""

    held: bool = False
    asks: bool = False
    open: tuple[str, ...] = ()


class FactColumns:
    """The columns of the facts that rules read, each made when it is first asked for."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.made: dict[Reference, Recorded] = {}

    def column(self, reference: Reference) -> Recorded:
        """The column of the facts of one name."""
        if reference not in self.made:
            self.made[reference] = self.records.column(reference)
        return self.made[reference]


class RuleColumns:
    """Makes the columns of what rules do. A rule that reads only the record does the same for all its therapies."""

    def __init__(self, compiled: Iterable[Compiled], facts: FactColumns) -> None:
        self.facts = facts
        self.parts: dict[str, list[Compiled]] = defaultdict(list)
        for part in compiled:
            self.parts[part.rule].append(part)
        self._evaluators: dict[str, Evaluator] = {}
        self._shared: dict[str, Derived] = {}
        self._by_name: dict[str, Recorded] = {}
        self._read: dict[Hashable, Derived] = {}

    def of(self, option: Therapy) -> dict[str, list[Compiled]]:
        """The rules on a therapy, with the conjunctions of each."""
        own = {rule: [part for part in parts if option.id in part.therapies] for rule, parts in self.parts.items()}
        return {rule: parts for rule, parts in own.items() if parts}

    def outcome(self, rule: str, option: Therapy, option_fact: Column, history: Column) -> Derived:
        """The column of the `Outcome` of a rule for a therapy."""
        if rule in self._shared:
            return self._shared[rule]
        parts = self.parts[rule]
        clauses = [clause for part in parts for clause in part.clauses]
        inputs = [self._projected(one, clauses) for one in _references(parts, option)]
        by_option = any(part.option for part in parts)
        by_history = any(clause.kind in KINDS or _about(clause) in KINDS for clause in clauses)
        if by_option:
            inputs.append(self._option(option_fact, parts, clauses))
        if by_history:
            inputs.append(self._made((history, "facts"), lambda: Derived([history], lambda states: states[0].facts)))
            inputs += [self._treatments(name) for name in sorted(_named(parts, option))]
        alone = not (by_option or by_history)
        made = Derived(inputs, lambda states: self._outcome(rule, option.id, states), shared=alone)
        if alone:
            self._shared[rule] = made
        return made

    def _outcome(self, rule: str, therapy: str, states: Iterable[tuple[Fact, ...]]) -> Outcome:
        if rule not in self._evaluators:
            self._evaluators[rule] = Evaluator(self.parts[rule], ("reference",))
        fired = self._evaluators[rule].evaluate(fact for facts in states for fact in facts)
        firings = [one for one in fired if one.therapy == therapy]
        held = any(one.rule.effect != "check" for one in firings)
        asking = [one for one in firings if one.rule.effect == "check"]
        return Outcome(
            held, bool(asking), () if held else tuple(dict.fromkeys(fact for one in asking for fact in one.asked))
        )

    def _treatments(self, name: str) -> Column:
        """The column of the facts that treatments give about a therapy or family."""
        if name not in self._by_name:
            self._by_name[name] = TreatmentFacts(self.facts.records, [name]).column()
        return self._by_name[name]

    def _option(self, option_fact: Column, parts: Iterable[Compiled], clauses: Iterable[Clause]) -> Column:
        """The column of the fact about the therapy, with only the attributes that a rule reads."""
        wanted = frozenset({"therapy", "family", *_attributes([part.option for part in parts if part.option], clauses)})
        return self._made(
            (option_fact, wanted),
            lambda: Derived([option_fact], lambda states: (_restricted(states[0], wanted),)),
        )

    def _projected(self, reference: Reference, clauses: Iterable[Clause]) -> Column:
        """The column of the patient or the lesion with only the attributes that a rule tests; any other column as it is."""
        kind, column = reference[0], self.facts.column(reference)
        if kind not in ("patient", "lesion"):
            return column
        attributes = frozenset(test.attribute for clause in clauses if clause.kind == kind for test in clause.tests)
        attributes |= {str(clause.name) for clause in clauses if _about(clause) == kind}

        def restricted(states: Sequence[tuple[Fact, ...]]) -> tuple[Fact, ...]:
            kept = (fact for fact in states[0] if fact.kind == kind or fact.get("name") in attributes)
            return tuple(_restricted(fact, attributes) if fact.kind == kind else fact for fact in kept)

        return self._made((column, attributes), lambda: Derived([column], restricted, shared=True))

    def _made(self, key: Hashable, make: Callable[[], Derived]) -> Derived:
        """A column that several rules read, made once."""
        if key not in self._read:
            self._read[key] = make()
        return self._read[key]


def _about(clause: Clause) -> str:
    """The kind of fact that a clause finds missing, or nothing."""
    return next(
        (str(test.value) for test in clause.tests if clause.kind == "unknown" and test.attribute == "about"), ""
    )


def _references(parts: Iterable[Compiled], option: Therapy) -> list[Reference]:
    """The facts of a record that a rule reads for a therapy, without those that treatments give."""
    own = {"therapy": option.id, "family": option.family or option.id}
    found: dict[Reference, None] = {}
    for part in parts:
        for clause in part.clauses:
            kind = _about(clause) or clause.kind
            if kind not in KINDS and kind != "option":
                joined = (own[other] for mine, other in clause.joins if mine == "name")
                found[whole(kind, str(clause.name) if clause.name is not None else next(joined, ""))] = None
    return list(found)


def _named(parts: Iterable[Compiled], option: Therapy) -> set[str]:
    """The therapies and families, other than a therapy and its own, that its rules read in treatments."""
    return {
        str(test.value)
        for part in parts
        for clause in part.clauses
        if option.id in part.therapies and (clause.kind in KINDS or _about(clause) in KINDS)
        for test in clause.tests
        if test.attribute in ("therapy", "family", "name")
    } - {option.id, option.family}


def _attributes(options: Iterable[Clause], clauses: Iterable[Clause]) -> frozenset[str]:
    """The attributes of the therapy that a rule tests or joins."""
    tested = {test.attribute for clause in options for test in clause.tests}
    joined = {other for clause in clauses for _, other in clause.joins}
    unwanted = {test.attribute for clause in clauses if clause.kind == "option" for test in clause.tests}
    return frozenset(tested | joined | unwanted)


def _restricted(fact: Fact, attributes: Iterable[str]) -> Fact:
    wanted = frozenset(attributes)
    return Fact(fact.kind, tuple((name, value) for name, value in fact.values if name in wanted))
