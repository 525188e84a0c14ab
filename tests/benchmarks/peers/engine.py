"""What an engine is asked to do, the same for ours and for others."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from benchmarks.peers.facts import Firings

__all__ = ["Engine"]


class Engine(ABC):
    """An engine that has loaded its rules."""

    @abstractmethod
    def judge(self, facts: bytes) -> Any:
        """Return what holds for the facts of a patient, as JSON, in whatever form the engine gives it to Python."""

    def firings(self, judged: Any) -> Firings:
        """Return the firings in what `judge` returned, which most engines give as they are."""
        firings: Firings = judged
        return firings
