"""Tell what can be understood in a database: every item that the reading of it may give, without reading everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from calcinosis_kb.patients.omop.lists import INCOMPLETE
from calcinosis_kb.patients.omop.results import COMPARATORS, measured

if TYPE_CHECKING:
    from calcinosis_kb.patients.omop.reading import Reading

__all__ = ["possible"]

_LISTS = ("medications", "conditions", "allergies", "history")
_TRIALS = ("unclear/ongoing", "unclear/unknown")

Row = tuple[str, str, str, float | None]


def possible(reading: Reading) -> set[Row]:
    """Return the items that are no measured numbers as ``kind``, ``id``, ``detail`` and, of a bound, ``value``."""
    found: set[Row] = {("list", name, whole, None) for name in _LISTS for whole in ("complete", INCOMPLETE)}
    found.add(("unread", "medications", "", None))
    for resolution in reading.prepared.resolved.values():
        found.update(row for sense in resolution.senses for gift in sense.gifts for row in _given(gift.kind, gift.id))
    found.update(("lab", way.test, way.finding, None) for _, way in reading.conversions if way.finding)
    return found | set(_bounds(reading))


def _given(kind: str, id_: str) -> Iterator[Row]:
    if kind == "trial":
        yield from ((kind, id_, detail, None) for detail in _TRIALS)
    elif kind != "denial":
        yield "disease" if kind == "various" else kind, id_, "", None


def _bounds(reading: Reading) -> Iterator[Row]:
    """The bounds that occur: they are few."""
    rows = measured(reading)
    bounds = rows.filter(rows.operator_concept_id.isin(list(COMPARATORS)), rows.readable)
    for row in reading.cdm.rows(bounds.select("test", "comparator", "value").distinct()):
        yield "lab", row["test"], row["comparator"], row["value"]
