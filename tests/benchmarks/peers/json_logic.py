"""Rules as JSON Logic, which the package json-logic-engine of npm runs: of its extensions, the path out of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from benchmarks.peers.facts import named

if TYPE_CHECKING:
    from calcinosis_kb.rules.compiler import Clause, Conjunction, Test

__all__ = ["translate"]

Logic = Any
"""An operation on a list of arguments, or a constant."""


def translate(rules: Sequence[Conjunction]) -> bytes:
    """Return a logic for each rule, by its number: the ids of the options for which it holds, or whether it holds at all."""
    return msgspec.json.encode(list(map(_logic, rules)))


def _logic(rule: Conjunction) -> Logic:
    held = [_holds(clause) for clause in rule.clauses if not clause.joins]
    if rule.option is None:
        return {"!!": [{"and": held}]} if held else True
    options = _rows(rule.option.kind, rule.option.tests)
    joined = [_joined(clause) for clause in rule.clauses if clause.joins]
    if joined:
        options = {"filter": [options, {"and": joined}]}
    found = {"map": [options, {"var": ["id"]}]}
    return {"if": [{"and": held}, found, []]} if held else found


def _holds(clause: Clause) -> Logic:
    there = {"!!": [_rows(clause.kind, clause.tests)]}
    return {"!": [there]} if clause.negated else there


def _joined(clause: Clause) -> Logic:
    """Whether a fact shares a word with the option that is looked at."""
    if len(clause.joins) > 1:
        raise ValueError("JSON Logic cannot ask for two words that one fact shares with the option")
    ((mine, other),) = clause.joins
    word, rows = {"var": [other]}, _rows(clause.kind, clause.tests, outside="../../")
    there = {"and": [{"!==": [word, None]}, {"in": [word, {"map": [rows, {"var": [mine]}]}]}]}
    return {"!": [there]} if clause.negated else there


def _rows(kind: str, tests: Sequence[Test], outside: str = "") -> Logic:
    """The facts of a kind that pass the tests; ``outside`` leads out of the list that is looked at."""
    name, others = named(kind, tests)
    if name is not None and "." in name:
        raise ValueError(f"a path of JSON Logic cannot hold the name {name!r}")
    path = f"every.{kind}" if name is None else f"named.{kind}.{name}"
    rows = {"var": [f"{outside}{path}", []]}
    return {"filter": [rows, {"and": [_passes(test) for test in others]}]} if others else rows


def _passes(test: Test) -> Logic:
    """A missing value is null, which JavaScript takes for 0 where it compares."""
    value = {"var": [test.attribute]}
    if test.operator == "=":
        return {"===": [value, test.value]}
    return {"and": [{"!==": [value, None]}, {test.operator: [value, test.value]}]}
