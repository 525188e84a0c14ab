"""The lines of a forest plot: the responders of a therapy per study and pooled, a family member by member."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from calcinosis_kb.knowledge.evidence_words import cited_as
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.primary import POOLED, StudyRow, by_study
from calcinosis_kb.knowledge.spelling import in_sentence

__all__ = ["ForestGroup", "ForestLine", "forest"]

_NAMED = 3
"""Number of diseases named beside a study; more are counted."""


class ForestLine(NamedTuple):
    """A study, or the pooled response. ``name`` is its author and year, ``detail`` the diseases, what else was given, and the design.

    Of the pooled response the detail says whether a study of an overlay is in it.
    """

    row: StudyRow
    name: str
    detail: str

    @property
    def is_pooled(self) -> bool:
        return self.row.study == POOLED

    @property
    def label(self) -> str:
        """Name and detail: "Nair [n.d.] · DM, JDM · case series"."""
        return " · ".join(part for part in (self.name, self.detail) if part)

    @property
    def counts(self) -> str:
        """Responders of treated: "5 of 10", "9 + ? of 17" if some outcomes are not stated, "?"."""
        row = self.row
        if not row.treated:
            return "?"
        unstated = " + ?" if row.not_stated and row.responded is not None else ""
        return f"{'?' if row.responded is None else row.responded}{unstated} of {row.treated}"

    @property
    def share(self) -> float | None:
        """The share that responded; None if the study does not account for its patients."""
        row = self.row
        if row.not_stated or row.responded is None or not row.treated:
            return None
        return row.responded / row.treated


class ForestGroup(NamedTuple):
    """The lines of one therapy; ``title`` only within a family."""

    title: str | None
    lines: tuple[ForestLine, ...]


def forest(knowledge: Knowledge, therapy: str) -> tuple[ForestGroup, ...]:
    """Return the lines of a therapy; of a family those that name no member, then those of each member."""
    is_family = bool(knowledge.members(therapy))
    groups = []
    for id_, rows in groupby(by_study(knowledge, therapy), lambda row: row.therapy):
        title = "Source names no member" if id_ == therapy else knowledge.therapies[id_].name
        lines = tuple(ForestLine(row, _name(row, knowledge), _detail(row, knowledge)) for row in rows)
        groups.append(ForestGroup(title if is_family else None, lines))
    return tuple(groups)


def _name(row: StudyRow, knowledge: Knowledge) -> str:
    return POOLED if row.study == POOLED else cited_as(knowledge, row.study)


def _detail(row: StudyRow, knowledge: Knowledge) -> str:
    if row.study == POOLED:
        return "a local study included" if knowledge.evidence(row.therapy).pooled_locally else ""
    diseases = ", ".join(knowledge.disease_in_short(id_) for id_ in row.diseases)
    if len(row.diseases) > _NAMED:
        diseases = f"{len(row.diseases)} diseases"
    design = in_sentence(knowledge.terms.designs[row.design].name)
    others = " and ".join(in_sentence(knowledge.therapies[id_].name) for id_ in row.combined_with)
    return " · ".join(part for part in (diseases, f"with {others}" if others else "", design) if part)
