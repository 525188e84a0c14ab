"""The blocks of a report, the same for every format: headings, texts, marked lists and tables."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

__all__ = ["Alert", "Block", "Heading", "Marked", "Table", "Text"]


class Heading(msgspec.Struct, frozen=True):
    text: str
    level: int = 1


class Text(msgspec.Struct, frozen=True):
    text: str
    style: str = ""


class Alert(msgspec.Struct, frozen=True):
    """A text to read first, in every format: in a CSV it is a comment above the table."""

    text: str


class Marked(msgspec.Struct, frozen=True):
    """A list whose items carry a mark: "+" speaks for, "!" against, "?" to check, "→" how it would act, "-" plain."""

    items: Sequence[tuple[str, str]]


class Table(msgspec.Struct, frozen=True):
    """Columns and rows of plain text.

    ``ratios`` are the relative widths of the columns in a narrow terminal; ``whole`` are the indexes of columns whose cells are
    never broken, because they are copied (ids, names).
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    ratios: Sequence[int] = ()
    whole: Sequence[int] = ()


Block = Heading | Text | Alert | Marked | Table
