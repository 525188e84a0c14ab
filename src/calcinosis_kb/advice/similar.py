"""Find the published patients who are most like a patient: what was given to each of them next, and what came of it.

Likeness is a count of what is shared: 3 for a disease or a form of it, or else 1 for a group of diseases; 1 each for the age
group, the pattern and every therapy that failed in both. A published patient without a shared disease or group is not like
the patient. Therapies of one family count as one. This is experience to read beside an answer; no verdict rests on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from typing_extensions import TypedDict

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.person import age_group
from calcinosis_kb.patients.experience import Experience, failures
from calcinosis_kb.patients.models import Patient

__all__ = ["SHOWN", "Shared", "SimilarDocument", "SimilarPatient", "similar"]

SHOWN = 5
"""The number of published patients in an answer."""

WEIGHTS = {"disease": 3, "group": 1, "age": 1, "pattern": 1, "failed": 1}


class SimilarDocument(TypedDict):
    """A published patient who is like the patient."""

    case: str
    shared: list[str]
    """What both have, as kind and id: disease, group, age, pattern, failed."""
    next: str
    """The therapies given next, joined by " + "; in the authors' words if the base does not hold them."""
    outcome: str | None
    """What came of it: benefit, mixed, no_benefit or harm; null if the report does not say."""
    study: str | None
    """The study that reports the patient; null if it is in no file of the base."""


class Shared(msgspec.Struct, frozen=True):
    """Something that both have: a disease, a group of diseases, the age group, the pattern, a family or therapy that failed."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.id}"


class SimilarPatient(msgspec.Struct, frozen=True):
    """A published patient with all that is shared; ``likeness`` is the sum of its weights."""

    experience: Experience
    shared: tuple[Shared, ...]

    @property
    def likeness(self) -> int:
        return sum(WEIGHTS[shared.kind] for shared in self.shared)

    def to_dict(self) -> SimilarDocument:
        return {
            "case": self.experience.id,
            "shared": [str(shared) for shared in self.shared],
            "next": " + ".join(self.experience.given),
            "outcome": self.experience.direction,
            "study": self.experience.study,
        }


def similar(
    knowledge: Knowledge,
    pool: Iterable[Experience],
    patient: Patient,
    *,
    without: frozenset[str] = frozenset(),
    most: int | None = SHOWN,
) -> tuple[SimilarPatient, ...]:
    """Return the published patients most like a patient, best first and then by id; all of them if ``most`` is None.

    Those of the reports or studies in ``without`` are left out.
    """
    mine = _Features.of(patient, knowledge)
    found = []
    for experience in pool:
        if experience.report in without or experience.study in without:
            continue
        shared = tuple(mine.shared(experience, knowledge))
        if any(one.kind in ("disease", "group") for one in shared):
            found.append(SimilarPatient(experience, shared))
    return tuple(sorted(found, key=lambda one: (-one.likeness, one.experience.id)))[:most]


class _Features(msgspec.Struct, frozen=True):
    """What a patient can share with published ones."""

    diseases: frozenset[str]
    groups: frozenset[str]
    ages: str | None
    pattern: str | None
    failed: frozenset[str]

    @classmethod
    def of(cls, patient: Patient, knowledge: Knowledge) -> _Features:
        diseases = frozenset(patient.diseases or ())
        return cls(
            diseases=knowledge.related_diseases(diseases),
            groups=_groups(diseases, knowledge),
            ages=age_group(patient.age),
            pattern=patient.pattern,
            failed=_families(failures(patient.trials), knowledge),
        )

    def shared(self, other: Experience, knowledge: Knowledge) -> Iterator[Shared]:
        if diseases := self.diseases.intersection(other.diseases):
            yield Shared("disease", min(diseases))
        elif groups := self.groups & _groups(other.diseases, knowledge):
            yield Shared("group", min(groups))
        if other.ages is not None and self.ages == other.ages:
            yield Shared("age", other.ages)
        if other.pattern is not None and self.pattern == other.pattern:
            yield Shared("pattern", other.pattern)
        for therapy in sorted(self.failed & _families(other.failed, knowledge)):
            yield Shared("failed", therapy)


def _groups(diseases: Iterable[str], knowledge: Knowledge) -> frozenset[str]:
    terms = knowledge.terms.diseases
    return frozenset(group for disease in diseases if disease in terms for group in terms[disease].groups)


def _families(therapies: Iterable[str], knowledge: Knowledge) -> frozenset[str]:
    """The family of each therapy, or the therapy itself if it has none; words for no therapy in particular are left out."""
    entries = (knowledge.therapies[id_] for id_ in therapies if id_ in knowledge.therapies)
    return frozenset(entry.family or entry.id for entry in entries if entry.kind != "comparator")
