"""What a rule is compiled to: its conjunctions, and the shadows that ask for missing facts."""

from __future__ import annotations

from typing import Any

import pytest

from calcinosis_kb.rules.compiler import Scope, compile_rules, expansion
from calcinosis_kb.rules.models import Attribute, FactKind, Recorded, Rule

TEXT, NUMBER = Attribute(type="text", meaning="m"), Attribute(type="number", meaning="m")
VOCABULARY = {
    "condition": FactKind(meaning="m", recorded=Recorded(key="name"), attributes={"name": TEXT}),
    "lab": FactKind(meaning="m", recorded=Recorded(key="name"), attributes={"name": TEXT, "value": NUMBER}),
    "medication": FactKind(meaning="m", recorded=Recorded(key="name"), attributes={"name": TEXT}),
    "option": FactKind(meaning="m", attributes={"therapy": TEXT, "family": TEXT}),
}
SCOPES = [Scope("one", "f", "drug"), Scope("two", "f", "procedure")]

GOUT, EGFR = {"condition": {"name": "gout"}}, {"lab": {"name": "egfr", "value": {"below": 30}}}

RULES: dict[str, tuple[dict[str, Any], dict[str, tuple[str, ...]]]] = {
    "one clause": ({"when": [GOUT]}, {"r": ("gout",)}),
    "words": (
        {"when": [{"condition": {"name": ["gout", "asthma"]}}]},
        {"r#1": ("gout",), "r#2": ("asthma",)},
    ),
    "any": ({"when": [{"any": [GOUT, EGFR]}]}, {"r#1": ("gout",), "r#2": ("egfr",)}),
    "none": ({"when": [{"none": GOUT}]}, {"r": ("not gout",)}),
    "shadows": (
        {"when": [GOUT, EGFR], "effect": "avoid"},
        {"r": ("gout", "egfr"), "r?1": ("gout", "egfr"), "r?2": ("gout", "egfr"), "r?3": ("gout", "egfr")},
    ),
}
"""A rule, and the names of its clauses by the name of each conjunction."""


def rule(**parts: Any) -> Rule:
    return Rule(id="r", title="t", because="b", **{"therapies": "all", "effect": "note", **parts})


@pytest.mark.parametrize("name", RULES)
def test_a_rule_becomes_conjunctions(name: str) -> None:
    given, expected = RULES[name]
    parts = compile_rules([rule(**given)], VOCABULARY, SCOPES)
    found = {part.name: tuple(f"{'not ' * c.negated}{c.name}" for c in part.clauses) for part in parts}
    assert found == expected
    assert expansion(rule(**given), VOCABULARY) == len(expected)


def test_a_shadow_asks_for_what_is_missing() -> None:
    parts = compile_rules([rule(when=[GOUT, EGFR], effect="avoid")], VOCABULARY, SCOPES)
    assert {part.asked for part in parts if part.asks} == {
        ("condition:gout",), ("egfr",), ("condition:gout", "egfr"),
    }  # fmt: skip
    assert {part.effect for part in parts if part.asks} == {"check"}


@pytest.mark.parametrize(
    ("scope", "therapies"),
    [
        ({"therapies": "all"}, ("one", "two")),
        ({"therapies": ["two"]}, ("two",)),
        ({"therapies": (), "families": ["f"]}, ("one", "two")),
        ({"therapies": (), "kinds": ["drug"]}, ("one",)),
    ],
)
def test_a_scope_is_expanded(scope: dict[str, Any], therapies: tuple[str, ...]) -> None:
    (part,) = compile_rules([rule(when=[GOUT], **scope)], VOCABULARY, SCOPES)
    assert part.therapies == therapies


def test_a_therapy_whose_own_rules_read_a_fact_is_exempt_even_from_a_rule_on_the_option() -> None:
    own = Rule(id="own", title="t", because="b", therapies=("one",), when=(GOUT,), effect="caution")
    general = rule(when=[{"option": {"family": "f"}}, GOUT], unless_read=("condition:gout",), effect="caution")
    parts = compile_rules([own, general], VOCABULARY, SCOPES)
    judged: dict[str, set[str]] = {part.rule: set() for part in parts}
    for part in parts:
        judged[part.rule].update(part.therapies)
    assert judged == {"own": {"one"}, "r": {"two"}}
    assert all(
        part.option and ("therapy", "two") in {(t.attribute, t.value) for t in part.option.tests}
        for part in parts
        if part.rule == "r"
    )
