"""A form for a record: the fields of its model with label, help and value, and what was typed into them as data again.

The form follows the model through `calcinosis_kb.documents.fields.shape`, so that a new field of a model is in the form too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel

from calcinosis_kb.documents.fields import Shape, shape
from calcinosis_kb.editing.schema import attribute_docstrings

__all__ = ["Field", "Part", "form", "sent", "typed"]

_INITIALS = ("doi", "pmcid", "pmid")
"""Keys that are initials."""

Kind = Literal["text", "line", "lines", "number", "choice", "choices", "flag", "word", "words", "part", "parts"]
"""Free text; a text of one line with a form of its own; texts, one a line; a number; one or more of a few words; yes or nothing;
one or more ids of a list; a mapping; a list of mappings."""

_INT = re.compile(r"-?[0-9]{1,15}\Z")
_FLOAT = re.compile(r"-?[0-9]{1,15}\.[0-9]+\Z")
_LEFT_OUT = frozenset({"draft"})
"""Whether a record is a draft is decided when it is saved."""


@dataclass(frozen=True)
class Part:
    """A mapping within a record, with its fields."""

    path: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Field:
    """One key of a record; ``path`` is its address there (``results.0.therapy``), ``value`` what it holds, as texts.

    ``words`` are the allowed words if they are few, ``space`` is the name of the list of ids otherwise. ``parts`` are the
    mappings within it.
    """

    path: str
    label: str
    help: str
    kind: Kind
    is_required: bool
    value: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    space: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is filled in."""
        return not any(self.value) and all(field.is_empty for part in self.parts for field in part.fields)


def form(model: type[BaseModel], data: Any, prefix: str = "") -> tuple[Field, ...]:
    """Return the fields of a record in the order of its model; data of another shape shows as empty fields.

    >>> from calcinosis_kb.knowledge.models import Grade
    >>> [(field.path, field.label, field.value) for field in form(Grade, {"level": "IV"})]
    [('scheme', 'Scheme', ()), ('level', 'Level', ('IV',))]
    """
    given = data if isinstance(data, Mapping) else {}
    helps = attribute_docstrings(model)
    return tuple(
        _field(f"{prefix}{key}", helps.get(key, ""), at, given.get(key), is_required=is_required)
        for key, at, is_required in _keys(model)
    )


def typed(model: type[BaseModel], given: Mapping[str, Sequence[str]], prefix: str = "") -> dict[str, Any]:
    """Return what was typed into a form as data, by the names of its fields; a required field left empty is None.

    A number that is none stays a text, for a check to say so.

    >>> from calcinosis_kb.knowledge.models import Stratum
    >>> typed(Stratum, {"disease": [""], "n": ["14"], "outcomes.partial": ["all"]})
    {'disease': None, 'n': 14, 'outcomes': {'partial': 'all'}}
    """
    found: dict[str, Any] = {}
    for key, at, is_required in _keys(model):
        value = _typed(at, given, f"{prefix}{key}")
        if value not in (None, "", [], {}):
            found[key] = value
        elif is_required:
            found[key] = {} if at.model else None
    return found


def sent(fields: Iterable[Field]) -> dict[str, list[str]]:
    """Return what a browser sends of a form in which nothing was typed. A part says that it is there by its path with a dot."""
    given: dict[str, list[str]] = {}
    for field in fields:
        if field.kind in ("part", "parts"):
            for part in field.parts:
                given.update({f"{part.path}.": [""]} if field.kind == "parts" else {})
                given.update(sent(part.fields))
        elif field.kind == "lines":
            given[field.path] = ["\n".join(field.value)]
        elif field.value or field.kind not in ("flag", "choices"):
            given[field.path] = [*field.value] or [""]
    return given


def _keys(model: type[BaseModel]) -> Iterator[tuple[str, Shape, bool]]:
    fields = shape(model).fields
    for name, info in model.model_fields.items():
        key = info.alias or name
        if key not in _LEFT_OUT:
            yield key, shape(fields[key]), info.is_required()


def _kind(at: Shape) -> Kind:
    if at.model:
        return "part"
    if at.items is not None:
        item = shape(at.items)
        if item.model:
            return "parts"
        return "words" if at.names or item.names else "choices" if item.words else "lines"
    if at.words:
        return "flag" if at.words == (True,) else "choice"
    if at.names:
        return "word"
    if not {int, float}.isdisjoint(at.scalars):
        return "number"
    return "line" if at.is_patterned else "text"


def _field(path: str, help_: str, at: Shape, value: Any, *, is_required: bool) -> Field:
    kind, item = _kind(at), shape(at.items)
    names = at.names or item.names
    parts: tuple[Part, ...] = ()
    if at.model:
        inner = form(at.model, value, f"{path}.")
        parts = (Part(path, inner if is_required else tuple(replace(one, is_required=False) for one in inner)),)
    elif kind == "parts" and item.model:
        listed = value if isinstance(value, list) else []
        parts = tuple(Part(f"{path}.{n}", form(item.model, one, f"{path}.{n}.")) for n, one in enumerate(listed))
    return Field(
        path,
        _label(path.rpartition(".")[2]),
        help_,
        kind,
        is_required,
        () if parts else tuple(_texts(value)),
        tuple(map(str, at.words + item.words)),
        names.space if names else "",
        parts,
    )


def _label(key: str) -> str:
    return key.upper() if key in _INITIALS else key.replace("_", " ").capitalize()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from (str(one) for one in value if not isinstance(one, dict | list))
    elif value is not None and not isinstance(value, dict):
        yield "true" if value is True else str(value)


def _typed(at: Shape, given: Mapping[str, Sequence[str]], path: str) -> Any:
    kind = _kind(at)
    if at.model:
        inner = typed(at.model, given, f"{path}.")
        return inner if any(value not in (None, {}) for value in inner.values()) else None
    if kind == "parts":
        model = shape(at.items).model
        assert model is not None
        return [typed(model, given, f"{path}.{index}.") for index in _indexes(given, path)]
    texts = [text.strip() for text in given.get(path, ())]
    if kind == "lines":
        return [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    if kind in ("words", "choices"):
        return [text for text in texts if text]
    text = " ".join(texts[0].split()) if texts else ""
    if kind == "flag":
        return text == "true" or None
    if kind == "number":
        return int(text) if _INT.match(text) else float(text) if _FLOAT.match(text) else text
    return text


def _indexes(given: Mapping[str, Sequence[str]], path: str) -> list[int]:
    """The numbers of the parts of a list that were in the form."""
    numbers = {name[len(path) + 1 :].partition(".")[0] for name in given if name.startswith(f"{path}.")}
    return sorted(int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 6)
