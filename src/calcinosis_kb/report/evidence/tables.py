"""Tables of records: columns whose names, types, meanings and references come from the models of the knowledge.

A model is read once; every format takes its columns from here, so that a new field of a model is in all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel

from calcinosis_kb.documents.fields import Shape, shape
from calcinosis_kb.editing.schema import attribute_docstrings

__all__ = ["ID", "LOCAL", "Column", "Kind", "Row", "Table", "columns", "table", "values"]

Kind = Literal["text", "integer", "number", "boolean", "day"]
Row = dict[str, Any]

_KINDS: dict[type, Kind] = {str: "text", int: "integer", float: "number", bool: "boolean", date: "day"}

_TABLES = {
    **{name: name for name in ("conditions", "designs", "diseases", "features", "patterns", "therapies")},
    **dict.fromkeys(("families", "options"), "therapies"),
    **dict.fromkeys(("sources", "studies"), "sources"),
}
"""The table that each list of ids of `calcinosis_kb.documents.fields.Names` is in; ids of other lists refer to no table."""

_PLAIN = frozenset({"citation", "codes", "outcomes"})
"""The parts of a record whose columns have the names of the part; those of any other part begin with its name."""


@dataclass(frozen=True)
class Column:
    """A column. ``table`` is the table that its ids are in, ``words`` are its only values, ``many`` means a list of values."""

    name: str
    kind: Kind = "text"
    about: str = ""
    table: str | None = None
    words: tuple[str, ...] = ()
    many: bool = False
    required: bool = False


@dataclass(frozen=True)
class Table:
    """Records of one kind, each as a row; the column ``id`` is unique. An absent value is None, and an empty list is empty."""

    name: str
    about: str
    columns: tuple[Column, ...]
    rows: Sequence[Row] = field(repr=False)


ID = Column("id", about="The id.", required=True)
LOCAL = Column("local", "boolean", "Whether the record comes from an overlay, or depends on one.", required=True)


def table(name: str, about: str, kinds: Iterable[Column], rows: Iterable[Mapping[str, Any]]) -> Table:
    """Return a table with each column once, as it is named first, and with rows that have all of them and no others."""
    unique: dict[str, Column] = {}
    for column in kinds:
        unique.setdefault(column.name, column)
    whole = [{c.name: row.get(c.name, () if c.many else None) for c in unique.values()} for row in rows]
    return Table(name, about, tuple(unique.values()), whole)


def columns(model: type[BaseModel], *, without: Collection[str] = (), prefix: str = "") -> Iterator[Column]:
    """Yield a column for each field of a model, those of a part of the record in its place.

    A field that holds several records, such as the results of a study, or a mapping is none of the columns.
    """
    about = attribute_docstrings(model)
    for key, annotation in shape(model).fields.items():
        if key in without:
            continue
        at = shape(annotation)
        if at.values is not None:
            continue
        many = at.items is not None
        if many:
            at = shape(Annotated[at.items, at.names] if at.names else at.items)
        if at.model is None:
            required = not many and model.model_fields[key].is_required()
            yield replace(
                _column(at),
                name=f"{prefix}{key}",
                about=about.get(key, ""),
                many=many,
                required=required and not prefix,
            )
        elif not many:
            yield from columns(at.model, prefix=prefix if key in _PLAIN else f"{prefix}{key}_")


def _column(at: Shape) -> Column:
    words = tuple(word for word in at.words if isinstance(word, str))
    kind: Kind = "boolean" if at.words and not words else _KINDS[at.scalars[0]] if at.scalars else "text"
    return Column("", kind, table=_TABLES.get(at.names.space) if at.names else None, words=words)


def values(record: BaseModel, *, prefix: str = "") -> Row:
    """Return the values of a record by column. Columns that a model has not are absent; so are those of a part that is absent."""
    found: Row = {}
    for key in type(record).model_fields:
        value = getattr(record, key)
        if isinstance(value, BaseModel):
            found |= values(value, prefix=prefix if key in _PLAIN else f"{prefix}{key}_")
        elif isinstance(value, tuple):
            if not value or not isinstance(value[0], BaseModel):
                found[f"{prefix}{key}"] = value
        elif not isinstance(value, Mapping):
            found[f"{prefix}{key}"] = value
    return found
