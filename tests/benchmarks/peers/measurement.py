"""Measure the engines side by side: equal firings first, then time and memory, in rounds in which each takes its turn."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter

import msgspec

from benchmarks.peers.facts import Firings
from benchmarks.peers.patients import encode, every_patient, merged
from benchmarks.peers.peers import PEERS, Peer, Rules
from benchmarks.peers.process import Pace, Process
from calcinosis_kb import KnowledgeBase

__all__ = [
    "Difference",
    "EngineFigures",
    "Figures",
    "Growth",
    "Spread",
    "assert_equal_firings",
    "measure",
    "running",
    "write_rules",
]

SIZES = (10, 30, 100, 300, 1000)
"""Numbers of conjunctions besides all of them."""
MERGED = (3, 10, 30, 100, 290)
"""Numbers of patients whose records are put together."""
VARIANTS = 30
"""Patients of each such size. With fewer, the answers that durable_rules keeps would be measured."""
ROUNDS, BUDGET = 5, 1.0
"""Rounds, and the seconds of each engine in a round."""
SHORT_ROUNDS, SHORT_BUDGET = 3, 0.3
"""The same where rules or facts grow."""
ASKED = 20
"""Patients of whom equal firings are asked for each number of rules."""


class Difference(Exception):
    """An engine differs from the reference: nothing more is measured."""


class Spread(msgspec.Struct, frozen=True):
    """The median of repetitions, and the range."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(*(round(value, 4) for value in (statistics.median(values), min(values), max(values))))


class EngineFigures(msgspec.Struct, frozen=True):
    """What was measured of one engine with all rules: patients a second, milliseconds of a processor for one, seconds, MiB."""

    name: str
    rate: Spread
    processor: Spread
    cold: Spread
    load: Spread
    translate: float
    peak: float


class Growth(msgspec.Struct, frozen=True):
    """Patients a second by engine at one size, and how many firings the median patient has."""

    size: int
    firings: int
    rates: dict[str, Spread]


class Figures(msgspec.Struct, frozen=True):
    """All that one run measured."""

    rules: int
    conjunctions: int
    patients: int
    engines: tuple[EngineFigures, ...]
    by_rules: tuple[Growth, ...]
    by_facts: tuple[Growth, ...]


def assert_equal_firings(rules: Rules, engines: Mapping[Peer, Process], patients: Sequence[int]) -> list[Firings]:
    """Return the firings of the reference. Raises `Difference` if another engine has others, with what differs."""
    reference, *others = [peer for peer in engines if peer.judges]
    wanted = engines[reference].judge(patients)
    for peer in others:
        for patient, found, firings in zip(patients, engines[peer].judge(patients), wanted, strict=True):
            expected = peer.expected(rules, firings)
            if found != expected:
                extra, missing = sorted(found - expected)[:3], sorted(expected - found)[:3]
                told = "\n".join(f"r{rule}: {rules.conjunctions[rule]}" for rule, _ in [*extra, *missing])
                raise Difference(f"{peer.name}, patient {patient}: fires {extra}, does not fire {missing}\n{told}")
    return wanted


