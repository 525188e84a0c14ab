"""What the record says against giving a therapy now: the gravest that holds."""

from __future__ import annotations

import pytest

from calcinosis_kb.advice.state import STATES, State, state


@pytest.mark.parametrize(
    ("standing", "effects", "asks", "given"),
    [
        ("untried", "", False, "ready"),
        ("untried", "support doubt", False, "ready"),
        ("untried", "support", True, "check"),
        ("untried", "caution", True, "caution"),
        ("untried", "caution reserve", False, "reserve"),
        ("untried", "reserve not_applicable", False, "not_applicable"),
        ("untried", "not_applicable avoid", True, "ruled_out"),
        ("failed", "", True, "used_up"),
        ("not_tolerated", "caution not_applicable", False, "used_up"),
        ("failed", "avoid", False, "ruled_out"),
        ("worked", "", False, "ready"),
    ],
)
def test_the_gravest_gives_the_state(standing: str, effects: str, asks: bool, given: State) -> None:
    assert state(standing, effects.split(), asks=asks) == given


def test_the_states_stand_from_the_best_to_the_worst() -> None:
    assert STATES == ("ready", "check", "caution", "reserve", "ruled_out", "not_applicable", "used_up")
