"""Rules as a library of CQL in its compiled form, ELM, which the package cql-execution of npm runs.

Each different clause is a definition that retrieves facts by their code, and each rule a query over such definitions, as authors of
CQL write them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from benchmarks.peers.facts import Question, named, questions

if TYPE_CHECKING:
    from calcinosis_kb.rules.compiler import Clause, Conjunction, Test
    from calcinosis_kb.rules.facts import Value

__all__ = ["translate"]

Elm = dict[str, Any]
_TYPES = "{urn:hl7-org:elm-types:r1}"
_OPERATORS = {"=": "Equal", "<": "Less", ">": "Greater", "<=": "LessOrEqual", ">=": "GreaterOrEqual"}


def translate(rules: Sequence[Conjunction]) -> bytes:
    """Return an ELM library with the definitions ``c0``, ``c1``, … of clauses and ``r0``, ``r1``, … of rules.

    A rule gives a list of the ids of its facts for each way in which it holds.
    """
    asked = questions(rules)
    names = dict.fromkeys(name for name, _ in (named(*question) for question in asked) if name is not None)
    statements = [_definition(key, _facts(*question)) for question, key in asked.items()]
    statements += [_definition(f"r{number}", _query(rule, asked)) for number, rule in enumerate(rules)]
    library = {
        "identifier": {"id": "calcinosis_kb"},
        "schemaIdentifier": {"id": "urn:hl7-org:elm", "version": "r1"},
        "codeSystems": {"def": [{"name": "words", "id": "urn:calcinosis-kb:words"}]},
        "codes": {"def": [{"name": name, "id": name, "codeSystem": {"name": "words"}} for name in names]},
        "statements": {"def": statements},
    }
    return msgspec.json.encode({"library": library})


def _definition(name: str, expression: Elm) -> Elm:
    return {"name": name, "context": "Patient", "expression": expression}


def _facts(kind: str, tests: Sequence[Test]) -> Elm:
    """The facts of a kind that pass the tests: a retrieve by code, and a query for other tests."""
    name, others = named(kind, tests)
    retrieve: Elm = {"type": "Retrieve", "dataType": kind}
    if name is not None:
        retrieve |= {"codeProperty": "name", "codes": {"type": "ToList", "operand": {"type": "CodeRef", "name": name}}}
    if not others:
        return retrieve
    where = _all([_compare(_OPERATORS[test.operator], _property("f", test.attribute), test.value) for test in others])
    return {"type": "Query", "source": [{"alias": "f", "expression": retrieve}], "relationship": [], "where": where}


def _query(rule: Conjunction, asked: dict[Question, str]) -> Elm:
    """The ways in which a rule holds. Without a positive clause there is one way, in which no fact is bound."""

    def found(clause: Clause) -> Elm:
        return {"type": "ExpressionRef", "name": asked[clause.kind, clause.tests]}

    aliases = {clause: f"f{place}" for place, clause in enumerate(rule.positive)}
    joins = [
        _equal(_property(alias, mine), _property("f0", other))
        for clause, alias in aliases.items()
        for mine, other in clause.joins
    ]
    where = [*joins, *(_absent(clause, found(clause)) for clause in rule.negative)]
    if not aliases:
        once: Elm = {"type": "List", "element": [{"type": "List", "element": []}]}
        never: Elm = {"type": "List", "element": []}
        return {"type": "If", "condition": _all(where), "then": once, "else": never} if where else once
    query: Elm = {
        "type": "Query",
        "source": [{"alias": alias, "expression": found(clause)} for clause, alias in aliases.items()],
        "relationship": [],
        "return": {
            "distinct": False,
            "expression": {"type": "List", "element": [_property(alias, "id") for alias in aliases.values()]},
        },
    }
    return query | {"where": _all(where)} if where else query


def _absent(clause: Clause, facts: Elm) -> Elm:
    if clause.joins:
        same = _all([_equal(_property("n", mine), _property("f0", other)) for mine, other in clause.joins])
        facts = {"type": "Query", "source": [{"alias": "n", "expression": facts}], "relationship": [], "where": same}
    return {"type": "Not", "operand": {"type": "Exists", "operand": facts}}


def _all(conditions: Sequence[Elm]) -> Elm:
    first, *others = conditions
    for other in others:
        first = {"type": "And", "operand": [first, other]}
    return first


def _property(alias: str, path: str) -> Elm:
    return {"type": "Property", "scope": alias, "path": path}


def _equal(one: Elm, other: Elm) -> Elm:
    return {"type": "Equal", "operand": [one, other]}


def _compare(operator: str, one: Elm, value: Value) -> Elm:
    kind = "String" if isinstance(value, str) else "Integer" if isinstance(value, int) else "Decimal"
    literal = {"type": "Literal", "valueType": f"{_TYPES}{kind}", "value": str(value)}
    return {"type": operator, "operand": [one, literal]}
