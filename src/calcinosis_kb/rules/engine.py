"""Judge facts with each requested back end. The back ends must agree, or there is no answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from operator import itemgetter
from typing import Literal, Protocol

import msgspec

from calcinosis_kb.errors import InputError, InternalFault, Problem
from calcinosis_kb.rules.compiler import Clause, Compiled, Conjunction
from calcinosis_kb.rules.durable import Durable, available
from calcinosis_kb.rules.facts import Fact, FactBase
from calcinosis_kb.rules.reference import Raw, Reference

__all__ = ["ENGINES", "EngineName", "Evaluator", "Firing", "choose_engines"]

EngineName = Literal["durable", "reference"]
ENGINES: tuple[EngineName, ...] = ("durable", "reference")


class BackEnd(Protocol):
    @property
    def name(self) -> str: ...

    def evaluate(self, facts: FactBase) -> frozenset[Raw]: ...


_BACK_ENDS: dict[EngineName, Callable[[Sequence[Conjunction]], BackEnd]] = {"durable": Durable, "reference": Reference}


class Firing(msgspec.Struct, gc=False):  # two thousand of an answer, and none can be part of a cycle
    """A compiled rule that holds for a therapy, with the facts that made it hold."""

    rule: Compiled
    therapy: str
    facts: tuple[Fact, ...]

    @property
    def asked(self) -> tuple[str, ...]:
        """The facts that the rule asks for, with ``$therapy`` and the like replaced by the therapy."""
        asked = self.rule.asked
        if self.rule.option is None:
            return asked
        return tuple([name if "$" not in name else f"{name.partition('$')[0]}{self.therapy}" for name in asked])


def choose_engines(wanted: Sequence[EngineName]) -> tuple[EngineName, ...]:
    """Return the engines to use: "both" omits durable_rules if it cannot be imported.

    Raises `InputError` (CKB052) if durable_rules alone was requested and is missing.
    """
    if "durable" in wanted and not available():
        if "reference" in wanted:
            return ("reference",)
        fix = "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install durable_rules==2.0.28"
        raise InputError((Problem("CKB052", "durable_rules is not installed here", fix=fix),))
    return tuple(engine for engine in ENGINES if engine in wanted)


class Evaluator:
    """The compiled rules of one stratum with their back ends. It can be pickled, so that a start need not compile."""

    def __init__(self, compiled: Sequence[Compiled], engines: Sequence[EngineName] = ENGINES) -> None:
        self.compiled = tuple(compiled)
        # "Pregnancy is not recorded" occurs in rules of dozens of therapies and is judged once.
        sharing: dict[Conjunction, list[int]] = {}
        for index, rule in enumerate(self.compiled):
            sharing.setdefault(rule.conjunction, []).append(index)
        self.conjunctions, self.sharing = tuple(sharing), tuple(sharing.values())
        # Conjunctions of missing facts alone bind the same facts in every patient, so their firings are cached.
        self._asking = {index for index, one in enumerate(sharing) if _is_constant(one)}
        self._missing: dict[int, list[tuple[int, Firing]]] = {}
        self.asks_for = _missing_facts(self.compiled)
        """Every fact of a record that some rule asks for when it is missing, as (kind, name)."""
        self._made = {engine: _BACK_ENDS[engine](self.conjunctions) for engine in engines}
        self.back_ends: tuple[BackEnd, ...] = tuple(self._made.values())

    def using(self, engines: Sequence[EngineName]) -> Evaluator:
        """The same rules, judged by these engines only."""
        chosen = copy(self)
        chosen.back_ends = tuple(self._made[engine] for engine in engines)
        return chosen

    @property
    def engines(self) -> tuple[str, ...]:
        """The names of the back ends, with versions."""
        return tuple(back_end.name for back_end in self.back_ends)

    def evaluate(self, facts: Iterable[Fact]) -> tuple[Firing, ...]:
        """Return every firing, sorted by rule, therapy and facts; the order of the facts does not matter.

        Raises `InternalFault` (CKB050) if the back ends differ.
        """
        base = FactBase(facts)
        first, *others = [back_end.evaluate(base) for back_end in self.back_ends]
        for other in others:
            if other != first:
                self._disagree(first, other)
        found: list[tuple[int, Firing]] = []
        for shared, ids in sorted(first):
            found.extend(self._missing.get(shared) or self._firings(shared, tuple([base[id_] for id_ in ids])))
        found.sort(key=itemgetter(0))
        return tuple([firing for _, firing in found])

    def _firings(self, shared: int, facts: tuple[Fact, ...]) -> list[tuple[int, Firing]]:
        """The firings of all rules that share a conjunction, each with the index of its rule."""
        made: list[tuple[int, Firing]] = []
        for index in self.sharing[shared]:
            rule = self.compiled[index]
            if rule.option is None:
                made.extend([(index, Firing(rule, therapy, facts)) for therapy in rule.therapies])
            else:
                made.append((index, Firing(rule, str(facts[0].get("therapy")), facts[1:])))
        if shared in self._asking:
            self._missing[shared] = made
        return made

    def _disagree(self, one: frozenset[Raw], other: frozenset[Raw]) -> None:
        rules = sorted({self.compiled[index].name for shared, _ in one ^ other for index in self.sharing[shared]})
        message = f"{' and '.join(self.engines)} differ on {', '.join(rules[:5])}"
        fix = "this is a fault of calcinosis-kb; please report it. There is no answer."
        raise InternalFault((Problem("CKB050", message, fix=fix),))


def _missing_facts(compiled: Iterable[Compiled]) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for rule in compiled:
        for clause in rule.clauses:
            if clause.kind == "unknown":
                about = next(str(test.value) for test in clause.tests if test.attribute == "about")
                found.update((about, str(name)) for name in ([clause.name] if clause.name else rule.therapies))
    return frozenset(found)


def _is_constant(conjunction: Conjunction) -> bool:
    """Whether every clause names one missing fact, so that no other can be bound."""
    return conjunction.option is None and all(
        clause.kind == "unknown" and not clause.negated and {("about", "="), ("name", "=")} == _tested(clause)
        for clause in conjunction.clauses
    )


def _tested(clause: Clause) -> set[tuple[str, str]]:
    return {(test.attribute, test.operator) for test in clause.tests}
