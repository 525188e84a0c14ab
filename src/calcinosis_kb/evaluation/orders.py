"""Orders of therapies to compare the answer with: three that ignore the patient, and one by similar published patients."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from calcinosis_kb.advice.similar import similar
from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.evaluation.own_report import studies_of
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.patients.models import Patient

__all__ = ["BASELINES", "Key", "Order", "ranks"]

Key = Callable[[Therapy], Any]
Order = Callable[[KnowledgeBase, Patient, frozenset[str]], Key]
"""Gives the sort key of the therapies for a patient, without what some reports found."""


def _alphabetical(_kb: KnowledgeBase, _patient: Patient, _without: frozenset[str]) -> Key:
    return lambda therapy: therapy.name


def _most_published(kb: KnowledgeBase, _patient: Patient, without: frozenset[str]) -> Key:
    return lambda therapy: (-studies_of(kb.knowledge, therapy.id, without), therapy.name)


def _highest_level(kb: KnowledgeBase, _patient: Patient, without: frozenset[str]) -> Key:
    return lambda therapy: (kb.knowledge.evidence(therapy.id, without=without).level, therapy.name)


def _similar(kb: KnowledgeBase, patient: Patient, without: frozenset[str]) -> Key:
    """By the likeness of the most similar published patient who was given the therapy, then by how many were given it."""
    likeness: dict[str, list[int]] = {}
    for other in similar(kb.knowledge, kb.experience, patient, without=without, most=None):
        for given in other.experience.given:
            for option in (given, *kb.knowledge.members(given)):
                likeness.setdefault(option, []).append(other.likeness)
    return lambda therapy: (
        -max(likeness.get(therapy.id, [0])), -len(likeness.get(therapy.id, [])), therapy.name,
    )  # fmt: skip


def ranks(therapies: Iterable[Therapy]) -> dict[str, int]:
    """The rank of each therapy in an order. The members of a family are one decision, at the place of the best of them."""
    decisions: dict[str, int] = {}
    return {therapy.id: decisions.setdefault(therapy.family or therapy.id, len(decisions) + 1) for therapy in therapies}


BASELINES: dict[str, Order] = {
    "alphabetical": _alphabetical,
    "most_published": _most_published,
    "highest_level": _highest_level,
    "similar": _similar,
}
"""The orders, by name. Each sorts all therapies that are not in the history."""
