"""Rank the offered therapies by a tuple of criteria that a clinician can read, not by a score."""

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
"""Direction of the evidence and whether it is direct, best first: helped in this disease (several patients before single
cases), helped in another, recommended by experts without patients, nothing known, did not help. Among the bad results the
indirect ones come first, because they may not apply here."""

ORDER = (
    "helps",
    "tried too little",
    "suggest",
    "consider",
    *(verdict for verdict in VERDICTS if verdict not in OFFERED),
)
"""Groups of the ranking: what helped or is being taken, and what was given too little, come before what is new."""

MECHANISM_ORDER = ("new", "tried", "none", "failed")
INVASIVENESS = ("topical", "oral", "injection", "infusion", "minor_procedure", "surgery", "not_stated")


class RankKey(NamedTuple):
    """The criteria of a rank, compared from the first field to the last; lower is better.

    ``fits`` (rules that prefer the therapy for this patient's disease and deposits) comes before ``evidence``, because
    nearly all evidence is of one level: single cases and small series. It counts only for a therapy that was reported or
    recommended to help and whose family has not failed. ``unread`` counts the patient's circumstances that no source that
    was read covers, plus one if no label was read. It comes before ``cautions``: an unread label does not make a therapy
    safer.
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
        """Return the key of a therapy for one patient; ``place`` is one of `ORDER`."""
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
        """The key in words, one criterion per line."""
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
    """Return the group of a verdict in `ORDER`; a therapy taken for another purpose counts as new.

    >>> place_in_order("retry", "inadequate"), place_in_order("retry", "other_purpose")
    ('tried too little', 'consider')
    """
    if verdict == "retry":
        return "tried too little" if standing == "inadequate" else "consider"
    return "helps" if verdict == "continue" else verdict


def _strength(evidence: Evidence, direction: str) -> str:
    """Tell expert opinion and single cases from results in several patients."""
    if evidence.level == MECHANISM_LEVEL:
        return "opinion"
    return "single cases" if evidence.patients < FEW else direction
