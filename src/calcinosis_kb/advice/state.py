"""The state of a therapy for one patient: what the record says against giving it now."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

__all__ = ["STATES", "State", "state"]

State = Literal["ready", "check", "caution", "reserve", "ruled_out", "not_applicable", "used_up"]
STATES: tuple[State, ...] = get_args(State)
"""The states, best first. ready: nothing recorded or open speaks against it. check: facts are open that would rule it out or must
be known before the first dose. caution: a recorded fact is a hazard. reserve: it comes last. ruled_out: contraindicated.
not_applicable: it does not fit disease, cause, lesion or age. used_up: tried without success, or not tolerated."""

USED_UP = frozenset({"failed", "not_tolerated"})

_OF_EFFECT: tuple[tuple[str, State], ...] = (
    ("avoid", "ruled_out"),
    ("not_applicable", "not_applicable"),
    ("reserve", "reserve"),
    ("caution", "caution"),
)
"""The state that each effect of a rule gives, gravest first."""


def state(standing: str, effects: Collection[str], *, asks: bool) -> State:
    """Return the state from the standing, the effects of the fired rules and whether any rule asks for a missing fact.

    >>> state("untried", {"support", "caution"}, asks=True), state("untried", {"doubt"}, asks=True)
    ('caution', 'check')
    """
    given = (state for effect, state in _OF_EFFECT if effect in effects)
    if "avoid" not in effects and standing in USED_UP:
        return "used_up"
    return next(given, "check" if asks else "ready")
