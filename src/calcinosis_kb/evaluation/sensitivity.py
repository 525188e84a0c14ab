"""Measure how far the order depends on the discounts of the expected response: each is halved, then doubled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from calcinosis_kb.evaluation.case_score import CaseScore
from calcinosis_kb.evaluation.summary import mean_by_report, summarise

if TYPE_CHECKING:
    from calcinosis_kb.evaluation.document import SensitivityDocument

__all__ = ["FIRST", "SETTINGS", "Move", "Sensitivity"]

SETTINGS = {"halved": 0.5, "doubled": 2.0}
"""The factor of all discounts, by the name of the setting; no weight becomes more than 1."""

FIRST = 5
"""The number of decisions at the top that are compared."""


@dataclass(frozen=True)
class Move:
    """How the order of one case changes: the mean change of a rank, and the share of the first decisions that stay among them."""

    report: str
    ranks: float
    kept: float

    @classmethod
    def between(cls, report: str, ours: Mapping[str, int], theirs: Mapping[str, int]) -> Move:
        """Compare the ranks of two answers for the same case; what only one of them offers is left out of the mean."""
        both = ours.keys() & theirs.keys()
        first = {id_ for id_, rank in ours.items() if rank <= FIRST}
        kept = {id_ for id_ in first if theirs.get(id_, FIRST + 1) <= FIRST}
        return cls(
            report=report,
            ranks=fmean(abs(ours[id_] - theirs[id_]) for id_ in sorted(both)) if both else 0.0,
            kept=len(kept) / len(first) if first else 1.0,
        )


@dataclass(frozen=True)
class Sensitivity:
    """One setting: the mean reciprocal rank with it, and how the orders of all cases change; each report counts once."""

    mrr: float | None
    mean_rank_change: float | None
    kept_in_first: float | None

    @classmethod
    def of(cls, cases: Sequence[CaseScore], moves: Sequence[Move]) -> Sensitivity:
        ranks = mean_by_report((move.report, move.ranks) for move in moves)
        kept = mean_by_report((move.report, move.kept) for move in moves)
        return cls(
            mrr=summarise(cases).mrr,
            mean_rank_change=round(fmean(ranks), 2) if ranks else None,
            kept_in_first=round(fmean(kept), 4) if kept else None,
        )

    def to_dict(self) -> SensitivityDocument:
        return {"mrr": self.mrr, "mean_rank_change": self.mean_rank_change, "kept_in_first_five": self.kept_in_first}
