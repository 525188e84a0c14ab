"""Validate a `Document` against a pydantic model and report every error at its line."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.fields import shape
from calcinosis_kb.errors import Place, Problem, nearest

__all__ = ["validate"]

T = TypeVar("T")


def validate(document: Document, schema: type[T] | Any) -> tuple[T | None, list[Problem]]:
    """Return the data of a document as an instance of ``schema``, or None with the problems.

    Problems: CKB010 unknown key, CKB011 wrong type or value, CKB012 missing key, CKB013 a word outside a vocabulary.
    """
    try:
        return _adapter(typing.cast(Any, schema)).validate_python(document.data), []
    except ValidationError as error:
        details = [detail for detail in error.errors(include_url=False) if not _follows(detail)]
        return None, list(_deduplicated(_problem(document, schema, detail) for detail in details))


@cache
def _adapter(schema: Any) -> TypeAdapter[Any]:
    """Cached, since building an adapter takes longer than checking a file with it."""
    return TypeAdapter(schema)


def _deduplicated(problems: Iterator[Problem]) -> Iterator[Problem]:
    """Keep one error per place, because a value that fits no member of a union has one error per member."""
    seen: set[Place | None] = set()
    for problem in problems:
        if problem.place not in seen:
            seen.add(problem.place)
            yield problem


def _follows(detail: ErrorDetails) -> bool:
    """Whether a list is too short only because some of its items are wrong, which is reported for each item."""
    return detail["type"] == "too_short" and detail["ctx"]["actual_length"] < len(detail["input"])


def _problem(document: Document, schema: Any, detail: ErrorDetails) -> Problem:
    kind, path = detail["type"], _real_path(document, detail["loc"])
    # Data built by a program has no places, but its keys still have names; an entry of a list is told by the list's key.
    named = [part for part in path or detail["loc"] if isinstance(part, str)]
    name = named[-1] if named else document.name
    if kind == "extra_forbidden":
        keys = _keys(schema, path[:-1])
        return Problem(
            "CKB010",
            f"unknown key '{name}'",
            document.place(path, key=True),
            valid=tuple(sorted(keys)),
            nearest=nearest(name, keys, limit=1),
            fix="correct the key, or leave it out",
        )
    if kind == "missing":
        missing = str(detail["loc"][-1])
        return Problem("CKB012", f"the key '{missing}' is missing", document.place(path), fix=f"add '{missing}: …'")
    if kind == "literal_error":
        valid = tuple(re.findall(r"'([^']*)'", detail["ctx"]["expected"]))
        if detail["input"] is None:
            return Problem(
                "CKB013", f"'{name}' is empty", document.place(path), valid, fix="give one of the valid words"
            )
        word = str(detail["input"])
        near = nearest(word, valid, limit=1)
        return Problem(
            "CKB013",
            f"'{word}' is not a valid word for '{name}'",
            document.place(path),
            valid=valid,
            nearest=near,
            fix=f"write '{near[0]}', or another of the valid words" if near else "use one of the valid words",
        )
    if kind == "value_error":
        message = detail["msg"].removeprefix("Value error, ")
        return Problem("CKB011", message, document.place(path), fix="correct it as the message says")
    if detail["input"] is None:
        return Problem("CKB011", f"'{name}' is empty", document.place(path), fix="fill it in")
    shown = repr(detail["input"])
    shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
    message = f"'{name}' cannot be {shown}: {_in_plain_words(detail)}"
    return Problem("CKB011", message, document.place(path), fix="give a value of the right type and range")


_PLAIN = {
    "tuple_type": "it must be a list",
    "list_type": "it must be a list",
    "dict_type": "it must be a mapping of keys to values",
    "model_type": "it must be a mapping of keys to values",
    "string_type": "it must be a text",
    "int_type": "it must be a whole number",
    "int_parsing": "it must be a whole number",
    "int_from_float": "it must be a whole number",
    "float_type": "it must be a number",
    "float_parsing": "it must be a number",
    "bool_type": "it must be true or false",
    "bool_parsing": "it must be true or false",
    "finite_number": "it must be a finite number",
    "greater_than": "it must be above {gt}",
    "greater_than_equal": "it must be at least {ge}",
    "less_than": "it must be below {lt}",
    "less_than_equal": "it must be at most {le}",
    "string_too_short": "it must not be empty",
    "string_too_long": "it must have at most {max_length} characters",
    "too_short": "it must have at least {min_length} entries",
    "too_long": "it must have at most {max_length} entries",
}
"""What a value must be, by the type of pydantic's error."""


def _in_plain_words(detail: ErrorDetails) -> str:
    said = _PLAIN.get(detail["type"])
    if said is None:
        return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}"
    context = {key: f"{value:g}" if isinstance(value, float) else value for key, value in detail.get("ctx", {}).items()}
    return said.format(**context)


def _real_path(document: Document, loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Pydantic's location without the names of union members and the "[key]" marks, which are not in the document."""
    path: tuple[int | str, ...] = ()
    for part in loc:
        if (*path, part) in document.marks:
            path = (*path, part)
    return path


def _keys(schema: Any, path: tuple[int | str, ...]) -> set[str]:
    """The keys that a model allows at a path."""
    for part in path:
        schema = shape(schema).step(part)
    return set(shape(schema).fields)
