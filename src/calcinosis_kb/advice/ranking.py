"""The order of what is offered: a tuple that a clinician can read, not a score."""

from __future__ import annotations

from typing import NamedTuple

from calcinosis_kb.advice.verdicts import OFFERED, VERDICTS
from calcinosis_kb.knowledge.grading import FEW, MECHANISM_LEVEL, Evidence
from calcinosis_kb.knowledge.models import Therapy

__all__ = ["EVIDENCE_ORDER", "INVASIVENESS", "MECHANISM_ORDER", "ORDER", "RankKey", "place_in_order"]

EVIDENCE_ORDER: tuple[tuple[str, bool | None], ...] = (
    ("benefit", True),
    ("mixed", True),
    ("single cases", True),
    ("benefit", False),
    ("mixed", False),
    ("single cases", False),
    ("opinion", None),
    ("none", None),
    ("no_benefit", False),
    ("no_benefit", True),
    ("harm", False),
    ("harm", True),
)
"""Direction, and whether it is direct, best first: what helped in this disease (in several patients before single
cases), what helped elsewhere, what experts recommend without patients, nothing known, what did not help. Among the bad
ones the indirect comes first, because it may not hold here."""

ORDER = (
    "helps",
    "tried too little",
    "suggest",
    "consider",
    *(verdict for verdict in VERDICTS if verdict not in OFFERED),
)
"""What helped or is being taken can be built on, and what was given too little is still open: both come before what is new."""

MECHANISM_ORDER = ("new", "tried", "none", "failed")
INVASIVENESS = ("topical", "oral", "injection", "infusion", "minor_procedure", "surgery", "not_stated")


class RankKey(NamedTuple):
    """Compared from the first field to the last; lower is better.

    What fits this patient's disease and deposits comes before the evidence, because nearly all of the evidence is of
    one level: single cases and small series. It counts only for what somebody has reported or recommended to help: to
    be meant for a disease lifts nothing that did not help in it, that nobody has tried, or of which a relative has
    failed. ``unread`` is how many of the patient's own circumstances nothing that was read speaks of, and one more
    where no label was read at all: it comes before the cautions, for what nobody has read is not the safer for it.
    """

    order: int
    fits: int
    evidence: int
    family_failed: int
    level: int
    response: float
    mechanism: int
    unread: int
    cautions: int
    invasiveness: int
    name: str

    @classmethod
    def of(
        cls,
        place: str,
        evidence: Evidence,
        mechanism: str,
        therapy: Therapy,
        *,
        family_failed: bool,
        fits: int,
        unread: int,
        cautions: int,
    ) -> RankKey:
        """The key of a therapy for one patient; ``place`` is one of `ORDER`."""
        direction = evidence.direction or "none"
        if direction in ("benefit", "mixed"):
            direction = _strength(evidence, direction)
        class_ = (direction, None if direction in ("none", "opinion") else evidence.direct)
        lower = evidence.response.interval[0]
        return cls(
            order=ORDER.index(place),
            family_failed=int(family_failed),
            evidence=EVIDENCE_ORDER.index(class_),
            level=evidence.level,
            response=-lower,
            mechanism=MECHANISM_ORDER.index(mechanism),
            fits=-fits if evidence.direction in ("benefit", "mixed") and not family_failed else 0,
            unread=unread,
            cautions=cautions,
            invasiveness=INVASIVENESS.index(therapy.invasiveness or "not_stated"),
            name=therapy.name,
        )

    def words(self) -> list[str]:
        """The key as a clinician reads it."""
        direction, direct = EVIDENCE_ORDER[self.evidence]
        kind = {True: "direct", False: "indirect", None: "no patients"}[direct]
        return [
            f"order: {ORDER[self.order]}",
            f"fits this patient: {-self.fits}",
            f"evidence: {kind}, {direction.replace('_', ' ')}",
            f"its family has failed: {'yes' if self.family_failed else 'no'}",
            f"level: {self.level}",
            f"response: at least {-self.response:.0%}",
            f"mechanism: {MECHANISM_ORDER[self.mechanism]}",
            f"not read: {self.unread}",
            f"cautions: {self.cautions}",
            f"invasiveness: {INVASIVENESS[self.invasiveness].replace('_', ' ')}",
            f"name: {self.name}",
        ]


def place_in_order(verdict: str, standing: str) -> str:
    """Where a verdict stands in `ORDER`; what was taken for something else is as open as what is new.

    >>> place_in_order("retry", "inadequate"), place_in_order("retry", "other_purpose")
    ('tried too little', 'consider')
    """
    if verdict == "retry":
        return "tried too little" if standing == "inadequate" else "consider"
    return "helps" if verdict == "continue" else verdict


def _strength(evidence: Evidence, direction: str) -> str:
    """Opinion and single cases are told apart from what was seen in several patients."""
    if evidence.level == MECHANISM_LEVEL:
        return "opinion"
    return "single cases" if evidence.patients < FEW else direction
