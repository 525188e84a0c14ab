"""The durable_rules back end: JSON rulesets within the subset that is safe, and a driver for its C core.

What the subset and the driver keep out was measured on durable_rules 2.0.28 and is listed in docs/engine.md: host
threads that steal results, freed sessions that crash, ``none`` that depends on the order of facts, joins that are ignored
behind ``$or``, numbers with exponents, rulesets over 255 rules.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import count, pairwise
from typing import Any

import msgspec

from calcinosis_kb.errors import InternalFault, Problem
from calcinosis_kb.rules.compiler import Clause, Conjunction, Test
from calcinosis_kb.rules.facts import SESSION, FactBase, Value
from calcinosis_kb.rules.reference import Raw

__all__ = ["MAX_CONDITIONS", "MAX_PATTERNS", "MAX_RULES", "Durable", "available", "definition", "split"]

VERSION = "2.0.28"
MAX_RULES = 240
"""Rules a ruleset; 255 rules may share the first condition, and a session costs time with every rule."""
MAX_PATTERNS = 15
"""Patterns a rule besides the trigger (the engine takes 16)."""
MAX_CONDITIONS = 60
"""Different conditions that one fact may satisfy at once under its kind (the engine takes 64)."""

_BEGIN: dict[str, Value] = {"kind": "begin", "sid": SESSION, "id": "begin"}
"""A constant good first message: after a bad one the engine's session handle is not initialised."""
_GO: dict[str, Value] = {"kind": "go", "sid": SESSION, "id": "go"}
"""The trigger comes last, so that negated clauses see every fact."""
_TRIGGER = {"g": {"kind": "go"}}
_SENTINEL = {"sid": {"g": "sid"}}
"""An always true join: a pattern whose last member is a false join would read past its expression."""
_DONE = "zz_done"
_WORDS = {"<": "$lt", ">": "$gt", "<=": "$lte", ">=": "$gte"}


class _Bound(msgspec.Struct):
    """All that is wanted of a fact that the engine hands back."""

    id: str


_ACTIONS = msgspec.json.Decoder(list[dict[str, dict[str, _Bound]]])
_NUMBERS = count(1)
_LOCK = threading.Lock()


def available() -> bool:
    """Whether durable_rules can be imported."""
    try:
        import durable_rules_engine  # noqa: F401
    except ImportError:
        return False
    return True


def split(compiled: Sequence[Conjunction]) -> list[range]:
    """The compiled rules in runs that one ruleset holds, of nearly equal size."""
    parts = -(-len(compiled) // MAX_RULES)
    bounds = [round(len(compiled) * part / parts) for part in range(parts + 1)] if parts else [0]
    return [range(first, last) for first, last in pairwise(bounds)]


def definition(compiled: Sequence[Conjunction], indexes: range) -> str:
    """A ruleset as durable_rules JSON: the trigger first, then positive patterns with the option last, then negated ones.

    The engine joins in this order, and a patient has few facts that pass a clause but every therapy as an option.
    """
    rules: dict[str, Any] = {}
    for index in indexes:
        rule = compiled[index]
        patterns: list[dict[str, Any]] = [_TRIGGER]
        joins: list[dict[str, Any]] = []
        for number, clause in enumerate(rule.positive):
            if clause is not rule.option:
                patterns.append({f"m{number}": _pattern(clause, ())})
                joins.extend({other: {f"m{number}": mine}} for mine, other in clause.joins)
        if rule.option:
            patterns.append({"o": _pattern(rule.option, joins)})
        for number, clause in enumerate(rule.negative):
            forbidden = [{mine: {"o": other}} for mine, other in clause.joins]
            patterns.append({f"n{number}$not": _pattern(clause, forbidden)})
        rules[f"r{index}"] = {"all": patterns, "dist": 0, "pri": 1}
    rules[_DONE] = {"all": [_TRIGGER], "dist": 0, "pri": 2}
    return msgspec.json.encode(rules).decode()


def _pattern(clause: Clause, joins: Sequence[dict[str, Any]]) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"kind": clause.kind}, *map(_expression, clause.tests), *joins]
    if joins:
        parts.append(_SENTINEL)
    return {"$and": parts} if len(parts) > 1 else parts[0]


