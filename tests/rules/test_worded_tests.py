"""Every worded test (normal, positive …) that a check asks for has a rule for its bad result.

The question goes away once any result is there. Without such a rule a bad result would leave less said than none.
"""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.rules.compiler import Clause, Compiled
from calcinosis_kb.rules.facts import canonical

BAD = ("abnormal", "positive")


def asked(rule: Compiled) -> Iterator[str]:
    """The tests that a check asks for."""
    for clause in rule.clauses:
        if (
            rule.effect == "check"
            and not clause.negated
            and (clause.kind, value(clause, "about")) == ("unknown", "lab")
        ):
            yield str(clause.name)


def value(clause: Clause, attribute: str) -> object:
    return next((test.value for test in clause.tests if (test.attribute, test.operator) == (attribute, "=")), None)


def heeded(kb: KnowledgeBase, rule: Compiled) -> Iterator[str]:
    """The tests of which a rule reads the bad result, or the condition that such a result means."""
    implied = {
        lab.implies[finding]: id_
        for id_, lab in kb.knowledge.terms.labs.items()
        for finding in BAD
        if finding in lab.implies
    }
    for clause in rule.clauses:
        if clause.negated:
            continue
        if clause.kind == "lab" and value(clause, "finding") in BAD:
            yield str(clause.name)
        elif clause.kind == "condition" and clause.name in implied:
            yield implied[str(clause.name)]
        elif clause.kind == "patient" and value(clause, "pregnant") == canonical(True):
            yield implied["pregnancy"]


def test_every_worded_test_that_is_asked_for_has_a_rule_for_its_bad_result(kb: KnowledgeBase) -> None:
    worded = {id_ for id_, lab in kb.knowledge.terms.labs.items() if lab.values}
    compiled = kb.advisor.verdict_rules.compiled
    wanted = {(therapy, lab) for rule in compiled for lab in asked(rule) if lab in worded for therapy in rule.therapies}
    answered = {(therapy, lab) for rule in compiled for lab in heeded(kb, rule) for therapy in rule.therapies}
    assert len(wanted) > 80
    assert sorted(wanted - answered) == []
