"""What a rule is compiled to: its conjunctions, and the shadows that ask for missing facts."""

from __future__ import annotations

from typing import Any

import pytest

from calcinosis_kb.rules.compiler import Clause, Scope, compile_rules, expansion
from calcinosis_kb.rules.compiler import Test as Bound
from calcinosis_kb.rules.models import Attribute, FactKind, Recorded, Rule

TEXT, NUMBER = Attribute(type="text", meaning="m"), Attribute(type="number", meaning="m")
VOCABULARY = {
    "condition": FactKind(meaning="m", recorded=Recorded(key="name"), attributes={"name": TEXT}),
    "lab": FactKind(meaning="m", recorded=Recorded(key="name"), attributes={"name": TEXT, "value": NUMBER}),
    "medication": FactKind(meaning="m", recorded=Recorded(key="name"), attributes={"name": TEXT}),
    "patient": FactKind(meaning="m", recorded=Recorded(key="attribute"), attributes={"age": NUMBER, "sex": TEXT}),
    "unknown": FactKind(meaning="m", attributes={"about": TEXT, "name": TEXT}),
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


ABOUT = {kind: Bound("about", "=", kind) for kind in VOCABULARY}


@pytest.mark.parametrize(
    ("clause", "ways"),
    [
        (GOUT, [(Clause("unknown", (ABOUT["condition"], Bound("name", "=", "gout"))), ("condition", "gout"))]),
        (EGFR, [(Clause("unknown", (ABOUT["lab"], Bound("name", "=", "egfr"))), ("lab", "egfr"))]),
        (
            {"medication": {"name": "$therapy"}},
            [(Clause("unknown", (ABOUT["medication"],), (("name", "therapy"),)), ("medication", "$therapy"))],
        ),
        (
            {"patient": {"sex": "female", "age": {"below": 50, "at_least": 18}}},
            [
                (Clause("unknown", (ABOUT["patient"], Bound("name", "=", "age"))), ("patient", "age")),
                (Clause("unknown", (ABOUT["patient"], Bound("name", "=", "sex"))), ("patient", "sex")),
            ],
        ),
        ({"none": GOUT}, []),
        ({"option": {"family": "f"}}, []),
    ],
)
@pytest.mark.parametrize("effect", ["avoid", "caution", "reserve", "not_applicable"])
def test_a_shadow_holds_where_the_fact_is_missing(
    clause: dict[str, Any], ways: list[tuple[Clause, tuple[str, str]]], effect: str
) -> None:
    parts = compile_rules([rule(when=[clause], effect=effect)], VOCABULARY, SCOPES)
    assert [(part.clauses, part.asks) for part in parts if part.asks] == [((unknown,), (ask,)) for unknown, ask in ways]
    assert [part.name for part in parts] == ["r", *(f"r?{number}" for number in range(1, len(ways) + 1))]
    assert expansion(rule(when=[clause], effect=effect), VOCABULARY) == 1 + len(ways)
    assert len(compile_rules([rule(when=[clause], effect="support")], VOCABULARY, SCOPES)) == 1


def test_bounds_and_joins_become_tests_in_a_fixed_order() -> None:
    clause = {"lab": {"value": {"below": 5, "above": 1.5, "at_least": 2, "at_most": 4.0}, "name": "egfr"}}
    (part,) = compile_rules([rule(when=[clause])], VOCABULARY, SCOPES)
    assert part.clauses == (
        Clause(
            "lab",
            (
                Bound("name", "=", "egfr"),
                Bound("value", "<", 5),
                Bound("value", "<=", 4),
                Bound("value", ">", 1.5),
                Bound("value", ">=", 2),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("scope", "options"),
    [
        ({"therapies": "all"}, [(("one", "two"), ())]),
        ({"therapies": ["two", "one"]}, [(("one",), ("one",)), (("two",), ("two",))]),
        ({"therapies": (), "kinds": ["procedure"]}, [(("two",), ("two",))]),
    ],
)
def test_a_rule_that_reads_the_option_has_a_clause_for_it(
    scope: dict[str, Any], options: list[tuple[tuple[str, ...], tuple[str, ...]]]
) -> None:
    parts = compile_rules([rule(when=[{"option": {"family": "f"}}, GOUT], **scope)], VOCABULARY, SCOPES)
    family = Bound("family", "=", "f")
    assert [(part.therapies, part.option) for part in parts] == [
        (therapies, Clause("option", (*(Bound("therapy", "=", id_) for id_ in named), family)))
        for therapies, named in options
    ]
    assert all([clause.kind for clause in part.clauses] == ["condition"] for part in parts)
    joined = compile_rules([rule(when=[{"medication": {"name": "$therapy"}}], **scope)], VOCABULARY, SCOPES)
    assert [part.therapies for part in joined] == [part.therapies for part in parts]
    assert all(part.option is not None for part in joined)


@pytest.mark.parametrize(
    ("clause", "read", "exempt"),
    [
        ({"patient": {"age": {"below": 18}}}, "age below", True),
        ({"patient": {"age": {"at_most": 18}}}, "age below", True),
        ({"patient": {"age": {"above": 65}}}, "age above", True),
        ({"patient": {"age": {"at_least": 65}}}, "age above", True),
        ({"patient": {"age": {"above": 65}}}, "age below", False),
        ({"patient": {"age": {"above": 65}}}, "age", True),
        ({"patient": {"sex": "male"}}, "sex", True),
        (EGFR, "egfr", True),
        (EGFR, "egfr below", False),
        (GOUT, "condition:gout", True),
        (GOUT, "gout", False),
        ({"unknown": {"about": "condition", "name": "gout"}}, "condition:gout", True),
    ],
)
def test_what_a_rule_reads_exempts_its_therapy(clause: dict[str, Any], read: str, exempt: bool) -> None:
    own = Rule(id="own", title="t", because="b", therapies=("one",), when=(clause,), effect="note")
    general = rule(when=[GOUT], unless_read=(read,), effect="caution")
    (part, *_) = [part for part in compile_rules([own, general], VOCABULARY, SCOPES) if part.rule == "r"]
    assert part.therapies == (("two",) if exempt else ("one", "two"))


def test_a_rule_for_all_therapies_or_a_shadow_exempts_none() -> None:
    for_all = Rule(id="all", title="t", because="b", therapies="all", when=(GOUT,), effect="avoid")
    general = rule(when=[GOUT], unless_read=("condition:gout",), effect="note")
    (part,) = [part for part in compile_rules([for_all, general], VOCABULARY, SCOPES) if part.rule == "r"]
    assert part.therapies == ("one", "two")
    both = [
        Rule(id=id_, title="t", because="b", therapies=(id_,), when=(GOUT,), effect="note") for id_ in ("one", "two")
    ]
    assert {part.rule for part in compile_rules([*both, general], VOCABULARY, SCOPES)} == {"one", "two"}


def test_a_check_asks_for_what_its_own_clauses_miss() -> None:
    (part,) = compile_rules([rule(when=[{"none": GOUT}], effect="check")], VOCABULARY, SCOPES)
    assert part.asked == ("condition:gout",)
    (part,) = compile_rules([rule(when=[GOUT, EGFR], effect="check")], VOCABULARY, SCOPES)
    assert part.asked == ("condition:gout", "egfr")
    unknown = {"unknown": {"about": "lab", "name": "egfr"}}
    (part,) = compile_rules([rule(when=[unknown, GOUT], effect="check")], VOCABULARY, SCOPES)
    assert part.asked == ("egfr",)
