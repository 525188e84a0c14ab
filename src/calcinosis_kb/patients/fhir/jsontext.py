"""Parse JSON as records hold it: exact where it is sound, as much as can be had where it is not."""

from __future__ import annotations

import codecs
import json
from typing import Any

import msgspec

__all__ = ["TWICE", "Unreadable", "parse"]

TWICE = "\0twice"
"""The key under which an object tells which of its keys occurs twice, so that one of two values was dropped."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECODER = msgspec.json.Decoder()


class Unreadable(ValueError):
    """A text that is not JSON: what is wrong, and the line and column where, counted from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line, self.column = line, column


def parse(raw: bytes) -> Any:
    """Return what a JSON text holds. Raises `Unreadable`.

    Text that is not UTF-8 keeps a mark in the place of each wrong byte, and NaN and numbers out of range become null. The entries of a
    list that is given twice are all kept; an object that gives another key twice holds it in `TWICE`.

    >>> parse(b'{"id": "a", "value": NaN}')
    {'id': 'a', 'value': None}
    >>> parse(b'{"id": "a", "id": "b"}')[TWICE]
    'id'
    """
    try:
        value = _DECODER.decode(raw)
        if msgspec.json.encode(value) == raw.strip() or msgspec.json.format(raw, indent=-1) == msgspec.json.encode(
            value
        ):
            return value
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        pass
    return _lenient(raw)


def _lenient(raw: bytes) -> Any:
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    text = raw.decode(encoding, "replace").lstrip("\ufeff")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_float=_finite,
            parse_int=_whole,
            strict=False,
        )
        return _DECODER.decode(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except json.JSONDecodeError as error:
        raise Unreadable(f"this is not JSON: {error.msg}", error.lineno, error.colno) from None
    except (RecursionError, msgspec.MsgspecError):
        raise Unreadable("it nests deeper than any real record") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen and isinstance(seen[key], list) and isinstance(value, list):
            seen[key] = seen[key] + value
        elif key in seen and seen[key] != value:
            seen[TWICE] = key
        seen.setdefault(key, value)
    return seen


def _no_number(_: str) -> None:
    """NaN and Infinity are no numbers of JSON."""


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if abs(value) < float("inf") else None


def _whole(digits: str) -> int | float | None:
    return int(digits) if len(digits) < 19 else _finite(digits)
