"""Therapies × diseases: how many patients of which disease were reported with a treatment, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from calcinosis_kb.knowledge.evidence_words import patients_words
from calcinosis_kb.knowledge.grading import Finding
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.primary import NOT_STATED, Told, told_by_disease
from calcinosis_kb.report.plots.figure import DIRECTIONS
from calcinosis_kb.report.therapies import by_family
from calcinosis_kb.web.reading.section import Section
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["THERAPIES", "Mark", "marks"]


class Mark(NamedTuple):
    """The patients of one direction in a cell.

    ``apart``: whether they have this disease, or belong to studies of several diseases that do not say who responded.
    ``uncounted``: the studies that do not state their number. ``local``: whether a study of an overlay is among them.
    """

    direction: str
    apart: bool
    patients: int
    studies: int
    uncounted: int
    local: bool

    @property
    def number(self) -> str:
        """The number of patients as far as it is stated: "12", "12 + ?", "?"; of mixed studies in brackets."""
        known = [str(self.patients)] if self.patients else []
        text = " + ".join([*known, *(["?"] if self.uncounted else [])]) or "0"
        return text if self.apart else f"({text})"


@dataclass(frozen=True)
class Row:
    """A therapy, or a family above its members. ``patients`` are those of all diseases, in words; of a family there are none."""

    therapy: Therapy
    is_member: bool
    patients: str
    reported: int
    cells: tuple[tuple[Mark, ...], ...]


def marks(told: Sequence[Told]) -> tuple[Mark, ...]:
    """Return what some results say of one disease, added up by direction in the order of the legend."""
    keys = [(direction, apart) for direction in DIRECTIONS for apart in (True, False)]
    found: dict[tuple[str, bool], list[Finding]] = {}
    for one in told:
        found.setdefault((one.finding.result.direction or NOT_STATED, one.apart), []).append(one.finding)
    return tuple(_mark(key, found[key]) for key in keys if key in found)


def _mark(key: tuple[str, bool], findings: Sequence[Finding]) -> Mark:
    numbers = [finding.counted_patients or None for finding in findings]
    return Mark(
        *key,
        patients=sum(number or 0 for number in numbers),
        studies=len(findings),
        uncounted=numbers.count(None),
        local=any(finding.local for finding in findings),
    )


def therapies_page(service: Service, links: Links | None = None) -> str:
    """Return the matrix."""
    knowledge = service.kb.knowledge
    rows = list(_rows(knowledge))
    used = [any(cells) for cells in zip(*(row.cells for row in rows), strict=True)]
    every = [*knowledge.terms.diseases, NOT_STATED]
    shown = [place for place, is_used in enumerate(used) if is_used]
    return service.render(
        "reading/therapies.html",
        "/therapies",
        links,
        diseases=[every[place] for place in shown],
        rows=rows,
        shown=shown,
        directions=DIRECTIONS,
    )


def _rows(knowledge: Knowledge) -> Iterator[Row]:
    for family, options in by_family(knowledge):
        if family is not None:
            yield _row(knowledge, family, is_member=False)
        for option in options:
            yield _row(knowledge, option, is_member=family is not None)


def _row(knowledge: Knowledge, therapy: Therapy, *, is_member: bool) -> Row:
    told = told_by_disease(knowledge, therapy.id)
    cells = tuple(marks(told.get(disease, ())) for disease in (*knowledge.terms.diseases, NOT_STATED))
    evidence = knowledge.evidence(therapy.id)
    return Row(therapy, is_member, patients_words(evidence), evidence.counted_patients, cells)


THERAPIES = Section("/therapies", "overview", therapies_page)
