"""Kinds of YAML files: their path, the type of their content, and how an overlay changes them.

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

    ``name`` is the name of its JSON Schema, ``pattern`` the path in a checkout, ``content`` the type of a file's content.

    ``entries`` is the depth of the entries that an overlay adds or replaces by id: 1 for ``id: {…}``, 2 for
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
        """The folder of the files below ``knowledge`` or ``rules``; empty for a file at the top."""
        inner = self.pattern.split("/")[1]
        return "" if "*" in inner or self.is_one_file else inner

    def fits(self, path: PurePath | str) -> bool:
        """Whether a path ends as files of this kind do; ``**/`` stands for any number of folders."""
        return _expression(self.pattern).search(PurePath(path).as_posix()) is not None


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*)", pattern)
    wild = {"**/": "(?:.*/)?", "*": "[^/]*"}
    return re.compile(rf"(?:^|/){''.join(wild.get(part) or re.escape(part) for part in parts)}\Z")


def kind_of(path: PurePath | str, kinds: Iterable[FileKind[Any]]) -> FileKind[Any] | None:
    """Return the first kind that fits a path, or None."""
    return next((kind for kind in kinds if kind.fits(path)), None)
