"""Derive evidence level, direction and pooled response from the studies; none of them is entered by hand.

Levels are those of the OCEBM 2011 table for treatment benefits (Oxford Centre for Evidence-Based Medicine, "The
Oxford 2011 Levels of Evidence"): systematic review of randomised trials 1, randomised trial 2, cohort 3, case series,
case-control study or single case 4, mechanism-based reasoning 5. Opinion (consensus, narrative review) counts as 5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calcinosis_kb.knowledge.models import Result, Study
    from calcinosis_kb.knowledge.terms import Design

__all__ = ["FEW", "MECHANISM_LEVEL", "Evidence", "Finding", "Response", "derive", "once", "pool", "wilson"]

MECHANISM_LEVEL = 5
TRIAL_LEVEL = 2
OBSERVATIONAL_LEVEL = 4
FEW = 3
"""Fewer patients than this count as single cases: a systematic review of these treatments left out reports of fewer than
three patients (Traineau 2020, J Am Acad Dermatol, doi:10.1016/j.jaad.2019.07.006)."""
FEWEST = {"case_report": 1, "case_series": 2}
Z_95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""


@dataclass(frozen=True)
class Finding:
    """One result with its study and its design."""

    study: Study
    result: Result
    design: Design
    reviewed: tuple[Design, ...] = ()
    local: bool = False
    """Whether the study comes from an overlay."""

    @property
    def level(self) -> int:
        """The OCEBM level; for a review, the best level among the designs that it includes."""
        return min((design.level for design in self.reviewed), default=self.design.level)

    @property
    def counts(self) -> bool:
        """Whether the finding is about the course of calcinosis and has a direction."""
        return self.result.endpoint == "calcinosis" and self.result.direction is not None

    @property
    def treated(self) -> int | None:
        """Patients with a stated outcome, or None if their number is unknown."""
        stated = self._stated
        if self.result.responded is not None or self.result.n is None or stated is None:
            return self.result.n
        return min(stated, self.result.n)

    @property
    def responded(self) -> int | None:
        """Complete plus partial responses, or None if the source does not give them."""
        if self.result.responded is not None:
            return self.result.responded
        outcomes = self.result.outcomes
        if outcomes.complete is None and outcomes.partial is None:
            # "none: 1" of one patient means the same as "partial: 0".
            return 0 if self.result.n is not None and self._stated == self.result.n else None
        return (outcomes.complete or 0) + (outcomes.partial or 0)

    @property
    def patients(self) -> int:
        """The number of its own patients; if it is not stated, the fewest that the design allows."""
        if not self.design.patients:
            return 0
        return self.result.n or FEWEST.get(self.study.design, FEW)

    @property
    def not_stated(self) -> int:
        """Patients of the series whose outcome the source does not state; they are not failures."""
        if self.result.n is None or self.result.responded is not None:
            return 0
        return max(0, self.result.n - (self._stated or 0))

    @property
    def poolable(self) -> bool:
        """Whether the response can be pooled: own patients, with failures stated as well as successes.

        "Nine of 17 improved partly", with nothing about the other eight, gives neither 9 of 17 nor 9 of 9.
        """
        if not self.design.patients or self.result.endpoint != "calcinosis" or self.result.counted:
            return False
        if self.treated is None or self.responded is None or self.treated == 0:
            return False
        failures = (self.result.outcomes.none or 0) + (self.result.outcomes.worse or 0)
        return self.not_stated == 0 or failures > 0

    @property
    def _stated(self) -> int | None:
        outcomes = self.result.outcomes
        given = [outcomes.complete, outcomes.partial, outcomes.none, outcomes.worse]
        known = [count for count in given if count is not None]
        return sum(known) if known else None


@dataclass(frozen=True)
class Response:
    """Responders and treated patients, with the 95 % Wilson interval (as fractions; 0 to 1 without patients).

    ``groups`` is the number of groups of patients that were pooled.
    """

    treated: int
    responded: int
    groups: int = 0

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.responded, self.treated)


@dataclass(frozen=True)
class Evidence:
    """What the studies say about a therapy for one patient.

    ``direct``: from patients with the same disease and kind of lesion; otherwise the figures come from other patients.
    ``direction`` is None if no study states an outcome; the level is then that of mechanism-based reasoning.
    ``patients`` counts the patients of the deciding findings, with or without a stated response.
    """

    level: int
    direction: str | None
    direct: bool
    response: Response
    patients: int
    findings: tuple[Finding, ...]
    others: tuple[Finding, ...] = ()

    @property
    def local(self) -> bool:
        """Whether a study from an overlay is among the deciding ones."""
        return any(finding.local for finding in self.findings)

    @property
    def pooled_locally(self) -> bool:
        """Whether the pooled response includes patients of a study from an overlay."""
        return any(finding.local for finding in pooled(self.findings))


def wilson(responded: int, treated: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a proportion (Wilson 1927), rounded to four decimals; (0, 1) without patients.

    >>> wilson(4, 8)
    (0.2152, 0.7848)
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if treated == 0:
        return 0.0, 1.0
    share, square = responded / treated, Z_95 * Z_95
    centre = share + square / (2 * treated)
    spread = Z_95 * sqrt(share * (1 - share) / treated + square / (4 * treated * treated))
    scale = 1 + square / treated
    return round(max(0.0, (centre - spread) / scale), 4), round(min(1.0, (centre + spread) / scale), 4)


def pool(findings: Iterable[Finding]) -> Response:
    """Pool the response over primary studies that account for all their patients, each group of patients once."""
    found = pooled(findings)
    groups = len({finding.study.id for finding in found})
    return Response(sum(f.treated or 0 for f in found), sum(f.responded or 0 for f in found), groups)


def pooled(findings: Iterable[Finding]) -> list[Finding]:
    """Keep the poolable findings of one study per group. Studies that cannot be pooled still join their overlaps into a group."""
    found = list(findings)
    return once([finding for finding in found if finding.poolable], joined_by=found)


def once(findings: Iterable[Finding], *, joined_by: Iterable[Finding] = ()) -> list[Finding]:
    """Keep one study per group of overlapping studies (also indirectly): the one with the most patients.

    Studies of ``joined_by`` count as links between the others.
    """
    found = list(findings)
    links = [*found, *joined_by]
    if not any(finding.study.overlaps for finding in links):
        return found
    patients: Counter[str] = Counter()
    for finding in found:
        patients[finding.study.id] += finding.patients
    group = {finding.study.id: {finding.study.id} for finding in links}
    for finding in links:
        for other in group.keys() & finding.study.overlaps:
            joined = group[finding.study.id] | group[other]
            group.update(dict.fromkeys(joined, joined))
    return [
        finding
        for finding in found
        if finding.study.id == max(sorted(group[finding.study.id] & patients.keys()), key=patients.__getitem__)
    ]


def derive(findings: Sequence[Finding], *, direct: Sequence[Finding] = ()) -> Evidence:
    """Derive the evidence from the direct findings, or from all findings if none is direct.

    Randomised evidence decides alone. Otherwise observational findings are taken together; if they disagree, the direction is
    mixed. Opinion counts if nothing else is known, or beside fewer than `FEW` patients, so that one failure does
    not outweigh experience with many patients.
    """
    ours = [finding for finding in direct if finding.counts]
    chosen = ours or [finding for finding in findings if finding.counts]
    for bound in (TRIAL_LEVEL, OBSERVATIONAL_LEVEL, MECHANISM_LEVEL):
        deciding = [finding for finding in chosen if finding.level <= bound]
        patients = sum(finding.patients for finding in once(deciding))
        if deciding and (bound <= TRIAL_LEVEL or patients >= FEW):
            break
    used = {id(finding) for finding in chosen}
    return Evidence(
        level=min((finding.level for finding in deciding), default=MECHANISM_LEVEL),
        direction=_direction({finding.result.direction for finding in deciding if finding.result.direction}),
        direct=bool(ours),
        response=pool(chosen),
        patients=patients,
        findings=tuple(chosen),
        others=tuple(finding for finding in findings if id(finding) not in used),
    )


def _direction(directions: set[str]) -> str | None:
    """Combine several directions into one.

    >>> _direction({"benefit", "no_benefit"}), _direction({"no_benefit", "harm"}), _direction(set())
    ('mixed', 'harm', None)
    """
    if not directions:
        return None
    if len(directions) == 1:
        return next(iter(directions))
    if directions == {"no_benefit", "harm"}:
        return "harm"
    return "mixed"
