"""Find rules that nearly hold: all clauses except one, and what would have to differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from calcinosis_kb.rules.compiler import Clause, Compiled, Test
from calcinosis_kb.rules.facts import Fact, FactBase, Value

__all__ = ["NearMiss", "clause_words", "near_misses"]

_WORDS = {"=": "is", "<": "below", ">": "above", "<=": "at most", ">=": "at least"}


@dataclass(frozen=True)
class NearMiss:
    """A compiled rule with one clause that does not hold, and that clause in words."""

    rule: Compiled
    differs: str


def near_misses(compiled: Iterable[Compiled], facts: Iterable[Fact], therapy: str) -> list[NearMiss]:
    """Return the rules for a therapy that fail by exactly one clause, without shadows.

    Clauses are joined to the option only, so each can be judged by itself. A clause on the option counts once per test.
    """
    base = FactBase(facts)
    option = next(row for row in base.by_kind.get("option", ()) if row["therapy"] == therapy)
    found: list[NearMiss] = []
    for rule in compiled:
        if therapy not in rule.therapies or rule.asks:
            continue
        own = [Clause("option", (test,)) for test in rule.option.tests] if rule.option else []
        failing = [clause for clause in (*own, *rule.clauses) if not _holds(clause, base, option)]
        if len(failing) == 1:
            found.append(NearMiss(rule, _differs(failing[0], base, option)))
    return found


def _holds(clause: Clause, base: FactBase, option: Mapping[str, Value]) -> bool:
    rows = [option] if clause.kind == "option" else base.by_kind.get(clause.kind, [])
    return any(_passes(row, clause, option) for row in rows) != clause.negated


def _passes(row: Mapping[str, Value], clause: Clause, option: Mapping[str, Value]) -> bool:
    joined = all(mine in row and row[mine] == option[other] for mine, other in clause.joins)
    return joined and all(_test(row.get(test.attribute), test) for test in clause.tests)


def _test(value: Value | None, test: Test) -> bool:
    if value is None:
        return False
    if test.operator == "=":
        return value == test.value
    if isinstance(value, str) or isinstance(test.value, str):
        return False
    return {
        "<": value < test.value,
        ">": value > test.value,
        "<=": value <= test.value,
        ">=": value >= test.value,
    }[test.operator]


def _differs(clause: Clause, base: FactBase, option: Mapping[str, Value]) -> str:
    words = clause_words(clause, option)
    if clause.negated:
        return f"there would have to be no {words}"
    if clause.kind == "option":
        (test,) = clause.tests
        return f"its {words.removeprefix('option ')} (it is {option.get(test.attribute, 'not known')})"
    same = [fact.text for fact in base if fact.kind == clause.kind and fact.get("name") == clause.name and fact.text]
    seen = f" (recorded: {'; '.join(same)})" if clause.name is not None and same else ""
    return f"{words}{seen}"


def clause_words(clause: Clause, option: Mapping[str, Value] | None = None) -> str:
    """Return a clause in words.

    >>> clause_words(Clause("lab", (Test("name", "=", "egfr"), Test("value", "<", 30))))
    'lab egfr, value below 30'
    """
    name = f" {clause.name}" if clause.name is not None else ""
    tests = [test for test in clause.tests if test.attribute != "name"]
    parts = [f"{test.attribute} {_WORDS[test.operator]} {test.value}" for test in tests]
    parts += [f"{mine} is {option[other] if option else f'its {other}'}" for mine, other in clause.joins]
    separator = ", " if name and parts else " " if parts else ""
    return f"{clause.kind}{name}{separator}{', '.join(parts)}"
