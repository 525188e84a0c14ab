"""The report of ``suggest``: the first screen of an answer in every format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calcinosis_kb.advice.answer import NOTICE, Advice
from calcinosis_kb.advice.columns import Line
from calcinosis_kb.advice.layout import lay_out, lay_out_briefly
from calcinosis_kb.advice.questions import FIRST
from calcinosis_kb.advice.screen import Folded, Row, Screen, screen
from calcinosis_kb.knowledge.spelling import in_sentence
from calcinosis_kb.report.blocks import Alert, Block, Heading, Marked, Table, Text
from calcinosis_kb.report.report import Report

if TYPE_CHECKING:
    from calcinosis_kb.advice.document import AdviceDocument

__all__ = ["ScreenReport"]


@dataclass(frozen=True)
class ScreenReport(Report):
    """The first screen: ``brief`` has one line a row, ``top`` is the number of rows that are shown in full."""

    advice: Advice
    brief: bool = False
    top: int | None = None

    def data(self) -> AdviceDocument:
        """The whole answer as ``Advice.to_dict`` returns it."""
        return self.advice.to_dict()

    def table(self) -> Table:
        """One row per therapy, with the patient and the warnings."""
        from calcinosis_kb.report.rows import therapy_table  # the screen needs none

        return therapy_table(self.advice)

    def alerts(self) -> tuple[str, ...]:
        """None: the table has columns for them."""
        return ()

    def lines(self) -> list[Line]:
        """The first screen for a terminal."""
        shown = screen(self.advice)
        return lay_out_briefly(shown) if self.brief else lay_out(shown, self.advice, top=self.top)

    def blocks(self) -> Iterator[Block]:
        """The same for Markdown, where there is room for every open therapy."""
        from calcinosis_kb.report.advice import version_line  # the screen needs none of them
        from calcinosis_kb.report.past import past_blocks
        from calcinosis_kb.report.patient import patient_blocks

        advice, shown = self.advice, screen(self.advice)
        yield from patient_blocks(advice.patient, advice.knowledge)
        for warning in shown.warnings:
            yield Alert(f"Taken now, and may do harm: {warning}")
        yield Text(shown.counted)
        for group in shown.groups:
            yield Heading(group.title, level=2)
            rows = [row for row in group.rows if self.top is None or row.rank <= self.top]
            yield Table(("#", "Therapy", "Patients", "State", "Standing"), [_cells(row) for row in rows])
            reasons = list(_reasons(rows))
            if reasons and not self.brief:
                yield Marked(reasons)
        yield from _folded(shown)
        yield from past_blocks(shown.past, level=2)
        yield Text(NOTICE, style="italic")
        yield Text(version_line(advice), style="dim")


def _cells(row: Row) -> tuple[str, ...]:
    state = ", ".join((row.state, *row.checks))
    return (str(row.rank), f"{row.mark} {row.name}", row.seen, state, row.standing or "new")


def _reasons(rows: list[Row]) -> Iterator[tuple[str, str]]:
    for row in rows:
        for others in row.others:
            yield others[0], f"{row.rank} {row.name}: {others[2:]}"
        for mark, text in (("+", row.pro), ("!", row.con)):
            if text:
                yield mark, f"{row.rank} {row.name}: {text}"


def _folded(shown: Screen) -> Iterator[Block]:
    for title, folded in (("In reserve", shown.reserve), ("Not now", shown.not_now)):
        if folded:
            yield Heading(title, level=2)
            yield Marked([("-", _why(one)) for one in folded])
    if shown.alongside:
        yield Heading("Alongside any of them", level=2)
        yield Text(", ".join(in_sentence(item.name) for item in shown.alongside))
    if shown.similar:
        yield Heading("Published patients like this one", level=2)
        yield Marked([("-", text) for text in shown.similar])
    if shown.questions:
        yield Heading("Questions, the most telling first", level=2)
        yield Marked([("?", f"{question.text} It {question.effect}.") for question in shown.questions[:FIRST]])


def _why(folded: Folded) -> str:
    return f"{', '.join(folded.names)}: {folded.why}"
