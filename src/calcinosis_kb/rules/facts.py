"""Facts: the small, flat, typed things that rules read. A patient becomes some dozens of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from operator import attrgetter

__all__ = ["SESSION", "Fact", "FactBase", "Value", "canonical"]

Value = str | int | float

SESSION = "s"
"""The session id that durable_rules wants on each fact; one session lives at a time, so it never changes."""


@dataclass(frozen=True)
class Fact:
    """A kind and its attributes; ``text`` is how a person would say it (not compared, never shown to an engine).

    ``local`` where it is understood by the words of an overlay.

    >>> Fact.of("lab", name="egfr", value=28.0, text="eGFR 28").values
    (('name', 'egfr'), ('value', 28))
    """

    kind: str
    values: tuple[tuple[str, Value], ...]
    text: str = field(default="", compare=False)
    local: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, kind: str, *, text: str = "", **values: Value | bool | None) -> Fact:
        """A fact with its attributes in order; an absent one (None) is left out."""
        # Nearly every value is a word, which is canonical as it stands; ten thousand facts are made in a check.
        given = [
            (name, value if type(value) is str else canonical(value))
            for name, value in sorted(values.items())
            if value is not None
        ]
        return cls(kind, tuple(given), text)

    def marked(self, local: bool) -> Fact:
        """The fact, as one that is understood by the words of an overlay where it is ``local``."""
        return replace(self, local=True) if local else self

    def get(self, name: str) -> Value | None:
        for key, value in self.values:
            if key == name:
                return value
        return None


def canonical(value: Value | bool) -> Value:
    """A value as both engines see it: booleans as words, numbers as integers or plain decimals.

    durable_rules drops a batch in silence at an exponent without a fraction, which a number below 0.00001 would be sent with,
    and takes ``true`` for a number. The nine decimals leave out what binary arithmetic adds, and nothing that was measured: a
    limit of 30 is compared with 29.99997, not with what is shown of it.

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
        # Not a set: most facts come in order, and sorting what is nearly sorted costs little.
        self.facts: tuple[Fact, ...] = tuple(sorted(dict.fromkeys(facts), key=attrgetter("kind", "values")))
        self.rows: list[dict[str, Value]] = [
            {"kind": fact.kind, "sid": SESSION, "id": f"f{index}", **dict(fact.values)}
            for index, fact in enumerate(self.facts)
        ]
        self.keys = [(row["kind"], row.get("name"), row.get("about")) for row in self.rows]
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
