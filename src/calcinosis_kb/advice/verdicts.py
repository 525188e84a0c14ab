"""The one short table that turns a standing and the effects of the rules into a verdict."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

__all__ = ["OFFERED", "TABLE", "VERDICTS", "Row", "Verdict", "decide", "deciding_row", "table_as_text"]

Verdict = Literal["suggest", "consider", "retry", "continue", "avoid", "not_advised", "not_applicable", "exhausted"]
VERDICTS: tuple[Verdict, ...] = (
    "suggest", "consider", "retry", "continue", "avoid", "not_advised", "not_applicable", "exhausted",
)  # fmt: skip
OFFERED: frozenset[Verdict] = frozenset({"suggest", "consider", "retry", "continue"})


@dataclass(frozen=True)
class Row:
    """One line of the table: where ``standing`` is one of these and ``effect`` is among the effects, ``verdict``.

    An empty ``standing`` means any; no ``effect`` means whatever the effects are.
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
    Row("consider", standing=("partial", "recurred", "cannot_tell")),
    Row("consider", effect="caution"),
    Row("suggest", effect="support"),
    Row("consider"),
)
"""The first row that holds decides. What would harm comes first, then what is used up, then what does not fit or is
advised against; a therapy that nothing supports is at most one to consider."""


def decide(standing: str, effects: Collection[str]) -> Verdict:
    """The verdict on a therapy.

    >>> decide("untried", {"support"}), decide("untried", {"support", "caution"}), decide("failed", {"support"})
    ('suggest', 'consider', 'exhausted')
    """
    return deciding_row(standing, effects)[1].verdict


def deciding_row(standing: str, effects: Collection[str]) -> tuple[int, Row]:
    """The first row of the table that holds, with its number, counted from 1."""
    return next((number, row) for number, row in enumerate(TABLE, 1) if row.holds(standing, effects))


def table_as_text(line: Callable[[int, str, str, str], str]) -> list[str]:
    """The table, a line a row, as ``line(number, standing, effect, verdict)`` writes it."""
    return [
        line(number, ", ".join(row.standing) or "any", row.effect or "any", row.verdict)
        for number, row in enumerate(TABLE, 1)
    ]
