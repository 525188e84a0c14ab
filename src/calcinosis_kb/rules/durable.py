"""Run rules with durable_rules: generate JSON rulesets in a safe subset, and drive its C core.

Subset and driver avoid faults measured on durable_rules 2.0.28 and listed in docs/engine.md: host
threads that steal results, freed sessions that crash, ``none`` that depends on the order of facts, joins that are ignored
behind ``$or``, numbers with exponents, rulesets over 255 rules.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import msgspec

from calcinosis_kb.errors import InternalFault, Problem
from calcinosis_kb.rules.compiler import Clause, Conjunction, Test
from calcinosis_kb.rules.facts import SESSION, Fact, FactBase, Value
from calcinosis_kb.rules.reference import Raw

__all__ = ["MAX_JOINS", "MAX_PATTERNS", "MISSING", "Durable", "available", "definition", "split"]

VERSION = "2.0.28"
MAX_PATTERNS = 15
"""Patterns per rule besides the trigger. The engine holds 16 in all; more fail with error 304 at run time."""
MAX_JOINS = 28
"""Joins per pattern besides the sentinel. With more, the ruleset is refused with error 113."""
MIN_RULES = 24
"""Rules that read the option are a ruleset of their own from here on; see `_by_need`."""
MAX_RULES = 240
"""Rules per ruleset, which all begin with the trigger; see `MAX_ENDING`."""
MAX_ENDING = 250
"""Patterns per ruleset that end in the same condition. The engine holds 255; more crash the process."""
MAX_FOLLOWING = 500
"""Conditions per ruleset that directly follow the same condition. 512 make the engine loop forever."""
MAX_WAITING = 60
"""Conditions on the engine's stack while it matches one fact. It holds 64; more fail with error 303 at run time."""

_BEGIN = f'{{"kind":"begin","sid":"{SESSION}","id":"begin"}}'
"""A constant valid first message: after an invalid one, the engine's session handle is uninitialised."""
_GO = f'{{"kind":"go","sid":"{SESSION}","id":"go"}}'
"""The trigger comes last, so that negated clauses see every fact."""
_TRIGGER = {"g": {"kind": "go"}}
_SENTINEL = {"sid": {"g": "sid"}}
"""An always true join: a pattern whose last member is a false join would read past its expression."""
_DONE = "zz_done"
_WORDS = {"<": "$lt", ">": "$gt", "<=": "$lte", ">=": "$gte"}


class _Bound(msgspec.Struct):
    """The id of a fact that the engine returns; its other members are not decoded."""

    id: str


_ACTIONS = msgspec.json.Decoder(list[dict[str, dict[str, _Bound]]])
_NUMBERS = count(1)

KEPT = 256
"""Answers of rulesets that are kept: those of some ten patients, in about 2 MB."""


MISSING = "durable_rules is missing: 'calcinosis-kb explain CKB052' says how to build it"
"""What is said beside an answer of the reference alone, where the engine cannot be imported."""


def available() -> bool:
    """Whether durable_rules can be imported."""
    try:
        import durable_rules_engine  # noqa: F401
    except ImportError:
        return False
    return True


def _by_need(numbered: Iterable[tuple[int, Conjunction]]) -> list[list[tuple[int, Conjunction]]]:
    """Group numbered rules by the first fact that they need besides the option, those that read the option apart.

    A ruleset of which no rule finds the facts that it needs is not asked, and its handle not even made. Small groups that read the
    option are one: to store a fact takes the engine 10 kB, and every therapy is an option.
    """
    groups: dict[tuple[bool, str], list[tuple[int, Conjunction]]] = {}
    for index, rule in numbered:
        needs = sorted(_subject(clause) for clause in rule.positive if clause is not rule.option)
        groups.setdefault((rule.option is not None, needs[0] if needs else ""), []).append((index, rule))
    small = [key for key in groups if key[0] and len(groups[key]) < MIN_RULES]
    joined = [member for key in sorted(small) for member in groups.pop(key)]
    return [*(groups[key] for key in sorted(groups)), *([joined] if joined else [])]


def _subject(clause: Clause) -> str:
    """The kind of fact that a clause reads, or the kind that it says is missing."""
    about = next((test.value for test in clause.tests if test.attribute == "about"), None)
    return clause.kind if about is None else f"{clause.kind} {about}"


