"""The engine's limits, each with a ruleset on either side of it, and its state in many threads."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial

import psutil
import pytest

from calcinosis_kb import InternalFault, KnowledgeBase
from calcinosis_kb.rules import durable
from calcinosis_kb.rules.compiler import Clause, Conjunction
from calcinosis_kb.rules.compiler import Test as Bound
from calcinosis_kb.rules.durable import MAX_FOLLOWING, MAX_JOINS, MAX_PATTERNS, MAX_RULES, MAX_WAITING, Durable, split
from calcinosis_kb.rules.facts import Fact, FactBase
from calcinosis_kb.rules.reference import Reference

pytestmark = pytest.mark.skipif(not durable.available(), reason="durable_rules is not installed here")

OPTION = Clause("option")
JOINED = Clause("medication", (), (("name", "therapy"),))
OPTIONS = [Fact.of("option", therapy=f"t{number}", level=number % 6) for number in range(81)]
TAKEN = [Fact.of("medication", name=f"t{number}") for number in range(0, 81, 5)]


def named(kind: str, name: str, *bounds: Bound, negated: bool = False) -> Clause:
    return Clause(kind, tuple(sorted((Bound("name", "=", name), *bounds))), negated=negated)


def conditions(number: int) -> list[Fact]:
    return [Fact.of("condition", name=f"c{index}") for index in range(number)]


Shape = Callable[[int], tuple[list[Conjunction], list[Fact]]]
"""Rules and facts of a size."""


def joining(size: int) -> tuple[list[Conjunction], list[Fact]]:
    rules = [Conjunction(OPTION, (JOINED, named("condition", f"c{index}"))) for index in range(size)]
    return rules, [*OPTIONS, *TAKEN, *conditions(-(-size // 3))]


def joining_none(size: int) -> tuple[list[Conjunction], list[Fact]]:
    absent = Clause("medication", (), (("name", "therapy"),), negated=True)
    rules = [Conjunction(OPTION, (named("condition", f"c{index}"), absent)) for index in range(size)]
    return rules, [*OPTIONS, *TAKEN, *conditions(-(-size // 3))]


def bounds(size: int) -> tuple[list[Conjunction], list[Fact]]:
    rules = [Conjunction(None, (named("lab", "egfr", Bound("value", "<", index + 1)),)) for index in range(size)]
    return rules, [Fact.of("lab", name="egfr", value=0)]


def bounds_before_a_word(size: int) -> tuple[list[Conjunction], list[Fact]]:
    """The bound is met by nearly every option and the word behind it by one."""
    rules = [
        Conjunction(Clause("option", (Bound("level", ">=", index / 1000), Bound("therapy", "=", f"t{index % 81}"))), ())
        for index in range(size)
    ]
    return rules, OPTIONS


def of_any_name(size: int) -> tuple[list[Conjunction], list[Fact]]:
    rules = [Conjunction(None, (Clause("lab", (Bound("value", "<", index + 1),)),)) for index in range(size)]
    return rules, [Fact.of("lab", name="egfr", value=0), Fact.of("lab", name="hbsag", finding="positive")]


def of_one_therapy(size: int) -> tuple[list[Conjunction], list[Fact]]:
    """Some read an attribute that the patient lacks."""
    young = Clause("patient", (Bound("age", "<", 18),))
    small = Clause("lesion", (Bound("largest_mm", "<", 5),))
    rules = [
        Conjunction(Clause("option", (Bound("therapy", "=", f"t{index}"),)), (small if index % 2 else young,))
        for index in range(size)
    ]
    return rules, [*OPTIONS, Fact.of("patient", age=3), Fact.of("lesion", pattern="tumoral")]


def names(size: int) -> tuple[list[Conjunction], list[Fact]]:
    """Rules for one fact each, recorded or missing."""
    missing = [Clause("unknown", (Bound("about", "=", "lab"), Bound("name", "=", f"l{n}"))) for n in range(size)]
    rules = [Conjunction(None, (clause,)) for n in range(size) for clause in (named("condition", f"c{n}"), missing[n])]
    return rules, [*conditions(9), *(Fact.of("unknown", about="lab", name=f"l{n}") for n in range(0, size, 3))]


def words(size: int) -> tuple[list[Conjunction], list[Fact]]:
    rules = [
        Conjunction(None, tuple(named("condition", f"c{first + index}") for index in range(15)))
        for first in range(0, size, 15)
    ]
    return rules, conditions(size + 15)


def one_word(size: int) -> tuple[list[Conjunction], list[Fact]]:
    rules = [
        Conjunction(None, (named("condition", "c0"), named("lab", f"l{index}", Bound("value", "<", 3))))
        for index in range(size)
    ]
    return rules, [*conditions(1), Fact.of("lab", name="l0", value=1)]


SHAPES: dict[str, Shape] = {
    shape.__name__: shape
    for shape in (
        joining,
        joining_none,
        bounds,
        bounds_before_a_word,
        of_any_name,
        of_one_therapy,
        names,
        words,
        one_word,
    )
}


def agree(rules: list[Conjunction], facts: list[Fact]) -> int:
    base = FactBase(facts)
    fired = Durable(rules).evaluate(base)
    assert fired == Reference(rules).evaluate(base)
    return len(fired)


@pytest.mark.parametrize("size", [1, 18, 64, 500, 1500])
@pytest.mark.parametrize("shape", SHAPES)
def test_any_number_of_rules_is_judged_as_by_the_reference(shape: str, size: int) -> None:
    assert agree(*SHAPES[shape](size)) > 0


@pytest.mark.parametrize("shape", SHAPES)
def test_rulesets_follow_each_other_and_hold_every_rule_once(shape: str) -> None:
    rules, _ = SHAPES[shape](1500)
    runs = split(rules)
    assert [index for run in runs for index in run] == list(range(len(rules)))
    assert max(map(len, runs)) <= MAX_RULES


@pytest.mark.parametrize("size", [0, 1, MAX_RULES, MAX_RULES + 1, 857])
def test_rulesets_are_of_nearly_equal_size(size: int) -> None:
    rules = [Conjunction(None, (named("condition", f"c{index}"),)) for index in range(size)]
    sizes = [len(run) for run in split(rules)]
    assert len(sizes) == -(-size // MAX_RULES)
    assert max(sizes, default=0) - min(sizes, default=0) <= len(sizes)


BEYOND = {
    "conditions waiting on the stack": (joining, 64, "303"),
    "bounds that one fact meets": (bounds, 64, "303"),
    "clauses of one rule": (
        lambda size: ([Conjunction(None, tuple(named("condition", f"c{n}") for n in range(size)))], conditions(size)),
        MAX_PATTERNS,
        "304",
    ),
    "joins of one rule": (
        lambda size: (
            [Conjunction(OPTION, (Clause("medication", (), (("name", "therapy"),) * size),))],
            [*OPTIONS, *TAKEN],
        ),
        MAX_JOINS,
        "113",
    ),
}
"""A shape, the last size that one ruleset holds, and the error of the engine at the next."""


@pytest.mark.parametrize("limit", BEYOND)
def test_the_engine_has_this_limit(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measured, so that another version of the engine shows here where it differs."""
    shape, holds, error = BEYOND[limit]
    monkeypatch.setattr(durable, "split", lambda compiled: [range(len(compiled))])
    agree(*shape(holds))
    with pytest.raises(InternalFault, match=rf"CKB051[\s\S]*durable_rules: .*error code: {error}"):
        agree(*shape(holds + 1))