def measure(kb: KnowledgeBase, folder: Path, tell: Callable[[str], None]) -> Figures:
    """Run the whole comparison, which takes minutes; ``tell`` is called with what is done next."""
    rules = Rules(kb.advisor.verdict_rules.compiled)
    every = every_patient(kb)
    random.Random(16).shuffle(every)
    grown = [[merged(every[place:] + every[:place], number) for place in range(VARIANTS)] for number in MERGED]
    given = [*every, *(facts for variants in grown for facts in variants)]
    patients = folder / "patients"
    patients.write_bytes(b"".join(encode(facts) + b"\n" for facts in given))
    ordinary = range(len(every))
    translated = write_rules(rules, folder)

    with running(folder, patients) as engines:
        tell(f"all {len(rules.conjunctions)} conjunctions: are the firings of {len(every)} patients the same?")
        firings = assert_equal_firings(rules, engines, ordinary)
        peaks = {peer.name: round(process.peak(), 1) for peer, process in engines.items()}
        tell("all conjunctions: patients a second")
        paces = _paces(engines, ordinary, ROUNDS, BUDGET)
        rates = _rates(paces)
        processor = {name: Spread.of([pace.processor for pace in measured]) for name, measured in paces.items()}
        by_facts = []
        for number in range(len(MERGED)):
            tell(f"the facts of {MERGED[number]} patients as one: are the firings the same? Patients a second")
            first = len(every) + number * VARIANTS
            variants = range(first, first + VARIANTS)
            fired = _median(map(len, assert_equal_firings(rules, engines, variants)))
            growing = _rates(_paces(engines, variants, SHORT_ROUNDS, SHORT_BUDGET))
            by_facts.append(Growth(_median(map(len, grown[number])), fired, growing))

    tell("a cold start: from no process to the first answer")
    cold, load = _starts(folder, patients)
    by_rules = []
    for size in SIZES:
        tell(f"{size} conjunctions: are the firings the same? Patients a second")
        sample = rules.sample(size)
        write_rules(sample, folder)
        with running(folder, patients) as engines:
            fired = _median(map(len, assert_equal_firings(sample, engines, ordinary[:ASKED])))
            by_rules.append(Growth(size, fired, _rates(_paces(engines, ordinary, SHORT_ROUNDS, SHORT_BUDGET))))
    fired = _median(map(len, firings))
    by_rules.append(Growth(len(rules.conjunctions), fired, rates))
    by_facts.insert(0, Growth(_median(map(len, every)), fired, rates))
    return Figures(
        rules=len({rule.rule for rule in rules.compiled}),
        conjunctions=len(rules.conjunctions),
        patients=len(every),
        engines=tuple(
            EngineFigures(name, rates[name], processor[name], cold[name], load[name], translated[name], peaks[name])
            for name in rates
        ),
        by_rules=tuple(by_rules),
        by_facts=tuple(by_facts),
    )


def write_rules(rules: Rules, folder: Path) -> dict[str, float]:
    """Write the rules for every engine, and return the seconds that it took."""
    took: dict[str, float] = {}
    for peer in PEERS:
        started = perf_counter()
        text = peer.translate(rules)
        took[peer.name] = round(perf_counter() - started, 4)
        peer.rules_in(folder).write_bytes(text)
    return took


@contextmanager
def running(folder: Path, patients: Path) -> Iterator[dict[Peer, Process]]:
    """Every engine in a process of its own, with the rules that were written last."""
    with ExitStack() as stack:
        yield {peer: stack.enter_context(Process(peer.command, peer.rules_in(folder), patients)) for peer in PEERS}


def _paces(
    engines: Mapping[Peer, Process], patients: Sequence[int], rounds: int, budget: float
) -> dict[str, list[Pace]]:
    """The pace of each engine in each round, which all begin with the same patient."""
    paces: dict[str, list[Pace]] = {peer.name: [] for peer in engines}
    for number in range(rounds):
        first = number * len(patients) // rounds
        turned = [*patients[first:], *patients[:first]]
        for peer, process in engines.items():
            paces[peer.name].append(process.pace(turned, budget))
    return paces


def _rates(paces: Mapping[str, Sequence[Pace]]) -> dict[str, Spread]:
    return {name: Spread.of([pace.rate for pace in measured]) for name, measured in paces.items()}


def _starts(folder: Path, patients: Path) -> tuple[dict[str, Spread], dict[str, Spread]]:
    """Seconds to the first answer, and of these to load the rules."""
    cold: dict[str, list[float]] = {peer.name: [] for peer in PEERS}
    load: dict[str, list[float]] = {peer.name: [] for peer in PEERS}
    for _ in range(ROUNDS):
        for peer in PEERS:
            with Process(peer.command, peer.rules_in(folder), patients) as process:
                cold[peer.name].append(process.cold)
                load[peer.name].append(process.load)
    return (
        {name: Spread.of(measured) for name, measured in cold.items()},
        {name: Spread.of(measured) for name, measured in load.items()},
    )


def _median(numbers: Iterable[int]) -> int:
    return round(statistics.median(numbers))
