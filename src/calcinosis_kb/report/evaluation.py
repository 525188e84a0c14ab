"""The report of ``evaluate``: how often the answer offered the therapy that was given next, and at which rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calcinosis_kb.evaluation.published import PublishedCase
from calcinosis_kb.evaluation.scoring import HITS, CaseScore, Evaluation, Summary, summarise
from calcinosis_kb.knowledge.knowledge import LOCAL
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.report import Report

if TYPE_CHECKING:
    from calcinosis_kb.evaluation.document import EvaluationDocument

__all__ = ["CAVEAT", "ORDERS", "EvaluationReport", "summaries"]

CAVEAT = (
    "What the authors gave next is what they chose, not what was right; the numbers are small, and cases that went well are "
    "more likely to be published. The page on the evaluation in the documentation says what this shows and what it does not."
)
ORDERS = {
    "calcinosis_kb": "calcinosis-kb",
    "alphabetical": "alphabetical",
    "most_published": "most published first",
    "highest_level": "highest level first",
}
"""The names of the compared orders in plain words."""


@dataclass(frozen=True)
class EvaluationReport(Report):
    """The evaluation on published cases, printed by ``evaluate``; ``overlay`` is the hash of the overlay, if there is one."""

    evaluation: Evaluation
    cases: Sequence[PublishedCase]
    overlay: str | None = None

    def data(self) -> EvaluationDocument:
        """The cases and the figures as plain data."""
        document = self.evaluation.to_dict()
        return {"overlay": self.overlay, **document} if self.overlay else document

    def blocks(self) -> Iterator[Block]:
        """Every scored case, the figures with the baselines, what was not scored, and what was not understood.

        The hash of an overlay comes first, because every figure depends on it.
        """
        if self.overlay:
            yield Text(f"Answered with the overlay {self.overlay}, on which every figure depends{LOCAL}.", style="bold")
        yield Heading("Cases with a named history")
        yield _cases([case for case in self.evaluation.cases if case.scored])
        yield Heading("Compared with three orders that ignore the patient")
        hits = [f"In {at}" for at in HITS]
        yield Table(
            ("Order", "Cases", "Offered", "Mean reciprocal rank (95 %)", *hits, "Unsafe"),
            [_figures(ORDERS[name], summary) for name, summary in summaries(self.evaluation).items()],
            ratios=(22, 6, 8, 28, 5, 5, 5, 7),
        )
        unscored = [case for case in self.evaluation.cases if not case.scored]
        if unscored:
            yield Heading("Not scored, and not in the figures")
            yield _cases(unscored, why=True)
        unsafe = [(case.id, case.unsafe) for case in self.evaluation.cases if case.unsafe]
        if unsafe:
            yield Heading("Offered although it failed or is contraindicated")
            yield Marked([("✗", f"{id_}: {', '.join(offers)}") for id_, offers in unsafe])
        dropped = [(case.id, case.dropped) for case in self.cases if case.dropped]
        if dropped:
            yield Heading("Left out: words that are in no vocabulary")
            yield Marked([("-", f"{id_}: {'; '.join(words)}") for id_, words in dropped])
        yield Text("")
        yield Text(CAVEAT, style="italic")


def summaries(evaluation: Evaluation) -> dict[str, Summary]:
    """Return the figures of every order, calcinosis-kb first."""
    return {"calcinosis_kb": evaluation.summary, **{n: summarise(c) for n, c in evaluation.baselines.items()}}


def _cases(cases: Sequence[CaseScore], *, why: bool = False) -> Table:
    last = "Why not scored" if why else "Standing"
    rows = []
    for case in cases:
        rank = f"{case.rank} of {case.of}" if case.rank else f"not offered of {case.of}"
        note = case.why_not_scored if why else _words(case.standing)
        rows.append((case.id, _words(case.next), rank if case.next else "–", _words(case.verdict), note or "–"))
    return Table(("Case", "Given next", "Rank", "Verdict", last), rows, ratios=(22, 18, 12, 10, 18))


def _figures(name: str, summary: Summary) -> tuple[str, ...]:
    interval = summary.interval
    rank = (
        "–" if summary.mrr is None or interval is None else f"{summary.mrr:.3f} ({interval[0]:.3f}–{interval[1]:.3f})"
    )
    hits = [str(summary.hits[at]) for at in HITS]
    return (name, str(summary.n), str(summary.offered), rank, *hits, str(summary.unsafe_offers))


def _words(word: str | None) -> str:
    return (word or "–").replace("_", " ")
