"""Format YAML files: keys in the order of the model, lines of one width, data and comments unchanged.

`calcinosis_kb.editing.order` sorts the keys, `calcinosis_kb.editing.comments` keeps the comments above entries, and ruamel.yaml
does indents, line breaks and quotes. The result is parsed and compared with the original before it is returned.
"""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.documents.writing import write_file
from calcinosis_kb.editing.comments import all_comments, with_comments_above, with_comments_aside
from calcinosis_kb.editing.kinds import kind_of, with_schema_line
from calcinosis_kb.editing.order import in_order
from calcinosis_kb.errors import InternalFault, KnowledgeError, Place, Problem

__all__ = ["WIDTH", "canonical", "formatted", "rewrite", "round_trip"]

WIDTH = 108
"""A line is broken at the first space after this column."""


def canonical(text: str, path: Path, root: Path) -> str:
    """Return the canonical text of a file of the knowledge base, with the line that names its schema.

    Outside the checkout ``root`` that line is not added. Raises what `formatted` raises, and `InputError`
    (CKB072) for a file of unknown kind.
    """
    return formatted(with_schema_line(text, path, root), str(path), kind_of(path).content)


def rewrite(path: Path, root: Path, *, write: bool = True) -> bool:
    """Return whether a file is not in canonical form; with ``write``, change it. Raises what `canonical` raises."""
    before = read_text(path)
    after = canonical(before, path, root)
    if write and after != before:
        write_file(path, after.encode())
    return after != before


def formatted(text: str, name: str, schema: Any) -> str:
    """Return the text of a file in canonical form; the fields of ``schema``, the type of its content, give the order.

    A file without a mapping or list, or with an empty one, is returned unchanged. Raises `KnowledgeError` for invalid
    YAML, also if only one of the parsers refuses it (a tab in plain text), and `InternalFault` (CKB070) if the
    result would have other data or comments.

    >>> from calcinosis_kb.knowledge.models import Claim
    >>> print(formatted("sources: [a]  # seen\\ntext:   Pain.\\n", "x.yaml", Claim), end="")
    text: Pain.
    sources: [a] # seen
    """
    data = parse(text, name, error=KnowledgeError).data
    if not isinstance(data, dict | list) or not data:
        return text
    text = text.replace("\r\n", "\n")
    if text.lstrip().startswith("#"):
        text = text.lstrip()
    from ruamel.yaml.error import MarkedYAMLError

    try:
        result = _at_rest(text, schema)
        changed = _exactly(parse(result, name, error=KnowledgeError).data) != _exactly(data)
        what = "its data" if changed else "a comment" if all_comments(result) != all_comments(text) else ""
    except MarkedYAMLError as error:
        place = _place(name, error.problem_mark)
        fix = "put the text in quotes, with spaces instead of tabs"
        message = f"not every parser reads this as YAML: {error.problem}"
        raise KnowledgeError((Problem("CKB006", message, place, fix=fix),)) from None
    except (yaml.YAMLError, KnowledgeError, RecursionError) as error:
        what = f"its syntax ({error})"
    if what:
        message = f"the canonical form would change {what}, so the file was left as it is"
        fix = "please report it with the file; move a comment that stands inside a value to a line of its own"
        raise InternalFault((Problem("CKB070", message, Place(name), fix=fix),))
    return result


def _place(name: str, mark: Any) -> Place:
    return Place(name) if mark is None else Place(name, mark.line + 1, mark.column + 1)


def _exactly(data: Any) -> str:
    """A form in which, unlike with ``==``, 1 differs from 1.0 and from true."""
    return json.dumps(data, sort_keys=True)


def _at_rest(text: str, schema: Any) -> str:
    """Repeat the formatting until nothing changes, because a moved comment may move once more.

    The empty line above an entry that moved to the top is dropped.
    """
    for _ in range(5):
        result = with_comments_aside(in_order(with_comments_above(text, WIDTH), schema), _styled).lstrip("\n")
        if result == text:
            break
        text = result
    return result


def _styled(text: str) -> str:
    style = round_trip()
    stream = io.StringIO()
    style.dump(style.load(text), stream)
    return stream.getvalue()


@cache
def _emitter() -> Any:
    from ruamel.yaml.emitter import RoundTripEmitter
    from yaml.emitter import Emitter

    class CanonicalEmitter(RoundTripEmitter):  # type: ignore[misc, unused-ignore]
        """Indent lists below a key but not at the top level; ruamel.yaml can only do both or neither.

        Plain text is written by PyYAML, because ruamel.yaml leaves a space at the end of a wrapped line.
        """

        write_plain = Emitter.write_plain

        @property
        def sequence_dash_offset(self) -> int:
            return 0 if len(self.indents.values) < 2 else 2

        @sequence_dash_offset.setter
        def sequence_dash_offset(self, _: int) -> None:
            pass

        def increase_indent(self, flow: bool = False, sequence: bool | None = None, indentless: bool = False) -> None:
            around = self.indent
            super().increase_indent(flow, sequence, indentless)
            at_the_top = len(self.indents.values) == 2 and self.indents.values[0][1]
            if around is not None and self.indent != around and (at_the_top or (flow and not self.indents.last_seq())):
                self.indent = around + 2

        def expect_first_flow_sequence_item(self) -> None:
            """Do not break the line between a bracket and the first item."""
            width = self.best_width
            self.best_width = max(width, self.column)
            super().expect_first_flow_sequence_item()
            self.best_width = width

    return CanonicalEmitter


def round_trip() -> Any:
    """Return ruamel.yaml as files are read and written with it, comments and quotes included."""
    from ruamel.yaml import YAML

    style = YAML(typ="rt")
    style.Emitter = _emitter()
    style.preserve_quotes = True
    style.width = WIDTH
    style.indent(mapping=2, sequence=4, offset=2)
    return style
