"""The report of ``quotes``: whether each study's quotes are found in its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from calcinosis_kb.editing.quotes import Comparison
from calcinosis_kb.report.blocks import Block, Table, Text
from calcinosis_kb.report.report import Report

__all__ = ["QuotesReport"]


@dataclass(frozen=True)
class QuotesReport(Report):
    """Quotes compared with the texts, printed by ``quotes``; ``records`` is the state of each quote's record in its file."""

    compared: Sequence[Comparison]
    records: Sequence[str]

    def data(self) -> dict[str, Any]:
        """Every quote with its outcome, and the number of quotes per outcome."""
        return {
            "counts": self._counts(),
            "quotes": [
                {
                    "study": one.study,
                    "therapy": one.therapy,
                    "text": one.quote.text,
                    "outcome": one.outcome,
                    "where": one.where.model_dump() if one.where else None,
                    "record": record,
                    "problem": one.problem.message if one.problem else None,
                    "at": str(one.problem.place) if one.problem else None,
                    "nearest": list(one.problem.nearest) if one.problem else [],
                }
                for one, record in zip(self.compared, self.records, strict=True)
            ],
        }

    def blocks(self) -> Iterator[Block]:
        """The problems, then every quote, then the number of quotes per outcome."""
        for one in self.compared:
            if one.problem:
                yield Text(str(one.problem))
        rows = [
            (one.study, one.therapy, shorten(one.quote.text, 60, placeholder=" …"), _result(one), record)
            for one, record in zip(self.compared, self.records, strict=True)
        ]
        if rows:
            yield Table(("Study", "Therapy", "Quote", "Result", "Record"), rows, ratios=(14, 14, 30, 14, 8))
        counts = self._counts()
        yield Text(
            f"{len(self.compared)} quotes: {counts['found']} found, {counts['not found']} not found, "
            f"{counts['no text']} without a text to compare with (not checked)."
        )

    def _counts(self) -> dict[str, int]:
        outcomes = [one.outcome for one in self.compared]
        return {outcome: outcomes.count(outcome) for outcome in ("found", "not found", "no text")}


def _result(one: Comparison) -> str:
    return f"found at {one.where.start}–{one.where.end}" if one.where else one.outcome
