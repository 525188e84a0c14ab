"""Conjunctions as other engines are given them: each once, and joined only where the option may have any word."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from calcinosis_kb.rules.compiler import Clause, Conjunction, Test

__all__ = ["distinct", "grounded"]


def distinct(rules: Iterable[Conjunction]) -> tuple[Conjunction, ...]:
    """Return the conjunctions of compiled rules, each once, in the order in which our engines number them."""
    return tuple(dict.fromkeys(Conjunction(rule.option, rule.clauses) for rule in rules))


def grounded(rule: Conjunction) -> Conjunction:
    """Return a conjunction in which a join to a word that the option must have is a test for that word: it holds for the same facts."""
    words = {test.attribute: test.value for test in rule.option.tests if test.operator == "="} if rule.option else {}

    def ground(clause: Clause) -> Clause:
        told = {Test(mine, "=", words[other]) for mine, other in clause.joins if other in words}
        joins = tuple(join for join in clause.joins if join[1] not in words)
        return replace(clause, tests=tuple(sorted({*clause.tests, *told})), joins=joins)

    return Conjunction(rule.option, tuple(map(ground, rule.clauses)))
