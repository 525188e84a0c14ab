"""What changed between two versions of knowledge and rules."""

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
    """What ``diff`` prints; ``before`` and ``after`` are the names of the versions."""

    found: Comparison
    before: str
    after: str

    def data(self) -> dict[str, Any]:
        """The changes one by one, as plain data."""
        return self.found.to_dict()

    def blocks(self) -> Iterator[Block]:
        """How much changed, then the changes of answers and of evidence by cause."""
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
        """The changes of answers, those of one kind and cause in one row."""
        return Table(("Therapy", "Change", "Cases", "For example", "Because of"), _rows(self.found))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _sentence(row: tuple[str, ...]) -> str:
    """A list instead of a table: the path of a file has to be read whole, also in 80 columns."""
    therapy, kind, cases, example, because = row
    return f"{therapy} {kind} ({_counted(int(cases), 'case')}), e.g. {example}; {because}"


def _rows(found: Comparison) -> list[tuple[str, ...]]:
    """Changes of one kind and cause are one row with the cases they touch; JSON has each by itself."""
    grouped: dict[tuple[str, str, tuple[str, ...]], list[AnswerChange]] = {}
    for change in found.answers:
        grouped.setdefault((change.therapy, change.kind, change.because), []).append(change)
    rows: list[tuple[str, ...]] = []
    for (therapy, kind, because), changes in grouped.items():
        first = changes[0]
        example = f"{Path(first.case).name.partition('.')[0]}: {first.before} → {first.after}"
        rows.append((therapy, kind, str(len(changes)), example, "; ".join(because)))
    return rows
