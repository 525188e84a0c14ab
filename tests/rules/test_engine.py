"""The back ends are chosen, share what they judge, and must agree."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from calcinosis_kb import InputError, InternalFault
from calcinosis_kb.rules import engine
from calcinosis_kb.rules.compiler import Clause, Compiled
from calcinosis_kb.rules.compiler import Test as Bound
from calcinosis_kb.rules.engine import ENGINES, Evaluator, Firing, choose_engines
from calcinosis_kb.rules.facts import Fact, FactBase
from calcinosis_kb.rules.reference import Raw
from strategies import ENGINES as NAMES

GOUT = Clause("condition", (Bound("name", "=", "gout"),))
NO_GOUT = Clause("unknown", (Bound("about", "=", "condition"), Bound("name", "=", "gout")))
NOT_TAKEN = Clause("unknown", (Bound("about", "=", "medication"),), (("name", "therapy"),))
OPTION = Clause("option")
FACTS = [
    Fact.of("option", therapy="rituximab"),
    Fact.of("option", therapy="diltiazem"),
    Fact.of("condition", name="gout"),
    Fact.of("unknown", about="condition", name="gout"),
    Fact.of("unknown", about="medication", name="diltiazem"),
]


def rule(name: str, *clauses: Clause, option: Clause | None = None, **parts: Any) -> Compiled:
    usual = {"rule": name, "therapies": ("diltiazem", "rituximab"), "effect": "check", "standing": None}
    return Compiled(option, clauses, name=name, **{**usual, **parts})


RULES = (
    rule("gout", GOUT, effect="note"),
    rule("one", NO_GOUT, asks=(("condition", "gout"),)),
    rule("taken", NOT_TAKEN, option=OPTION, asks=(("medication", "$therapy"),)),
    rule("two", NO_GOUT, therapies=("rituximab",)),
)


def found(evaluator: Evaluator, facts: list[Fact]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(firing.rule.name, firing.therapy, firing.asked) for firing in evaluator.evaluate(facts)]


def test_each_rule_that_shares_its_clauses_fires_for_its_own_therapies() -> None:
    evaluator = Evaluator(RULES, choose_engines(ENGINES))
    expected = [
        ("gout", "diltiazem", ("condition:gout",)),
        ("gout", "rituximab", ("condition:gout",)),
        ("one", "diltiazem", ("condition:gout",)),
        ("one", "rituximab", ("condition:gout",)),
        ("taken", "diltiazem", ("medication:diltiazem",)),
        ("two", "rituximab", ("condition:gout",)),
    ]
    assert found(evaluator, FACTS) == found(evaluator, FACTS[::-1]) == expected
    assert found(pickle.loads(pickle.dumps(evaluator)), FACTS) == expected
    assert found(evaluator, FACTS[:3]) == expected[:2]
    assert len(evaluator.conjunctions) == 3
    assert evaluator.asks_for == {
        ("condition", "gout"), ("medication", "diltiazem"), ("medication", "rituximab"),
    }  # fmt: skip


def test_a_firing_has_the_facts_of_its_clauses_but_not_the_therapy() -> None:
    firings = Evaluator(RULES, choose_engines(ENGINES)).evaluate(FACTS)
    assert {(firing.rule.name, firing.facts) for firing in firings} == {
        ("gout", (FACTS[2],)), ("one", (FACTS[3],)), ("taken", (FACTS[4],)), ("two", (FACTS[3],)),
    }  # fmt: skip


def test_a_fact_about_the_therapy_is_asked_for_by_its_name() -> None:
    shadow = rule("r", option=OPTION, asks=(("allergy", "$therapy"), ("lab", "egfr")))
    assert Firing(shadow, "rituximab", ()).asked == ("allergy:rituximab", "egfr")


def test_engines_are_named_in_their_order_and_can_be_chosen() -> None:
    evaluator = Evaluator(RULES, choose_engines(("reference", "durable")))
    assert list(evaluator.engines) == NAMES
    alone = evaluator.using(("reference",))
    assert alone.engines == ("reference",) and list(evaluator.engines) == NAMES
    assert found(alone, FACTS) == found(evaluator, FACTS)


def test_without_durable_rules_the_reference_answers_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "available", lambda: False)
    assert choose_engines(ENGINES) == choose_engines(("reference",)) == ("reference",)
    with pytest.raises(InputError) as caught:
        choose_engines(("durable",))
    assert str(caught.value) == (
        "CKB052\n  durable_rules is not installed here\n"
        "  fix: CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install durable_rules==2.0.28"
    )


class Silent:
    """An engine under which nothing fires."""

    name = "silent"

    def evaluate(self, facts: FactBase) -> frozenset[Raw]:  # noqa: ARG002
        return frozenset()


@pytest.mark.parametrize("first", [True, False])
def test_engines_that_differ_give_no_answer(first: bool) -> None:
    evaluator = Evaluator([*RULES, *(rule(f"r{n}", GOUT) for n in range(4))], ("reference",))
    (reference,) = evaluator.back_ends
    evaluator.back_ends = (Silent(), reference) if first else (reference, Silent())
    with pytest.raises(InternalFault) as caught:
        evaluator.evaluate(FACTS)
    assert str(caught.value) == (
        f"CKB050\n  {' and '.join(evaluator.engines)} differ on gout, one, r0, r1, r2\n"
        "  fix: this is a fault of calcinosis-kb; please report it. There is no answer."
    )
    assert evaluator.evaluate([]) == ()


@pytest.mark.parametrize(
    ("operator", "value", "holds"),
    [
        ("<", 28, False), ("<", 29, True), ("<=", 27, False), ("<=", 28, True), (">", 28, False), (">", 27, True),
        (">=", 29, False), (">=", 28, True), ("=", 28, True), ("=", 29, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", [(), (Bound("name", "=", "egfr"),)])
def test_a_bound_holds_on_one_side_and_its_absence_on_the_other(
    name: tuple[Bound, ...], operator: str, value: float, holds: bool
) -> None:
    clause = Clause("lab", (*name, Bound("value", operator, value)))
    none = Clause("lab", clause.tests, negated=True)
    evaluator = Evaluator([rule("is", clause), rule("is not", GOUT, none)], choose_engines(ENGINES))
    for facts, expected in (
        ([Fact.of("lab", name="egfr", value=28)], {"is"} if holds else {"is not"}),
        ([Fact.of("lab", name="egfr", finding="low")], {"is not"}),
        ([], {"is not"}),
    ):
        assert {name for name, _, _ in found(evaluator, [*facts, FACTS[2]])} == expected
