"""How wide a text is, and how it breaks into lines: measured with the font that pictures are drawn with."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

__all__ = ["CAPTION_SIZE", "FAMILY", "FONT_SIZE", "font_files", "measure", "missing_extra", "wrap"]

FAMILY = "DejaVu Sans, Verdana, Bitstream Vera Sans, Geneva, sans-serif"
"""As CSS names them; Verdana is as wide, what comes after is narrower, so a text never leaves its box."""

FONT_SIZE = 13.0
CAPTION_SIZE = 11.0
"""In pixels: of a label, and of the smaller lines below it."""


def missing_extra(what: str) -> InputError:
    """The error that says which extra to install (CKB054)."""
    fix = "pip install 'calcinosis-kb[map]'"
    return InputError((Problem("CKB054", f"the map needs {what}, which is not installed", fix=fix),))


def font_files() -> tuple[Path, Path]:
    """DejaVu Sans, regular and bold, as matplotlib ships it: the same on every machine. Raises `InputError` (CKB054)."""
    try:
        from matplotlib import get_data_path
    except ImportError:
        raise missing_extra("matplotlib") from None
    folder = Path(get_data_path()) / "fonts" / "ttf"
    return folder / "DejaVuSans.ttf", folder / "DejaVuSans-Bold.ttf"


@cache
def _font(*, bold: bool) -> FreeTypeFont:
    from PIL import ImageFont

    # The basic engine: kerning by another library would make the width depend on the machine.
    return ImageFont.truetype(font_files()[bold], 100, layout_engine=ImageFont.Layout.BASIC)


@cache
def measure(text: str, size: float = FONT_SIZE, *, bold: bool = False) -> float:
    """The width of a line in pixels. Raises `InputError` (CKB054) where matplotlib is not installed."""
    return float(_font(bold=bold).getlength(text)) * size / 100


def wrap(text: str, width: float, size: float = FONT_SIZE, *, bold: bool = False) -> tuple[str, ...]:
    """The lines of a text, none wider than ``width`` pixels unless one word is.

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
