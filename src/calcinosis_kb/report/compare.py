"""The report of ``compare``: two or three therapies side by side for one patient."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from typing_extensions import TypedDict

from calcinosis_kb.advice.answer import NOTICE, Advice
from calcinosis_kb.advice.document import NotOfferedDocument, OptionDocument
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.advice.reasons import Reason
from calcinosis_kb.advice.screen import Row, Rows
from calcinosis_kb.advice.stamp import KnowledgeDocument, RulesDocument, Stamp, stamp
from calcinosis_kb.knowledge.bibliography import Bibliography, SourceDocument, source_document
from calcinosis_kb.knowledge.evidence_words import LEVELS, expected_words, patients_words
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge
from calcinosis_kb.knowledge.mechanism_paths import best_by_sign
from calcinosis_kb.knowledge.recommendations import LAST_STEP
from calcinosis_kb.patients.document import PatientDocument
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.patient import patient_blocks
from calcinosis_kb.report.report import Report

__all__ = ["MOST", "Column", "CompareDocument", "CompareReport", "ComparedDocument"]

MOST = 3
"""Number of therapies that fit side by side."""

FOR = ("support", "prefer")
AGAINST = ("avoid", "not_applicable", "against", "reserve", "caution", "warn", "doubt")
"""The effects of the reasons for and against a therapy, gravest first."""

_CHECKS = 8
"""Number of things to check first that a table shows; the JSON has all."""

_SEEN = {
    "in_disease": "in this disease",
    "elsewhere": "in other diseases, or in one or two patients",
    "outcome_not_stated": "",
    "mechanism_only": "",
    "no_benefit": "no benefit where tried",
    "harm": "harm where tried",
}
"""What was seen, in words; empty if the words for the patients say it."""


@dataclass(frozen=True)
class Column:
    """A therapy that is compared, with the others of its row or family."""

    item: Judgement
    others: tuple[Judgement, ...] = ()


class AdvisedDocument(TypedDict):
    """What guidelines and reviews advise for this patient."""

    advised: str
    step: int | None
    sources: list[str]
    against: list[str]
    """Those who advise against it."""


class ComparedDocument(TypedDict):
    """One therapy of a comparison."""

    judgement: OptionDocument | NotOfferedDocument
    others: list[str]
    """The other therapies of its row or family."""
    advised: AdvisedDocument
    route: str | None
    reach: str
    checks: list[str]
    """What to check first, in short."""
    adequate_trial: str | None
    how: list[str]
    """How it may act: the best path of each sign."""


class CompareDocument(TypedDict):
    """Therapies side by side for one patient."""

    schema: Literal["calcinosis-kb/compare/1"]
    knowledge: KnowledgeDocument
    rules: RulesDocument
    engines: list[str]
    patient: PatientDocument
    therapies: list[ComparedDocument]
    sources: list[SourceDocument]
    notice: str


@dataclass(frozen=True)
class CompareReport(Report):
    """Two or three therapies side by side, printed by ``compare``."""

    knowledge: Knowledge
    advice: Advice
    columns: tuple[Column, ...]

    def stamp(self) -> Stamp:
        """The knowledge and the rules that gave the answer."""
        return stamp(self.knowledge, self.advice.rules_hash)

    def data(self) -> CompareDocument:
        """Each therapy with its judgement as in ``suggest``, advice, route, checks and paths."""
        whole = self.advice.to_dict()
        bibliography = Bibliography(self.knowledge)
        list(self._cells(bibliography))
        return {
            "schema": "calcinosis-kb/compare/1",
            "knowledge": whole["knowledge"],
            "rules": whole["rules"],
            "engines": whole["engines"],
            "patient": whole["patient"],
            "therapies": [self._document(column) for column in self.columns],
            "sources": [source_document(self.knowledge, source) for source in bibliography],
            "notice": NOTICE,
        }

    def _document(self, column: Column) -> ComparedDocument:
        item, advised = column.item, column.item.advised
        adequate = item.therapy.adequate_trial
        return {
            "judgement": item.to_dict(),
            "others": [other.therapy.id for other in column.others],
            "advised": {
                "advised": advised.advised,
                "step": advised.step if advised.step < LAST_STEP else None,
                "sources": list(advised.sources),
                "against": list(advised.against),
            },
            "route": item.therapy.invasiveness,
            "reach": item.therapy.reach,
            "checks": list(self._row(item).checks),
            "adequate_trial": adequate.text if adequate else None,
            "how": [path.words for path in best_by_sign(item.paths, 1)],
        }

    def blocks(self) -> Iterator[Block]:
        """The patient, and the comparison."""
        yield from patient_blocks(self.advice.patient, self.knowledge)
        yield Heading(" or ".join(column.item.name for column in self.columns))
        yield from self.comparison()
        yield Text(NOTICE, style="italic")

    def comparison(self) -> Iterator[Block]:
        """The table, the legend of the levels, the sources."""
        bibliography = Bibliography(self.knowledge)
        rows = list(self._cells(bibliography))
        yield Table(("", *(column.item.name for column in self.columns)), rows, whole=(0,))
        yield Text(LEVELS, style="dim")
        if len(bibliography):
            yield Heading("Sources", level=2)
            yield Marked([("-", entry) for entry in bibliography.entries()])

    def table(self) -> Table:
        """One row per therapy."""
        rows = list(self._cells(Bibliography(self.knowledge)))
        columns = ("therapy", *(row[0].casefold() for row in rows))
        return Table(columns, [(c.item.therapy.id, *(row[i] for row in rows)) for i, c in enumerate(self.columns, 1)])

    def _cells(self, bibliography: Bibliography) -> Iterator[tuple[str, ...]]:
        """One row per aspect; aspects that say nothing of any are left out."""
        aspects: tuple[tuple[str, Callable[[Judgement], str]], ...] = (
            ("Verdict", lambda item: _verdict(self._row(item))),
            ("Seen", lambda item: _seen(item, bibliography)),
            ("Expected", lambda item: expected_words(item.expected)),
            ("Advised", lambda item: _advised(item, bibliography)),
            ("State", lambda item: item.state.replace("_", " ")),
            ("For", lambda item: _reasons(item.reasons, FOR, bibliography)),
            ("Against", lambda item: _reasons(item.reasons, AGAINST, bibliography)),
            ("Check", lambda item: _checks(self._row(item))),
            ("Route", lambda item: "; ".join(filter(None, (self._row(item).route, item.therapy.reach)))),
            ("Burden", lambda item: _burden(item, bibliography)),
            ("How", lambda item: "\n".join(path.words for path in best_by_sign(item.paths, 1))),
        )
        for title, words in aspects:
            cells = tuple(words(column.item) for column in self.columns)
            if any(cells):
                yield title, *(cell or "–" for cell in cells)
        others = tuple("; ".join(f"{o.name} ({o.verdict.replace('_', ' ')})" for o in c.others) for c in self.columns)
        if any(others):
            yield "With it", *(cell or "–" for cell in others)

    def _row(self, item: Judgement) -> Row:
        return Rows(self.advice).of((item,))


def _checks(row: Row) -> str:
    more = f" + {len(row.checks) - _CHECKS} more" if len(row.checks) > _CHECKS else ""
    return f"{', '.join(row.checks[:_CHECKS])}{more}"


def _verdict(row: Row) -> str:
    rank = f", row {row.rank}" if row.rank else ""
    return f"{row.best.verdict.replace('_', ' ')}{rank}{f'; {row.standing}' if row.standing else ''}"


def _seen(item: Judgement, bibliography: Bibliography) -> str:
    evidence = item.evidence
    studies = [finding.study.id for finding in evidence.findings]
    parts = (_SEEN[evidence.seen], patients_words(evidence), ", ".join(evidence.domains), f"level {evidence.level}")
    return f"{'; '.join(part for part in parts if part)}{bibliography.cite(studies)}"


def _advised(item: Judgement, bibliography: Bibliography) -> str:
    advised = item.advised
    if advised.advised == "none":
        return ""
    step = f", step {advised.step}" if advised.step < LAST_STEP else ""
    against = f"; against{bibliography.cite(advised.against)}" if advised.against and advised.sources else ""
    said = (
        "advised for some, as the record does not tell"
        if advised.advised == "depends"
        else advised.advised.replace("_", " ")
    )
    return f"{said}{step}{bibliography.cite(advised.sources or advised.against)}{against}"


def _reasons(reasons: Iterable[Reason], effects: Sequence[str], bibliography: Bibliography) -> str:
    """The reasons with some effects that are about this therapy, one per line, in the order of the effects."""
    own = (one for one in reasons if one.effect in effects and not one.general)
    found = sorted(own, key=lambda one: effects.index(one.effect))
    return "\n".join(f"{one.text}{bibliography.cite(one.sources)}{LOCAL if one.local else ''}" for one in found)


def _burden(item: Judgement, bibliography: Bibliography) -> str:
    """What an adequate trial takes."""
    adequate = item.therapy.adequate_trial
    return f"An adequate trial: {adequate.text}{bibliography.cite(adequate.sources)}" if adequate else ""
