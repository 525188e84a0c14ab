"""Rules for CLIPS, through clipspy: a template for each kind of fact, a rule for each conjunction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from benchmarks.peers.engine import Engine
from benchmarks.peers.facts import Facts, Firings

if TYPE_CHECKING:
    from calcinosis_kb.rules.compiler import Clause, Conjunction, Test
    from calcinosis_kb.rules.facts import Value

__all__ = ["Clips", "translate"]


class Clips(Engine):
    """CLIPS with rules as `translate` writes them. A rule that fires calls back with its number and the ids of its facts."""

    def __init__(self, rules: Path) -> None:
        import clips

        self.fired: list[Any] = []
        self.environment = clips.Environment()
        self.environment.define_function(self._fire, name="fire")
        self.environment.load(str(rules))
        templates = [template for template in self.environment.templates() if not template.implied]
        self.templates = {template.name: (template, {slot.name for slot in template.slots}) for template in templates}

    def _fire(self, *bound: Any) -> None:
        self.fired.append(bound)

    def judge(self, facts: bytes) -> Firings:
        self.environment.reset()
        self.fired.clear()
        given: Facts = msgspec.json.decode(facts)
        for kind, rows in given.items():
            if kind in self.templates:
                template, slots = self.templates[kind]
                for row in rows:
                    template.assert_fact(**{name: value for name, value in row.items() if name in slots})
        self.environment.run()
        return frozenset([(number, tuple(ids)) for number, *ids in self.fired])


def translate(rules: Sequence[Conjunction]) -> bytes:
    """Return constructs of CLIPS, one a line: templates with the attributes that are read, then the rules."""
    slots: dict[str, set[str]] = {}
    for rule in rules:
        for clause in (*rule.positive, *rule.negative):
            read = {test.attribute for test in clause.tests} | {mine for mine, _ in clause.joins}
            slots.setdefault(clause.kind, {"id"}).update(read)
            slots.setdefault("option", {"id"}).update(other for _, other in clause.joins)
    templates = [
        f"(deftemplate {kind} {' '.join(f'(slot {slot})' for slot in sorted(names))})"
        for kind, names in sorted(slots.items())
    ]
    return "\n".join([*templates, *(_rule(number, rule) for number, rule in enumerate(rules))]).encode()


def _rule(number: int, rule: Conjunction) -> str:
    """A rule as a construct: the option last, since every therapy is one."""
    names = {clause: f"?f{place}" for place, clause in enumerate(rule.positive)}
    patterns = [
        _pattern(clause, f"p{place}", names[clause], _joined(clause))
        for place, clause in enumerate(rule.positive)
        if clause is not rule.option
    ]
    if rule.option:
        shared = {other: [f"?its-{other}"] for clause in rule.clauses for _, other in clause.joins}
        patterns.append(_pattern(rule.option, "o", names[rule.option], shared))
    patterns += [f"(not {_pattern(clause, f'n{n}', '', _joined(clause))})" for n, clause in enumerate(rule.negative)]
    fire = " ".join(["fire", str(number), *names.values()])
    return f"(defrule r{number} {' '.join(patterns)} => ({fire}))"


def _joined(clause: Clause) -> dict[str, list[str]]:
    """The constraints of joins. An empty slot is ``nil`` for CLIPS, and two of them would be equal."""
    return {mine: [f"?its-{other}", "~nil"] for mine, other in clause.joins}


def _pattern(clause: Clause, prefix: str, fact: str, joined: Mapping[str, list[str]]) -> str:
    """A pattern. In a constraint the variable comes first."""
    constraints = dict(joined)
    for test in clause.tests:
        parts = constraints.setdefault(test.attribute, [])
        if test.operator == "=":
            parts.append(_literal(test.value))
        else:
            variable = f"?{prefix}-{test.attribute}"
            if variable not in parts:
                parts.insert(0, variable)
            parts.append(_bound(variable, test))
    slots = [f"({attribute} {'&'.join(parts)})" for attribute, parts in constraints.items()]
    return f"({' '.join([clause.kind, *([f'(id {fact})'] if fact else []), *slots])})"


def _bound(variable: str, test: Test) -> str:
    return f":(and (numberp {variable}) ({test.operator} {variable} {test.value}))"


def _literal(value: Value) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)
