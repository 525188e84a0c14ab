"""What a concept of OMOP means for a patient file, by how an event with it stands on the day of reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from calcinosis_kb.patients.account import State
from calcinosis_kb.patients.fhir.concept import Concept
from calcinosis_kb.patients.fhir.conditions import ACUTE, PREGNANT

__all__ = ["AGES", "ONCE", "STANDINGS", "VALUED", "Gift", "Sense"]

AGES = (0, ACUTE.days, PREGNANT.days)
"""Days since the beginning of a condition, above each of which less of it may still be present."""

STANDINGS = ("past", "unsure", "valued", "recent", "0", "0 male", "1", "1 male", "2", "2 male")
"""The ways in which an event may stand on the day of reading; inside a database each is its number."""

VALUED = "valued"
"""How an observation stands that has a value, which may deny it."""

ONCE = "once"
"""How a medicine stands that is given and not taken: it counts for a while, and does not go on."""


class Gift(NamedTuple):
    """What a patient file takes from an event that stands as ``when`` says: an id or word of a kind."""

    when: str
    kind: str
    id: str


class Sense(msgspec.Struct, frozen=True):
    """What a concept means. ``way``: how it was found. ``why``: it is not understood. ``told``: the state of an event and why, by how
    it stands."""

    said: Concept
    way: str
    gifts: tuple[Gift, ...] = ()
    why: str = ""
    told: Mapping[str, tuple[State, str]] = {}

    @property
    def understood(self) -> bool:
        return not self.why

    @property
    def tells(self) -> bool:
        """Whether a patient file takes anything from it, or is left incomplete by it."""
        return bool(self.gifts) or not self.understood
