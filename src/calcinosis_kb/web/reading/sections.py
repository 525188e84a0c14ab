"""The reading pages of all kinds. A new kind is added here, and is then served, found by the search, and written as files."""

from __future__ import annotations

from calcinosis_kb.web.reading import (
    cases,
    diseases,
    disputes,
    guidelines,
    matrix,
    node,
    references,
    stories,
    studies,
    treatments,
)
from calcinosis_kb.web.reading import map as map_
from calcinosis_kb.web.reading.section import Section

__all__ = ["SECTIONS"]

SECTIONS: tuple[Section, ...] = (
    matrix.THERAPIES,
    treatments.THERAPY,
    diseases.DISEASE,
    studies.STUDY,
    guidelines.GUIDELINE,
    cases.CASE,
    references.SOURCE,
    node.NODE,
    map_.MAP,
    *map_.ASSETS,
    stories.STORIES,
    stories.STORY,
    disputes.CONFLICTS,
    disputes.GAPS,
    disputes.TRIALS,
)
"""In the order in which the search lists what it finds."""
