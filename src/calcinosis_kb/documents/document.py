"""A document: plain data with the place of each part, whatever it was read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from calcinosis_kb.errors import Place

__all__ = ["Document", "Mark", "Path_", "every_path"]

Path_ = tuple[str | int, ...]

Mark = tuple[int, int]
"""Line and column, counted from 0 as the parser does."""


@dataclass
class Document:
    """Plain data (dict, list, str, int, float, bool, None) with the place of each part."""

    name: str
    data: Any
    marks: dict[Path_, Mark] = field(default_factory=dict)
    key_marks: dict[Path_, Mark] = field(default_factory=dict)
    text: str = field(default="", repr=False)
    """The text that was parsed; empty for data that was never text."""

    def place(self, path: Path_, *, key: bool = False) -> Place:
        """The place of the value at a path (or of its key), or of the nearest enclosing part."""
        marks = self.key_marks if key else self.marks
        path = tuple(path)
        while path and path not in marks:
            path, marks = path[:-1], self.marks
        mark = marks.get(path)
        return Place(self.name) if mark is None else Place(self.name, mark[0] + 1, mark[1] + 1)


def every_path(data: Any, start: Path_ = ()) -> Iterator[Path_]:
    """Yield the path of every value, by which mistakes are placed in data that was never text."""
    yield start
    for key, value in data.items() if isinstance(data, dict) else enumerate(data if isinstance(data, list) else ()):
        yield from every_path(value, (*start, key))
