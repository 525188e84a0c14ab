"""Building blocks of the models, and `shape`, which says what an annotation allows at each place of a file.

`shape` is the one reader of annotations: validation, key order, templates, JSON Schemas and references all ask it.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, StringConstraints
from pydantic_core import CoreSchema

__all__ = ["Count", "Day", "Id", "IsDraft", "Model", "Names", "Shape", "Text", "models", "named", "shape"]

Path_ = tuple[str | int, ...]

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=120)]

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

Count = Annotated[int, Field(ge=0, strict=True)]


def _written_as_a_day(value: Any) -> Any:
    if not isinstance(value, str | date):
        raise ValueError("write the day as 2026-11-24")
    return value


Day = Annotated[date, BeforeValidator(_written_as_a_day)]


IsDraft = Annotated[bool, Field(strict=True, exclude=True)]
"""Whether a record is unfinished; drafts are left out of everything (`calcinosis_kb.documents.drafts`)."""


class Model(BaseModel):
    """Base of every model of a YAML file: unknown keys are errors, instances are frozen, validators are built on first use."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


@dataclass(frozen=True)
class Names:
    """Mark a field as a reference to another record: ``Annotated[Id, Names("therapies")]``.

    ``space`` is the list of ids that the value must be in; on a list field the mark applies to each item. An ``open``
    field accepts other words too, and editors only suggest the ids.
    """

    space: str
    open: bool = False

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The schema of the value, with the list under ``x-names``, which `calcinosis_kb.editing.schema` replaces by its ids."""
        return {**handler(schema), "x-names": self.space, **({"x-open": True} if self.open else {})}


@dataclass
class Shape:
    """What is allowed at one place: the keys of a model, any keys, the items of a list, fixed words, a reference.

    ``fields`` are annotations by key in the file; ``keys`` and ``values`` are those of a mapping with any keys. ``scalars``
    are the types of single values, ``is_patterned`` whether a text must fit a pattern.
    """

    model: type[BaseModel] | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    keys: Any = None
    values: Any = None
    items: Any = None
    words: tuple[Any, ...] = ()
    names: Names | None = None
    scalars: tuple[type, ...] = field(default=(), repr=False)
    is_patterned: bool = field(default=False, repr=False)

    def step(self, part: str | int) -> Any:
        """The annotation of the value under a key or at an index, or None."""
        return self.fields.get(str(part), self.items if isinstance(part, int) else self.values)


@cache
def shape(annotation: Any) -> Shape:
    """Return what an annotation allows; for a union, everything that any member allows.

    >>> shape(tuple[int, ...] | Literal["all"] | None)
    Shape(model=None, fields={}, keys=None, values=None, items=<class 'int'>, words=('all',), names=None)
    """
    made = Shape()
    for member in _members(annotation):
        origin, arguments = typing.get_origin(member), typing.get_args(member)
        if isinstance(member, Names):
            made.names = member
        elif isinstance(member, StringConstraints):
            made.is_patterned = made.is_patterned or member.pattern is not None
        elif isinstance(member, type) and issubclass(member, BaseModel):
            made.model = made.model or member
            made.fields.update({key: inner for key, _, inner in _fields(member)})
        elif origin is dict:
            made.keys, made.values = arguments
        elif origin in (tuple, list):
            made.items = arguments[0]
        elif origin is Literal:
            made.words += arguments
        elif isinstance(member, type):
            made.scalars += (member,)
    return made


def _members(annotation: Any) -> Iterator[Any]:
    """The members of a union except None, and the marks on them that `shape` reads."""
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        inner, *marks = typing.get_args(annotation)
        yield from (mark for mark in marks if isinstance(mark, Names | StringConstraints))
        yield from _members(inner)
    elif origin in (Union, types.UnionType):
        for member in typing.get_args(annotation):
            yield from _members(member)
    elif annotation is not type(None):
        yield annotation


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, str, Any], ...]:
    """Each field as its key in the file, its attribute and its annotation. Pydantic stores the outermost marks separately."""
    found = []
    for attribute, info in model.model_fields.items():
        annotation: Any = info.annotation
        for mark in info.metadata:
            if isinstance(mark, Names | StringConstraints):
                annotation = Annotated[annotation, mark]
        found.append((info.alias or attribute, attribute, annotation))
    return tuple(found)


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """All models that an annotation contains, each once."""
    pending, seen = [annotation], set()
    while pending:
        at = shape(pending.pop())
        if at.model and at.model not in seen:
            seen.add(at.model)
            yield at.model
            pending += at.fields.values()
        pending += (inner for inner in (at.keys, at.values, at.items) if inner is not None)


def named(annotation: Any, value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str, Names]]:
    """All references in a validated value, each with its path in the file and the mark of its field."""
    if isinstance(value, BaseModel):
        for key, attribute, inner in _naming(type(value)):
            yield from named(inner, getattr(value, attribute), (*path, key))
        return
    at = shape(annotation)
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from named(at.keys, key, (*path, key))
            yield from named(at.values, inner, (*path, key))
    elif isinstance(value, tuple):
        items = Annotated[at.items, at.names] if at.names else at.items
        for index, inner in enumerate(value):
            yield from named(items, inner, (*path, index))
    elif isinstance(value, str) and at.names:
        yield path, value, at.names


@cache
def _naming(model: type[BaseModel]) -> tuple[tuple[str, str, Any], ...]:
    """The fields of a model that may contain references."""
    return tuple(entry for entry in _fields(model) if _leads_to_names(entry[2]))


@cache
def _leads_to_names(annotation: Any) -> bool:
    at = shape(annotation)
    inner = (*at.fields.values(), at.keys, at.values, at.items)
    return at.names is not None or any(part is not None and _leads_to_names(part) for part in inner)
