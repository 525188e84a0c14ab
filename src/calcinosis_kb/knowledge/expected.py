"""Estimate the share of patients like this one that a therapy would help, from few and uncontrolled reports.

The estimate is a beta-binomial with a power prior (Ibrahim and Chen 2000): ``(M·m + Σ w·r) / (M + Σ w·n)``, where ``r`` of ``n``
patients responded in a report, ``w`` is the weight of the report for this patient (`Discounts`), ``m`` is the mean response
over all treatments and ``M`` the number of patients that this mean is worth. ``m`` and ``M`` are estimated from all treatments
by moments (Kleinman 1973): the less treatments differ from each other, the larger ``M``. A report that gives no counts
enters with the mean share of the reports of its direction. The interval is Wilson's for the weighted counts.

The form is that of the literature; the values of the discounts are ours (docs/evaluation.md shows what halving and doubling
them does to the order).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec

from calcinosis_kb.knowledge.grading import FEW, Finding, once, wilson
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.person import FEW_DEPOSITS, WIDESPREAD, Person

__all__ = ["DISCOUNTS", "Discounts", "Expectation", "ResponseModel"]

LEAST_CORRELATION, GREATEST_CORRELATION = 0.05, 0.5
"""Bounds of the correlation between patients of one treatment, so that few treatments cannot make the mean worth nothing or all."""


class Discounts(msgspec.Struct, frozen=True):
    """Weights of a report, between 0 and 1; they multiply. The patient's own disease has weight 1."""

    group: float = 0.5
    """Another disease of the same group, and a cohort of several diseases that does not say who responded."""
    connective: float = 0.25
    """Any other immune-mediated disease. Between immune-mediated and other causes the weight is 0."""
    single_cases: float = 0.5
    """Fewer than `FEW` patients, because successes are likelier to be published."""
    uncounted: float = 0.5
    """A direction without counts, unless it is a combination, which is discounted already."""
    combination: float = 0.5
    """Other therapies were part of the treatment."""
    other_domain: float = 0.5
    """What improved is not what this patient needs, such as pain where an ulcer has to heal."""
    other_deposits: float = 0.5
    """Few deposits where this patient has many, or many where this patient has few; a local treatment in universal disease."""
    other_ages: float = 0.5
    """Children for an adult, or adults for a child."""

    def scaled(self, factor: float) -> Discounts:
        """Return the discounts with every weight multiplied, at most 1."""
        return Discounts(**{name: min(1.0, weight * factor) for name, weight in msgspec.structs.asdict(self).items()})


DISCOUNTS = Discounts()


class Expectation(NamedTuple):
    """The expected response as a share, its 95 % interval, and the number of patients that the reports are worth."""

    response: float
    interval: tuple[float, float]
    worth: float


class _Part(NamedTuple):
    """Patients of one report: the diseases that they may have, how many responded of how many, and the weight of the report."""

    diseases: tuple[str, ...]
    responded: float
    treated: float
    weight: float


class ResponseModel:
    """The expected response of every therapy of one knowledge base."""

    def __init__(self, knowledge: Knowledge, discounts: Discounts = DISCOUNTS) -> None:
        self.knowledge = knowledge
        self.discounts = discounts
        self.shares = _shares_by_direction(knowledge)
        self.mean, self.worth = self._prior()
        self.relation = lru_cache(maxsize=64)(lambda diseases: _Relation(knowledge, diseases, discounts))
        self.reports = lru_cache(maxsize=1024)(self._reports)

    def expect(self, therapy: str, person: Person, *, without: Collection[str] = ()) -> Expectation:
        """Return the expected response of a therapy for a patient; ``without`` are studies to ignore."""
        responded, treated = self.mean * self.worth, self.worth
        relation = self.relation(person.diseases)
        for finding, parts in self.reports(therapy, frozenset(without)):
            fit = self._fit(finding, person)
            for part in parts:
                weight = part.weight * fit * relation(part.diseases)
                responded += weight * part.responded
                treated += weight * part.treated
        return Expectation(round(responded / treated, 4), wilson(responded, treated), round(treated - self.worth, 2))

    def _reports(self, therapy: str, without: frozenset[str]) -> tuple[tuple[Finding, tuple[_Part, ...]], ...]:
        """The reports on a therapy, one per group of patients, each with its parts."""
        findings = [finding for finding in self.knowledge.findings(therapy) if finding.study.id not in without]
        reported = once([finding for finding in findings if _is_reported(finding)])
        return tuple((finding, tuple(self._parts(finding))) for finding in reported)

    def _fit(self, finding: Finding, person: Person) -> float:
        """The weight of a report by its deposits, ages and what was judged; what is not known on either side does not count."""
        result, discounts = finding.result, self.discounts
        needed = self.knowledge.needed(person.features)
        weight = 1.0
        if needed and result.domains and needed.isdisjoint(result.domains):
            weight *= discounts.other_domain
        if person.ages and result.ages and person.ages not in result.ages:
            weight *= discounts.other_ages
        local = self.knowledge.therapies[result.therapy].reach == "local"
        if (person.universal and local) or _other_deposits(person.pattern, result.lesions):
            weight *= discounts.other_deposits
        return weight

    def _parts(self, finding: Finding) -> Iterator[_Part]:
        """Split a report into its strata and the patients that it does not tell apart."""
        result, discounts = finding.result, self.discounts
        weight = discounts.single_cases if finding.patients < FEW else 1.0
        if finding.combined:
            weight *= discounts.combination
        left_treated, left_responded = self._counts(finding)
        if not finding.poolable and not finding.combined:
            weight *= discounts.uncounted
        for stratum in result.strata:
            part = finding.within((stratum.disease,))
            if part is not None and part.counts and part.result.n:
                treated, responded = self._counts(part)
                yield _Part((stratum.disease,), responded, treated, weight)
                left_treated, left_responded = left_treated - treated, left_responded - responded
        if left_treated > 0:
            yield _Part(result.populations, min(max(left_responded, 0.0), left_treated), left_treated, weight)

    def _counts(self, finding: Finding) -> tuple[float, float]:
        """The patients of a report and the responders among them, these from its direction if it does not count them."""
        counted = finding.poolable or (finding.combined and not finding.result.counted)
        if counted and finding.treated and finding.responded is not None:
            return float(finding.treated), float(finding.responded)
        return float(finding.patients), finding.patients * self.shares[finding.result.direction or "mixed"]

    def _prior(self) -> tuple[float, float]:
        """Estimate the mean response over all treatments and its worth in patients (Kleinman 1973, weights by patients)."""
        counts: list[tuple[float, float]] = []
        for option in self.knowledge.options:
            parts = [part for _, of_report in self._reports(option.id, frozenset()) for part in of_report]
            treated = sum(part.weight * part.treated for part in parts)
            if treated > 0:
                counts.append((sum(part.weight * part.responded for part in parts), treated))
        return _moments(counts)


