"""Kinds of YAML files: where the files of a kind lie, the type of their content, and how an overlay changes them.

A kind is declared beside the model of its content; `calcinosis_kb.editing.kinds` lists all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from typing import Any, Generic, TypeVar

__all__ = ["FileKind", "kind_of"]

T = TypeVar("T")


@dataclass(frozen=True)
class FileKind(Generic[T]):
    """A kind of file.

    ``name`` is that of its JSON Schema, ``pattern`` the path below a checkout, ``content`` the type of what a file holds.

    ``entries`` says how deep the entries lie that an overlay adds or replaces by their ids: 1 for ``id: {…}``, 2 for
    ``section: {id: {…}}``. With 0 an overlay adds or replaces whole files.

    >>> note = FileKind("note", "knowledge/notes/*.yaml", str)
    >>> note.folder, note.is_one_file, note.fits("knowledge/notes/a.yaml"), note.fits("knowledge/notes.yaml")
    ('notes', False, True, False)
    """

    name: str
    pattern: str
    content: type[T]
    entries: int = 0

    @property
    def is_one_file(self) -> bool:
        """Whether the pattern is the path of a single file."""
        return "*" not in self.pattern

    @property
    def folder(self) -> str:
        """The folder below ``knowledge`` or ``rules`` that holds the files; empty for a file at the top."""
        inner = self.pattern.split("/")[1]
        return "" if "*" in inner or self.is_one_file else inner

    def fits(self, path: PurePath | str) -> bool:
        """Whether a file with this end of its path is of the kind; ``**/`` stands for any folders or none."""
        return _expression(self.pattern).search(PurePath(path).as_posix()) is not None


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*)", pattern)
    wild = {"**/": "(?:.*/)?", "*": "[^/]*"}
    return re.compile(rf"(?:^|/){''.join(wild.get(part) or re.escape(part) for part in parts)}\Z")


def kind_of(path: PurePath | str, kinds: Iterable[FileKind[Any]]) -> FileKind[Any] | None:
    """The first kind that fits a path, or None."""
    return next((kind for kind in kinds if kind.fits(path)), None)
