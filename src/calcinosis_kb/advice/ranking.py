"""Rank the therapies that are open by a tuple of criteria that a clinician can read, not by a score."""

from __future__ import annotations

from typing import NamedTuple

from calcinosis_kb.advice.verdicts import Verdict
from calcinosis_kb.knowledge.expected import Expectation
from calcinosis_kb.knowledge.grading import SEEN, Seen
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.recommendations import LAST_STEP, Recommendation

__all__ = ["INVASIVENESS", "MECHANISM_ORDER", "PLACES", "RankKey", "place_in_order", "tier"]

PLACES = ("continue", "tried too little", "cause", "suggest", "consider", "alongside", "reserve", "not offered")
"""The groups of the ranking. What helped or is being taken, and what was given too little, come before what is new, and what
removes a cause before what treats the deposits; what goes along with any treatment comes after it, and last resorts last."""

MECHANISM_ORDER = ("new", "tried", "none", "failed")
INVASIVENESS = ("none", "topical", "oral", "injection", "infusion", "minor_procedure", "surgery", "not_stated")


class RankKey(NamedTuple):
    """The criteria of a rank, compared from the first field to the last; lower is better.

    ``step`` is the place that a guideline or consensus gives it for this disease and stage, or would give it if what is not
    recorded fits; ``review_step`` that on which reviews agree. ``family_failed``: another agent of its family, or an unnamed one,
    has failed. ``fit`` counts what fits this patient: improvement was seen in a domain that the patient needs, deposits like
    these were treated, a rule prefers it. ``response`` is the lower end of the expected response, so that what was seen in many
    patients comes before what was seen in few. ``unread`` counts the patient's circumstances that no source that was read
    covers, plus one if no label was read: an unread label does not make a therapy safer.
    """

    place: int
    step: int
    seen: int
    family_failed: int
    fit: int
    review_step: int
    response: float
    unread: int
    cautions: int
    mechanism: int
    burden: int
    name: str

    @classmethod
    def of(
        cls,
        place: str,
        therapy: Therapy,
        *,
        advised: Recommendation,
        seen: Seen,
        expected: Expectation,
        mechanism: str,
        family_failed: bool = False,
        given: bool = False,
        fit: int = 0,
        unread: int = 0,
        cautions: int = 0,
    ) -> RankKey:
        """Return the key of a therapy for one patient; ``place`` is one of `PLACES`.

        ``given``: whether it was given for another purpose, so that the step of guidelines has been taken.
        """
        return cls(
            place=PLACES.index(place),
            step=LAST_STEP if given else advised.guided,
            seen=SEEN.index(seen),
            family_failed=int(family_failed),
            fit=-fit,
            review_step=advised.step,
            response=-expected.interval[0],
            unread=unread,
            cautions=cautions,
            mechanism=MECHANISM_ORDER.index(mechanism),
            burden=INVASIVENESS.index(therapy.invasiveness or "not_stated"),
            name=therapy.name,
        )

    def words(self) -> list[str]:
        """The key in words, one criterion per line."""
        return [
            f"place: {PLACES[self.place]}",
            f"step of guidelines: {_step(self.step)}",
            f"seen: {SEEN[self.seen].replace('_', ' ')}",
            f"its family has failed: {'yes' if self.family_failed else 'no'}",
            f"fits this patient: {-self.fit} of 3",
            f"step of reviews: {_step(self.review_step)}",
            f"expected response: at least {-self.response:.0%}",
            f"not read: {self.unread}",
            f"cautions: {self.cautions}",
            f"mechanism: {MECHANISM_ORDER[self.mechanism]}",
            f"burden: {INVASIVENESS[self.burden].replace('_', ' ')}",
            f"name: {self.name}",
        ]


def _step(step: int) -> str:
    return str(step) if step < LAST_STEP else "none given"


def place_in_order(verdict: Verdict, standing: str, kind: str, aim: str = "deposit") -> str:
    """Return the group of a verdict in `PLACES`; a therapy taken for another purpose counts as new.

    >>> place_in_order("retry", "inadequate", "drug"), place_in_order("retry", "other_purpose", "drug")
    ('tried too little', 'consider')
    >>> place_in_order("suggest", "untried", "measure", "cause"), place_in_order("consider", "untried", "measure", "cause")
    ('cause', 'consider')
    """
    if verdict == "retry":
        return "tried too little" if standing == "inadequate" else "consider"
    if verdict in ("suggest", "consider") and kind == "supportive":
        return "alongside"
    if verdict == "suggest" and aim == "cause":
        return "cause"
    return verdict if verdict in PLACES else "not offered"


def tier(place: int) -> int:
    """Return the part of the order within which a family is one decision. Last resorts are never on a line with what is offered."""
    return max(place, PLACES.index("consider")) if place <= PLACES.index("consider") else place
