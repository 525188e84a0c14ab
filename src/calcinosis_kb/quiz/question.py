"""A question with four choices, of which one is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["CHOICES", "KINDS", "Choice", "Kind", "Question"]

CHOICES = 4

Kind = Literal["mechanism", "sign", "study", "contested", "patient"]

KINDS: dict[Kind, str] = {
    "mechanism": "Mechanism",
    "sign": "Direction of a path",
    "study": "Which study",
    "contested": "What is contested",
    "patient": "A published patient",
}
"""Each kind of question as its heading, in the order in which a set begins with them."""


@dataclass(frozen=True)
class Choice:
    """A possible answer; ``why`` says why it is wrong, as far as the knowledge does, by these ``sources``."""

    text: str
    right: bool
    why: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question with its choices in the order shown, and why the right one is right, by these ``sources``.

    ``topic`` is what it is about: a set has no topic twice. ``quoted`` is a text that it asks about. ``sides`` are the two sides of
    what is contested, each with its heading. ``about`` are the nodes and therapies to read more of.
    """

    kind: Kind
    topic: str
    text: str
    choices: tuple[Choice, ...]
    why: str
    sources: tuple[str, ...]
    quoted: str = ""
    sides: tuple[tuple[str, str], ...] = ()
    about: tuple[str, ...] = ()

    @property
    def right(self) -> int:
        """The number of the right choice, counted from one."""
        return next(number for number, choice in enumerate(self.choices, 1) if choice.right)