def _is_name(rule: Conjunction) -> bool:
    """Whether a rule asks only for one fact of a name, recorded or missing."""
    if rule.option is not None or len(rule.clauses) != 1:
        return False
    (clause,) = rule.clauses
    return (
        clause.name is not None
        and not clause.negated
        and not clause.joins
        and _nameless(clause).tests
        == tuple(test for test in clause.tests if (test.attribute, test.operator) == ("about", "="))
    )


def _nameless(clause: Clause) -> Clause:
    return Clause(clause.kind, tuple(test for test in clause.tests if (test.attribute, test.operator) != ("name", "=")))


def split(compiled: Sequence[Conjunction]) -> list[range]:
    """Split compiled rules into runs of nearly equal size, each small enough for one ruleset of the engine."""
    parts = -(-len(compiled) // MAX_RULES)
    runs: list[range] = []
    first, root = 0, _Condition()
    for index, rule in enumerate(compiled):
        full = (index - first) * parts >= len(compiled)
        if full or not root.take(rule):
            runs.append(range(first, index))
            first, root = index, _Condition()
            root.take(rule)
    return [*runs, range(first, len(compiled))] if compiled else runs


class _Condition:
    """A node of the trie of conditions: patterns with the same beginning share nodes, as in the engine.

    To match a fact, the engine pops a condition from a stack and pushes every following condition that holds. Only one condition
    ``attribute = value`` per attribute can hold; joins are never shared and always wait.
    """

    __slots__ = ("ending", "following", "joins", "waiting")

    def __init__(self) -> None:
        self.following: dict[Test, _Condition] = {}
        self.ending = 0
        self.joins = 0
        self.waiting: dict[Test | str, int] = {}

    def take(self, rule: Conjunction) -> bool:
        """Add the patterns of a rule. Return False if the ruleset then exceeds a limit."""
        patterns = [(clause, bool(clause.joins)) for clause in rule.negative]
        # Joins of positive clauses are written in the option's pattern, which comes after theirs.
        patterns += [(clause, False) for clause in rule.positive if clause is not rule.option]
        if rule.option:
            patterns.append((rule.option, any(clause.joins for clause in rule.positive)))
        return all(self._add((Test("kind", "=", clause.kind), *clause.tests), joined) for clause, joined in patterns)

    def _add(self, rest: Sequence[Test], joined: bool) -> bool:
        fits = True
        if rest:
            test = rest[0]
            following = self.following.get(test)
            if following is None:
                following = self.following[test] = _Condition()
            fits = following._add(rest[1:], joined)
            excluding = test.attribute if test.operator == "=" else test
            self.waiting[excluding] = max(self.waiting.get(excluding, 0), following.most)
        elif joined:
            self.joins += 1
        else:
            self.ending += 1
        followed = len(self.following) + self.joins
        return fits and self.ending <= MAX_ENDING and followed <= MAX_FOLLOWING and self.most <= MAX_WAITING

    @property
    def most(self) -> int:
        """The most conditions that can wait on the stack from here on, including this one."""
        return max(1, self.joins + sum(self.waiting.values()))


def definition(numbered: Iterable[tuple[int, Conjunction]]) -> str:
    """Return a ruleset as durable_rules JSON: the trigger first, then positive patterns with the option last, then negated ones.

    The engine joins in this order: few facts of a patient pass a clause, but every therapy is an option.
    """
    rules: dict[str, Any] = {}
    for index, rule in numbered:
        patterns: list[dict[str, Any]] = [_TRIGGER]
        joins: list[dict[str, Any]] = []
        for number, clause in enumerate(rule.positive):
            if clause is not rule.option:
                patterns.append({f"m{number}": _pattern(clause, ())})
                joins.extend({other: {f"m{number}": mine}} for mine, other in clause.joins)
        if rule.option:
            patterns.append({"o": _pattern(rule.option, joins)})
        for number, clause in enumerate(rule.negative):
            forbidden = [{mine: {"o": other}} for mine, other in clause.joins]
            patterns.append({f"n{number}$not": _pattern(clause, forbidden)})
        rules[f"r{index}"] = {"all": patterns, "dist": 0, "pri": 1}
    rules[_DONE] = {"all": [_TRIGGER], "dist": 0, "pri": 2}
    return msgspec.json.encode(rules).decode()


def _pattern(clause: Clause, joins: Sequence[dict[str, Any]]) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"kind": clause.kind}, *map(_expression, clause.tests), *joins]
    if joins:
        parts.append(_SENTINEL)
    return {"$and": parts} if len(parts) > 1 else parts[0]


