"""The reference back end: the compiled rules as generated Python, one function a rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from calcinosis_kb.rules.compiler import Clause, Compiled, Test
from calcinosis_kb.rules.facts import FactBase

__all__ = ["Raw", "Reference"]

Raw = tuple[int, tuple[str, ...]]
"""A firing: the index of the compiled rule, and the ids of the facts bound by its positive clauses."""

_LEAST = {"<": "INFINITY", "<=": "INFINITY", ">": "-INFINITY", ">=": "-INFINITY"}


class Reference:
    """Judges a `FactBase` with generated Python; safe in any thread.

    ``source`` is the generated text. It holds nothing of the rules but names and constants, each through ``repr``.
    """

    name = "reference"

    def __init__(self, compiled: Sequence[Compiled]) -> None:
        # One function for all: Python compiles it twice as fast as hundreds of small ones.
        parts = (_statement(index, rule) for index, rule in enumerate(compiled))
        self.source = "\n".join(("def judge(kinds, names, fire):", "    pass", *parts))
        namespace: dict[str, Any] = {"INFINITY": float("inf"), "ABSENT": object()}
        exec(compile(self.source, "<generated rules>", "exec"), namespace)
        self._judge: Callable[[Any, Any, Any], None] = namespace["judge"]

    def judge(self, facts: FactBase) -> frozenset[Raw]:
        """Every firing of every rule."""
        fired: list[Raw] = []
        self._judge(facts.by_kind, facts.by_name, fired.append)
        return frozenset(fired)


def _statement(index: int, rule: Compiled) -> str:
    """Nested loops over the facts of the positive clauses, with the negated ones as tests inside."""
    lines: list[str] = []
    bound: list[str] = []
    for number, clause in enumerate(rule.positive):
        variable = "option" if clause is rule.option else f"f{number}"
        lines.append(f"for {variable} in {_rows(clause)}:")
        conditions = _conditions(clause, variable)
        if conditions:
            lines.append(f"if {' and '.join(conditions)}:")
        bound.append(f"{variable}['id'], ")
    for clause in rule.negative:
        test = " and ".join(_conditions(clause, "other")) or "True"
        lines.append(f"if not any({test} for other in {_rows(clause)}):")
    lines.append(f"fire(({index}, ({''.join(bound)})))")
    return "\n".join(f"{' ' * (depth + 1)}{line}" for depth, line in enumerate(lines, 3))


def _rows(clause: Clause) -> str:
    if clause.name is not None:
        return f"names.get(({clause.kind!r}, {clause.name!r}), ())"
    return f"kinds.get({clause.kind!r}, ())"


def _conditions(clause: Clause, variable: str) -> list[str]:
    return [
        *(_condition(test, variable) for test in clause.tests if (test.attribute, test.operator) != ("name", "=")),
        *(f"{variable}.get({mine!r}, ABSENT) == option.get({other!r})" for mine, other in clause.joins),
    ]


def _condition(test: Test, variable: str) -> str:
    if test.operator == "=":
        return f"{variable}.get({test.attribute!r}) == {test.value!r}"
    return f"{variable}.get({test.attribute!r}, {_LEAST[test.operator]}) {test.operator} {test.value!r}"
