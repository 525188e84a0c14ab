"""How a typed word was understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

__all__ = ["LIKE", "SHORT", "VOCABULARIES", "Match", "Reading", "State"]

LIKE = 80.0
"""Similarity in per cent (normalised insertions and deletions) from which a name is suggested."""
SHORT = 4
"""The length in letters below which names are similar by chance."""

VOCABULARIES = (
    "therapies", "diseases", "conditions", "medications", "labs", "features", "sites", "patterns", "outcomes", "purposes",
)  # fmt: skip
"""The kinds of words in the description of a patient."""

Kind = Literal[
    "therapy", "family", "medication", "other", "condition", "disease", "site", "feature", "lab", "pattern", "outcome", "purpose",
]  # fmt: skip
State = Literal["ours", "recognised", "ambiguous", "not_understood"]


Told = Literal["present", "past", "suspected"]


class Match(msgspec.Struct, frozen=True):
    """The meaning of a name; ``kind`` is the vocabulary of the id.

    A medicine that is in no vocabulary is "other"; ``classes`` are then its known classes and families.
    """

    kind: Kind
    id: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """How a word was understood.

    ``state``: ours (it means all of ``matches``), recognised (known, but without effect here), ambiguous (one of ``may_be``,
    or something unknown), not_understood. ``may_be`` are the ids that are left open. ``nearest`` are similar names to
    suggest to the user, never used for a judgement. ``route``, ``dose``, ``duration`` and ``purpose`` (calcinosis or other)
    were written with the name. ``told``: whether a condition is said to be present, past ("history of …") or only suspected.
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
    told: Told = "present"

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids that it means."""
        return tuple(match.id for match in self.matches if match.kind != "other")

    @property
    def understood(self) -> bool:
        """Whether nothing is left open except ``may_be``."""
        return self.state != "not_understood"
