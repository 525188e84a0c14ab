"""Derive evidence level, direction and pooled response from the studies; none of them is entered by hand.

Levels are those of the OCEBM 2011 table for treatment benefits (Oxford Centre for Evidence-Based Medicine, "The
Oxford 2011 Levels of Evidence"): systematic review of randomised trials 1, randomised trial 2, cohort 3, case series,
case-control study or single case 4, mechanism-based reasoning 5. Opinion (consensus, narrative review) counts as 5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from calcinosis_kb.knowledge.models import Domain, Result, Study
    from calcinosis_kb.knowledge.pathophysiology import Direction
    from calcinosis_kb.knowledge.terms import Design

import msgspec

__all__ = [
    "FEW", "LEAST_FOR_SHARE", "MECHANISM_LEVEL", "SEEN", "Evidence", "Finding", "Response", "Seen", "derive", "once", "pool",
    "wilson",
]  # fmt: skip

Seen = Literal["in_disease", "elsewhere", "outcome_not_stated", "mechanism_only", "no_benefit", "harm"]
SEEN: tuple[Seen, ...] = get_args(Seen)
"""What studies saw, best first. in_disease: benefit, or mixed results, in at least `FEW` patients of this disease. elsewhere: in
other diseases, or in fewer patients. outcome_not_stated: patients were reported, the course of their calcinosis was not, or only
whether it was prevented. mechanism_only: no patient was reported. no_benefit, harm: where it was tried."""

MECHANISM_LEVEL = 5
TRIAL_LEVEL = 2
OBSERVATIONAL_LEVEL = 4
FEW = 3
"""Fewer patients than this count as single cases: a systematic review of these treatments left out reports of fewer than
three patients (Traineau 2020, J Am Acad Dermatol, doi:10.1016/j.jaad.2019.07.006)."""
LEAST_FOR_SHARE = 5
"""A share of fewer patients than this is shown without percentage and interval."""
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
    is_part: bool = False
    """Whether it is only those patients of a mixed cohort who have certain diseases."""

    @property
    def level(self) -> int:
        """The OCEBM level; for a review, the best level among the designs that it includes."""
        return min((design.level for design in self.reviewed), default=self.design.level)

    @property
    def counts(self) -> bool:
        """Whether the finding is about the course of calcinosis and has a direction."""
        return self.result.endpoint == "calcinosis" and self.result.direction is not None

    @property
    def combined(self) -> bool:
        """Whether other therapies were part of the treatment, so that it speaks for the combination only."""
        return bool(self.result.combined_with)

    @property
    def is_history(self) -> bool:
        """Whether the therapy is only what had failed in a described patient before the one that the report is about."""
        therapy, described = self.result.therapy, self.study.patients
        return any(therapy in patient.failed for patient in described) and not any(
            therapy in patient.given for patient in described
        )

    @property
    def helped(self) -> bool:
        """Whether at least some patients improved."""
        return self.counts and self.result.direction in ("benefit", "mixed")

    def within(self, diseases: Collection[str]) -> Finding | None:
        """Return the part of the finding that comes from patients of some diseases, or None if the source does not tell them apart.

        A result on one disease is whole; of a mixed cohort only the strata count. A combination is no evidence for one of its
        therapies.
        """
        result = self.result
        if self.combined:
            return None
        if result.populations and all(population in diseases for population in result.populations):
            return self
        ours = [stratum for stratum in result.strata if stratum.disease in diseases]
        if not ours:
            return None
        known = [stratum.n for stratum in ours if stratum.n is not None]
        responded = [stratum.responded for stratum in ours if stratum.responded is not None]
        outcomes = {
            name: sum(counts)
            for name in ("complete", "partial", "none", "worse")
            if (counts := [count for stratum in ours if (count := getattr(stratum.outcomes, name)) is not None])
        }
        part = result.model_copy(
            update={
                "populations": tuple(stratum.disease for stratum in ours),
                "strata": (),
                "n": sum(known) if len(known) == len(ours) else None,
                "responded": sum(responded) if len(responded) == len(ours) else None,
                "outcomes": result.outcomes.__class__(**outcomes),
                "direction": _direction({stratum.direction for stratum in ours if stratum.direction}),
            }
        )
        return replace(self, result=part, is_part=True)

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
        """The number of its own patients; if it is not stated, the fewest that there can be.

        That is one in part of a cohort, and else what the design asks for.
        """
        if not self.design.patients:
            return 0
        return self.counted_patients or (1 if self.is_part else FEWEST.get(self.study.design, FEW))

    @property
    def counted_patients(self) -> int:
        """The number of its own patients as far as the source states it, else 0."""
        return (self.result.n or self._stated or 0) if self.design.patients else 0

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
        if not self.design.patients or self.result.endpoint != "calcinosis" or self.result.counted or self.combined:
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


class Response(msgspec.Struct, frozen=True):
    """Responders and treated patients, with the 95 % Wilson interval (as fractions; 0 to 1 without patients).

    ``groups`` is the number of groups of patients that were pooled.
    """

    treated: int
    responded: int
    groups: int = 0

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.responded, self.treated)


class Evidence(msgspec.Struct, frozen=True):
    """What the studies say about a therapy for one patient.

    ``direct``: from at least `FEW` patients with the same disease and kind of lesion; otherwise the figures come from all
    patients. ``findings`` are all that count for this patient, ``deciding`` those among them that give level, direction and
    patients: a randomised trial decides over uncontrolled reports. ``direction`` is None if no study states an outcome; the
    level is then that of mechanism-based reasoning. ``patients`` counts the patients of the deciding findings, with or without a
    stated response; where a source does not state their number it counts the fewest that there can be, and
    ``counted_patients`` none.
    """

    level: int
    direction: Direction | None
    direct: bool
    response: Response
    patients: int
    counted_patients: int
    findings: tuple[Finding, ...]
    others: tuple[Finding, ...] = ()
    deciding: tuple[Finding, ...] = ()

    @property
    def seen(self) -> Seen:
        """What the studies saw (`SEEN`)."""
        if self.direction in ("no_benefit", "harm"):
            return self.direction
        own = [finding for finding in self.findings if finding.design.patients and finding.counts]
        if own and not any(finding.helped for finding in own):  # only opinion or reviews say that it helps
            return "no_benefit"
        if self.direction and self.level < MECHANISM_LEVEL:
            return "in_disease" if self.direct else "elsewhere"
        reported = (finding for finding in (*self.findings, *self.others) if finding.design.patients)
        if any(finding.result.endpoint in ("calcinosis", "prevention") for finding in reported):
            return "outcome_not_stated"
        return "mechanism_only"

    @property
    def domains(self) -> tuple[Domain, ...]:
        """What improved in at least some patients, sorted."""
        return tuple(
            sorted({domain for finding in self.findings if finding.helped for domain in finding.result.domains})
        )

    def share_helped_with(self, patterns: Collection[str]) -> float:
        """The share, among the patients of the results in which some improved, of those whose deposits had one of these patterns."""
        helped = once([finding for finding in self.findings if finding.helped])
        total = sum(finding.patients for finding in helped)
        like = sum(finding.patients for finding in helped if not set(patterns).isdisjoint(finding.result.lesions))
        return like / total if total else 0.0

    @property
    def local(self) -> bool:
        """Whether a study from an overlay is among the deciding ones."""
        return any(finding.local for finding in self.findings)

    @property
    def pooled_locally(self) -> bool:
        """Whether the pooled response includes patients of a study from an overlay."""
        return any(finding.local for finding in pooled(self.findings))


def wilson(responded: float, treated: float) -> tuple[float, float]:
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
    """Derive the evidence from the direct findings if these are randomised or have at least `FEW` patients, else from all findings.

    Randomised evidence decides alone, also over uncontrolled reports in this disease. Otherwise observational findings are
    taken together; if they disagree, the direction is mixed. Opinion counts if nothing else is known, or beside fewer than
    `FEW` patients, so that one failure does not outweigh experience with many patients. Combinations count if the therapy was
    never given alone, and the earlier failures of patients who were reported for another therapy (`Finding.is_history`) if
    nothing else is known.
    """
    ours = [finding for finding in direct if finding.counts and not finding.is_history]
    every = [finding for finding in findings if finding.counts]
    alone = [finding for finding in every if not finding.combined and not finding.is_history]
    is_direct = _is_randomised(ours) or (_patients(ours) >= FEW and not _is_randomised(alone))
    chosen = ours if is_direct else alone or every
    for bound in (TRIAL_LEVEL, OBSERVATIONAL_LEVEL, MECHANISM_LEVEL):
        deciding = [finding for finding in chosen if finding.level <= bound]
        patients = _patients(deciding)
        if deciding and (bound <= TRIAL_LEVEL or patients >= FEW):
            break
    used = {id(finding.study) for finding in chosen}
    return Evidence(
        level=min((finding.level for finding in deciding), default=MECHANISM_LEVEL),
        direction=_decided(deciding),
        direct=is_direct,
        response=pool(chosen),
        patients=patients,
        counted_patients=sum(_groups(deciding, lambda finding: finding.counted_patients)),
        findings=tuple(chosen),
        deciding=tuple(deciding),
        others=tuple(finding for finding in findings if id(finding.study) not in used or not finding.counts),
    )


def _decided(findings: Sequence[Finding]) -> Direction | None:
    """Combine the directions of the deciding findings; harm in most of the patients is harm, whoever else improved."""
    harmed = _patients(finding for finding in findings if finding.result.direction == "harm")
    if 2 * harmed > _patients(findings):
        return "harm"
    return _direction({finding.result.direction for finding in findings if finding.result.direction})


def _is_randomised(findings: Iterable[Finding]) -> bool:
    return any(finding.level <= TRIAL_LEVEL for finding in findings)


def _patients(findings: Iterable[Finding]) -> int:
    """Count the patients of some findings, each group of patients once."""
    return sum(_groups(findings, lambda finding: finding.patients))


def _groups(findings: Iterable[Finding], number: Callable[[Finding], int]) -> Iterator[int]:
    """The number of patients of each group.

    Results of one study that judge different things, such as the deposits and the pain, are about the same patients.
    """
    found: dict[tuple[str, tuple[str, ...]], list[Finding]] = {}
    for finding in once(list(findings)):
        found.setdefault((finding.study.id, finding.result.populations), []).append(finding)
    for results in found.values():
        judged = [domain for finding in results for domain in finding.result.domains]
        same = all(finding.result.domains for finding in results) and len(judged) == len(set(judged))
        yield (max if same else sum)(map(number, results))


def _direction(directions: Collection[Direction]) -> Direction | None:
    """Combine several directions into one.

    >>> _direction({"benefit", "no_benefit"}), _direction({"no_benefit", "harm"}), _direction(set())
    ('mixed', 'harm', None)
    """
    if not directions:
        return None
    if len(directions) == 1:
        return next(iter(directions))
    if set(directions) == {"no_benefit", "harm"}:
        return "harm"
    return "mixed"
