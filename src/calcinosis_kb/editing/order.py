"""Sort the keys of a YAML text into the order of a model's fields, each with the comments above it.

The text is cut and joined entry by entry, so that comments move with their entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from calcinosis_kb.documents.fields import shape
from calcinosis_kb.editing.comments import is_comment

__all__ = ["in_order"]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def in_order(text: str, schema: Any) -> str:
    """Sort the keys of each mapping in the order of the fields of ``schema``; unknown keys come last, in their old order.

    The text must be valid YAML. Comments above a key move with it, except those above the first key of the file.

    >>> from calcinosis_kb.knowledge.models import Claim
    >>> print(in_order("# claims\\n- sources: [a]\\n  # as printed\\n  text: Pain.\\n", tuple[Claim, ...]), end="")
    # claims
    # as printed
    - text: Pain.
      sources: [a]
    """
    while True:  # ends, because each pass sorts one mapping and keeps the order of the others
        lines = _Lines(text)
        for node, wanted in _mappings(yaml.compose(text, Loader=_LOADER), schema):
            present = [str(key.value) for key, _ in node.value]
            order = sorted(range(len(present)), key=lambda index: wanted.get(present[index], len(wanted)))
            if order != sorted(order):
                text = (lines.flow if node.flow_style else lines.block)(node, order)
                break
        else:
            return text


def _mappings(node: Any, schema: Any) -> Iterator[tuple[Any, Mapping[str, int]]]:
    """Every mapping of known keys below a node, with the rank of each key. `strict_yaml.parse` has limited the depth."""
    if isinstance(node, yaml.MappingNode):
        at = shape(schema)
        if at.fields:
            yield node, {name: rank for rank, name in enumerate(at.fields)}
        for key, value in node.value:
            yield from _mappings(value, at.step(str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _mappings(value, shape(schema).items)


class _Lines:
    """A text that can be cut at the marks of its nodes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.splitlines(keepends=True)
        if self.lines and not self.lines[-1].endswith("\n"):
            self.lines[-1] += "\n"

    def flow(self, node: Any, order: list[int]) -> str:
        """Reorder entries in flow style; the commas, line breaks and comments between them stay."""
        spans = [(self._offset(key.start_mark), self._offset(value.end_mark)) for key, value in node.value]
        text = "".join(self.lines)
        pieces = [text[slice(*spans[index])].rstrip() for index in order]
        for (start, end), piece in zip(reversed(spans), reversed(pieces), strict=True):
            text = text[:start] + piece + text[end:]
        return text

    def block(self, node: Any, order: list[int]) -> str:
        """Reorder entries in block style, each with the comments and empty lines above it."""
        column = node.start_mark.column
        first = node.start_mark.line
        starts = [first, *(self._leading(key.start_mark.line, column) for key, _ in node.value[1:])]
        end = self._end(node, column)
        entries = [self.lines[start:stop] for start, stop in zip(starts, [*starts[1:], end], strict=True)]
        before = entries[0][0][:column]
        entries[0][0] = " " * column + entries[0][0][column:]
        moved = [line for index in order for line in entries[index]]
        at = next(index for index, line in enumerate(moved) if not is_comment(line))
        top, moved = moved[:at], moved[at:]
        moved[0] = before + moved[0][column:]
        indent = " " * (len(before) - len(before.lstrip()))
        top = [indent + line.lstrip() if line.strip() else line for line in top]
        return "".join([*self.lines[:first], *top, *moved, *self.lines[end:]])

    def _leading(self, line: int, column: int) -> int:
        """The first line of the comments and empty lines that belong to a key: those above it that are not indented deeper."""
        while is_comment(self.lines[line - 1]) and _indent(self.lines[line - 1]) <= column:
            line -= 1
        return line

    def _end(self, node: Any, column: int) -> int:
        """The line after the last entry, before any comments and empty lines that belong to the next one."""
        mark = node.end_mark
        end = mark.line + (1 if mark.column and not self.lines[mark.line][: mark.column].isspace() else 0)
        while is_comment(self.lines[end - 1]) and _indent(self.lines[end - 1]) < column:
            end -= 1
        return int(end)

    def _offset(self, mark: Any) -> int:
        return sum(map(len, self.lines[: mark.line])) + int(mark.column)


def _indent(line: str) -> int:
    """The number of leading spaces; 0 for an empty line."""
    return len(line) - len(line.lstrip()) if line.strip() else 0
