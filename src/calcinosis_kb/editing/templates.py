"""Templates: the text of a new file from its model, with known values filled in and an explained empty key per gap.

A gap is null, which no required key accepts, so ``check`` reports it. Optional keys are comments.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import yaml
from pydantic import BaseModel

from calcinosis_kb.documents.fields import shape
from calcinosis_kb.editing.schema import attribute_docstrings

__all__ = ["template"]

Words = Mapping[str, Collection[str]]


def template(
    model: type[BaseModel], known: Mapping[str, Any], words: Words, *, gaps: Collection[str] = ()
) -> list[str]:
    """Return the lines of a new file in YAML's block style.

    ``known`` are the values of keys. ``gaps`` are optional keys that should also be filled in (``"case.study"`` for a nested
    one). ``words`` are the lists of ids by the name that `Names` uses.
    """
    return list(_lines(model, known, words, set(gaps)))


def _lines(model: type[BaseModel], known: Mapping[str, Any], words: Words, gaps: Collection[str]) -> Iterator[str]:
    fields = shape(model).fields
    for field, info in model.model_fields.items():
        key = info.alias or field
        inner = {gap.partition(".")[2] for gap in gaps if gap.startswith(f"{key}.")}
        at = shape(fields[key])
        part = at.model or shape(at.items).model
        if key == "at":
            continue  # set by the loader, not in the file
        if key in known and not isinstance(known[key], Mapping):
            yield f"{key}: {_written(known[key])}"
            continue
        wanted = key in known or inner or info.is_required() or key in gaps
        if wanted and part is not None:
            yield f"{key}:"
            below = list(_lines(part, known.get(key, {}), words, inner))
            yield from _indented(below, "  " if at.model else "  - ")
            continue
        hint = _hint(model, key, words)
        line = f"{key}: # {hint}" if hint else f"{key}:"
        yield line if wanted else f"# {line}"


def _written(value: Any) -> str:
    """A value on one line, with quotes where YAML needs them."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**6)
    return text.removesuffix("...\n").strip()


def _indented(lines: list[str], first: str) -> Iterator[str]:
    """Indent an item of a list: the first key comes after the dash, comments before it go above."""
    start = next(index for index, line in enumerate(lines) if not line.startswith("#"))
    pad = " " * len(first)
    for index, line in enumerate(lines):
        yield f"{first if index == start else pad}{line}"


def _hint(model: type[BaseModel], key: str, words: Words) -> str:
    """The meaning of a key and its valid words (only the first of many)."""
    meaning = attribute_docstrings(model).get(key, "")
    at = shape(shape(model).fields[key])
    item = shape(at.items)
    names = at.names or item.names
    valid = [str(word) for word in at.words + item.words] or list(words.get(names.space, ()) if names else ())
    if len(valid) < 2:
        return meaning
    shown = ", ".join(valid[:12]) + (", …" if len(valid) > 12 else "")
    return f"{meaning.removesuffix('.')}: {shown}" if meaning else shown