def test_the_limits_are_kept_by_the_split() -> None:
    assert max(map(len, split(joining(500)[0]))) == MAX_WAITING
    assert max(map(len, split(words(3000)[0]))) == MAX_FOLLOWING // 15


# --- threads


def resident() -> float:
    """Megabytes."""
    return float(psutil.Process().memory_info().rss) / 1e6


def in_threads_of_their_own(work: Callable[[], object], number: int) -> None:
    for _ in range(number):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()


@pytest.mark.parametrize("threads", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_memory_stays_flat_over_threads_that_ask_once(threads: int, kb: KnowledgeBase) -> None:
    ask = partial(kb.advise, {"diseases": ["crest"], "medications": ["nifedipine"]})
    in_threads_of_their_own(ask, 10)
    before = resident()
    in_threads_of_their_own(ask, threads)
    assert resident() - before < 30


ONLY_IN_THREADS = """
import threading
from calcinosis_kb import load
kb = load()
threads = [threading.Thread(target=kb.advise, args=({"diseases": ["crest"]},)) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
IN_A_CHILD = """
import os, threading
from calcinosis_kb import load
kb = load()
answer = kb.advise({"diseases": ["crest"]}).to_dict()
for evaluator in (kb.advisor.standings.evaluator, kb.advisor.verdict_rules):
    for back_end in evaluator.back_ends:
        if back_end.name != "reference":
            back_end._sessions.lock.acquire()  # as if another thread were asking just now
child = os.fork()
if child == 0:
    os._exit(0 if kb.advise({"diseases": ["crest"]}).to_dict() == answer else 1)
assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.parametrize(
    "script",
    [
        ONLY_IN_THREADS,
        pytest.param(IN_A_CHILD, marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")),
    ],
)
def test_a_program_ends_in_silence(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
