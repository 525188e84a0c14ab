"""A published patient: who it was, what had failed, what was given next and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from calcinosis_kb.patients.models import FOR_CALCINOSIS, INEFFECTIVE, Trial

if TYPE_CHECKING:
    from calcinosis_kb.knowledge.models import AgeGroup, Citation
    from calcinosis_kb.knowledge.pathophysiology import Direction

__all__ = ["Experience", "failures"]

GIVEN_UP = INEFFECTIVE | {"not_tolerated"}
"""The outcomes after which a report goes on to another treatment."""


class Experience(msgspec.Struct, frozen=True, kw_only=True):
    """One published patient before a decision, the therapies given next (``given``), and what came of them.

    ``report`` is the publication, and ``study`` its id in the base if it has one; otherwise ``citation`` and ``seen`` tell it.
    ``given`` are options, or the authors' words for what is no option; ``direction`` is None where nothing is stated.
    """

    id: str
    report: str
    study: str | None = None
    citation: Citation | None = None
    seen: tuple[str, ...] = ()
    diseases: tuple[str, ...] = ()
    ages: AgeGroup | None = None
    pattern: str | None = None
    failed: tuple[str, ...] = ()
    given: tuple[str, ...]
    direction: Direction | None = None


def failures(trials: Iterable[Trial]) -> tuple[str, ...]:
    """The therapies and families that were given for calcinosis, or for an unclear purpose, and did not do or were not tolerated."""
    failed = (trial for trial in trials if trial.outcome in GIVEN_UP and trial.purpose in FOR_CALCINOSIS)
    return tuple(sorted({trial.therapy for trial in failed if trial.therapy is not None}))
