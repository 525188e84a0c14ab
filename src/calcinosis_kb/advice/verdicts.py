"""The verdict table: a therapy's standing, the effects of the fired rules and what studies saw give its verdict."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal, get_args

import msgspec

from calcinosis_kb.knowledge.grading import Seen

__all__ = [
    "ASKED",
    "LISTED",
    "OFFERED",
    "TABLE",
    "VERDICTS",
    "Row",
    "Verdict",
    "decide",
    "deciding_row",
    "table_as_text",
]

Verdict = Literal[
    "continue",
    "retry",
    "suggest",
    "consider",
    "reserve",
    "unproven",
    "avoid",
    "not_advised",
    "not_applicable",
    "exhausted",
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
OFFERED: frozenset[Verdict] = frozenset({"continue", "retry", "suggest", "consider"})
LISTED: frozenset[Verdict] = OFFERED | {"reserve"}
"""The verdicts of therapies that have a rank: those that are offered, and the last resorts, which are folded away."""

ASKED = LISTED | {"unproven"}
"""The verdicts of therapies that say what to check first."""

UNPROVEN: tuple[Seen, ...] = ("outcome_not_stated", "mechanism_only")


class Row(msgspec.Struct, frozen=True):
    """One row of the table: gives ``verdict`` if standing, effects and what was seen all match.

    An empty field matches anything. ``effect`` must be among the effects, ``unless`` must not. ``because`` says it to a reader.
    """

    verdict: Verdict
    because: str
    standing: tuple[str, ...] = ()
    effect: str | None = None
    unless: str | None = None
    seen: tuple[Seen, ...] = ()

    def holds(self, standing: str, effects: Collection[str], seen: Seen) -> bool:
        return (
            (not self.standing or standing in self.standing)
            and (self.effect is None or self.effect in effects)
            and self.unless not in effects
            and (not self.seen or seen in self.seen)
        )


TABLE: tuple[Row, ...] = (
    Row("avoid", "a contraindication rules it out", effect="avoid"),
    Row("exhausted", "it failed, or was not tolerated", standing=("failed", "not_tolerated")),
    Row("not_applicable", "it does not fit what is recorded", effect="not_applicable"),
    Row("continue", "it helped", standing=("worked",)),
    Row("not_advised", "the evidence, or those who advise on it, are against it", effect="against"),
    Row(
        "continue",
        "it is taken now, helped in part, or helped until the deposits came back",
        standing=("ongoing", "partial", "recurred"),
    ),
    Row("reserve", "its harm, or what failed before, keeps it for last", effect="reserve"),
    Row("retry", "too little of it was given to judge it", standing=("inadequate",)),
    Row(
        "retry",
        "it was given for something else only, and evidence or advice supports it for the deposits",
        standing=("other_purpose",),
        effect="support",
    ),
    Row(
        "suggest",
        "evidence or advice supports it, and no hazard is recorded",
        standing=("untried", "sibling_tried"),
        effect="support",
        unless="caution",
    ),
    Row(
        "consider",
        "evidence or advice supports it, but a hazard is recorded or it may have been tried",
        effect="support",
    ),
    Row("unproven", "no patient is reported with it whose course is told", seen=UNPROVEN),
    Row("retry", "it was given for something else only", standing=("other_purpose",)),
    Row("consider", "patients are reported with it, and nothing recorded decides against it"),
)
"""The first matching row decides: harm first, then therapies that are exhausted, that do not apply or are advised against, then
what helped and what was given too little. Only what is recommended or was seen in this disease (effect ``support``) is suggested,
and only without a recorded hazard; what no patient has been reported with is not offered."""


def decide(standing: str, effects: Collection[str], seen: Seen = "elsewhere") -> Verdict:
    """Return the verdict for a standing, the effects of the fired rules and what studies saw.

    >>> decide("untried", {"support"}), decide("untried", {"support", "caution"}), decide("failed", {"support"})
    ('suggest', 'consider', 'exhausted')
    >>> decide("cannot_tell", {"support"})
    'consider'
    >>> decide("untried", {"doubt"}), decide("untried", set(), "mechanism_only"), decide("untried", {"reserve"})
    ('consider', 'unproven', 'reserve')
    """
    return deciding_row(standing, effects, seen)[1].verdict


def deciding_row(standing: str, effects: Collection[str], seen: Seen = "elsewhere") -> tuple[int, Row]:
    """Return the first matching row of the table with its number, counted from 1."""
    return next((number, row) for number, row in enumerate(TABLE, 1) if row.holds(standing, effects, seen))


def table_as_text(line: Callable[[int, str, str, str, str], str]) -> list[str]:
    """Return the table as text, one line per row, each made by ``line(number, standing, effect, seen, verdict)``."""
    return [
        line(
            number,
            ", ".join(row.standing) or "any",
            (f"{row.effect}, without {row.unless}" if row.unless else row.effect) or "any",
            ", ".join(row.seen) or "any",
            row.verdict,
        )
        for number, row in enumerate(TABLE, 1)
    ]