def _expression(test: Test) -> dict[str, Any]:
    if test.operator == "=":
        return {test.attribute: test.value}
    return {_WORDS[test.operator]: {test.attribute: test.value}}


class _Handles(threading.local):
    """One ruleset handle a thread and ruleset, one live session a handle."""

    def __init__(self, definitions: Sequence[str]) -> None:
        import durable_rules_engine

        self.engine = durable_rules_engine
        self.handles: list[Any] = []
        for text in definitions:
            with _LOCK:
                name = f"calcinosis_kb_{next(_NUMBERS)}"
            self.handles.append(self.engine.create_ruleset(name, text))
        for handle in self.handles:
            _run(self.engine, handle, [])

    def __del__(self) -> None:
        for handle in getattr(self, "handles", ()):
            self.engine.delete_ruleset(handle)


class Durable:
    """Judges a `FactBase` with durable_rules; safe in any thread (each has its own handles).

    Raises `InternalFault` (CKB051) where the engine did not see every fact.
    """

    name = f"durable_rules {VERSION}"

    def __init__(self, compiled: Sequence[Conjunction]) -> None:
        runs = split(compiled)
        self._wanted = [_Wanted([compiled[index] for index in run]) for run in runs]
        self._handles = _Handles([definition(compiled, run) for run in runs])

    def evaluate(self, facts: FactBase) -> frozenset[Raw]:
        """Every firing of every rule."""
        local = self._handles
        fired: set[Raw] = set()
        for handle, wanted in zip(local.handles, self._wanted, strict=True):
            fired.update(_run(local.engine, handle, wanted.among(facts)))
        return frozenset(fired)


class _Wanted:
    """Which facts a ruleset reads at all: the others only cost time."""

    def __init__(self, compiled: Sequence[Conjunction]) -> None:
        clauses = [clause for rule in compiled for clause in (*rule.positive, *rule.negative)]
        nameless = [clause for clause in clauses if clause.name is None]
        self.named = {(clause.kind, clause.name) for clause in clauses}
        self.whole = {clause.kind for clause in nameless if clause.kind != "unknown"}
        # Hundreds of facts are unknown, and a clause without a name reads those about one kind only.
        self.missing = {test.value for clause in nameless for test in clause.tests if test.attribute == "about"}

    def among(self, facts: FactBase) -> list[dict[str, Value]]:
        """The facts that are read, in their order."""
        whole, named, missing = self.whole, self.named, self.missing
        return [
            row
            for row, (kind, name, about) in zip(facts.rows, facts.keys, strict=True)
            if kind in whole or (kind, name) in named or about in missing
        ]


def _run(engine: Any, handle: Any, rows: Sequence[dict[str, Value]]) -> list[Raw]:
    actions: list[str] = []
    code, offset = engine.assert_facts(handle, msgspec.json.encode([_BEGIN, *rows, _GO]).decode())
    try:
        if code == 2:
            _fault("two facts share an identity")
        first = engine.start_action_for_state(handle, offset)
        action = first[1] if first else None
        while action:
            actions.append(action)
            action = engine.complete_and_start_action(handle, offset)
    finally:
        engine.delete_state(handle, SESSION)
    # The actions are JSON objects; read together they cost a third of what they cost one by one.
    fired = [item for read in _ACTIONS.decode(f"[{','.join(actions)}]") for item in read.items()]
    if not any(name == _DONE for name, _ in fired):
        _fault("the engine did not see every fact")
    return [(int(name[1:]), _bound(binding)) for name, binding in fired if name != _DONE]


def _bound(binding: dict[str, _Bound]) -> tuple[str, ...]:
    """The ids of the facts in the order of the rule's positive clauses: "o", then "m0", "m1", …; "g" is the trigger."""
    if len(binding) == 1:
        return ()
    if len(binding) == 2:
        return tuple([fact.id for alias, fact in binding.items() if alias != "g"])
    aliases = sorted((alias for alias in binding if alias != "g"), key=lambda a: -1 if a == "o" else int(a[1:]))
    return tuple(binding[alias].id for alias in aliases)


def _fault(what: str) -> None:
    raise InternalFault((Problem("CKB051", f"durable_rules: {what}", fix="report it with the patient file"),))
