"""The reference back end: the compiled rules as generated Python, one function a rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from calcinosis_kb.rules.compiler import Clause, Compiled, Test
from calcinosis_kb.rules.facts import FactBase

__all__ = ["Reference", "Raw"]

Raw = tuple[int, tuple[str, ...]]
"""A firing: the index of the compiled rule, and the ids of the facts bound by its positive clauses."""

_LEAST = {"<": "INFINITY", "<=": "INFINITY", ">": "-INFINITY", ">=": "-INFINITY"}


class Reference:
    """Judges a `FactBase` with generated Python; safe in any thread.

    ``source`` is the generated text. It holds nothing of the rules but names and constants, each through ``repr``.
    """

    name = "reference"

    def __init__(self, compiled: Sequence[Compiled]) -> None:
        self.source = "\n".join(_function(index, rule) for index, rule in enumerate(compiled))
        namespace: dict[str, Any] = {"INFINITY": float("inf"), "ABSENT": object()}
        exec(compile(self.source, "<generated rules>", "exec"), namespace)
        self._judges: list[Callable[[Any, Any, Any], None]] = [namespace[f"rule_{i}"] for i in range(len(compiled))]

    def judge(self, facts: FactBase) -> frozenset[Raw]:
        """Every firing of every rule."""
        fired: list[Raw] = []
        for judge in self._judges:
            judge(facts.by_kind, facts.by_name, fired.append)
        return frozenset(fired)


def _function(index: int, rule: Compiled) -> str:
    lines = [f"def rule_{index}(kinds, names, fire):"]
    depth = 1
    bound: list[str] = []
    for number, clause in enumerate(rule.positive):
        variable = "option" if clause is rule.option else f"fact_{number}"
        lines.append(f"{'    ' * depth}for {variable} in {_rows(clause)}:")
        depth += 1
        lines.extend(_guards(clause, variable, depth))
        bound.append(f"{variable}['id']")
    for clause in rule.negative:
        test = " and ".join(_conditions(clause, "other")) or "True"
        lines.append(f"{'    ' * depth}if any({test} for other in {_rows(clause)}):")
        lines.append(f"{'    ' * (depth + 1)}{'continue' if depth > 1 else 'return'}")
    lines.append(f"{'    ' * depth}fire(({index}, ({''.join(f'{name}, ' for name in bound)})))")
    return "\n".join(lines)


def _rows(clause: Clause) -> str:
    if clause.name is not None:
        return f"names.get(({clause.kind!r}, {clause.name!r}), ())"
    return f"kinds.get({clause.kind!r}, ())"


def _guards(clause: Clause, variable: str, depth: int) -> list[str]:
    conditions = _conditions(clause, variable)
    if not conditions:
        return []
    return [f"{'    ' * depth}if not ({' and '.join(conditions)}):", f"{'    ' * (depth + 1)}continue"]


def _conditions(clause: Clause, variable: str) -> list[str]:
    return [
        *(_condition(test, variable) for test in clause.tests if (test.attribute, test.operator) != ("name", "=")),
        *(f"{variable}.get({mine!r}, ABSENT) == option.get({other!r})" for mine, other in clause.joins),
    ]


def _condition(test: Test, variable: str) -> str:
    if test.operator == "=":
        return f"{variable}.get({test.attribute!r}) == {test.value!r}"
    return f"{variable}.get({test.attribute!r}, {_LEAST[test.operator]}) {test.operator} {test.value!r}"
