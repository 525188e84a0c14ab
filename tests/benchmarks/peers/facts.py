"""The facts of a patient as every engine is given them: JSON, by kind, each with its id; and the same facts by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calcinosis_kb.rules.compiler import Conjunction, Test
    from calcinosis_kb.rules.facts import Value

__all__ = ["Facts", "Firings", "Question", "Row", "by_name", "name_of", "named", "questions"]

Row = dict[str, "Value"]
Facts = dict[str, list[Row]]
Firings = frozenset[tuple[int, tuple[str, ...]]]
"""What held: the number of a conjunction, with the ids of the facts that it bound, of an option first."""
Question = tuple[str, tuple["Test", ...]]
"""A kind of fact and the tests that it must pass, which many clauses share."""

NAMING = {"option": ("therapy",), "unknown": ("about", "name")}
"""The attributes that together are the name of a fact, where that is not ``name``."""


def name_of(kind: str, row: Mapping[str, Value]) -> str | None:
    """Return the name under which a fact is looked up: of an option its therapy, of a missing fact what is missing.

    >>> name_of("condition", {"name": "asthma"}), name_of("unknown", {"about": "lab", "name": "egfr"})
    ('asthma', 'lab egfr')
    """
    parts = [row.get(attribute) for attribute in NAMING.get(kind, ("name",))]
    return None if None in parts else " ".join(map(str, parts))


def by_name(facts: Facts) -> dict[str, dict[str, list[Row]]]:
    """Return the facts that have a name, by kind and name."""
    found: dict[str, dict[str, list[Row]]] = {}
    for kind, rows in facts.items():
        names = found[kind] = {}
        for row in rows:
            name = name_of(kind, row)
            if name is not None:
                names.setdefault(name, []).append(row)
    return found


def named(kind: str, tests: Sequence[Test]) -> tuple[str | None, list[Test]]:
    """Return the name that a clause asks for, as `name_of` gives it, and the tests that it does not answer."""
    name = name_of(kind, {test.attribute: test.value for test in tests if test.operator == "="})
    told = () if name is None else NAMING.get(kind, ("name",))
    return name, [test for test in tests if test.attribute not in told]


def questions(rules: Iterable[Conjunction]) -> dict[Question, str]:
    """Return what all clauses ask, joins and negation apart, each once and with a short name."""
    asked: dict[Question, str] = {}
    for rule in rules:
        for clause in (*rule.positive, *rule.negative):
            asked.setdefault((clause.kind, clause.tests), f"c{len(asked)}")
    return asked
