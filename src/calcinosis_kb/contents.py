"""All that an answer is made from: what loading makes of the YAML, and a snapshot keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.knowledge.terms import Limit
from calcinosis_kb.patients.bound import divide
from calcinosis_kb.patients.experience import Experience
from calcinosis_kb.rules.compiler import compile_rules, scopes
from calcinosis_kb.rules.engine import Evaluator
from calcinosis_kb.rules.loader import RuleBook

__all__ = ["Contents", "Strata", "divides"]


class Strata(NamedTuple):
    """The compiled rules: those that give standings, and those that judge with the standings as facts."""

    standing: Evaluator
    verdict: Evaluator


@dataclass(frozen=True)
class Contents:
    """Sound knowledge and rules, every therapy's paths to calcinosis, and the published patients: all of an answer."""

    knowledge: Knowledge
    rules: RuleBook
    paths: dict[str, tuple[MechanismPath, ...]]
    experience: tuple[Experience, ...]

    @cached_property
    def strata(self) -> Strata:
        """The rules, compiled for both engines."""
        every, vocabulary = scopes(self.knowledge), self.rules.vocabulary
        return Strata(
            Evaluator(compile_rules(self.rules.standing_rules, vocabulary, every)),
            Evaluator(compile_rules(self.rules.verdict_rules, vocabulary, every)),
        )

    @cached_property
    def divides(self) -> dict[str, frozenset[float]]:
        """The places at which limits part the results of each test."""
        return divides(self.knowledge, self.rules)


def divides(knowledge: Knowledge, rules: RuleBook) -> dict[str, frozenset[float]]:
    """Return where limits part the results, by test: limits of the rules, and those that define or suggest a condition."""
    found: dict[str, set[float]] = {}
    for rule in (*rules.standing_rules, *rules.verdict_rules):
        for test, place in _read_by(rule.when):
            found.setdefault(test, set()).add(place)
    for condition in knowledge.terms.conditions.values():
        for test, bound in condition.defined_by.items():
            found.setdefault(test, set()).update(place for one in (bound, *bound.younger) for place in _places(one))
        for test, by_sex in condition.suggested_by.items():
            found.setdefault(test, set()).update(
                place for one in (by_sex, by_sex.women) if one for place in _places(one)
            )
    return {test: frozenset(places) for test, places in found.items()}


def _read_by(clauses: Any) -> Iterator[tuple[str, float]]:
    """The tests, and where their limits part them, in the clauses of a rule, however deep they stand."""
    if isinstance(clauses, dict):
        lab = clauses.get("lab")
        if isinstance(lab, dict) and isinstance(lab.get("value"), dict):
            names = lab["name"] if isinstance(lab.get("name"), list | tuple) else [lab.get("name")]
            yield from ((str(name), divide(kind, number)) for name in names for kind, number in lab["value"].items())
        clauses = list(clauses.values())
    if isinstance(clauses, list | tuple):
        for clause in clauses:
            yield from _read_by(clause)


def _places(limit: Limit) -> Iterator[float]:
    kinds = {"below": limit.below, "at_most": limit.at_most, "above": limit.above, "at_least": limit.at_least}
    return (divide(kind, number) for kind, number in kinds.items() if number is not None)
