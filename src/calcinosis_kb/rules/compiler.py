"""Compile rules as written by clinicians to flat conjunctions that any back end can run.

``any:`` and lists of words become several compiled rules; ``none:`` becomes a negated clause; a rule that refers to
the option (by ``option:`` or ``$name``) gets a clause for it. A rule that withholds a therapy also gets shadows: rules that ask
for its facts where they are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from calcinosis_kb.rules.facts import Value, canonical
from calcinosis_kb.rules.models import Effect, FactKind, Rule, Standing

if TYPE_CHECKING:
    from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = [
    "SHADOWED",
    "Clause",
    "Compiled",
    "Conjunction",
    "Scope",
    "Test",
    "compile_rules",
    "expansion",
    "fact_name",
    "scopes",
]

SHADOWED: frozenset[str] = frozenset({"avoid", "caution", "reserve", "not_applicable"})
"""Effects that withhold a therapy. If a fact they need is missing, ask for it."""

OPERATORS = {"below": "<", "above": ">", "at_least": ">=", "at_most": "<="}


class Scope(msgspec.Struct, frozen=True):
    """The attributes of a therapy that the compiler needs to expand ``families`` and ``kinds``."""

    therapy: str
    family: str
    kind: str


def scopes(knowledge: Knowledge) -> tuple[Scope, ...]:
    """Return the scope of every therapy that is judged, in order."""
    return tuple(Scope(option.id, option.family or option.id, option.kind) for option in knowledge.options)


class Test(msgspec.Struct, frozen=True, order=True):
    """A test ``attribute operator value``; the operator is one of = < > <= >=."""

    attribute: str
    operator: str
    value: Value


class Clause(msgspec.Struct, frozen=True, dict=True):
    """A condition: there is (or, if negated, there is not) a fact of this kind that passes all tests and joins.

    A join ``(attribute, other)`` requires that the attribute equals the option's ``other``.
    """

    kind: str
    tests: tuple[Test, ...] = ()
    joins: tuple[tuple[str, str], ...] = ()
    negated: bool = False

    @cached_property
    def name(self) -> Value | None:
        """The constant that ``name`` must equal, if any."""
        return next((test.value for test in self.tests if (test.attribute, test.operator) == ("name", "=")), None)


class Conjunction(msgspec.Struct, frozen=True, dict=True):
    """Clauses that must all hold: the unit that back ends judge. ``option``: the clause about the therapy being judged, if any."""

    option: Clause | None
    clauses: tuple[Clause, ...]

    @cached_property
    def positive(self) -> tuple[Clause, ...]:
        """The clauses that bind a fact, the option's first."""
        first = (self.option,) if self.option else ()
        return (*first, *(clause for clause in self.clauses if not clause.negated))

    @cached_property
    def negative(self) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if clause.negated)


