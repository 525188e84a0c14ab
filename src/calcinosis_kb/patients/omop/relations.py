"""Small steps of which the expressions are made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["ITEM", "Span", "Who", "false", "item", "of", "small", "union"]

ITEM = {"person_id": "int64", "kind": "string", "id": "string", "detail": "string", "value": "float64"}
"""The columns of what is understood of a person."""


class Span(NamedTuple):
    """The persons from one id to another, both included."""

    first: Any
    last: Any


Who = Sequence[int] | Span | None
"""Some persons by id, those of a span, or everybody."""


def of(table: ir.Table, who: Who) -> ir.Table:
    """The rows of some persons, or all."""
    if who is None:
        return table
    if isinstance(who, Span):
        return table.filter(table.person_id.between(*who))
    return table.filter(table.person_id.isin(who))


def small(rows: Iterable[tuple[Any, ...]], **schema: str) -> ir.Table:
    """A small table in memory, to be joined to the large ones."""
    import ibis
    import pyarrow as pa

    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    data = {
        name: pa.array(column, ibis.dtype(type_).to_pyarrow())
        for (name, type_), column in zip(schema.items(), columns, strict=True)
    }
    return ibis.memtable(pa.table(data), schema=schema)


def item(rows: ir.Table, kind: Any, id_: Any, detail: Any = "", value: Any = None) -> ir.Table:
    """Rows in the form of what is understood; a text or None stands for a column of it."""
    import ibis

    given = {"kind": kind, "id": id_, "detail": detail, "value": value}
    columns = {
        name: (ibis.literal(one, type=ITEM[name]) if one is None or isinstance(one, str) else one).cast(ITEM[name])
        for name, one in given.items()
    }
    return rows.select(rows.person_id, **columns)


def union(parts: list[ir.Table]) -> ir.Table:
    """The rows of several tables of one form."""
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.union(part)
    return whole


def false(condition: ir.BooleanValue) -> ir.BooleanValue:
    """A condition that does not hold where it is not known."""
    import ibis

    return condition.coalesce(ibis.literal(False))
