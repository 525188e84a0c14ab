"""The reports of ``why``: the rules that hold for a therapy, what to check first, and the near misses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from typing_extensions import TypedDict

from calcinosis_kb.advice.answer import NOTICE, Advice, Explanation, Judgement, Nearly, Reason
from calcinosis_kb.advice.document import NearlyDocument, NotOfferedDocument, OptionDocument
from calcinosis_kb.advice.questions import fact_label
from calcinosis_kb.knowledge.evidence_words import evidence_words
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge
from calcinosis_kb.patients.document import PatientDocument
from calcinosis_kb.report.advice import MARKS
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.patient import patient_blocks
from calcinosis_kb.report.report import Report

__all__ = ["FamilyDocument", "FamilyReport", "WhyDocument", "WhyReport"]


class WhyDocument(TypedDict):
    """The full reasoning on one therapy."""

    schema: Literal["calcinosis-kb/why/1"]
    patient: PatientDocument
    """The patient as understood, with the words that were not understood."""
    judgement: OptionDocument | NotOfferedDocument
    decided_by: str
    """The row of the verdict table, in words."""
    nearly: list[NearlyDocument]
    engines: list[str]
    notice: str


class FamilyDocument(TypedDict):
    """The full reasoning on each member of a family."""

    schema: Literal["calcinosis-kb/why-family/1"]
    family: str
    members: list[WhyDocument]
    notice: str


@dataclass(frozen=True)
class WhyReport(Report):
    """The full reasoning on one therapy, printed by ``why THERAPY``."""

    knowledge: Knowledge
    advice: Advice
    explanation: Explanation

    def data(self) -> WhyDocument:
        """The judgement as in ``suggest``, the row of the verdict table, and the near misses."""
        return {
            "schema": "calcinosis-kb/why/1",
            "patient": self.advice.patient.to_dict(),
            "judgement": self.explanation.judgement.to_dict(),
            "decided_by": _row(self.explanation.judgement),
            "nearly": [miss.to_dict() for miss in self.explanation.nearly],
            "engines": list(self.advice.engines),
            "notice": NOTICE,
        }

    def blocks(self) -> Iterator[Block]:
        """The patient, then the reasoning."""
        yield from patient_blocks(self.advice.patient, self.knowledge)
        yield from _explained(self.explanation, self.advice, self.knowledge)
        yield Text(NOTICE, style="italic")


@dataclass(frozen=True)
class FamilyReport(Report):
    """The full reasoning on each member of a family, printed by ``why FAMILY``."""

    knowledge: Knowledge
    advice: Advice
    family: str
    explanations: Sequence[Explanation]

    def data(self) -> FamilyDocument:
        """The reasoning on each member, as in `WhyReport`."""
        return {
            "schema": "calcinosis-kb/why-family/1",
            "family": self.family,
            "members": [WhyReport(self.knowledge, self.advice, member).data() for member in self.explanations],
            "notice": NOTICE,
        }

    def blocks(self) -> Iterator[Block]:
        """The patient once, then the reasoning on one member after another."""
        yield from patient_blocks(self.advice.patient, self.knowledge)
        for member in self.explanations:
            yield from _explained(member, self.advice, self.knowledge)
        yield Text(NOTICE, style="italic")


def _row(item: Judgement) -> str:
    number, row = item.decided_by
    standing = " or ".join(row.standing).replace("_", " ") or "any standing"
    effect = f"a rule with effect {row.effect}" if row.effect else "no further condition"
    return f"row {number} of the verdict table: {standing}, {effect} → {row.verdict}"


def _explained(explanation: Explanation, advice: Advice, knowledge: Knowledge) -> Iterator[Block]:
    item = explanation.judgement
    rank = f", rank {item.rank} of {len(advice.options)}" if item.rank else ", not offered"
    yield Heading(f"{item.name}: {item.verdict.replace('_', ' ')}{rank}")
    yield Text(f"Standing: {item.standing.replace('_', ' ')}. Decided by {_row(item)}.")
    yield Text(f"Evidence: {evidence_words(item.evidence)}.")
    if item.rank:
        yield Text(f"Ranked by {'; '.join(item.key.words())}.")
    yield Heading("Rules that hold", level=2)
    yield Marked([(MARKS.get(reason.effect, "-"), _reason(reason)) for reason in item.reasons])
    if item.check_first:
        yield Heading("What to check first", level=2)
        rows = [
            (fact_label(c.fact, knowledge), c.would, c.because, f"{c.rule}{LOCAL if c.local else ''}")
            for c in item.check_first
        ]
        yield Table(("Fact", "Could", "Because", "Rule"), rows, ratios=(16, 8, 36, 18))
    for path in item.paths:
        yield Marked([("→", path.words)])
    if explanation.nearly:
        yield Heading("Rules that would hold if one thing were different", level=2)
        yield _near_table(explanation.nearly)


def _near_table(nearly: Sequence[Nearly]) -> Table:
    rows = [(miss.effect, miss.would_need, f"{miss.rule}{LOCAL if miss.local else ''}") for miss in nearly]
    return Table(("Effect", "Would need", "Rule"), rows, ratios=(12, 40, 26))


def _reason(reason: Reason) -> str:
    cited = f"; {', '.join(reason.sources)}" if reason.sources else ""
    return f"{reason.text} ({reason.rule}, {reason.at}{cited}){LOCAL if reason.local else ''}"
