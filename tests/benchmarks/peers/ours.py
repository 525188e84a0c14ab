"""Our own engines, each from the pickle that the snapshot keeps, and the floor: reading the facts and no more."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from pathlib import Path

import msgspec

from benchmarks.peers.engine import Engine
from benchmarks.peers.facts import Facts, Firings
from calcinosis_kb.rules.engine import Evaluator, Firing
from calcinosis_kb.rules.facts import Fact, FactBase

__all__ = ["BackEnd", "Both"]


class BackEnd(Engine):
    """One of our engines alone: durable_rules or the reference."""

    def __init__(self, rules: Path) -> None:
        self.engine = pickle.loads(rules.read_bytes())

    def judge(self, facts: bytes) -> Firings:
        held: Firings = self.engine.evaluate(FactBase(_facts(facts)))
        return held


class Both(Engine):
    """The engines as an answer uses them: both judge and must agree, and a conjunction that holds does so for each rule and therapy."""

    def __init__(self, rules: Path) -> None:
        self.evaluator: Evaluator = pickle.loads(rules.read_bytes())

    def judge(self, facts: bytes) -> tuple[list[Fact], tuple[Firing, ...]]:
        given = _facts(facts)
        return given, self.evaluator.evaluate(given)

    def firings(self, judged: tuple[list[Fact], tuple[Firing, ...]]) -> Firings:
        """The conjunctions that held, from the rules and therapies for which they did."""
        given, fired = judged
        numbers = {rule: number for number, rule in enumerate(self.evaluator.conjunctions)}
        ids = {fact: f"f{place}" for place, fact in enumerate(FactBase(given))}
        options = {fact.get("therapy"): id_ for fact, id_ in ids.items() if fact.kind == "option"}

        def bound(firing: Firing) -> Iterable[str]:
            if firing.rule.option:
                yield options[firing.therapy]
            yield from (ids[fact] for fact in firing.facts)

        return frozenset((numbers[one.rule.conjunction], tuple(bound(one))) for one in fired)


def _facts(facts: bytes) -> list[Fact]:
    given: Facts = msgspec.json.decode(facts)
    return [
        Fact(kind, tuple([(name, value) for name, value in row.items() if name != "id"]))
        for kind, rows in given.items()
        for row in rows
    ]
