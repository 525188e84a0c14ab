"""Render blocks for a terminal, as Markdown or as CSV, and plain data as JSON."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import msgspec

from calcinosis_kb.advice.columns import Line
from calcinosis_kb.characters import HIDDEN, visible
from calcinosis_kb.report.blocks import Alert, Block, Heading, Marked, Table, Text
from calcinosis_kb.report.pager import has_pager, page

__all__ = [
    "FORMATS", "Format", "as_csv", "as_json", "as_markdown", "as_text", "csv_cell", "print_blocks", "print_lines",
]  # fmt: skip

Format = Literal["table", "json", "md", "csv"]
FORMATS: tuple[Format, ...] = ("table", "json", "md", "csv")

_MARK_STYLES = {"+": "green", "!": "yellow", "~": "yellow", "✗": "red", "?": "cyan", "→": "blue", "-": "dim"}
_MARK_WORDS = {"+": "for", "!": "caution", "~": "doubt", "✗": "against", "?": "check", "→": "how"}

_AMPERSAND = re.compile(r"&(?=#?\w+;)")
# An underscore inside a word is not emphasis.
_SIGNS = re.compile(r"[\\`*\[\]~]|(?<![^\W_])_|_(?![^\W_])")
_STARTS = re.compile(r"^(\s*)([#>+=-])|^(\s*[0-9]{1,9})([.)](?=\s|$))")
_NOT_ASCII = re.compile(r"[^\x00-\x7e]")
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")


def as_json(data: Any, *, ascii_only: bool | None = None) -> str:
    """Return plain data as indented JSON; ``ascii_only`` escapes all other letters, by default if standard output lacks them.

    Control characters and marks of direction are always escaped; the JSON means the same.
    """
    if ascii_only is None:
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        ascii_only = not encoding.lower().startswith("utf")
    try:
        text = msgspec.json.format(msgspec.json.encode(data), indent=2).decode()
    except UnicodeEncodeError:  # half a character, of the name of a file that is not UTF-8
        text = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)
    return (_NOT_ASCII if ascii_only else HIDDEN).sub(lambda found: json.dumps(found[0])[1:-1], text)


def as_markdown(blocks: Iterable[Block]) -> str:
    """Return blocks as Markdown. Text from files is escaped: it cannot bring HTML, links or emphasis.

    >>> print(as_markdown([Heading("A"), Marked([("+", "good <b>*1*")])]))
    # A
    <BLANKLINE>
    - (for) good &lt;b>\\*1\\*
    """
    return "\n\n".join(_markdown(block) for block in blocks)


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_line(block.text)}"
    if isinstance(block, Text):
        return "\n".join(_STARTS.sub(r"\1\3\\\2\4", _inline(line)) for line in block.text.split("\n"))
    if isinstance(block, Alert):
        return f"> **{_line(block.text)}**"
    if isinstance(block, Marked):
        words = ((_MARK_WORDS.get(mark), _line(text)) for mark, text in block.items)
        return "\n".join(f"- ({word}) {text}" if word else f"- {text}" for word, text in words)
    lines = [block.columns, ["---"] * len(block.columns), *block.rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _inline(text: str) -> str:
    text = _AMPERSAND.sub("&amp;", visible(text)).replace("<", "&lt;")
    return _SIGNS.sub(r"\\\g<0>", text)


def _line(text: str) -> str:
    return _inline(" ".join(text.split("\n")))


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")


def as_text(blocks: Iterable[Block]) -> str:
    """Return headings, texts and lists as plain text with a line for each paragraph and entry, to be pasted elsewhere.

    >>> print(as_text([Heading("Sources"), Marked([("-", "[1] Nair 2016"), ("!", "not read")])]))
    Sources
    <BLANKLINE>
    [1] Nair 2016
    ! not read
    """
    return "\n\n".join(visible(_plain(block)) for block in blocks)


def _plain(block: Block) -> str:
    if isinstance(block, Marked):
        return "\n".join(text if mark == "-" else f"{mark} {text}" for mark, text in block.items)
    return block.text if not isinstance(block, Table) else "\n".join("\t".join(row) for row in block.rows)


def as_csv(table: Table | None, alerts: Iterable[str] = ()) -> str:
    """Return a table as CSV, below alerts of one line each that begins with ``#``."""
    stream = io.StringIO()
    for alert in alerts:
        stream.write(f"# {visible(' '.join(alert.split()))}\n")
    if table is not None:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([csv_cell(cell) for cell in row] for row in (table.columns, *table.rows))
    return stream.getvalue().rstrip("\n")


def csv_cell(text: str) -> str:
    """Quote a cell that a spreadsheet would take for a formula; plain numbers stay unchanged."""
    formula = text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _NUMBER.fullmatch(text)
    return f"'{visible(text)}" if formula else visible(text)


_LINE_STYLES = {
    "alert": "bold red", "head": "bold", "blank": "yellow", "group": "bold underline", "pro": "green", "con": "yellow", "dim": "dim",
    "ask": "cyan", "notice": "italic",
}  # fmt: skip


def print_lines(lines: Sequence[Line]) -> None:
    """Print lines to standard output as they are, in colours on a terminal."""
    if (
        not (sys.stdout and sys.stdout.isatty()) and "FORCE_COLOR" not in os.environ
    ):  # rich takes longer to import than an answer
        print(*(visible(line.text) for line in lines), sep="\n")
        return

    from rich.text import Text as RichText

    with _console(len(lines)) as console:
        for line in lines:
            text = RichText(visible(line.text), style=_LINE_STYLES.get(line.style, ""))
            console.print(text, soft_wrap=True)


def print_blocks(blocks: Iterable[Block]) -> None:
    """Print blocks to standard output at the width of the terminal (80 columns if there is none)."""
    with _console() as console:
        for block in blocks:
            _print(console, block)


@contextmanager
def _console(length: int | None = None) -> Iterator[Any]:
    """A console that prints through a pager if a terminal is too low for the text; ``length`` in lines, None if unknown."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=False)
    low = length is None or length >= console.height
    if not (console.is_terminal and low and has_pager()):
        yield console
        return
    with console.capture() as shown:
        yield console
    page(shown.get())


def _print(console: Any, block: Block) -> None:
    from rich.table import Table as RichTable
    from rich.text import Text as RichText

    if isinstance(block, Heading):
        console.print()
        console.print(RichText(visible(block.text), style="bold underline" if block.level == 1 else "bold"))
    elif isinstance(block, Text):
        console.print(RichText(visible(block.text), style=block.style))
    elif isinstance(block, Alert):
        console.print(RichText(visible(block.text), style="bold red"))
    elif isinstance(block, Marked):
        # textwrap instead of a rich grid: a long answer has a hundred items, and a grid measures each of them twice.
        shown = RichText(no_wrap=True)
        for mark, text in block.items:
            lines = textwrap.wrap(visible(text), console.width - 5, break_on_hyphens=False)
            shown.append(f"  {mark} ", style=_MARK_STYLES.get(mark, ""))
            shown.append("\n    ".join(lines) + "\n")
        shown.rstrip()
        console.print(shown, soft_wrap=True)
    else:
        table = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for number, column in enumerate(block.columns):
            ratio = block.ratios[number] if block.ratios else None
            table.add_column(RichText(visible(column)), ratio=ratio, overflow="fold", no_wrap=number in block.whole)
        for row in block.rows:
            table.add_row(*(RichText(visible(cell)) for cell in row))
        console.print(table)
