"""The text of a new file, made from its model: what is known is filled in, a gap is an empty key with what belongs there.

A gap is null, which no required key takes, so ``check`` points to it. What may be left out stands as a comment.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Union

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from calcinosis_kb.editing.meanings import MEANINGS
from calcinosis_kb.editing.schema import CLOSED, OPEN, attribute_docstrings

__all__ = ["template"]

Words = Mapping[str, Collection[str]]


def template(
    model: type[BaseModel],
    known: Mapping[str, Any],
    words: Words,
    *,
    gaps: Collection[str] = (),
    name: str | None = None,
) -> list[str]:
    """Lines of YAML in block style.

    ``known`` are the values of keys; ``gaps`` are keys that are to be filled in although the model does not ask for them
    (``"case.study"`` for one of a part); ``words`` are the vocabularies by their name in `schemas`; ``name`` is what the
    model is called there.
    """
    return list(_lines(model, name or model.__name__, known, words, set(gaps)))


def _lines(
    model: type[BaseModel], called: str, known: Mapping[str, Any], words: Words, gaps: Collection[str]
) -> Iterator[str]:
    for field, info in model.model_fields.items():
        key = info.alias or field
        where = f"{called}.{key}"
        inner = {gap.partition(".")[2] for gap in gaps if gap.startswith(f"{key}.")}
        part, listed = _part(info.annotation)
        if key == "at":
            continue  # the loader's, not the file's
        if key in known and not isinstance(known[key], Mapping):
            yield f"{key}: {_written(known[key])}"
            continue
        wanted = key in known or inner or info.is_required() or key in gaps
        if wanted and part is not None:
            yield f"{key}:"
            below = list(_lines(part, part.__name__, known.get(key, {}), words, inner))
            yield from _indented(below, "  - " if listed else "  ")
            continue
        hint = _hint(model, info, key, where, words)
        line = f"{key}: # {hint}" if hint else f"{key}:"
        yield line if wanted else f"# {line}"


def _written(value: Any) -> str:
    """A value on one line, with quotes where YAML needs them."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**6)
    return text.removesuffix("...\n").strip()


def _indented(lines: list[str], first: str) -> Iterator[str]:
    """The first key of an item of a list stands behind its dash; comments before it go above the item."""
    start = next(index for index, line in enumerate(lines) if not line.startswith("#"))
    pad = " " * len(first)
    for index, line in enumerate(lines):
        yield f"{first if index == start else pad}{line}"


def _hint(model: type[BaseModel], info: FieldInfo, key: str, where: str, words: Words) -> str:
    """What the key means, and the words that it may have (the first of many)."""
    meaning = attribute_docstrings(model).get(key) or MEANINGS.get(where, "")
    valid = [str(word) for word in _literals(info.annotation)]
    valid = valid or list(words.get(CLOSED.get(where) or OPEN.get(where) or "", ()))
    if len(valid) < 2:
        return meaning
    shown = ", ".join(valid[:12]) + (", …" if len(valid) > 12 else "")
    return f"{meaning.removesuffix('.')}: {shown}" if meaning else shown


def _members(annotation: Any) -> Iterator[Any]:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _members(typing.get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for member in typing.get_args(annotation):
            yield from _members(member)
    elif annotation is not type(None):
        yield annotation


def _part(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model that a key holds, and whether it holds a list of them."""
    for member in _members(annotation):
        if isinstance(member, type) and issubclass(member, BaseModel):
            return member, False
        if typing.get_origin(member) is tuple:
            for item in _members(typing.get_args(member)[0]):
                if isinstance(item, type) and issubclass(item, BaseModel):
                    return item, True
    return None, False


def _literals(annotation: Any) -> Iterator[Any]:
    for member in _members(annotation):
        if typing.get_origin(member) is typing.Literal:
            yield from typing.get_args(member)
        elif typing.get_origin(member) is tuple:
            yield from _literals(typing.get_args(member)[0])
