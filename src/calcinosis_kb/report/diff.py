"""The report of ``diff``: what changed between two versions of knowledge and rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calcinosis_kb.evaluation.changes import AnswerChange, Comparison
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.report import Report

__all__ = ["DiffReport"]


@dataclass(frozen=True)
class DiffReport(Report):
    """The changes between two versions, named ``before`` and ``after``; printed by ``diff``."""

    found: Comparison
    before: str
    after: str

    def data(self) -> dict[str, Any]:
        """The changes one by one, as plain data."""
        return self.found.to_dict()

    def blocks(self) -> Iterator[Block]:
        """The number of changes, then the changes of answers and of evidence by cause."""
        found = self.found
        yield Heading(f"{self.before} → {self.after}")
        yield Text(
            f"{_counted(len(found.files), 'file')} changed; {_counted(found.asked, 'case')} asked; "
            f"{_counted(len(found.answers), 'judgement')} changed."
        )
        if found.answers:
            yield Marked([("!", _sentence(row)) for row in _rows(found)])
        if found.evidence:
            yield Heading("Evidence over all diseases")
            yield Marked(
                [("-", f"{c.therapy}: {c.before} → {c.after}; {', '.join(c.because)}") for c in found.evidence]
            )
        if found.files and not (found.answers or found.evidence):
            yield Marked([("-", name) for name in found.files])

    def table(self) -> Table:
        """The changes of answers, one row per therapy, kind and cause."""
        return Table(("Therapy", "Change", "Cases", "For example", "Because of"), _rows(self.found))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _sentence(row: tuple[str, ...]) -> str:
    """A change as a list item, not a table row: a file path must stay readable in 80 columns."""
    therapy, kind, cases, example, because = row
    return f"{therapy} {kind} ({_counted(int(cases), 'case')}), e.g. {example}; {because}"


def _rows(found: Comparison) -> list[tuple[str, ...]]:
    """One row per therapy, kind and cause, with the number of cases; the JSON lists every change."""
    grouped: dict[tuple[str, str, tuple[str, ...]], list[AnswerChange]] = {}
    for change in found.answers:
        grouped.setdefault((change.therapy, change.kind, change.because), []).append(change)
    rows: list[tuple[str, ...]] = []
    for (therapy, kind, because), changes in grouped.items():
        first = changes[0]
        example = f"{Path(first.case).name.partition('.')[0]}: {first.before} → {first.after}"
        rows.append((therapy, kind, str(len(changes)), example, "; ".join(because)))
    return rows
