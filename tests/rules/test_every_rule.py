"""Make every compiled rule, including shadows, fire and not fire, with facts generated from the rule itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.rules import compiler
from calcinosis_kb.rules.compiler import Clause, Compiled
from calcinosis_kb.rules.engine import Evaluator
from calcinosis_kb.rules.facts import Fact, FactBase, Value

STEP = 0.01
NOWHERE = "a_word_that_no_rule_names"


def holding(test: compiler.Test) -> Value:
    """A value that passes the test."""
    if test.operator in ("=", ">=", "<="):
        return test.value
    return float(test.value) + (STEP if test.operator == ">" else -STEP)


def failing(test: compiler.Test) -> Value:
    """A value of the same type that does not."""
    if test.operator == "=":
        return NOWHERE if isinstance(test.value, str) else float(test.value) + 1
    return float(test.value) + {">": -STEP, ">=": -STEP, "<": STEP, "<=": STEP}[test.operator]


def values(clause: Clause) -> dict[str, Value]:
    """Attributes that pass every test of a clause; two bounds of one attribute are met halfway."""
    made: dict[str, Value] = {}
    for attribute in {test.attribute for test in clause.tests}:
        found = [holding(test) for test in clause.tests if test.attribute == attribute]
        made[attribute] = found[0] if len(found) == 1 else sum(map(float, found)) / len(found)
    return made


def option_for(rule: Compiled, kb: KnowledgeBase) -> dict[str, Value]:
    """The option of a rule, with its therapy and family, so that joins have something to meet."""
    therapy = kb.knowledge.therapies[rule.therapies[0]]
    given: dict[str, Value] = {"therapy": therapy.id, "family": therapy.family or therapy.id}
    return {**given, **(values(rule.option) if rule.option else {})}


def fact(kind: str, attributes: dict[str, Value]) -> Fact:
    return Fact.of(kind, text="", **attributes)


def joined(clause: Clause, option: dict[str, Value]) -> dict[str, Value]:
    return {**values(clause), **{mine: option[other] for mine, other in clause.joins}}


def facts_of(rule: Compiled, kb: KnowledgeBase) -> list[tuple[Clause, Fact]]:
    """One fact for each positive clause: together they make the rule fire."""
    option = option_for(rule, kb)
    made = [(rule.option, fact("option", option))] if rule.option else []
    return made + [(c, fact(c.kind, joined(c, option))) for c in rule.clauses if not c.negated]


def broken(clause: Clause, right: Fact) -> Iterator[Fact]:
    """The fact with one test or join failing at a time."""
    attributes = dict(right.values)
    for test in clause.tests:
        yield fact(right.kind, {**attributes, test.attribute: failing(test)})
    for mine, _ in clause.joins:
        yield fact(right.kind, {**attributes, mine: NOWHERE})


def fires(evaluator: Evaluator, index: int, facts: list[Fact]) -> bool:
    """Whether the rule fires; both engines are asked, and differing would raise."""
    return evaluator.compiled[index].name in {firing.rule.name for firing in evaluator.evaluate(facts)}


@pytest.fixture(scope="module", params=["standing", "verdict"])
def stratum(request: pytest.FixtureRequest, kb: KnowledgeBase) -> Evaluator:
    return kb.advisor.standings.evaluator if request.param == "standing" else kb.advisor.verdict_rules


@pytest.mark.slow
def test_every_rule_and_shadow_fires_and_stops_firing(stratum: Evaluator, kb: KnowledgeBase) -> None:
    silent: list[str] = []
    loud: list[str] = []
    for index, rule in enumerate(stratum.compiled):
        made = facts_of(rule, kb)
        facts = [one for _, one in made]
        if not fires(stratum, index, facts):
            silent.append(rule.name)
        for number, (clause, right) in enumerate(made):
            others = facts[:number] + facts[number + 1 :]
            variants = [others, *([*others, wrong] for wrong in broken(clause, right))]
            loud.extend(rule.name for variant in variants if fires(stratum, index, variant))
        for clause in rule.negative:
            forbidden = fact(clause.kind, joined(clause, option_for(rule, kb)))
            if fires(stratum, index, [*facts, forbidden]):
                loud.append(rule.name)
    assert not silent, f"never fire: {silent}"
    assert not loud, f"fire without what they want: {loud}"


def test_every_rule_that_holds_back_has_its_shadows(kb: KnowledgeBase) -> None:
    """A rule of effect avoid, caution or not_applicable that reads the record asks for what it lacks."""
    vocabulary = kb.rules.vocabulary
    shadowed = {rule.rule for rule in kb.advisor.verdict_rules.compiled if rule.asks}
    for rule in kb.advisor.verdict_rules.compiled:
        reads = any(vocabulary[clause.kind].recorded for clause in rule.clauses if not clause.negated)
        if rule.effect in ("avoid", "caution", "not_applicable") and reads:
            assert rule.rule in shadowed


def test_the_bare_base_of_facts_fires_what_asks_for_nothing_only(stratum: Evaluator) -> None:
    """With no facts at all only rules without a positive clause hold."""
    wanted = {rule.name for rule in stratum.compiled if not rule.positive}
    for back_end in stratum.back_ends:
        found = {stratum.conjunctions[index] for index, _ in back_end.evaluate(FactBase([]))}
        assert {rule.name for rule in stratum.compiled if rule.conjunction in found} == wanted
