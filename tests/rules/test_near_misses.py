"""Rules that fail by one clause, and what would have to differ."""

from __future__ import annotations

from typing import Any

import pytest

from calcinosis_kb.rules.compiler import Clause, Compiled
from calcinosis_kb.rules.compiler import Test as Bound
from calcinosis_kb.rules.facts import Fact
from calcinosis_kb.rules.near_misses import clause_words, near_misses

FACTS = [
    Fact.of("option", therapy="rituximab", family="anti_cd20", level=4),
    Fact.of("option", therapy="diltiazem", family="calcium_channel_blocker"),
    Fact.of("patient", age=63, sex="female"),
    Fact.of("condition", name="gout", text="gout"),
    Fact.of("lab", name="egfr", value=28, text="eGFR 28"),
    Fact.of("medication", name="rituximab", text="takes rituximab"),
]
GOUT = Clause("condition", (Bound("name", "=", "gout"),))
ASTHMA = Clause("condition", (Bound("name", "=", "asthma"),))
TAKEN = Clause("medication", (), (("name", "therapy"),))


def egfr(operator: str, value: float) -> Clause:
    return Clause("lab", (Bound("name", "=", "egfr"), Bound("value", operator, value)))


def absent(clause: Clause) -> Clause:
    return Clause(clause.kind, clause.tests, clause.joins, negated=True)


def compiled(*clauses: Clause, option: Clause | None = None, **parts: Any) -> Compiled:
    usual = {"name": "r", "rule": "r", "therapies": ("rituximab",), "effect": "note", "standing": None}
    return Compiled(option, clauses, **{**usual, **parts})


def differs(*clauses: Clause, **parts: Any) -> list[str]:
    return [miss.differs for miss in near_misses([compiled(*clauses, **parts)], FACTS, "rituximab")]


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        (ASTHMA, "condition asthma"),
        (absent(GOUT), "there would have to be no condition gout"),
        (egfr("<", 28), "lab egfr, value below 28 (recorded: eGFR 28)"),
        (egfr(">", 28), "lab egfr, value above 28 (recorded: eGFR 28)"),
        (egfr("<=", 27), "lab egfr, value at most 27 (recorded: eGFR 28)"),
        (egfr(">=", 29), "lab egfr, value at least 29 (recorded: eGFR 28)"),
        (egfr("=", 29), "lab egfr, value is 29 (recorded: eGFR 28)"),
        (egfr("<", "thirty"), "lab egfr, value below thirty (recorded: eGFR 28)"),  # type: ignore[arg-type]
        (
            Clause("patient", (Bound("age", "<", 18), Bound("sex", "=", "female"))),
            "patient age below 18, sex is female",
        ),
        (Clause("patient", (Bound("pregnant", "=", "true"),)), "patient pregnant is true"),
        (Clause("allergy", (), (("name", "therapy"),)), "allergy name is rituximab"),
        (absent(TAKEN), "there would have to be no medication name is rituximab"),
        (Clause("medication", (), (("name", "family"),)), "medication name is anti_cd20"),
        (Clause("feature"), "feature"),
    ],
)
def test_one_clause_that_does_not_hold_is_told(clause: Clause, said: str) -> None:
    assert differs(clause) == differs(GOUT, clause) == [said]
    assert differs(ASTHMA, clause, GOUT) == []


@pytest.mark.parametrize(
    "clause",
    [GOUT, absent(ASTHMA), egfr("<", 29), egfr(">", 27), egfr("<=", 28), egfr(">=", 28), egfr("=", 28), TAKEN],
)
def test_a_rule_that_holds_is_no_near_miss(clause: Clause) -> None:
    assert differs(clause) == []
    assert differs(clause, ASTHMA) == ["condition asthma"]


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        ((Bound("therapy", "=", "rituximab"), Bound("level", "<", 3)), ["its level below 3 (it is 4)"]),
        ((Bound("seen", "=", "harm"),), ["its seen is harm (it is not known)"]),
        ((Bound("therapy", "=", "diltiazem"),), ["its therapy is diltiazem (it is rituximab)"]),
        ((Bound("level", "<", 3), Bound("seen", "=", "harm")), []),
    ],
)
def test_a_clause_on_the_therapy_counts_once_for_each_of_its_tests(tests: tuple[Bound, ...], said: list[str]) -> None:
    assert differs(GOUT, option=Clause("option", tests)) == said


def test_shadows_and_rules_for_other_therapies_are_no_near_misses() -> None:
    assert differs(ASTHMA, asks=(("condition", "asthma"),)) == []
    assert differs(ASTHMA, therapies=("diltiazem",)) == []
    rules = [compiled(ASTHMA, therapies=("diltiazem",)), compiled(GOUT, ASTHMA, name="second")]
    assert [miss.rule.name for miss in near_misses(rules, FACTS, "rituximab")] == ["second"]


def test_a_join_is_told_in_words_without_a_therapy() -> None:
    assert clause_words(TAKEN) == "medication name is its therapy"
