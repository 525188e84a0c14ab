"""The verdict table: a therapy's standing and the effects of the fired rules give its verdict."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["OFFERED", "TABLE", "VERDICTS", "Row", "Verdict", "decide", "deciding_row", "table_as_text"]

Verdict = Literal[
    "continue",
    "retry",
    "suggest",
    "consider",
    "reserve",
    "avoid",
    "not_advised",
    "not_applicable",
    "exhausted",
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
OFFERED: frozenset[Verdict] = frozenset({"continue", "retry", "suggest", "consider", "reserve"})


@dataclass(frozen=True)
class Row:
    """One row of the table: gives ``verdict`` if the standing is in ``standing`` and ``effect`` is among the effects.

    An empty ``standing`` matches any; an ``effect`` of None matches any.
    """

    verdict: Verdict
    standing: tuple[str, ...] = ()
    effect: str | None = None

    def holds(self, standing: str, effects: Collection[str]) -> bool:
        return (not self.standing or standing in self.standing) and (self.effect is None or self.effect in effects)


TABLE: tuple[Row, ...] = (
    Row("avoid", effect="avoid"),
    Row("exhausted", standing=("failed", "not_tolerated")),
    Row("not_applicable", effect="not_applicable"),
    Row("continue", standing=("worked",)),
    Row("not_advised", effect="against"),
    Row("continue", standing=("ongoing",)),
    Row("retry", standing=("inadequate", "other_purpose")),
    Row("reserve", effect="reserve"),
    Row("consider", standing=("partial", "recurred", "cannot_tell")),
    Row("consider", effect="caution"),
    Row("suggest", effect="support"),
    Row("consider"),
)
"""The first matching row decides: harm first, then therapies that are exhausted, then those that do not apply or are
advised against. A therapy without any support is "consider" at best."""


def decide(standing: str, effects: Collection[str]) -> Verdict:
    """Return the verdict for a standing and the effects of the fired rules.

    >>> decide("untried", {"support"}), decide("untried", {"support", "caution"}), decide("failed", {"support"})
    ('suggest', 'consider', 'exhausted')
    """
    return deciding_row(standing, effects)[1].verdict


def deciding_row(standing: str, effects: Collection[str]) -> tuple[int, Row]:
    """Return the first matching row of the table with its number, counted from 1."""
    return next((number, row) for number, row in enumerate(TABLE, 1) if row.holds(standing, effects))


def table_as_text(line: Callable[[int, str, str, str], str]) -> list[str]:
    """Return the table as text, one line per row, each made by ``line(number, standing, effect, verdict)``."""
    return [
        line(number, ", ".join(row.standing) or "any", row.effect or "any", row.verdict)
        for number, row in enumerate(TABLE, 1)
    ]
