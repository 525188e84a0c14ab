"""What came of the therapy that was given next in a published case."""

from __future__ import annotations

from typing import Literal

from calcinosis_kb.evaluation.published import NextGiven
from calcinosis_kb.knowledge.names import Names

__all__ = ["Course", "course"]

Course = Literal["helped", "mixed", "not_helped", "not_stated"]

BY_DIRECTION: dict[str | None, Course] = {
    "benefit": "helped", "mixed": "mixed", "no_benefit": "not_helped", "harm": "not_helped",
}  # fmt: skip
BY_OUTCOME: dict[str | None, Course] = {
    "effective": "helped", "partial": "helped", "recurred": "mixed",
    "ineffective": "not_helped", "worse": "not_helped", "not_tolerated": "not_helped",
}  # fmt: skip


def course(given: NextGiven | None, names: Names) -> Course:
    """The course by the direction that the case states, or by its outcome if the direction is not known."""
    if given is None:
        return "not_stated"
    outcome = names.term("outcomes", given.outcome) if given.outcome else None
    return BY_DIRECTION.get(given.outcome_direction) or BY_OUTCOME.get(outcome, "not_stated")
