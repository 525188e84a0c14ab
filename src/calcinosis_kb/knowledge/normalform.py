"""Normalise the typography of a text, and map each character of the result to the original.

Differences between two copies of a sentence that do not change its meaning are removed: white space, line ends and their
hyphens, ligatures, the shapes of quotation marks, dashes and full-width letters, and the space around signs. Whatever
carries meaning is kept: superscripts and subscripts (10² is not 102), signs, comparators, case, decimal points and
commas. Unicode's NFKC is not used because it makes 10² and 102 equal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["BREAK", "HYPHEN_AT_LINE_END", "MAYBE_HYPHEN", "MINUS", "NormalForm", "normal_form"]

MAYBE_HYPHEN = "\ue000"
"""A hyphen between lower-case letters at a line end: part of the word ("long-" / "term") or not ("calci-" / "nosis")."""
HYPHEN_AT_LINE_END = "\ue001"
"""A hyphen at a line end that is part of the word, because a digit or a capital is next to it ("IL-" / "6")."""
MINUS = "−"
"""The sign of a number: a dash directly before it with nothing in front."""
BREAK = "—"
"""A dash between spaces, or a long one: it separates parts of a sentence or the ends of a range."""

_SOFT_HYPHEN = "\xad"
_DROPPED = frozenset("\u200b\u200c\u200d\u2060\ufeff" + _SOFT_HYPHEN)
_LONG_DASHES = "—―"
_DASHES = f"‐‑‒–−﹣⁃{_LONG_DASHES}-"
_SAME = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    "µ": "μ", "⩽": "≤", "≦": "≤", "⩾": "≥", "≧": "≥", "∼": "~",
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
}  # fmt: skip
_UNITS = "kg|g|mg|μg|ng|pg|L|l|dL|dl|mL|ml|μL|μl|m|cm|mm|μm|nm|mol|mmol|μmol|nmol|U|IU|mIU|Hz|kHz|MHz|J|mJ|mSv|Gy|mmHg|kDa|Da"
_SPACE, _LINE_END, _PARAGRAPH = " ", "\v", "\n"
_WRITTEN_OUT = re.compile(rf"\.[ \v]?\.[ \v]?\.|<=|>=|\+/[{_DASHES}]")
_DASH = re.compile(rf"([ \v\n]?)([{_DASHES}])([ \v\n]?)")
_RAISED_POINT = re.compile(r"(?<=[0-9])·(?=[0-9])(?!10[⁰¹²³⁴-⁹⁻])")
_EMPTY_SPACE = re.compile(
    rf"""(?<=[<>≤≥=±≈≠~×/])[ ]+ | [ ]+(?=[<>≤≥=±≈≠~×/]) | (?<=[(\[])[ ]+ | [ ]+(?=[)\]])
       | [ ]+(?=[,;:.](?![0-9])) | (?<=[0-9])[ ]+(?=[%‰] | °C | (?:{_UNITS})(?![^\W_]))""",
    re.VERBOSE,
)

Character = tuple[str, int, int]
"""A character of the normal form with its start and end in the original."""


@dataclass(frozen=True)
class NormalForm:
    """The normal form of a text; its character ``i`` is at ``starts[i]`` to ``ends[i]`` of the original."""

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def passage(self, start: int, end: int) -> str:
        """Return the part of the original that corresponds to a part of the normal form, on one line."""
        return " ".join(self.original[self.starts[start] : self.ends[end - 1]].split()) if start < end else ""


def normal_form(text: str) -> NormalForm:
    """Return the normal form of a text. The end of a paragraph becomes a line feed, any other white space one space.

    >>> normal_form("of\\u00a0\\ufb01ve pa-\\ntients,  p\\u2009<= 0·05").text == f"of five pa{MAYBE_HYPHEN}tients, p≤0.05"
    True
    """
    characters = list(_characters(text))
    characters = _replaced(characters, _WRITTEN_OUT, _written_out)
    characters = _replaced(characters, _DASH, _dash)
    characters = [(_SPACE if c == _LINE_END else c, start, end) for c, start, end in characters]
    characters = _replaced(characters, _RAISED_POINT, lambda _: ".")
    characters = _replaced(characters, _EMPTY_SPACE, lambda _: "")
    while characters and characters[0][0].isspace():
        del characters[0]
    while characters and characters[-1][0].isspace():
        del characters[-1]
    joined = "".join(character for character, _, _ in characters)
    return NormalForm(text, joined, tuple(c[1] for c in characters), tuple(c[2] for c in characters))


def _characters(text: str) -> Iterator[Character]:
    """The characters in Unicode's composed form, with white space in runs and without unprinted characters."""
    position = 0
    while position < len(text):
        start, character = position, text[position]
        position += 1
        if character.isspace():
            while position < len(text) and text[position].isspace():
                position += 1
            yield _white_space(text[start:position]), start, position
        elif character in _DROPPED:
            if character == _SOFT_HYPHEN:
                position = _after_line_end(text, position)
        else:
            while position < len(text) and unicodedata.combining(text[position]):
                position += 1
            for composed in unicodedata.normalize("NFC", text[start:position]):
                narrow = chr(ord(composed) - 0xFEE0) if "！" <= composed <= "～" else composed
                for same in _SAME.get(narrow, narrow):
                    yield same, start, position


def _white_space(run: str) -> str:
    lines = run.count("\n")
    return _PARAGRAPH if lines > 1 else _LINE_END if lines else _SPACE


def _after_line_end(text: str, position: int) -> int:
    """The position where a word continues after a soft hyphen: on the next line if the line ends here."""
    rest = re.compile(r"[^\S\n]*\n[^\S\n]*").match(text, position)
    return rest.end() if rest else position


def _replaced(
    characters: list[Character], pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str]
) -> list[Character]:
    """Replace every match of a pattern; the replacement has the position of the whole match."""
    kept: list[Character] = []
    done = 0
    for match in pattern.finditer("".join(character for character, _, _ in characters)):
        kept.extend(characters[done : match.start()])
        done = match.end()
        kept.extend((c, characters[match.start()][1], characters[done - 1][2]) for c in replacement(match))
    kept.extend(characters[done:])
    return kept


def _written_out(match: re.Match[str]) -> str:
    return {"<": "≤", ">": "≥", "+": "±", ".": "…"}[match.group()[0]]


def _dash(match: re.Match[str]) -> str:
    """The meaning of a dash, from the characters around it."""
    left, dash, right = match.groups()
    before, after = match.string[: match.start()][-1:], match.string[match.end() : match.end() + 2]
    long = dash in _LONG_DASHES
    if right == _LINE_END and not left and not long and before.isalnum() and after[:1].isalnum():
        return MAYBE_HYPHEN if before.isalpha() and after[0].islower() else HYPHEN_AT_LINE_END
    if long or ((left or not before) and (right or not after)):
        return BREAK
    number = after[:1].isdecimal() or (after[:1] == "." and after[1:].isdecimal())
    if number and not right and (left or not before or not (before.isalnum() or before in ")]%")):
        return f"{left}{MINUS}"
    return f"{left}-{right}"
