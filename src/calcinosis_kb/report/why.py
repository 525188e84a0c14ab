"""The reports of ``why``: the reasoning on one therapy in 24 lines, or whole with the rules and near misses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from calcinosis_kb.advice.answer import NOTICE, Advice
from calcinosis_kb.advice.columns import Line
from calcinosis_kb.advice.document import NearlyDocument, NotOfferedDocument, OptionDocument
from calcinosis_kb.advice.judgement import Explanation
from calcinosis_kb.advice.questions import fact_label
from calcinosis_kb.advice.reasons import Nearly, Reason
from calcinosis_kb.advice.stamp import Stamp, Stamped, stamp
from calcinosis_kb.knowledge.bibliography import SourceDocument, source_document
from calcinosis_kb.knowledge.evidence_words import LEVELS
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge
from calcinosis_kb.patients.document import PatientDocument
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.detail import MARKS, Details, sources_blocks
from calcinosis_kb.report.patient import patient_blocks
from calcinosis_kb.report.reasoning import decided_words
from calcinosis_kb.report.reasoning_lines import lay_out_reasoning
from calcinosis_kb.report.report import Report
from calcinosis_kb.report.rows import therapy_table

__all__ = ["FamilyDocument", "FamilyReport", "WhyDocument", "WhyReport"]


class WhyDocument(Stamped):
    """The full reasoning on one therapy."""

    schema: Literal["calcinosis-kb/why/2"]
    patient: PatientDocument
    """The patient as understood, with the words that were not understood."""
    judgement: OptionDocument | NotOfferedDocument
    decided_by: str
    """The row of the verdict table, in words."""
    nearly: list[NearlyDocument]
    sources: list[SourceDocument]
    """All sources of the reasons and of the evidence, by id."""
    engines: list[str]
    notice: str


class FamilyDocument(Stamped):
    """The full reasoning on each member of a family."""

    schema: Literal["calcinosis-kb/why-family/2"]
    family: str
    members: list[WhyDocument]
    notice: str


@dataclass(frozen=True)
class WhyReport(Report):
    """The reasoning on one therapy, printed by ``why THERAPY``: ``whole`` with all that is known, ``rules`` with the rules by id."""

    advice: Advice
    explanation: Explanation
    whole: bool = False
    rules: bool = False

    def stamp(self) -> Stamp:
        """The knowledge and the rules that gave the answer."""
        return stamp(self.advice.knowledge, self.advice.rules_hash)

    def data(self) -> WhyDocument:
        """The judgement as in ``suggest``, the row of the verdict table, and the near misses."""
        item = self.explanation.judgement
        cited = {source for reason in item.reasons for source in reason.sources}.union(item.studies)
        return {
            "schema": "calcinosis-kb/why/2",
            "patient": self.advice.patient.to_dict(),
            "judgement": item.to_dict(),
            "decided_by": decided_words(item),
            "nearly": [miss.to_dict() for miss in self.explanation.nearly],
            "sources": [source_document(self.advice.knowledge, source) for source in sorted(cited)],
            "engines": list(self.advice.engines),
            "notice": NOTICE,
        }

    def table(self) -> Table:
        """One row, with the patient and the warnings."""
        return therapy_table(self.advice, [self.explanation.judgement])

    def alerts(self) -> tuple[str, ...]:
        """None: the table has columns for them."""
        return ()

    def lines(self) -> list[Line] | None:
        """The reasoning in 24 lines."""
        return None if self.whole or self.rules else lay_out_reasoning(self.explanation, self.advice)

    def blocks(self) -> Iterator[Block]:
        """The patient, then the whole reasoning."""
        yield from _whole([self.explanation], self.advice, rules=self.rules)


@dataclass(frozen=True)
class FamilyReport(Report):
    """The reasoning on each member of a family, or on each therapy of a decision, printed by ``why FAMILY`` or ``why NUMBER``."""

    advice: Advice
    family: str
    explanations: Sequence[Explanation]
    whole: bool = False
    rules: bool = False

    def stamp(self) -> Stamp:
        """The knowledge and the rules that gave the answer."""
        return stamp(self.advice.knowledge, self.advice.rules_hash)

    def data(self) -> FamilyDocument:
        """The reasoning on each member, as in `WhyReport`."""
        return {
            "schema": "calcinosis-kb/why-family/2",
            "family": self.family,
            "members": [WhyReport(self.advice, member).data() for member in self.explanations],
            "notice": NOTICE,
        }

    def table(self) -> Table:
        """One row per member."""
        return therapy_table(self.advice, [member.judgement for member in self.explanations])

    def alerts(self) -> tuple[str, ...]:
        """None: the table has columns for them."""
        return ()

    def lines(self) -> list[Line] | None:
        """The reasoning on one member after another, with the notice once, at the end."""
        if self.whole or self.rules:
            return None
        parts = [lay_out_reasoning(member, self.advice) for member in self.explanations]
        return [*(line for part in parts for line in (*part[:-1], Line(""))), parts[-1][-1]]

    def blocks(self) -> Iterator[Block]:
        """The patient once, then the whole reasoning on one member after another."""
        yield from _whole(self.explanations, self.advice, rules=self.rules)


def _whole(explanations: Sequence[Explanation], advice: Advice, *, rules: bool) -> Iterator[Block]:
    details = Details(advice.knowledge, [])
    yield from patient_blocks(advice.patient, advice.knowledge)
    for explanation in explanations:
        yield from _explained(explanation, advice, details, rules=rules)
    yield Text(LEVELS, style="dim")
    yield from sources_blocks(details.sources)
    yield Text(NOTICE, style="italic")


def _explained(explanation: Explanation, advice: Advice, details: Details, *, rules: bool) -> Iterator[Block]:
    item = explanation.judgement
    yield Heading(f"{item.name}: {item.verdict.replace('_', ' ')}, {advice.place(item)}")
    standing, state = item.standing.replace("_", " "), item.state.replace("_", " ")
    yield Text(f"Standing: {standing}. State: {state}. Decided by {decided_words(item)}.")
    if item.rank:
        yield Text(f"Ranked by {'; '.join(item.key.words())}.")
    if rules:
        yield from _by_rule(explanation, advice.knowledge)
    else:
        yield Marked(details.of(item))
    if explanation.nearly:
        yield Heading("What would change it", level=2)
        yield _near(explanation.nearly, rules=rules)


def _by_rule(explanation: Explanation, knowledge: Knowledge) -> Iterator[Block]:
    """The rules that hold and what they ask for, with ids, files and lines."""
    item = explanation.judgement
    yield Heading("Rules that hold", level=2)
    yield Marked([(MARKS.get(reason.effect, "-"), _rule(reason)) for reason in item.reasons])
    if item.check_first:
        yield Heading("What to check first", level=2)
        lines = [
            f"{fact_label(c.fact, knowledge)} ({c.would.replace('_', ' ')}): {c.because} ({c.rule}){LOCAL if c.local else ''}"
            for c in item.check_first
        ]
        yield Marked([("?", line) for line in lines])


def _near(nearly: Sequence[Nearly], *, rules: bool) -> Block:
    if rules:
        by_rule = [f"{miss.would_need} ({miss.effect}; {miss.rule}){LOCAL if miss.local else ''}" for miss in nearly]
        return Marked([("-", line) for line in by_rule])
    rows = [(miss.effect.replace("_", " "), f"{miss.would_need}{LOCAL if miss.local else ''}") for miss in nearly]
    return Table(("Effect", "Would need"), rows, ratios=(14, 64))


def _rule(reason: Reason) -> str:
    cited = f"; {', '.join(reason.sources)}" if reason.sources else ""
    return f"{reason.text} ({reason.rule}, {reason.at}{cited}){LOCAL if reason.local else ''}"
