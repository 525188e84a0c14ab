"""The floor under every engine: reading the facts of a patient, and no more."""

from __future__ import annotations

from pathlib import Path

import msgspec

from benchmarks.peers.engine import Engine
from benchmarks.peers.facts import Firings

__all__ = ["Floor"]


class Floor(Engine):
    """msgspec without an engine: no rule holds."""

    def __init__(self, rules: Path) -> None:
        """There is no rule to load."""

    def judge(self, facts: bytes) -> Firings:
        msgspec.json.decode(facts)
        return frozenset()
