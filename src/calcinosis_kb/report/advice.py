"""The report of ``suggest --all``: every therapy of an answer with all its reasons and numbered sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calcinosis_kb.advice.answer import NOTICE, Advice
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.advice.screen import Screen, screen
from calcinosis_kb.advice.stamp import stamp, stamp_words
from calcinosis_kb.knowledge.evidence_words import LEVELS
from calcinosis_kb.knowledge.knowledge import LOCAL
from calcinosis_kb.report.blocks import Alert, Block, Heading, Marked, Table, Text
from calcinosis_kb.report.detail import Details, sources_blocks
from calcinosis_kb.report.past import past_blocks
from calcinosis_kb.report.patient import patient_blocks
from calcinosis_kb.report.report import Report
from calcinosis_kb.report.rows import therapy_table
from calcinosis_kb.rules.durable import MISSING, available

if TYPE_CHECKING:
    from calcinosis_kb.advice.document import AdviceDocument

__all__ = ["AdviceReport", "version_line"]


@dataclass(frozen=True)
class AdviceReport(Report):
    """The whole answer for one patient."""

    advice: Advice

    def data(self) -> AdviceDocument:
        """The answer as ``Advice.to_dict`` returns it."""
        return self.advice.to_dict()

    def table(self) -> Table:
        """One row per therapy, with the patient and the warnings."""
        return therapy_table(self.advice)

    def alerts(self) -> tuple[str, ...]:
        """None: the table has columns for them."""
        return ()

    def blocks(self) -> Iterator[Block]:
        """The patient, then every therapy once, in the groups of the first screen: open, in reserve, not offered, unproven."""
        advice, shown = self.advice, screen(self.advice)
        exposures = [item for item in advice.not_offered if item.therapy.kind == "exposure"]
        refused = [item for item in advice.not_offered if item not in exposures]
        details = Details(advice.knowledge, [*advice.options, *refused])
        yield from patient_blocks(advice.patient, advice.knowledge)
        for warning in advice.warnings:
            yield Alert(f"Taken now, and may do harm: {warning.text}{LOCAL if warning.local else ''}")
        yield Text(shown.counted)
        yield Text(LEVELS, style="dim")
        if any(item.paths for item in advice.options):
            yield Text(
                "→ marks a mechanism that should lower calcinosis, unless it says that it should raise it.", style="dim"
            )
        yield from _open(shown, details)
        yield from _each("In reserve", [item for item in advice.options if item.verdict == "reserve"], details)
        yield from _each("Alongside any of them", shown.alongside, details)
        yield from _each("Not offered", refused, details)
        if advice.unproven:
            yield Heading("Unproven: no patient reported, or none whose course was told")
            said: dict[str, list[str]] = {}
            for item in advice.unproven:
                said.setdefault(details.evidence(item), []).append(item.name)
            yield Marked([("-", f"{'; '.join(names)}: {evidence}") for evidence, names in said.items()])
        yield from past_blocks(shown.past)
        if exposures:
            yield Heading("Exposures that may add to calcinosis, not treatments")
            yield Text("; ".join(item.name for item in exposures))
        yield from _experience(advice, shown)
        yield from details.notes()
        yield from sources_blocks(details.sources)
        yield from _end(advice)


def _open(shown: Screen, details: Details) -> Iterator[Block]:
    for group in shown.groups:
        yield from _each(group.title, [item for row in group.rows for item in row.items], details)
    if not shown.groups:
        yield Text("Nothing is left to offer.")


def _each(title: str, items: Sequence[Judgement], details: Details) -> Iterator[Block]:
    """A heading, then each therapy with all that is said of it."""
    if items:
        yield Heading(title)
    for item in items:
        number = f"{item.rank}. " if item.rank else ""
        verdict = item.verdict.replace("_", " ")
        yield Heading(f"{number}{item.name}: {verdict}, {item.state.replace('_', ' ')}", level=2)
        yield Marked(details.of(item))


def _experience(advice: Advice, shown: Screen) -> Iterator[Block]:
    """The published patients most like this one, and the questions."""
    if shown.similar:
        yield Heading("Published patients like this one")
        yield Marked([("-", text) for text in shown.similar])
    if advice.questions:
        yield Heading("Questions, the most telling first")
        yield Marked(
            [
                ("?", f"{question.text} It {question.effect}.{LOCAL if question.local else ''}")
                for question in advice.questions
            ]
        )


def _end(advice: Advice) -> Iterator[Block]:
    knowledge = advice.knowledge
    yield Text("")
    yield Text(NOTICE, style="italic")
    yield Text(version_line(advice), style="dim")
    if knowledge.overlay:
        yield Text("(local) marks what comes from the overlay or depends on it.", style="dim")
    if knowledge.drafts:
        yield Text(f"Drafts, left out of this answer: {', '.join(sorted(knowledge.drafts))}.", style="yellow")


def version_line(advice: Advice) -> str:
    """Return the versions and hashes of the knowledge and rules, and the engines, that gave the answer."""
    made = stamp_words(stamp(advice.knowledge, advice.rules_hash))
    return f"{made}, judged by {' and '.join(advice.engines)}{'' if available() else f' ({MISSING})'}."
