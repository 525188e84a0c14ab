"""Search the long word lists of ``knowledge/words/`` without parsing them, because that would slow every start."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

__all__ = ["WordList"]


class WordList:
    """A list with one word and its fields per line, separated by tabs; comment lines (``#``) name its origin.

    A missing file is an empty list.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _text(self) -> bytes:
        return b"\n" + self.path.read_bytes() if self.path.is_file() else b"\n"

    def find(self, word: str) -> tuple[str, ...] | None:
        """Return the fields of a word in normal form, or None if the list lacks it."""
        if not word:
            return None
        start = self._text.find(f"\n{word}\t".encode())
        if start < 0:
            return None
        line = self._text[start + 1 : self._text.find(b"\n", start + 1)]
        return tuple(line.decode().split("\t")[1:])

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        """Iterate over the lines as fields, the word first."""
        for line in self._text.decode().splitlines():
            if line and not line.startswith("#"):
                yield tuple(line.split("\t"))
