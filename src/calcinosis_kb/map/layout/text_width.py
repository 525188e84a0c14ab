"""Measure and wrap text with the font of the pictures."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

__all__ = ["CAPTION_SIZE", "FAMILY", "FONT_SIZE", "font_files", "measure", "wrap"]

FAMILY = "DejaVu Sans, Verdana, Bitstream Vera Sans, Geneva, sans-serif"
"""The CSS font family. Verdana is as wide as DejaVu Sans, the others are narrower, so text never leaves its box."""

FONT_SIZE = 13.0
CAPTION_SIZE = 11.0
"""Font sizes in pixels: of a label, and of the smaller lines below it."""


def font_files() -> tuple[Path, Path]:
    """DejaVu Sans, regular and bold, as matplotlib ships it: the same on every machine."""
    from matplotlib import get_data_path

    folder = Path(get_data_path()) / "fonts" / "ttf"
    return folder / "DejaVuSans.ttf", folder / "DejaVuSans-Bold.ttf"


@cache
def _font(*, bold: bool) -> FreeTypeFont:
    from PIL import ImageFont

    # The basic layout engine: with another library's kerning, the width would depend on the machine.
    return ImageFont.truetype(font_files()[bold], 100, layout_engine=ImageFont.Layout.BASIC)


@cache
def measure(text: str, size: float = FONT_SIZE, *, bold: bool = False) -> float:
    """Return the width of a line in pixels."""
    return float(_font(bold=bold).getlength(text)) * size / 100


def wrap(text: str, width: float, size: float = FONT_SIZE, *, bold: bool = False) -> tuple[str, ...]:
    """Wrap a text into lines of at most ``width`` pixels; only a longer word exceeds it.

    >>> wrap("Hypoxia of the tissue", 80)
    ('Hypoxia of', 'the tissue')
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)
