"""What a word that somebody typed was taken for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["LIKE", "SHORT", "VOCABULARIES", "Match", "Reading", "State"]

LIKE = 80.0
"""Per cent of likeness (normalised insertions and deletions) from which a name is worth asking about."""
SHORT = 4
"""Letters below which two names look alike by chance."""

VOCABULARIES = (
    "therapies", "diseases", "conditions", "medications", "labs", "features", "sites", "patterns", "outcomes", "purposes",
)  # fmt: skip
"""The kinds of word that a patient may be described with."""

Kind = Literal[
    "therapy", "family", "medication", "other", "condition", "disease", "site", "feature", "lab", "pattern", "outcome", "purpose",
]  # fmt: skip
State = Literal["ours", "recognised", "ambiguous", "not_understood"]


@dataclass(frozen=True)
class Match:
    """What a name stands for; ``kind`` says which vocabulary the id belongs to.

    A medicine that no vocabulary holds is "other"; ``classes`` are then the classes and families of ours that it belongs to.
    """

    kind: Kind
    id: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A word as it was understood.

    ``state``: ours (it stands for all of ``matches``), recognised (known, and without consequence here), ambiguous (one of
    ``may_be``, or none of ours), not_understood. ``may_be`` are the ids that it leaves open, ``nearest`` the names that it
    looks like: a question to whoever typed it, never a judgement. ``route``, ``dose``, ``duration`` and
    ``purpose`` (calcinosis or other) stood beside the name.
    """

    text: str
    state: State
    matches: tuple[Match, ...] = ()
    may_be: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    route: str | None = None
    dose: str | None = None
    duration: str | None = None
    purpose: str | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of ours that it stands for."""
        return tuple(match.id for match in self.matches if match.kind != "other")

    @property
    def understood(self) -> bool:
        """Whether nothing of it is left open but what ``may_be`` says."""
        return self.state != "not_understood"
