"""Fit texts into lines of a fixed width, for layouts that do not depend on the terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["LABEL", "WIDTH", "Line", "cut", "labelled", "wrapped"]

WIDTH = 78
"""The columns of a line: two less than 80, since "…" takes three columns where only ASCII can be printed."""

LABEL = 10
"""The columns of the label before a list."""

_NO_BREAK = "\N{NO-BREAK SPACE}"


class Line(NamedTuple):
    """A line and its style: "" or the name of a style in `calcinosis_kb.report.render`."""

    text: str
    style: str = ""


def labelled(
    label: str, words: Sequence[str], *, most: int, separator: str = ", ", column: int = LABEL, left: str = ""
) -> list[str]:
    """Put words behind a label in at most so many lines; those that do not fit are counted: "+ 3 more", or "+ 3 more reasons".

    >>> labelled("failed", ["diltiazem", "colchicine"], most=1)
    ['failed    diltiazem, colchicine']
    """
    lines: list[str] = []
    for number in range(len(words), 0, -1):
        more = f" + {len(words) - number} more {left}".rstrip() if number < len(words) else ""
        text = f"{separator.join(words[:number])}{more}"
        if number > 1 and len(text) > most * (WIDTH - column):
            continue
        lines = textwrap.wrap(text, WIDTH - column, break_on_hyphens=False)
        if len(lines) <= most:
            break
    if len(lines) > most:
        lines = [*lines[: most - 1], cut(f"{lines[most - 1]} …", WIDTH - column)]
    return [f"{label if not index else '':<{column}}{line}" for index, line in enumerate(lines)]


def wrapped(text: str, most: int) -> list[str]:
    """Break a text into at most so many lines. A number stays on the line of its word."""
    together = re.sub(r"(?<=[0-9]) (?=[a-z])", _NO_BREAK, text)
    lines = textwrap.wrap(together, WIDTH, max_lines=most, placeholder=" …", break_on_hyphens=False)
    return [line.replace(_NO_BREAK, " ") for line in lines]


def cut(text: str, width: int) -> str:
    """Return a text that is no longer than a width.

    >>> cut("liver impairment", 8)
    'liver i…'
    """
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"
