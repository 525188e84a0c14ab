"""Search the long word lists of ``knowledge/words/`` without parsing them, because that would slow every start."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

__all__ = ["WordList"]


class WordList:
    """A list with one word and its fields per line, separated by tabs, sorted by code point; comment lines (``#``) name its origin.

    A missing file is an empty list.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _text(self) -> bytes:
        return self.path.read_bytes() if self.path.is_file() else b""

    def find(self, word: str) -> tuple[str, ...] | None:
        """Return the fields of a word in normal form, or None if the list lacks it."""
        wanted, text = word.encode(), self._text
        low, high = 0, len(text)
        while wanted and low < high:
            middle = (low + high) // 2
            start = text.rfind(b"\n", low, middle) + 1 or low
            end = text.find(b"\n", middle)
            end = len(text) if end < 0 else end
            found, _, rest = text[start:end].partition(b"\t")
            if found == wanted:
                return tuple(rest.decode().split("\t"))
            low, high = (end + 1, high) if found < wanted else (low, start)
        return None

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        """Iterate over the lines as fields, the word first."""
        for line in self._text.decode().splitlines():
            if line and not line.startswith("#"):
                yield tuple(line.split("\t"))