class _Relation:
    """The weight of a report by the diseases of its patients, for one patient."""

    def __init__(self, knowledge: Knowledge, diseases: frozenset[str], discounts: Discounts) -> None:
        self.diseases, self.discounts, self.terms = diseases, discounts, knowledge.terms.diseases
        self.related = knowledge.related_diseases(diseases)
        self.groups = {group for disease in self.related for group in self.terms[disease].groups}
        self.immune_mediated = any(self.terms[disease].immune_mediated for disease in diseases)

    def __call__(self, populations: tuple[str, ...]) -> float:
        if not self.diseases:  # whoever it is, no report is known to come from the same disease
            return self.discounts.connective
        if not populations:
            return self.discounts.connective if self.immune_mediated else 0.0
        weights = [self._weight(disease) for disease in populations]
        if all(weight == 1.0 for weight in weights):
            return 1.0
        mean = sum(weights) / len(weights)
        return min(mean, self.discounts.group) if len(weights) > 1 else mean

    def _weight(self, disease: str) -> float:
        term = self.terms[disease]
        if disease in self.related:
            return self.discounts.group if term.various else 1.0
        if self.groups.intersection(term.groups):
            return self.discounts.group
        return self.discounts.connective if self.immune_mediated and term.immune_mediated else 0.0


def _is_reported(finding: Finding) -> bool:
    """Whether a finding is about the patients of the report itself and tells how their calcinosis went.

    What had failed before the report began is left out: its patients were chosen because it had failed.
    """
    return finding.design.patients and finding.counts and not finding.is_history


def _other_deposits(pattern: str | None, lesions: Collection[str]) -> bool:
    """Whether the reported patients had few deposits and this one many, or the other way round."""
    return any(
        pattern in ours and lesions and theirs.issuperset(lesions)
        for ours, theirs in ((FEW_DEPOSITS, WIDESPREAD), (WIDESPREAD, FEW_DEPOSITS))
    )


def _shares_by_direction(knowledge: Knowledge) -> Mapping[str, float]:
    """The mean response of the counted reports of each direction; without any, all, half or none of the patients."""
    treated: dict[str, int] = defaultdict(int)
    responded: dict[str, int] = defaultdict(int)
    for option in knowledge.options:
        for finding in knowledge.findings(option.id):
            direction = finding.result.direction
            if _is_reported(finding) and finding.poolable and direction and finding.patients >= FEW:
                treated[direction] += finding.treated or 0
                responded[direction] += finding.responded or 0
    default = {"benefit": 1.0, "mixed": 0.5, "no_benefit": 0.0, "harm": 0.0}
    return {name: responded[name] / treated[name] if treated[name] else share for name, share in default.items()}


def _moments(counts: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Return the mean share and the worth of a beta prior from (responded, treated) pairs.

    >>> mean, worth = _moments([(9, 10), (1, 10), (5, 10)])
    >>> round(mean, 2), round(worth, 2)
    (0.5, 1.0)
    >>> _moments([])
    (0.5, 1.0)
    """
    pairs = list(counts)
    total = sum(treated for _, treated in pairs)
    mean = sum(responded for responded, _ in pairs) / total if total else 0.5
    spread = mean * (1 - mean)
    degrees = len(pairs) - 1
    free = total - sum(treated**2 for _, treated in pairs) / total - degrees if total else 0.0
    if spread <= 0 or free <= 0:
        return mean, 1 / GREATEST_CORRELATION - 1
    squares = sum(treated * (responded / treated - mean) ** 2 for responded, treated in pairs)
    correlation = (squares / spread - degrees) / free
    bounded = min(max(correlation, LEAST_CORRELATION), GREATEST_CORRELATION)
    return mean, 1 / bounded - 1
