"""The looks of the map: contrast, and a mark for every state."""

from __future__ import annotations

import pytest

from calcinosis_kb.advice import reach as reaching
from calcinosis_kb.map.look import KINDS, LOOKS, STATES, Look


def contrast(one: str, other: str) -> float:
    """As WCAG 2 has it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_words_and_lines_stand_out(look: Look) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for words, 3 to 1 for what is not words but must be seen."""
    assert contrast(look.ink, look.paper) >= 4.5
    assert contrast(look.faint, look.paper) >= 4.5
    for paint in (*look.paints.values(), *look.states.values()):
        assert contrast(look.ink, paint.fill) >= 4.5
        assert contrast(paint.border, look.paper) >= 3
    for paint in look.states.values():
        assert contrast(paint.border, look.paper) >= 4.5, "headings of bands and badges are words in this colour"
    for colour in look.signs.values():
        assert contrast(colour, look.paper) >= 3
    assert set(look.states) == set(reaching.STATES)
    assert set(look.paints) == set(KINDS)


def test_a_state_is_told_without_its_colour() -> None:
    assert list(STATES) == list(reaching.STATES)
    assert len({stroke.mark for stroke in STATES.values()}) == len(STATES)