def _expression(test: Test) -> dict[str, Any]:
    if test.operator == "=":
        return {test.attribute: test.value}
    return {_WORDS[test.operator]: {test.attribute: test.value}}


class _Sessions:
    """One engine handle per ruleset, made when it is first asked, with at most one live session, guarded by ``lock``.

    The engine never releases the interpreter lock, so more handles would use memory and save no time. Most rulesets read few
    facts, and are asked the same by many patients: the latest answers are kept.
    """

    def __init__(self) -> None:
        import durable_rules_engine

        self.engine = durable_rules_engine
        self.lock = threading.Lock()
        self.process = os.getpid()
        self.handles: dict[str, Any] = {}
        self.ask = lru_cache(KEPT)(self._ask)
        weakref.finalize(self, _delete, self.engine, self.handles).atexit = False

    def _ask(self, definition: str, messages: str) -> tuple[Local, ...]:
        """The firings of one ruleset for some facts, in JSON."""
        if definition not in self.handles:
            try:
                made = self.engine.create_ruleset(f"calcinosis_kb_{next(_NUMBERS)}", definition)
            except self.engine.error as error:
                _fault(str(error))
            self.handles[definition] = made
            _run(self.engine, made, f"[{_BEGIN},{_GO}]")
        return _run(self.engine, self.handles[definition], messages)


def _delete(engine: Any, handles: dict[str, Any]) -> None:
    for handle in handles.values():
        engine.delete_ruleset(handle)


class Durable:
    """Back end that judges a `FactBase` with durable_rules; thread-safe, one call at a time. It can be pickled.

    Raises `InternalFault` (CKB051) if the engine fails or missed a fact.
    """

    name = f"durable_rules {VERSION}"

    def __init__(self, compiled: Sequence[Conjunction]) -> None:
        names: dict[Clause, list[tuple[int, Conjunction]]] = {}
        others: list[tuple[int, Conjunction]] = []
        for index, rule in enumerate(compiled):
            (names.setdefault(_nameless(rule.clauses[0]), []) if _is_name(rule) else others).append((index, rule))
        self._rulesets: list[_Ruleset] = [_Names(clause, numbered) for clause, numbered in names.items()]
        for group in _by_need(others):
            runs = split([rule for _, rule in group])
            self._rulesets += [_Ruleset(group[run.start : run.stop]) for run in runs]
        self._sessions: _Sessions | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_sessions": None}

    def evaluate(self, facts: FactBase) -> frozenset[Raw]:
        """Every firing of every rule."""
        sessions = self._sessions
        if sessions is None or sessions.process != os.getpid():
            # After a fork, another thread may have left a live session and a held lock.
            sessions = self._sessions = _Sessions()
        found = _by_key(facts)
        present = frozenset(found)
        fired: set[Raw] = set()
        with sessions.lock:
            for ruleset in self._rulesets:
                keys = ruleset.live(present)
                if keys is not None:
                    places = sorted({place for key in keys for place in found.get(key, ())})
                    read = [facts.facts[place] for place in places]
                    messages = [f'{fact.message},"id":"f{number}"}}' for number, fact in enumerate(read)]
                    local = sessions.ask(ruleset.definition, f"[{','.join((_BEGIN, *messages, _GO))}]")
                    fired.update(ruleset.firings(local, read, places))
        return frozenset(fired)


Local = tuple[int, tuple[int, ...]]
"""A firing of one ruleset: the rule, and the numbers of the bound facts among those that the ruleset was given."""
Key = tuple[str, Value | None]
"""The subject of a clause with a name (of an option, the therapy), or without one where it reads every fact of the kind."""


class _Ruleset:
    """Numbered rules as a ruleset of the engine."""

    def __init__(self, numbered: Sequence[tuple[int, Conjunction]]) -> None:
        self.rules = [(_needs(rule.positive), _keys((*rule.positive, *rule.negative))) for _, rule in numbered]
        """What each rule needs, and what it reads."""
        self.definition = definition(numbered)

    def live(self, present: frozenset[Key]) -> frozenset[Key] | None:
        """What the rules read that find every fact that they need, or None if there are none; other facts only cost time."""
        live = [reads for needs, reads in self.rules if needs <= present]
        return frozenset[Key]().union(*live) if live else None

    def firings(self, fired: Iterable[Local], read: Sequence[Fact], places: Sequence[int]) -> Iterator[Raw]:  # noqa: ARG002
        """The firings by the numbers of the rules, with the facts that were ``read`` by their ids in the whole."""
        return ((rule, tuple([f"f{places[number]}" for number in bound])) for rule, bound in fired)


