"""Paths from a therapy to a target as data: their steps, signs and weakest link, and the same in words.

`calcinosis_kb.graph.paths` finds them in the graph. They are part of what loading makes, so an answer needs no graph.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

import msgspec

from calcinosis_kb.knowledge.knowledge import LOCAL
from calcinosis_kb.knowledge.pathophysiology import Sign, Strength
from calcinosis_kb.knowledge.wording import MEMBER, agreeing, is_plural

__all__ = ["STRENGTHS", "MechanismPath", "Polarity", "Step", "best_by_sign", "polarity"]

Polarity = Literal["lowering", "raising", "both", "undetermined"]
STRENGTHS: tuple[Strength, ...] = get_args(Strength)
"""From strong to weak."""


class Step(msgspec.Struct, frozen=True):
    """An edge of a path."""

    edge: str
    source: str
    target: str
    sign: Sign
    strength: Strength
    subject: str
    verb: str
    object: str
    local: bool = False

    @property
    def words(self) -> str:
        """The link as a sentence without a full stop."""
        return f"{self.subject} {agreeing(self.verb, self.subject)} {self.object}"


class MechanismPath(msgspec.Struct, frozen=True):
    """A chain of edges. ``sign`` is the product of their signs: '-' lowers the target, '+' raises it."""

    steps: tuple[Step, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        return (self.steps[0].source, *(step.target for step in self.steps))

    @property
    def sign(self) -> Sign:
        return "-" if sum(step.sign == "-" for step in self.steps) % 2 else "+"

    @property
    def local(self) -> bool:
        """Whether any link is from an overlay."""
        return any(step.local for step in self.steps)

    @property
    def strength(self) -> Strength:
        """The strength of the weakest edge."""
        return max((step.strength for step in self.steps), key=STRENGTHS.index)

    @property
    def words(self) -> str:
        """The path as a sentence. Links that are not established, and paths with links from an overlay, are marked."""
        subject = text = self.steps[0].subject
        joint = " "
        for step in self.steps:
            doubt = "" if step.strength == "established" else f" ({step.strength})"
            if step.verb == MEMBER:
                text, joint = f"{text}{joint if joint != ' ' else ', '}one of the {step.object},", " "
            else:
                # A member of a family stays the subject of the verbs of its family.
                acting = subject if joint == " " else step.subject
                text, joint = f"{text}{joint}{agreeing(step.verb, acting)} {step.object}{doubt}", ", which "
        effect = "lower" if self.sign == "-" else "raise"
        return f"{text}. So {'they' if is_plural(subject) else 'it'} should {effect} it.{LOCAL if self.local else ''}"


def best_by_sign(found: Iterable[MechanismPath], most: int) -> tuple[MechanismPath, ...]:
    """Return the first ``most`` paths of each sign, lowering paths before raising paths.

    >>> best_by_sign([], 1)
    ()
    """
    every = tuple(found)
    return tuple(path for sign in "-+" for path in [one for one in every if one.sign == sign][:most])


def polarity(found: Iterable[MechanismPath]) -> Polarity:
    """Return the expected effect of the therapy on the target of these paths.

    >>> polarity([])
    'undetermined'
    """
    signs = {path.sign for path in found}
    if not signs:
        return "undetermined"
    if len(signs) == 2:
        return "both"
    return "lowering" if "-" in signs else "raising"
