"""Replace characters that would steer a terminal, and those that the encoding of an output lacks."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["HIDDEN", "ascii_marks", "visible"]

HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control characters except the line feed, direction marks, invisible spaces and line ends, lone surrogates,
tags, noncharacters.
The two joiners that words of some scripts need are not among them."""

_SIGNS = {
    "→": "->", "←": "<-", "–": "-", "—": "-", "−": "-", "‐": "-", "…": "...", "≥": ">=", "≤": "<=", "±": "+/-", "×": "x",
    "≈": "~", "≠": "!=", "·": ".", "•": "*", "✗": "x", "✓": "+", "µ": "u", "μ": "u", "α": "alpha", "β": "beta", "γ": "gamma",
    "κ": "kappa", "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "°": " deg",
    "‘": "'", "’": "'", "“": '"', "”": '"', "─": "-", "━": "-", "│": "|", "├": "|", "└": "`",
    "●": "#", "◐": "=", "○": "o",
}  # fmt: skip


def visible(text: str) -> str:
    r"""Escape control characters and direction marks, so that no text steers a terminal or hides.

    >>> visible("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    """
    return HIDDEN.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)


def ascii_marks(error: UnicodeError) -> tuple[str, int]:
    """Encode what an encoding lacks (a codec error handler): a sign becomes ASCII, a letter loses its accent."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(_mark(character) for character in text), error.end


def _mark(character: str) -> str:
    sign = _SIGNS.get(character)
    if sign is None:
        sign = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return sign or "?"
