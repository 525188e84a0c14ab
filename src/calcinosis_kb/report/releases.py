"""The changelog of answers: what two releases say differently about the same patients, short first and each change below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calcinosis_kb.evaluation.changes import AnswerChange
from calcinosis_kb.evaluation.releases import Release, ReleaseComparison
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.report import Report

__all__ = ["ReleaseReport"]

_MOST = 10
"""Rows of what comes first that are shown; the JSON has every change."""

_RULES = 3
"""Rules that are named behind a change."""

_VERDICTS = ("entered", "left", "verdict")
"""Kinds of change that are of a verdict."""


@dataclass(frozen=True)
class ReleaseReport(Report):
    """What changed between two releases; printed by ``diff --own-code``."""

    found: ReleaseComparison

    def data(self) -> dict[str, Any]:
        """Every change, as plain data."""
        return self.found.to_dict()

    def blocks(self) -> Iterator[Block]:
        """The counts, what comes first, each therapy, what is new, and each change of a verdict."""
        old, new, both = self.found.old, self.found.new, self.found.both
        asked = len(new.answers)
        yield Heading(f"Which answers changed: {' → '.join(self._labels())}")
        yield Text(
            "Each release answered the same patients with its own code: the golden and published cases of the newer one. A golden case is "
            "there to make a rule apply, so the counts say what changed, not how often it changes for patients as they come."
        )
        yield Table(
            ("Release", "Revision", "Knowledge", "Rules"),
            [(one.version, one.name, one.knowledge, one.rules) for one in (old, new)],
        )
        kinds = Counter(change.kind for change in self.found.changes)
        common = sum(len(self._before(case).keys() & self._after(case).keys()) for case in both)
        yield Marked(
            [
                ("-", f"{asked} cases asked; {len(both)} answered by both. {self._unread()}"),
                (
                    "-",
                    f"{common} judgements on therapies that both know: {kinds['entered']} are open now, {kinds['left']} no longer are, "
                    f"{kinds['verdict']} have another verdict, {kinds['moved']} another place.",
                ),
                ("-", f"Another therapy comes first in {sum(self._firsts().values())} of {len(both)} cases."),
            ]
        )
        if firsts := self._firsts().most_common(_MOST):
            yield Heading("What comes first", 2)
            yield Table(
                (*(f"First in {label}" for label in self._labels()), "Cases"),
                [(self._name(one), self._name(other), str(cases)) for (one, other), cases in firsts],
            )
        yield Heading("By therapy", 2)
        yield self.table()
        for title, only in (("New options", self._only(new, old)), ("No longer options", self._only(old, new))):
            if only:
                yield Heading(title, 2)
                yield Text("; ".join(sorted(only, key=str.casefold)) + ".")
        if lines := list(self._verdicts()):
            yield Heading("Each other verdict", 2)
            yield Text(
                "With the rules that most often hold in only one of the two releases; the JSON lists every case."
            )
            yield Marked([("-", line) for line in lines])

    def table(self) -> Table:
        """The therapies that both know, the most changed first: in how many cases each is open, and its commonest change of verdict."""
        rows = [self._row(therapy) for therapy in self.found.old.names.keys() & self.found.new.names.keys()]
        rows.sort(key=lambda row: (-abs(row[2] - row[1]), -row[3], str(row[0]).casefold()))
        columns = ("Therapy", *(f"Open in {label}" for label in self._labels()), "Other verdict", "Most often")
        return Table(columns, [tuple(str(cell) for cell in row) for row in rows])

    def _row(self, therapy: str) -> tuple[str, int, int, int, str]:
        pairs = [
            (before[therapy], after[therapy])
            for before, after in ((self._before(case), self._after(case)) for case in self.found.both)
            if therapy in before and therapy in after
        ]
        changed = Counter((before.verdict, after.verdict) for before, after in pairs if before.verdict != after.verdict)
        often = min(changed.items(), key=lambda item: (-item[1], item[0]), default=None)
        return (
            self._name(therapy),
            sum(before.offered for before, _ in pairs),
            sum(after.offered for _, after in pairs),
            sum(changed.values()),
            "" if often is None else f"{often[0][0]} → {often[0][1]} ({often[1]})",
        )

    def _firsts(self) -> Counter[tuple[str, str]]:
        """The pairs of therapies that come first before and now, where they differ."""
        pairs = ((next(iter(self._before(case)), ""), next(iter(self._after(case)), "")) for case in self.found.both)
        return Counter(pair for pair in pairs if pair[0] != pair[1])

    def _verdicts(self) -> Iterator[str]:
        """A line for each change from one verdict to another of a therapy, the commonest first."""
        found: dict[tuple[str, str, str], list[AnswerChange]] = {}
        for change in self.found.changes:
            if change.kind in _VERDICTS:
                before, after = (told.partition(",")[0] for told in (change.before, change.after))
                found.setdefault((self._name(change.therapy), before, after), []).append(change)
        for (name, before, after), changes in sorted(
            found.items(), key=lambda item: (item[0][0].casefold(), -len(item[1]))
        ):
            rules = Counter(rule for change in changes for rule in change.because)
            behind = [rule for rule, _ in sorted(rules.items(), key=lambda item: (-item[1], item[0]))[:_RULES]]
            example = Path(changes[0].case).name.partition(".")[0]
            cases = f"{len(changes)} cases, e.g. {example}" if len(changes) > 1 else example
            yield f"{name}: {before} → {after} ({cases}): {', '.join(behind) or 'no rule'}"

    def _labels(self) -> tuple[str, str]:
        """What tells the two apart: their versions, or their revisions if these have one version."""
        old, new = self.found.old, self.found.new
        return (old.version, new.version) if old.version != new.version else (old.name, new.name)

    def _unread(self) -> str:
        """Why cases were not compared."""
        old, new = self.found.old, self.found.new
        before, after = self._labels()
        only = sum(1 for case, answer in new.answers.items() if answer is not None and old.answers[case] is None)
        return f"{only} are answered by {after} only: {before} does not read a word or value of them." if only else ""

    def _only(self, one: Release, other: Release) -> list[str]:
        return [name for therapy, name in one.names.items() if therapy not in other.names]

    def _name(self, therapy: str) -> str:
        return self.found.new.names.get(therapy) or self.found.old.names.get(therapy) or "none"

    def _before(self, case: str) -> Any:
        return self.found.old.answers[case]

    def _after(self, case: str) -> Any:
        return self.found.new.answers[case]
