"""The engines side by side: how rules are written for each, and the process that runs it."""

from __future__ import annotations

import pickle
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.peers import clips, cql, json_logic, zen
from benchmarks.peers.conjunctions import distinct, grounded
from benchmarks.peers.facts import Firings
from calcinosis_kb.rules.compiler import Compiled, Conjunction
from calcinosis_kb.rules.durable import Durable
from calcinosis_kb.rules.engine import Evaluator
from calcinosis_kb.rules.reference import Reference

__all__ = ["HERE", "NODE", "PEERS", "Peer", "Rules"]

HERE = Path(__file__).parent
NODE = shutil.which("node") or "node"


@dataclass(frozen=True)
class Rules:
    """Compiled rules, and the conjunctions of which they are made."""

    compiled: tuple[Compiled, ...]

    @cached_property
    def conjunctions(self) -> tuple[Conjunction, ...]:
        """What is judged: hundreds of rules share a conjunction."""
        return distinct(self.compiled)

    @cached_property
    def grounded(self) -> tuple[Conjunction, ...]:
        """The same as other engines are given them."""
        return tuple(map(grounded, self.conjunctions))

    def sample(self, number: int) -> Rules:
        """Return the rules of so many conjunctions, evenly spaced."""
        every = self.conjunctions
        chosen = {every[place * len(every) // number] for place in range(number)}
        return Rules(tuple(rule for rule in self.compiled if rule.conjunction in chosen))


@dataclass(frozen=True)
class Peer:
    """An engine. ``package``: what is installed, as its registry names it; ``binds``: whether it says which facts made a rule hold;
    ``judges``: whether it has rules at all.
    """

    name: str
    package: str
    engine: str
    translate: Callable[[Rules], bytes]
    binds: bool = True
    judges: bool = True

    @property
    def command(self) -> list[str]:
        if ":" in self.engine:
            return [sys.executable, "-m", "benchmarks.peers.worker", self.engine]
        return [NODE, str(HERE / "worker.mjs"), self.engine]

    def rules_in(self, folder: Path) -> Path:
        """Return the file in which this engine finds its rules."""
        return folder / f"{self.name.replace(' ', '-')}.rules"

    def expected(self, rules: Rules, firings: Iterable[tuple[int, tuple[str, ...]]]) -> Firings:
        """Return firings as this engine can tell them: without bound facts only whether a rule holds, and for which option."""
        if self.binds:
            return frozenset(firings)
        return frozenset((rule, ids[:1] if rules.conjunctions[rule].option else ()) for rule, ids in firings)


PEERS = (
    Peer("parsing alone", "msgspec", "benchmarks.peers.floor:Floor", lambda _: b"", judges=False),
    Peer(
        "reference",
        "calcinosis-kb",
        "benchmarks.peers.ours:BackEnd",
        lambda rules: pickle.dumps(Reference(rules.conjunctions)),
    ),
    Peer(
        "durable_rules",
        "durable-rules",
        "benchmarks.peers.ours:BackEnd",
        lambda rules: pickle.dumps(Durable(rules.conjunctions)),
    ),
    Peer(
        "both",
        "calcinosis-kb",
        "benchmarks.peers.ours:Both",
        lambda rules: pickle.dumps(Evaluator(rules.compiled)),
    ),
    Peer("CLIPS", "clipspy", "benchmarks.peers.clips:Clips", lambda rules: clips.translate(rules.grounded)),
    Peer("ZEN", "zen-engine", "benchmarks.peers.zen:Zen", lambda rules: zen.translate(rules.grounded)),
    Peer(
        "JSON Logic",
        "json-logic-engine",
        "json-logic",
        lambda rules: json_logic.translate(rules.grounded),
        binds=False,
    ),
    Peer("CQL", "cql-execution", "cql", lambda rules: cql.translate(rules.grounded)),
)
