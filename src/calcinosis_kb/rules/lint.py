"""Check that every rule can be understood, can fire, and is within the limits of the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from calcinosis_kb.errors import Place, Problem, nearest
from calcinosis_kb.knowledge.references import Space, missing
from calcinosis_kb.rules.compiler import OPERATORS, Compiled, Scope, Test, compile_rules, expansion
from calcinosis_kb.rules.durable import MAX_JOINS, MAX_PATTERNS
from calcinosis_kb.rules.loader import LoadedRules
from calcinosis_kb.rules.models import FACTS, Attribute, Rule

__all__ = ["lint"]

Path = tuple[str | int, ...]
STANDING_KINDS = frozenset({"trial", "unknown", "option"})
STANDING_OPTION = ("therapy", "family", "form", "reach")
STANDING_READS = ("trial", "unknown", *(f"option.{name}" for name in STANDING_OPTION))
MAX_EXPANSION = 1000
"""Combinations per rule: at a thousand, compiling one rule takes more than a second."""
STRICT = frozenset({"avoid", "caution", "reserve", "against", "not_applicable"})


def lint(
    loaded: LoadedRules, scopes: Sequence[Scope], known: Mapping[str, Space], authorities: Mapping[str, str]
) -> list[Problem]:
    """Return every problem of the rules (CKB014, CKB030 to CKB034, CKB038), in the order of the rules.

    ``known``: the lists of ids that rules and rules/facts.yaml refer to. ``authorities``: the authority of every source.
    """
    checker = _Lint(loaded, scopes, known, authorities)
    problems = list(checker.facts())
    for rule in (*loaded.book.standing_rules, *loaded.book.verdict_rules):
        problems.extend(list(checker.rule(rule)) or checker.compiled(rule))
    return problems


class _Lint:
    def __init__(
        self, loaded: LoadedRules, scopes: Sequence[Scope], known: Mapping[str, Space], authorities: Mapping[str, str]
    ) -> None:
        self.loaded = loaded
        self.vocabulary = loaded.book.vocabulary
        self.scopes = scopes
        self.known = known
        self.authorities = authorities

    def facts(self) -> Iterator[Problem]:
        if self.loaded.facts is not None:
            yield from missing(FACTS.content, self.vocabulary, self.known, self.loaded.facts.place)

    def rule(self, rule: Rule) -> Iterator[Problem]:
        yield from missing(Rule, rule, self.known, lambda path: self.loaded.place(rule.id, *path))
        if rule.effect in STRICT and rule.sources and all(self.authorities.get(s) == "low" for s in rule.sources):
            message = f"'{rule.effect}' rests on machine-written or uncredited pages only"
            fix = "find a better source, or write 'effect: check'"
            yield Problem("CKB038", message, self.loaded.place(rule.id, "effect"), fix=fix)
        for index, clause in enumerate(rule.when):
            yield from self._clause(rule, clause, ("when", index))

    def _clause(self, rule: Rule, clause: Any, path: Path) -> Iterator[Problem]:
        place = self.loaded.place(rule.id, *path)
        if not isinstance(clause, Mapping) or len(clause) != 1:
            fix = "write one kind of fact, 'none:' or 'any:', with its conditions"
            yield Problem("CKB011", "a clause is a mapping of one kind to its conditions", place, fix=fix)
            return
        ((kind, body),) = clause.items()
        if kind == "none":
            yield from self._clause(rule, body, (*path, "none"))
        elif kind == "any":
            if not isinstance(body, list) or not body:
                yield Problem("CKB011", "'any' wants a list of clauses", place, fix="write any: [{…}, {…}]")
                return
            for index, inner in enumerate(body):
                yield from self._clause(rule, inner, (*path, "any", index))
        elif kind not in self.vocabulary:
            kinds = {*self.vocabulary, "none", "any"}
            near = nearest(kind, kinds)
            fix = "rules/facts.yaml declares every kind"
            yield Problem("CKB030", f"there is no fact '{kind}'", place, tuple(sorted(kinds)), near, fix)
        elif not isinstance(body, Mapping):
            yield Problem("CKB011", f"'{kind}' wants a mapping of conditions", place, fix=f"write {kind}: {{…}}")
        else:
            yield from self._body(rule, kind, body, (*path, kind))

    def _body(self, rule: Rule, kind: str, body: Mapping[str, Any], path: Path) -> Iterator[Problem]:
        declared = self.vocabulary[kind]
        for name, condition in body.items():
            place = self.loaded.place(rule.id, *path, name)
            attribute = declared.attributes.get(name)
            late = rule.standing and (kind not in STANDING_KINDS or (kind == "option" and name not in STANDING_OPTION))
            if attribute is None or late:
                if attribute is None:
                    message, valid = f"'{kind}' has no attribute '{name}'", tuple(declared.attributes)
                    near, fix = nearest(name, valid), "rules/facts.yaml declares every attribute"
                else:
                    message = f"a standing cannot read {kind}.{name}: it is not known before the standings"
                    valid, near, fix = STANDING_READS, (), "read one of these, or give an effect in another file"
                yield Problem("CKB031", message, place, valid, near, fix)
                continue
            for value in condition if isinstance(condition, list) else [condition]:
                yield from self._condition(kind, name, attribute, value, place)
        named = "name" in body and not isinstance(body["name"], Mapping)
        if declared.recorded and declared.recorded.key == "name" and not named:
            place = self.loaded.place(rule.id, *path)
            yield Problem("CKB031", f"'{kind}' must say its name", place, fix=f"write {kind}: {{name: …}}")

    def _condition(self, kind: str, name: str, attribute: Attribute, value: Any, place: Place) -> Iterator[Problem]:
        where = f"{kind}.{name}"
        if isinstance(value, str) and value.startswith("$"):
            options = self.vocabulary["option"].attributes
            if value[1:] not in options or options[value[1:]].type != attribute.type:
                valid = tuple(f"${key}" for key, other in options.items() if other.type == attribute.type)
                fix = "a '$name' stands for an attribute of the option of the same type"
                yield Problem(
                    "CKB032",
                    f"{where} cannot be joined to {value}",
                    place,
                    valid,
                    nearest(value, valid),
                    fix,
                )
        elif isinstance(value, Mapping):
            for word, bound in value.items():
                if word not in OPERATORS:
                    near = nearest(str(word), OPERATORS)
                    yield Problem(
                        "CKB032",
                        f"'{word}' compares nothing",
                        place,
                        tuple(OPERATORS),
                        near,
                        "use one of them",
                    )
                elif attribute.type != "number" or isinstance(bound, bool) or not isinstance(bound, int | float):
                    message = f"{where} is a {attribute.type} and cannot be {word} {bound!r}"
                    yield Problem("CKB032", message, place, fix="bounds go with numbers")
        elif attribute.type == "number":
            if isinstance(value, bool) or not isinstance(value, int | float):
                yield Problem("CKB032", f"{where} is a number, not {value!r}", place, fix="write a number or a bound")
        elif attribute.type == "boolean":
            if not isinstance(value, bool):
                yield Problem("CKB032", f"{where} is true or false, not {value!r}", place, fix="write true or false")
        else:
            vocabulary = self.known.get(attribute.vocabulary or "")
            valid = attribute.values or tuple(sorted(vocabulary.ids if vocabulary else ()))
            if not isinstance(value, str) or (valid and value not in valid):
                near = nearest(str(value), valid)
                shown = valid if len(valid) <= 20 else ()
                yield Problem(
                    "CKB032",
                    f"{where} cannot be {value!r}",
                    place,
                    shown,
                    near,
                    "use a word of the vocabulary",
                )

    def compiled(self, rule: Rule) -> Iterator[Problem]:
        place = self.loaded.place(rule.id, "id")
        size = expansion(rule, self.vocabulary)
        if size > MAX_EXPANSION:
            message = f"'{rule.id}' expands into {size} combinations, and at most {MAX_EXPANSION} are judged"
            yield Problem("CKB034", message, place, fix="split the rule, or read fewer facts in it")
            return
        parts = compile_rules([rule], self.vocabulary, self.scopes)
        if not parts or not any(part.therapies for part in parts):
            yield Problem("CKB033", f"'{rule.id}' can never fire: it is for no therapy", place, fix="check its scope")
            return
        reasons = [_contradiction(part) for part in parts if not part.asks]
        if all(reasons):
            message = f"'{rule.id}' can never fire: {reasons[0]}"
            yield Problem("CKB033", message, place, fix="fix the contradiction, or remove the rule")
        for part in parts:
            for number, most, what in (
                (len(part.positive) + len(part.negative), MAX_PATTERNS, "clauses"),
                (sum(len(clause.joins) for clause in part.clauses), MAX_JOINS, "joins to the therapy"),
            ):
                if number > most:
                    message = f"'{part.name}' has {number} {what}, and durable_rules holds {most}"
                    yield Problem("CKB034", message, place, fix="split the rule")


def _contradiction(part: Compiled) -> str | None:
    """Return why a conjunction can never hold, or None."""
    for clause in part.positive:
        for attribute in {test.attribute for test in clause.tests}:
            why = _impossible(attribute, [test for test in clause.tests if test.attribute == attribute])
            if why:
                return why
    for negative in part.negative:
        for positive in part.positive:
            same = negative.kind == positive.kind and set(negative.joins) <= set(positive.joins)
            if same and set(negative.tests) <= set(positive.tests):
                return f"it wants a {positive.kind} and wants none"
    return None


def _impossible(attribute: str, tests: list[Test]) -> str | None:
    words = {test.value for test in tests if test.operator == "="}
    if len(words) > 1:
        return f"{attribute} cannot be {' and '.join(map(str, sorted(words, key=str)))} at once"
    low = [test for test in tests if test.operator in (">", ">=")]
    high = [test for test in tests if test.operator in ("<", "<=")]
    for above in low:
        for below in high:
            gap = float(above.value) >= float(below.value)
            touching = above.value == below.value and above.operator == ">=" and below.operator == "<="
            if gap and not touching:
                return f"{attribute} cannot be {above.operator} {above.value} and {below.operator} {below.value}"
    return None