class Compiled(Conjunction, frozen=True, dict=True):
    """One conjunction of a rule. ``asks``: the missing facts of a shadow, as (kind, name)."""

    name: str
    rule: str
    therapies: tuple[str, ...]
    effect: Effect | None
    standing: Standing | None
    asks: tuple[tuple[str, str], ...] = ()

    @cached_property
    def conjunction(self) -> Conjunction:
        """The clauses alone, which several rules may share."""
        return Conjunction(self.option, self.clauses)

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The facts that a check asks for, by `fact_name`: the missing facts of a shadow or of its own ``unknown`` clauses, or
        facts that it wants recorded (``none: {condition: {name: dental_check_done}}``)."""
        asked = list(self.asks)
        if not asked:
            for clause in self.clauses:
                if clause.kind == "unknown":
                    about = next((str(test.value) for test in clause.tests if test.attribute == "about"), "")
                    asked.append((about, str(clause.name)))
                elif clause.negated and clause.name is not None:
                    asked.append((clause.kind, str(clause.name)))
        # A check without missing facts asks to look again at the recorded ones, such as "takes simvastatin".
        recorded = [(clause.kind, str(clause.name)) for clause in self.clauses if clause.name is not None]
        return tuple(fact_name(kind, name) for kind, name in asked or recorded)


def fact_name(kind: str, name: str) -> str:
    """Return the name of a missing fact in the patient file: the bare name of a test or property of the patient, or kind and name.

    >>> fact_name("lab", "egfr"), fact_name("patient", "pregnant"), fact_name("condition", "heart_failure")
    ('egfr', 'pregnant', 'condition:heart_failure')
    """
    return name if kind in ("lab", "patient") else f"{kind}:{name}"


def compile_rules(
    rules: Iterable[Rule], vocabulary: Mapping[str, FactKind], scopes: Sequence[Scope]
) -> tuple[Compiled, ...]:
    """Compile all rules, in order. The rules must have passed the lint."""
    rules = list(rules)
    order = {scope.therapy: index for index, scope in enumerate(scopes)}
    parts = {
        rule.id: _compiled(rule, _therapies(rule, scopes, order), vocabulary) for rule in rules if not rule.unless_read
    }
    read: dict[str, set[str]] | None = None
    for rule in rules:
        if rule.unless_read:
            read = read if read is not None else _facts_read(rules, parts, order)
            unread = tuple(id_ for id_ in _therapies(rule, scopes, order) if read[id_].isdisjoint(rule.unless_read))
            parts[rule.id] = _compiled(rule, unread, vocabulary) if unread else []
    return tuple(part for rule in rules for part in parts[rule.id])


def expansion(rule: Rule, vocabulary: Mapping[str, FactKind]) -> int:
    """Return the number of conjunctions that a rule expands into, shadows included."""

    def states(clause: Clause) -> int:
        """A clause holds or, where a shadow is made of it, is unknown in one of several ways."""
        shadowed = rule.effect in SHADOWED and _is_recordable(clause, vocabulary)
        return 1 + (len(_unknown(clause, vocabulary)) if shadowed else 0)

    return prod(
        sum(prod(map(states, alternative)) for alternative in _clause_alternatives(clause)) for clause in rule.when
    )


def _compiled(rule: Rule, therapies: tuple[str, ...], vocabulary: Mapping[str, FactKind]) -> list[Compiled]:
    """Yield the conjunctions of one rule for some therapies, and its shadows."""
    plain = [part for clauses in _alternatives(rule.when) for part in _scoped(rule, clauses, therapies)]
    compiled = _numbered(plain, "#")
    if rule.effect in SHADOWED:
        shadows = (shadow for part in plain for shadow in _shadows(part, vocabulary))
        compiled = [*compiled, *_numbered(list(dict.fromkeys(shadows)), "?")]
    return compiled


def _facts_read(
    rules: Iterable[Rule], parts: Mapping[str, Sequence[Compiled]], therapies: Iterable[str]
) -> dict[str, set[str]]:
    """The facts that each therapy's own rules read, by `fact_name`, with ``below`` or ``above`` added for a bound.

    A rule for all therapies is no therapy's own, and neither is one about labels that were not read.
    """
    read: dict[str, set[str]] = {therapy: set() for therapy in therapies}
    for rule in rules:
        if rule.therapies != "all" and not rule.unless_read:
            for part in parts[rule.id]:
                if not part.asks:
                    facts = {fact for clause in part.clauses for fact in _facts_of(clause)}
                    for therapy in part.therapies:
                        read[therapy] |= facts
    return read


def _facts_of(clause: Clause) -> Iterable[str]:
    kind = next((str(test.value) for test in clause.tests if test.attribute == "about"), clause.kind)
    if clause.name is not None:
        yield fact_name(kind, str(clause.name))
    else:
        for test in clause.tests:
            yield fact_name(kind, test.attribute)
            if test.operator in _SIDES:
                yield f"{fact_name(kind, test.attribute)} {_SIDES[test.operator]}"


_SIDES = {"<": "below", "<=": "below", ">": "above", ">=": "above"}


def _numbered(parts: list[Compiled], mark: str) -> list[Compiled]:
    if len(parts) == 1 and mark == "#":
        return parts
    return [replace(part, name=f"{part.rule}{mark}{number}") for number, part in enumerate(parts, 1)]


def _alternatives(when: Iterable[Mapping[str, Any]]) -> list[tuple[Clause, ...]]:
    """Expand ``when`` to conjunctions, of which at least one must hold."""
    choices = [_clause_alternatives(clause) for clause in when]
    return [tuple(clause for part in combination for clause in part) for combination in product(*choices)]


def _clause_alternatives(clause: Mapping[str, Any]) -> list[tuple[Clause, ...]]:
    ((kind, body),) = clause.items()
    if kind == "any":
        return [alternative for inner in body for alternative in _clause_alternatives(inner)]
    if kind == "none":
        return [tuple(replace(part, negated=True) for (part,) in _clause_alternatives(body))]
    tests: list[list[Test]] = []
    joins: list[tuple[str, str]] = []
    for attribute, condition in body.items():
        if isinstance(condition, str) and condition.startswith("$"):
            joins.append((attribute, condition[1:]))
        elif isinstance(condition, list):
            tests.append([Test(attribute, "=", canonical(value)) for value in condition])
        elif isinstance(condition, Mapping):
            tests.extend([Test(attribute, OPERATORS[word], canonical(bound))] for word, bound in condition.items())
        else:
            tests.append([Test(attribute, "=", canonical(condition))])
    return [(Clause(kind, tuple(sorted(chosen)), tuple(joins)),) for chosen in product(*tests)]


def _scoped(rule: Rule, clauses: tuple[Clause, ...], therapies: tuple[str, ...]) -> Iterable[Compiled]:
    """Apply a conjunction to the therapies of the rule: once for all, or once per therapy if it reads the option."""
    own = [clause for clause in clauses if clause.kind == "option" and not clause.negated]
    rest = tuple(clause for clause in clauses if clause not in own)
    base = Compiled(None, rest, rule.id, rule.id, therapies, rule.effect, rule.standing)
    if not own and not any(clause.joins for clause in rest):
        return [base]
    tests = tuple(test for clause in own for test in clause.tests)
    if rule.therapies == "all" and not rule.unless_read:
        return [replace(base, option=Clause("option", tests))]
    return [
        replace(base, therapies=(id_,), option=Clause("option", (Test("therapy", "=", id_), *tests)))
        for id_ in therapies
    ]


def _therapies(rule: Rule, scopes: Sequence[Scope], order: Mapping[str, int]) -> tuple[str, ...]:
    if rule.therapies == "all":
        return tuple(order)
    if rule.therapies:
        return tuple(sorted(order.keys() & rule.therapies, key=order.__getitem__))
    return tuple(scope.therapy for scope in scopes if scope.family in rule.families or scope.kind in rule.kinds)


def _shadows(part: Compiled, vocabulary: Mapping[str, FactKind]) -> Iterable[Compiled]:
    """Yield checks: the conjunction with each selection of its recordable clauses unknown."""
    places = [index for index, clause in enumerate(part.clauses) if _is_recordable(clause, vocabulary)]
    for size in range(1, len(places) + 1):
        for chosen in combinations(places, size):
            ways = [_unknown(part.clauses[index], vocabulary) for index in chosen]
            for way in product(*ways):
                clauses = list(part.clauses)
                for index, (clause, _) in zip(chosen, way, strict=True):
                    clauses[index] = clause
                asks = tuple(sorted(ask for _, ask in way))
                yield replace(part, clauses=tuple(clauses), effect="check", asks=asks)


def _is_recordable(clause: Clause, vocabulary: Mapping[str, FactKind]) -> bool:
    """Whether a clause needs a fact from the patient's record, which can be missing."""
    return not clause.negated and vocabulary[clause.kind].recorded is not None


def _unknown(clause: Clause, vocabulary: Mapping[str, FactKind]) -> list[tuple[Clause, tuple[str, str]]]:
    """Return the ways in which a clause can be unknown: a clause for each, and the fact to ask for."""
    recorded = vocabulary[clause.kind].recorded
    about = Test("about", "=", clause.kind)
    if recorded is not None and recorded.key == "name":
        if clause.name is None:
            return [(Clause("unknown", (about,), clause.joins), (clause.kind, f"${clause.joins[0][1]}"))]
        return [(Clause("unknown", (about, Test("name", "=", clause.name))), (clause.kind, str(clause.name)))]
    attributes = sorted({test.attribute for test in clause.tests})
    return [
        (Clause("unknown", (about, Test("name", "=", attribute))), (clause.kind, attribute)) for attribute in attributes
    ]
