"""Find reports of the same first author that may count the same patients twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from calcinosis_kb.errors import Problem
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.models import Study
from calcinosis_kb.knowledge.spelling import normalise

__all__ = ["check_overlaps"]

YEARS = 2
"""The most years between reports of one author that may share patients."""


def check_overlaps(loaded: Loaded) -> Iterator[Problem]:
    """Find pairs of studies with one first author, therapy and disease, at most two years apart (CKB088).

    The later one must state that it ``overlaps`` the other or is ``independent``. Only results that count patients on the
    course of their calcinosis are compared, since only these are pooled.
    """
    knowledge = loaded.knowledge
    found: dict[tuple[str, str], str] = {}
    for therapy in knowledge.therapies:
        counting = [f for f in knowledge.findings(therapy) if f.design.patients and f.result.endpoint == "calcinosis"]
        for pair in combinations(counting, 2):
            earlier, later = sorted(pair, key=lambda f: (f.study.citation.year or 0, f.study.id))
            diseases = knowledge.related_diseases(frozenset(earlier.result.populations))
            if _may_overlap(earlier.study, later.study) and diseases.intersection(later.result.populations):
                found.setdefault((later.study.id, earlier.study.id), therapy)
    for (later_id, earlier_id), therapy in found.items():
        author = knowledge.studies[later_id].citation.first_author
        message = (
            f"{author} also reports patients on {therapy} in '{earlier_id}'; it is not stated whether they are the same"
        )
        fix = f"write 'overlaps: [{earlier_id}]' if some are the same, 'independent: true' if none are"
        place = loaded.place("studies", later_id, "citation", "first_author")
        yield Problem("CKB088", message, place, fix=fix, severity="warning")


def _may_overlap(earlier: Study, later: Study) -> bool:
    authors = {normalise(study.citation.first_author or "") for study in (earlier, later)}
    years = [study.citation.year for study in (earlier, later) if study.citation.year is not None]
    if earlier is later or len(authors) > 1 or authors == {""} or (years and max(years) - min(years) > YEARS):
        return False
    return not (later.independent or later.id in earlier.overlaps or earlier.id in later.overlaps)
