"""The patients of the benchmark: the facts that the verdict rules read of every golden and published case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from benchmarks.peers.facts import Facts
from calcinosis_kb import KnowledgeBase
from calcinosis_kb.rules.facts import Fact, FactBase
from patient_cases import CASES

__all__ = ["encode", "every_patient", "merged"]

_OF_ONE = frozenset({"option", "unknown"})
"""The kinds of fact that are made for each patient, not recorded: of every therapy, and of what is missing."""


def every_patient(kb: KnowledgeBase) -> list[tuple[Fact, ...]]:
    """Return the facts of each case, in the order of `CASES`."""
    return [FactBase(kb.advisor.situation(kb.reader.mapping(data)).facts).facts for data in CASES.values()]


def merged(patients: Sequence[Iterable[Fact]], number: int) -> tuple[Fact, ...]:
    """Return the facts of the first patient with all that is recorded of the next ones: so many patients in all."""
    first, *others = patients[:number]
    recorded = [fact for facts in others for fact in facts if fact.kind not in _OF_ONE]
    return FactBase([*first, *recorded]).facts


def encode(facts: Iterable[Fact]) -> bytes:
    """Return facts as JSON, by kind, with the ids that our engines give them."""
    given: Facts = {}
    for place, fact in enumerate(FactBase(facts)):
        given.setdefault(fact.kind, []).append({"id": f"f{place}", **fact.by_name})
    return msgspec.json.encode(given)
