"""Target: bytes as a file of rules, checked, compiled, and judged by both engines for some patients."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.strict_yaml import as_text, parse, read_text
from calcinosis_kb.errors import KnowledgeError, Place
from calcinosis_kb.knowledge.references import Space, spaces
from calcinosis_kb.rules.compiler import Scope, compile_rules, scopes
from calcinosis_kb.rules.engine import Evaluator, choose_engines
from calcinosis_kb.rules.facts import Fact
from calcinosis_kb.rules.lint import lint
from calcinosis_kb.rules.loader import build_rules
from fuzz.mutation import mutate_json
from fuzz.oracle import base, check_problems, settled
from patient_cases import CASES

__all__ = ["examine", "mutate", "seeds"]

mutate = mutate_json
NAME = "rules/fuzzed.yaml"
PATIENTS = ("seed-patient", "everything-tried", "child-with-jdm", "severe-kidney-impairment")


def seeds() -> list[bytes]:
    """Three rules of each file, and of a long one some more, as JSON; and the smallest files as YAML."""
    found = sorted(Checkout.of_package().rules.rglob("*.yaml"))
    rules = [parse(read_text(path), path.name).data for path in found]
    lists = [one for one in rules if isinstance(one, list)]
    whole = [path.read_bytes() for path in found if path.stat().st_size < 2_000]
    return [*(json.dumps(one[at : at + 3]).encode() for one in lists for at in range(0, len(one), 100)), *whole]


def examine(data: bytes) -> None:
    """Any text is a set of rules or told why not; what is sound compiles, and both engines agree on it."""
    name = "rules/standing.yaml" if b"standing" in data else NAME
    document = settled(_document, data, name)
    if document is None:
        return
    facts, known, every = _vocabulary()
    loaded, problems = build_rules("rules", {"rules/facts.yaml": facts, name: document}, (), hash_="")
    problems += settled(lint, loaded, every, known, base().knowledge.authorities) or []
    check_problems(problems)
    assert all(problem.place for problem in problems)
    if problems:
        return
    engines = choose_engines(("durable", "reference"))
    for rules in (loaded.book.standing_rules, loaded.book.verdict_rules):
        evaluator = Evaluator(compile_rules(rules, loaded.book.vocabulary, every), engines)
        for patient in _patients():
            first = evaluator.evaluate(patient)
            assert first == evaluator.evaluate(tuple(reversed(patient))), "the order of facts does not matter"


def _document(data: bytes, name: str) -> Document:
    return parse(as_text(data, Place(name), error=KnowledgeError), name, error=KnowledgeError)


@cache
def _vocabulary() -> tuple[Any, dict[str, Space], tuple[Scope, ...]]:
    path = Checkout.of_package().rules / "facts.yaml"
    return parse(read_text(path), "rules/facts.yaml"), dict(spaces(base().knowledge)), scopes(base().knowledge)


@cache
def _patients() -> tuple[tuple[Fact, ...], ...]:
    kb = base()
    return tuple(tuple(kb.advisor.situation(kb.reader.mapping(CASES[name])).facts) for name in PATIENTS)
