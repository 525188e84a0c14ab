"""The blocks of a report, the same for every format: headings, texts, marked lists and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Alert", "Block", "Heading", "Marked", "Table", "Text"]


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    text: str
    style: str = ""


@dataclass(frozen=True)
class Alert:
    """A text to read first, in every format: in a CSV it is a comment above the table."""

    text: str


@dataclass(frozen=True)
class Marked:
    """A list whose items carry a mark: "+" speaks for, "!" against, "?" to check, "→" how it would act, "-" plain."""

    items: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """Columns and rows of plain text.

    ``ratios`` are the relative widths of the columns in a narrow terminal; ``whole`` are the indexes of columns whose cells are
    never broken, because they are copied (ids, names).
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    ratios: Sequence[int] = ()
    whole: Sequence[int] = ()


Block = Heading | Text | Alert | Marked | Table
