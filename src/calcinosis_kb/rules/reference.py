"""Run rules with the reference back end: one generated Python function judges all compiled rules."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import CodeType
from typing import Any

from calcinosis_kb.rules.compiler import Clause, Conjunction, Test
from calcinosis_kb.rules.facts import FactBase

__all__ = ["Raw", "Reference"]

Raw = tuple[int, tuple[str, ...]]
"""A firing: the index of the compiled rule, and the ids of the facts bound by its positive clauses."""

_OPTIONS = """\
 options = {{}}
 for option in kinds.get('option', ()):
  for attribute in {attributes}:
   options.setdefault((attribute, option.get(attribute)), []).append(option)"""
"""The index of options by the attributes of joins and by the words that rules test."""

_LEAST = {"<": "INFINITY", "<=": "INFINITY", ">": "-INFINITY", ">=": "-INFINITY"}


class Reference:
    """Back end that judges a `FactBase` with generated Python; thread-safe, and can be pickled for the same Python.

    The generated text takes only names and constants from the rules, each through ``repr``.
    """

    name = "reference"

    def __init__(self, compiled: Sequence[Conjunction]) -> None:
        # One function for all rules, which share the loops that they begin with: hundreds ask for the same few facts.
        parts = _nested([_statement(index, rule) for index, rule in enumerate(compiled)])
        indexed = sorted({attribute for rule in compiled for attribute in _indexed(rule)})
        source = "\n".join(("def evaluate(kinds, names, fire):", _OPTIONS.format(attributes=indexed), *parts))
        self._run(compile(source, "<generated rules>", "exec"))

    def _run(self, code: CodeType) -> None:
        namespace: dict[str, Any] = {"INFINITY": float("inf"), "ABSENT": object()}
        exec(code, namespace)
        self._code = code
        self._evaluate: Callable[[Any, Any, Any], None] = namespace["evaluate"]

    def __getstate__(self) -> bytes:
        """The code: to generate and compile it takes a fifth of a start."""
        return marshal.dumps(self._code)

    def __setstate__(self, state: bytes) -> None:
        self._run(marshal.loads(state))

    def evaluate(self, facts: FactBase) -> frozenset[Raw]:
        """Every firing of every rule."""
        fired: list[Raw] = []
        self._evaluate(facts.by_kind, facts.by_name, fired.append)
        return frozenset(fired)


def _indexed(rule: Conjunction) -> Iterator[str]:
    """Yield the attributes by which the statement of a rule looks options up."""
    for clause in rule.positive:
        yield from (other for _, other in clause.joins)
    unwanted = [clause for clause in rule.negative if clause.kind == "option"]
    for clause in unwanted:
        yield from (mine for mine, _ in clause.joins)
    for clause in (rule.option, *unwanted) if rule.option else unwanted:
        yield from (test.attribute for test in clause.tests if test.operator == "=")


def _nested(statements: Iterable[Sequence[str]], depth: int = 1) -> Iterator[str]:
    """Yield the lines of all statements, each deeper than the one before it; a line that several begin with stands once."""
    beginning: dict[str, list[Sequence[str]]] = {}
    for first, *rest in statements:
        beginning.setdefault(first, []).append(rest)
    for first, rests in beginning.items():
        yield f"{' ' * depth}{first}"
        yield from _nested([rest for rest in rests if rest], depth + 1)


def _statement(index: int, rule: Conjunction) -> list[str]:
    """Return nested loops over the facts of the positive clauses, the option's last, with negated clauses as inner tests."""
    lines: list[str] = []
    bound: list[str] = []
    joins: list[tuple[str, str]] = []
    for number, clause in enumerate(rule.positive):
        bound.append("option['id'], " if clause is rule.option else f"f{number}['id'], ")
        if clause is not rule.option:
            lines.extend(_loop(f"f{number}", _rows(clause), _conditions(clause, f"f{number}")))
            joins.extend((other, f"f{number}.get({mine!r}, ABSENT)") for mine, other in clause.joins)
    if rule.option:
        same = [f"option.get({other!r}) == {value}" for other, value in joins]
        lines.extend(_loop("option", _options(rule.option, joins), [*_conditions(rule.option, "option"), *same]))
    for clause in rule.negative:
        joins = [(mine, f"option.get({other!r})") for mine, other in clause.joins]
        same = [f"other.get({mine!r}, ABSENT) == {value}" for mine, value in joins]
        test = " and ".join([*_conditions(clause, "other"), *same]) or "True"
        rows = _options(clause, joins) if clause.kind == "option" else _rows(clause)
        lines.append(f"if not any({test} for other in {rows}):")
    return [*lines, f"fire(({index}, ({''.join(bound)})))"]


def _loop(variable: str, rows: str, conditions: list[str]) -> list[str]:
    head = [f"for {variable} in {rows}:"]
    return [*head, f"if {' and '.join(conditions)}:"] if conditions else head


def _options(clause: Clause, joins: Iterable[tuple[str, str]]) -> str:
    """The shortest row of the index that holds every option which passes the tests and joins of a clause."""
    words = [(test.attribute, repr(test.value)) for test in clause.tests if test.operator == "="]
    found = [f"options.get(({attribute!r}, {value}), ())" for attribute, value in (*words, *joins)]
    return f"min({', '.join(found)}, key=len)" if len(found) > 1 else "".join(found) or "kinds.get('option', ())"


def _rows(clause: Clause) -> str:
    if clause.name is not None:
        return f"names.get(({clause.kind!r}, {clause.name!r}), ())"
    return f"kinds.get({clause.kind!r}, ())"


def _conditions(clause: Clause, variable: str) -> list[str]:
    return [_condition(test, variable) for test in clause.tests if (test.attribute, test.operator) != ("name", "=")]


def _condition(test: Test, variable: str) -> str:
    if test.operator == "=":
        return f"{variable}.get({test.attribute!r}) == {test.value!r}"
    return f"{variable}.get({test.attribute!r}, {_LEAST[test.operator]}) {test.operator} {test.value!r}"
