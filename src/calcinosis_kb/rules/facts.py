"""Facts: small, flat, typed records that rules read. A patient becomes some dozens of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter

import msgspec

__all__ = ["SESSION", "Fact", "FactBase", "Value", "canonical"]

Value = str | int | float

SESSION = "s"
"""The session id that durable_rules requires on each fact; constant, since only one session lives at a time."""


@dataclass(frozen=True)
class Fact:
    """A kind and its attributes. ``text``: the fact as people say it (not compared, not seen by an engine).

    ``local``: whether words of an overlay were needed to understand it.

    >>> Fact.of("lab", name="egfr", value=28.0, text="eGFR 28").values
    (('name', 'egfr'), ('value', 28))
    """

    kind: str
    values: tuple[tuple[str, Value], ...]
    text: str = field(default="", compare=False)
    local: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, kind: str, *, text: str = "", **values: Value | bool | None) -> Fact:
        """Return a fact with its attributes in order; absent ones (None) are omitted."""
        # Nearly every value is a word, which is already canonical; a check makes ten thousand facts.
        given = [
            (name, value if type(value) is str else canonical(value))
            for name, value in sorted(values.items())
            if value is not None
        ]
        return cls(kind, tuple(given), text)

    def marked(self, local: bool) -> Fact:
        """Return the fact, marked as ``local`` if asked."""
        return replace(self, local=True) if local else self

    @cached_property
    def message(self) -> str:
        """The fact as JSON that durable_rules reads, up to its id."""
        members = {"kind": self.kind, "sid": SESSION, **self.by_name}
        return msgspec.json.encode(members).decode()[:-1]

    @cached_property
    def by_name(self) -> dict[str, Value]:
        """The attributes by their names."""
        return dict(self.values)

    def get(self, name: str) -> Value | None:
        return self.by_name.get(name)


def canonical(value: Value | bool) -> Value:
    """Return a value as both engines see it: booleans as words, numbers as integers or plain decimals.

    durable_rules silently drops a batch with an exponent without a fraction, as in a number below 0.00001, and reads ``true`` as a
    number. Nine decimals remove errors of binary arithmetic and keep all measured digits: a limit of 30 is compared with 29.99997,
    not with the displayed value.

    >>> canonical(True), canonical(28.0), canonical(0.1 + 0.2), canonical(29.99997), canonical(0.0000012)
    ('true', 28, 0.3, 29.99997, 0)
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        rounded = round(value, 9 if abs(value) >= 1e-5 else 5)
        return int(rounded) if rounded.is_integer() else rounded
    return value


class FactBase:
    """The facts of one judgement in a fixed order, each with an id ("f0", "f1", …) and an index by kind and name."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        # Not a set: most facts arrive in order, and sorting a nearly sorted list is cheap.
        self.facts: tuple[Fact, ...] = tuple(sorted(dict.fromkeys(facts), key=attrgetter("kind", "values")))
        self.rows: list[dict[str, Value]] = [
            {"kind": fact.kind, "id": f"f{index}", **fact.by_name} for index, fact in enumerate(self.facts)
        ]
        self.by_kind: dict[str, list[dict[str, Value]]] = {}
        self.by_name: dict[tuple[str, Value], list[dict[str, Value]]] = {}
        for row in self.rows:
            kind = str(row["kind"])
            self.by_kind.setdefault(kind, []).append(row)
            if "name" in row:
                self.by_name.setdefault((kind, row["name"]), []).append(row)

    def __getitem__(self, id_: str) -> Fact:
        return self.facts[int(id_[1:])]

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts)
