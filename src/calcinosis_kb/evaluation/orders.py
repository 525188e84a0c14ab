"""Orders of therapies to compare the answer with, which know less about the patient than the answer does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.evaluation.own_report import studies_of
from calcinosis_kb.knowledge.models import Therapy

__all__ = ["BASELINES"]

Key = Callable[[Therapy], Any]


def _alphabetical(_kb: KnowledgeBase, _without: frozenset[str]) -> Key:
    return lambda therapy: therapy.name


def _most_published(kb: KnowledgeBase, without: frozenset[str]) -> Key:
    return lambda therapy: (-studies_of(kb.knowledge, therapy.id, without), therapy.name)


def _highest_level(kb: KnowledgeBase, without: frozenset[str]) -> Key:
    return lambda therapy: (kb.knowledge.evidence(therapy.id, without=without).level, therapy.name)


BASELINES: dict[str, Callable[[KnowledgeBase, frozenset[str]], Key]] = {
    "alphabetical": _alphabetical,
    "most_published": _most_published,
    "highest_level": _highest_level,
}
"""Sort keys for all therapies that are not in the history, by the name of the order."""
