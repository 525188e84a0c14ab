"""The report of ``evaluate``: how often the answer offered the therapy that was given next, and at which rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calcinosis_kb.advice.stamp import Stamp
from calcinosis_kb.evaluation.case_score import CaseScore, Unsafe
from calcinosis_kb.evaluation.published import PublishedCase
from calcinosis_kb.evaluation.scoring import OURS, Evaluation
from calcinosis_kb.evaluation.sensitivity import FIRST
from calcinosis_kb.evaluation.summary import HITS, Lead, Summary
from calcinosis_kb.knowledge.knowledge import LOCAL
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.report import Report

if TYPE_CHECKING:
    from calcinosis_kb.evaluation.document import EvaluationDocument

__all__ = ["CAVEAT", "ORDERS", "EvaluationReport", "figures"]

CAVEAT = (
    "What the authors gave next is what they chose, not what was right; the numbers are small, and cases that went well are "
    "more likely to be published. The page on the evaluation in the documentation says what this shows and what it does not."
)
ORDERS = {
    OURS: "calcinosis-kb",
    "alphabetical": "alphabetical",
    "most_published": "most published first",
    "highest_level": "highest level first",
    "similar": "similar patients first",
}
"""The names of the compared orders in plain words."""


@dataclass(frozen=True)
class EvaluationReport(Report):
    """The evaluation on published cases, printed by ``evaluate``; ``made_with`` is what gave the answers."""

    evaluation: Evaluation
    cases: Sequence[PublishedCase]
    made_with: Stamp

    @property
    def overlay(self) -> str | None:
        """The hash of the overlay, if there is one."""
        return self.made_with["knowledge"].get("overlay")

    def stamp(self) -> Stamp:
        """The knowledge and the rules that gave the answers."""
        return self.made_with

    def data(self) -> EvaluationDocument:
        """The cases and the figures as plain data."""
        document = self.evaluation.to_dict()
        return {"overlay": self.overlay, **document} if self.overlay else document

    def blocks(self) -> Iterator[Block]:
        """The figures, then every case and what was left out.

        The hash of an overlay comes first, because every figure depends on it.
        """
        evaluation = self.evaluation
        if self.overlay:
            yield Text(f"Answered with the overlay {self.overlay}, on which every figure depends{LOCAL}.", style="bold")
        yield from figures(evaluation)
        for heading, is_named in (("The cases with a named history", True), ("The other cases", False)):
            if some := [case for case in evaluation.cases if case.scored and case.named is is_named]:
                yield Heading(heading)
                yield _cases(some)
        if unscored := [case for case in evaluation.cases if not case.scored]:
            yield Heading("Not scored, and not in the figures")
            yield Marked([("-", f"{case.id}: {case.why_not_scored}") for case in unscored])
        if unsafe := [case for case in evaluation.cases if case.unsafe]:
            yield Heading("Offered although the record speaks against it")
            yield Marked([("✗", f"{case.id}: {_unsafe(one)}") for case in unsafe for one in case.unsafe])
        if dropped := [(case.id, case.dropped) for case in self.cases if case.dropped]:
            yield Heading("Left out: words that are in no vocabulary")
            yield Marked([("-", f"{id_}: {'; '.join(words)}") for id_, words in dropped])
        yield Text("")
        yield Text(CAVEAT, style="italic")

    def table(self) -> Table:
        """Every case with all that is known of it, one row each."""
        columns = (
            "case",
            "report",
            "named",
            "next",
            "rank",
            "of",
            "standing",
            "verdict",
            "direction",
            "unsafe",
            "why_not_scored",
        )
        return Table(columns, [_row(case) for case in self.evaluation.cases])


def figures(evaluation: Evaluation) -> Iterator[Block]:
    """The figures of every order, the lead of ours, what came of the therapies given next, and which were not offered."""
    for heading, summaries in (
        ("All decisions whose next therapy is known", evaluation.all),
        ("Those with a named history", evaluation.named),
    ):
        ours = summaries[OURS]
        yield Heading(heading)
        yield Text(
            f"{ours.decisions} decisions of {ours.n} reports. Each report counts once, by the share of its decisions."
        )
        yield _orders(summaries)
    yield Heading("Lead in the mean reciprocal rank, on all decisions")
    rows = [(ORDERS[name], _lead(one)) for name, one in evaluation.lead.items()]
    yield Table(("Over", "Difference (95 %, paired by report)"), rows)
    yield Heading("What came of the therapy given next, by its rank here")
    yield _helped(evaluation)
    yield Heading("With other discounts of the expected response")
    yield _sensitivity(evaluation)
    not_offered = [case for case in evaluation.cases if case.scored and case.rank is None]
    if not_offered:
        yield Heading(f"Given next, and not offered here: {len(not_offered)}")
        yield Marked([("-", f"{case.id}: {_words(case.next)} ({_words(case.verdict)})") for case in not_offered])
    if evaluation.not_held:
        yield Heading(f"Given next, and no option here: {len(evaluation.not_held)}")
        yield Marked([("-", f"{one.case}: {_words(one.therapy)}") for one in evaluation.not_held])


def _orders(summaries: dict[str, Summary]) -> Table:
    hits = [f"In {at}" for at in HITS]
    return Table(
        ("Order", "Mean reciprocal rank (95 %)", *hits, "Offered", "Unsafe"),
        [(ORDERS[name], *_figures(summary)) for name, summary in summaries.items()],
        ratios=(23, 20, 5, 5, 5, 8, 7),
    )


def _figures(summary: Summary) -> tuple[str, ...]:
    if summary.mrr is None or summary.interval is None:
        rank = "–"
    else:
        rank = f"{summary.mrr:.3f} ({summary.interval[0]:.3f}–{summary.interval[1]:.3f})"
    hits = [_number(summary.hits[at]) for at in HITS]
    return (rank, *hits, _number(summary.offered), str(summary.unsafe_offers))


def _helped(evaluation: Evaluation) -> Table:
    rows = []
    for band, found in evaluation.helped.items():
        counts = (found["decisions"], found["helped"], found["mixed"], found["not_helped"], found["not_stated"])
        rows.append((_words(band), *map(str, counts)))
    return Table(("Rank", "Decisions", "Helped", "Mixed", "Did not help", "Not stated"), rows)


def _sensitivity(evaluation: Evaluation) -> Table:
    """The mean reciprocal rank and how the orders change, by setting."""
    rows = [("as they are", _decimals(evaluation.all[OURS].mrr), "–", "–")]
    for name, one in evaluation.sensitivity.items():
        kept = "–" if one.kept_in_first is None else f"{one.kept_in_first:.0%}"
        moved = "–" if one.mean_rank_change is None else f"{one.mean_rank_change:.1f}"
        rows.append((name, _decimals(one.mrr), moved, kept))
    return Table(("All discounts", "Mean reciprocal rank", "Mean change of a rank", f"Kept in first {FIRST}"), rows)


def _cases(cases: Sequence[CaseScore]) -> Table:
    rows = []
    for case in cases:
        rank = f"{case.rank} of {case.of}" if case.rank else f"not of {case.of}"
        rows.append((case.id, _words(case.next), rank, _words(case.verdict)))
    # An id is never broken, so that it can be copied.
    longest = max(len(case.id) for case in cases)
    return Table(("Case", "Given next", "Rank", "Verdict"), rows, ratios=(longest, 70 - longest - 23, 10, 13))


def _row(case: CaseScore) -> tuple[str, ...]:
    values = (
        case.id, case.report, "yes" if case.named else "no", case.next, case.rank, case.of, case.standing, case.verdict, case.direction,
        " ".join(one.therapy for one in case.unsafe), case.why_not_scored,
    )  # fmt: skip
    return tuple("" if value is None else str(value) for value in values)


def _unsafe(one: Unsafe) -> str:
    return f"{_words(one.therapy)} ({one.because}{f', {one.source}' if one.source else ''})"


def _lead(lead: Lead) -> str:
    if lead.difference is None or lead.interval is None:
        return "–"
    return f"{lead.difference:+.3f} ({lead.interval[0]:+.3f} to {lead.interval[1]:+.3f})"


def _decimals(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _number(value: float) -> str:
    """A count of reports; a report with several decisions may count by a part."""
    return f"{value:.1f}".removesuffix(".0")


def _words(word: str | None) -> str:
    return (word or "–").replace("_", " ")
