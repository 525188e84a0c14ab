"""Target: bytes as a YAML file, read strictly and held against the model of every kind of file."""

from __future__ import annotations

import json
from typing import Any

from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.strict_yaml import as_text, parse
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.editing.kinds import KINDS
from calcinosis_kb.errors import Place
from fuzz.oracle import check_problems, settled
from strategies import ROOT

__all__ = ["examine", "read_yaml", "seeds"]


def seeds() -> list[bytes]:
    """Two small files of each kind, and small texts with the traps of YAML."""
    chosen = (
        path
        for kind in KINDS
        for path in sorted(ROOT.glob(kind.pattern), key=lambda path: (path.stat().st_size, path))[:2]
    )
    traps = (
        b"a: &x [1, *y]\n",
        b"? [a]\n: b\n",
        b"a: no\nb: 012\n",
        b'{"a": 1.5e3, "b": ["\\u00e9"]}',
        b"- |\n  x\n- >\n  y\n",
    )
    return [*(path.read_bytes() for path in chosen if path.stat().st_size < 20_000), *traps]


def examine(data: bytes) -> None:
    """Any text becomes plain data with a place for each part, or is refused; any data fits a model, or is told why not."""
    document = settled(read_yaml, data)
    if document is None:
        return
    _check_plain(document.data)
    lines = document.text.count("\n") + document.text.count("\r") + 2
    for line, _ in (*document.marks.values(), *document.key_marks.values()):
        assert (
            0
            <= line
            < lines + document.text.count("\x85") + document.text.count("\u2028") + document.text.count("\u2029")
        )
    _check_json(data, document)
    for kind in KINDS:
        value, problems = validate(document, kind.content)
        assert (value is None) == bool(problems) or document.data is None
        check_problems(problems)
        assert all(problem.place is not None for problem in problems)


def read_yaml(data: bytes) -> Document:
    """Read bytes as a strict YAML file."""
    return parse(as_text(data, Place("file.yaml")), "file.yaml")


def _check_plain(value: Any) -> None:
    assert type(value) in (dict, list, str, int, float, bool, type(None)), type(value)
    for inner in (*value, *value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_plain(inner)


def _check_json(data: bytes, document: Document) -> None:
    """What is JSON means the same as YAML."""
    try:
        same = json.loads(data, parse_int=lambda digits: int(digits) if len(digits) < 19 else digits)
    except (ValueError, RecursionError):
        return
    assert document.data == same, "JSON read as something else"
