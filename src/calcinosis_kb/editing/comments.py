"""Keep comments in place while YAML is reformatted: take out those above an entry, then put them back above it.

ruamel.yaml keeps a comment with the entry *before* it and loses some beside lists and mappings in flow style; only
comments at the end of an entry's line are left to ruamel.yaml.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import yaml

__all__ = ["all_comments", "is_comment", "with_comments_above", "with_comments_aside"]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def all_comments(text: str) -> Counter[str]:
    """Count the comments of a YAML text, which are between its tokens.

    >>> sorted(all_comments("# one\\na: '# none'  # two\\n").elements())
    ['# one', '# two']
    """
    starts = [0, *(index + 1 for index, character in enumerate(text) if character == "\n"), len(text)]
    found: Counter[str] = Counter()
    end = 0
    for token in yaml.scan(text, Loader=_LOADER):
        start = starts[token.start_mark.line] + token.start_mark.column
        gap = text[end:start] if start > end else ""
        found.update(line[line.index("#") :].strip() for line in gap.splitlines() if "#" in line)
        end = max(end, starts[token.end_mark.line] + token.end_mark.column)
    found.update(line[line.index("#") :].strip() for line in text[end:].splitlines() if "#" in line)
    return found


def is_comment(line: str) -> bool:
    """Whether a line is empty or holds only a comment.

    >>> is_comment("  # sic"), is_comment("a: 1  # sic")
    (True, False)
    """
    return not line.strip() or line.lstrip().startswith("#")


def with_comments_aside(text: str, style: Callable[[str], str]) -> str:
    """Apply ``style`` to a text without comments and empty lines, then put these back above their entries.

    ``style`` may change lines and indentation, but not the entries or their order. Comments are indented like their entry.

    >>> print(with_comments_aside("a:\\n# of b\\n- b\\n", lambda bare: bare.replace("- b", "  - b")), end="")
    a:
      # of b
      - b
    """
    lines = text.split("\n")
    entries = list(_entry_lines(text))
    first = {line: index for index, line in reversed(list(enumerate(entries)))}
    inside = _lines_inside_values(text)
    above: dict[int, list[tuple[int, str]]] = {}
    bare: list[str] = []
    run: list[str] = []
    for number, line in enumerate(lines):
        if is_comment(line) and number not in inside:
            run.append(line)
            continue
        if run and number in first:
            above[first[number]] = [(max(0, _indent(comment) - _indent(line)), comment.strip()) for comment in run]
        else:
            bare += run
        run = []
        bare.append(line)
    styled = style("\n".join([*bare, ""])).rstrip("\n").split("\n")
    places = list(_entry_lines("\n".join([*styled, ""])))
    for at, comments in sorted(((places[index], comments) for index, comments in above.items()), reverse=True):
        indent = _indent(styled[at])
        styled[at:at] = [" " * (indent + deeper) + comment if comment else "" for deeper, comment in comments]
    return "\n".join([*styled, *run]).rstrip("\n") + "\n"


def with_comments_above(text: str, width: int) -> str:
    """Move each comment after a value that is wider than ``width``, or has several lines, above its entry.

    Such a value is wrapped, and the comment would stay at its column, far to the right.

    >>> print(with_comments_above("a: one two  # sic\\nb: 1  # short\\n", 8), end="")
    # sic
    a: one two
    b: 1  # short
    """
    lines = text.split("\n")
    raised: dict[int, list[str]] = {}
    for line, value in _entries(text):
        end = value.end_mark
        code, behind = lines[end.line][: end.column], lines[end.line][end.column :]
        ends_here = not isinstance(value, yaml.ScalarNode) or value.style not in ("|", ">")
        is_wide = end.line > line or len(code) > width
        if ends_here and is_wide and behind.lstrip().startswith("#"):
            lines[end.line] = code
            indent = " " * _indent(lines[line])
            raised.setdefault(line, []).append(indent + behind.strip())
    for line, comments in sorted(raised.items(), reverse=True):
        lines[line:line] = comments
    return "\n".join(lines)


def _entries(text: str) -> Iterator[tuple[int, Any]]:
    """The line and value of each entry in block style whose value is not a mapping or list in block style."""
    pending: list[Any] = [yaml.compose(text, Loader=_LOADER)]
    while pending:
        node = pending.pop()
        for part in node.value:
            name, value = part if isinstance(node, yaml.MappingNode) else (part, part)
            if isinstance(value, yaml.ScalarNode) or value.flow_style:
                yield name.start_mark.line, value
            else:
                pending.append(value)


def _entry_lines(text: str) -> Iterator[int]:
    """The line of each entry of the mappings and lists in block style. The order depends only on the structure of the text."""
    pending: list[Any] = [yaml.compose(text, Loader=_LOADER)]
    while pending:
        node = pending.pop()
        if node is None or isinstance(node, yaml.ScalarNode) or node.flow_style:
            continue
        for part in node.value:
            name, value = part if isinstance(node, yaml.MappingNode) else (part, part)
            yield name.start_mark.line
            pending.append(value)


def _lines_inside_values(text: str) -> set[int]:
    """The continuation lines of multi-line values and of lists in flow style, whose comments stay in place."""
    inside: set[int] = set()
    depth = start = 0
    for event in yaml.parse(text, Loader=_LOADER):
        begin, end = _marks(event)
        if isinstance(event, yaml.ScalarEvent):
            inside.update(range(begin.line + 1, end.line + (end.column > 0)))
        elif isinstance(event, yaml.CollectionStartEvent) and (depth or event.flow_style):
            start = start if depth else begin.line
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent) and depth:
            depth -= 1
            if not depth:
                inside.update(range(start + 1, end.line + 1))
    return inside


def _marks(event: Any) -> tuple[Any, Any]:
    return event.start_mark, event.end_mark


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