class _Names(_Ruleset):
    """Rules that each ask for one fact, and differ in its name only: one rule for the engine, whose firing tells the name.

    They are most of all rules. A rule takes the engine 16 kB in each session, and the time to clear them.
    """

    def __init__(self, clause: Clause, numbered: Sequence[tuple[int, Conjunction]]) -> None:
        super().__init__(numbered)
        self.definition = definition([(0, Conjunction(None, (clause,)))])
        self.numbers = {rule.clauses[0].name: index for index, rule in numbered}

    def firings(self, fired: Iterable[Local], read: Sequence[Fact], places: Sequence[int]) -> Iterator[Raw]:
        return ((self.numbers[read[number].get("name")], (f"f{places[number]}",)) for _, (number,) in fired)


_EVERY = frozenset({"option", "unknown"})
"""The kinds of fact of which there are hundreds in every patient, with all their attributes."""


def _by_key(facts: FactBase) -> dict[Key, list[int]]:
    """The places of the facts by kind, and by kind and name."""
    found: dict[Key, list[int]] = {}
    for place, row in enumerate(facts.rows):
        subject = f"{row['kind']} {row['about']}" if "about" in row else str(row["kind"])
        found.setdefault((subject, None), []).append(place)
        name = row.get("therapy") if subject == "option" else row.get("name")
        if name is not None:
            found.setdefault((subject, name), []).append(place)
        if row["kind"] not in _EVERY:
            for attribute in row:
                found.setdefault((f"{subject}.{attribute}", None), []).append(place)
    return found


def _keys(clauses: Sequence[Clause]) -> frozenset[Key]:
    return frozenset((_subject(clause), _therapy(clause) or clause.name) for clause in clauses)


def _needs(clauses: Sequence[Clause]) -> frozenset[Key]:
    """What clauses read, and the attributes that they test: many of a patient are not recorded."""
    tested = {
        (f"{_subject(clause)}.{test.attribute}", None)
        for clause in clauses
        if clause.name is None and clause.kind not in _EVERY
        for test in clause.tests
    }
    return _keys(clauses) | tested


def _therapy(clause: Clause) -> Value | None:
    """The only therapy that a clause about the option is for; a fact about an option has no name."""
    if clause.kind != "option":
        return None
    return next((test.value for test in clause.tests if (test.attribute, test.operator) == ("therapy", "=")), None)


def _run(engine: Any, handle: Any, messages: str) -> tuple[Local, ...]:
    actions: list[str] = []
    try:
        code, offset = engine.assert_facts(handle, messages)
        if code == 2:
            _fault("two facts share an identity")
        first = engine.start_action_for_state(handle, offset)
        action = first[1] if first else None
        while action:
            actions.append(action)
            action = engine.complete_and_start_action(handle, offset)
    except engine.error as error:
        _fault(str(error))
    finally:
        engine.delete_state(handle, SESSION)
    # The actions are JSON objects; decoding them together takes a third of the time.
    fired = [item for read in _ACTIONS.decode(f"[{','.join(actions)}]") for item in read.items()]
    if not any(name == _DONE for name, _ in fired):
        _fault("the engine did not see every fact")
    return tuple([(int(name[1:]), _bound(binding)) for name, binding in fired if name != _DONE])


def _bound(binding: dict[str, _Bound]) -> tuple[int, ...]:
    """The numbers of the bound facts, in order of the rule's positive clauses: "o", then "m0", "m1", …; "g" is the trigger."""
    if len(binding) == 1:
        return ()
    if len(binding) == 2:
        return tuple([int(fact.id[1:]) for alias, fact in binding.items() if alias != "g"])
    aliases = sorted((alias for alias in binding if alias != "g"), key=lambda a: -1 if a == "o" else int(a[1:]))
    return tuple(int(binding[alias].id[1:]) for alias in aliases)


def _fault(what: str) -> None:
    raise InternalFault((Problem("CKB051", f"durable_rules: {what}", fix="report it with the patient file"),))
