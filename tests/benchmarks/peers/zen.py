"""Rules for ZEN, the engine of GoRules: a decision model of two nodes, the facts of each clause and a table of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from benchmarks.peers.engine import Engine
from benchmarks.peers.facts import Facts, Firings, Question, by_name, named, questions

if TYPE_CHECKING:
    from calcinosis_kb.rules.compiler import Clause, Conjunction, Test
    from calcinosis_kb.rules.facts import Value

__all__ = ["Zen", "translate"]


class Zen(Engine):
    """ZEN with a model as `translate` writes it. Its table collects the rules that hold, each with the ids of its facts."""

    def __init__(self, rules: Path) -> None:
        import zen

        self.decision = zen.ZenEngine().create_decision(rules.read_text(encoding="utf-8"))

    def judge(self, facts: bytes) -> Firings:
        given: Facts = msgspec.json.decode(facts)
        held = self.decision.evaluate({"every": given, "named": by_name(given)})["result"]
        return frozenset([(int(row["rule"]), tuple(bound)) for row in held for bound in row["facts"]])


def translate(rules: Sequence[Conjunction]) -> bytes:
    """Return a JSON decision model: an expression for each different clause, and a row of a collecting table for each rule."""
    asked = questions(rules)
    nodes = [
        {"id": "in", "type": "inputNode", "name": "facts", "content": {}},
        {"id": "clauses", "type": "expressionNode", "name": "clauses", "content": _clauses(asked)},
        {"id": "rules", "type": "decisionTableNode", "name": "rules", "content": _table(rules, asked)},
        {"id": "out", "type": "outputNode", "name": "firings", "content": {}},
    ]
    ids = [str(node["id"]) for node in nodes]
    edges = [
        {"id": f"{one}-{other}", "type": "edge", "sourceId": one, "targetId": other} for one, other in pairwise(ids)
    ]
    return msgspec.json.encode({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges})


def _clauses(asked: dict[Question, str]) -> dict[str, Any]:
    expressions = [{"id": key, "key": key, "value": _found(*clause)} for clause, key in asked.items()]
    return {"expressions": expressions, "passThrough": False}


def _table(rules: Sequence[Conjunction], asked: dict[Question, str]) -> dict[str, Any]:
    def row(number: int, rule: Conjunction) -> dict[str, str]:
        bound = _bound(rule, asked)
        found = [f"len({_key(clause, asked)}) > 0" for clause in rule.positive]
        missing = [f"len({_key(clause, asked)}) == 0" for clause in rule.negative if not clause.joins]
        joined = [f"len({bound}) > 0"] if any(clause.joins for clause in rule.clauses) else []
        when = " and ".join([*found, *missing, *joined]) or "true"
        return {"_id": f"r{number}", "when": when, "rule": str(number), "facts": bound}

    return {
        "hitPolicy": "collect",
        "inputs": [{"id": "when", "name": "when"}],
        "outputs": [
            {"id": "rule", "name": "rule", "field": "rule"},
            {"id": "facts", "name": "facts", "field": "facts"},
        ],
        "rules": [row(number, rule) for number, rule in enumerate(rules)],
        "passThrough": False,
    }


def _bound(rule: Conjunction, asked: dict[Question, str]) -> str:
    """The expression of the ids that a rule binds, as a list of lists: nested loops, the option's outermost."""
    expression = f"[[{', '.join(f'f{place}.id' for place in range(len(rule.positive)))}]]"
    unwanted = [
        f"not some({_key(clause, asked)} as n, {_joins(clause, 'n')})" for clause in rule.negative if clause.joins
    ]
    if unwanted:
        expression = f"({' and '.join(unwanted)} ? {expression} : [])"
    for place, clause in reversed(list(enumerate(rule.positive))):
        rows = _key(clause, asked)
        if clause.joins:
            rows = f"filter({rows} as j, {_joins(clause, 'j')})"
        expression = f"flatMap({rows} as f{place}, {expression})"
    return expression


def _key(clause: Clause, asked: dict[Question, str]) -> str:
    return asked[clause.kind, clause.tests]


def _joins(clause: Clause, variable: str) -> str:
    same = [f"({variable}.{mine} != null and {variable}.{mine} == f0.{other})" for mine, other in clause.joins]
    return " and ".join(same)


def _found(kind: str, tests: tuple[Test, ...]) -> str:
    """The expression of the facts of a kind that pass the tests. A comparison with null is an error."""
    name, others = named(kind, tests)
    rows = f"every.{kind} ?? []" if name is None else f"named.{kind}[{_literal(name)}] ?? []"
    if not others:
        return rows
    passed = [f"f.{test.attribute} != null" for test in others if test.operator != "="]
    passed += [
        f"f.{test.attribute} {_WORDS.get(test.operator, test.operator)} {_literal(test.value)}" for test in others
    ]
    return f"filter({rows} as f, {' and '.join(passed)})"


_WORDS = {"=": "=="}


def _literal(value: Value) -> str:
    """A word in quotes or a number. No word of the vocabularies holds a mark that would have to be escaped."""
    if not isinstance(value, str):
        return str(value)
    if '"' in value or "\\" in value:
        raise ValueError(f"ZEN cannot quote {value!r}")
    return f'"{value}"'
