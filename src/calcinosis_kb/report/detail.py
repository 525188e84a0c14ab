"""Everything that an answer says of a therapy as marked items: evidence, mechanism, reasons, what to check; sources as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.advice.questions import fact_label
from calcinosis_kb.advice.reasons import Reason
from calcinosis_kb.knowledge.bibliography import Bibliography
from calcinosis_kb.knowledge.evidence_words import evidence_words, expected_words
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.report.blocks import Block, Heading, Marked

__all__ = ["MARKS", "Details", "sources_blocks"]

MARKS = {
    "support": "+",
    "prefer": "+",
    "note": "-",
    "warn": "✗",
    "caution": "!",
    "reserve": "!",
    "doubt": "~",
    "avoid": "✗",
    "against": "✗",
    "not_applicable": "✗",
}
"""The mark of each effect of a rule."""

_WOULD = {
    "check": "Before giving it",
    "avoid": "Not recorded; would rule it out",
    "not_applicable": "Not recorded; could make it unsuitable",
    "reserve": "Not recorded; would make it a last resort",
    "caution": "Not recorded; would call for caution",
}
_MANY = 2
"""A reason of more therapies than this is printed once, as a note."""


class Details:
    """What is said of the therapies of one report, each general reason once."""

    def __init__(self, knowledge: Knowledge, items: Iterable[Judgement]) -> None:
        self.knowledge = knowledge
        self.sources = Bibliography(knowledge)
        said = Counter(reason.shown for item in items for reason in item.reasons[1:] if not reason.text.endswith("]"))
        shared = (text for text, times in said.items() if times > _MANY)
        self._numbers = {text: number for number, text in enumerate(shared, 1)}
        self._cited: dict[str, tuple[str, ...]] = {}

    def notes(self) -> Iterator[Block]:
        """The reasons that many therapies share, by number."""
        if self._numbers:
            yield Heading("Notes on several therapies", level=2)
            yield Marked(
                [
                    ("-", f"{number}: {text}{self.sources.cite(self._cited.get(text, ()))}")
                    for text, number in self._numbers.items()
                ]
            )

    def of(self, item: Judgement) -> list[tuple[str, str]]:
        """Return the marked items on one therapy."""
        return [*self._found(item), *self.reasons(item.reasons[1:]), *self._checks(item)]

    def _found(self, item: Judgement) -> Iterator[tuple[str, str]]:
        yield "-", item.reasons[0].shown
        expected = (
            f" Expected response: {expected_words(item.expected)}." if item.listed and item.expected.worth else ""
        )
        yield "-", f"Evidence: {self.evidence(item)}{expected}"
        for path in item.paths:
            yield "→", _way(path)

    def evidence(self, item: Judgement) -> str:
        """The evidence in a line, with its studies and the levels that others published."""
        deciding = [finding.study.id for finding in item.evidence.findings]
        parts = [f"{evidence_words(item.evidence)}{self.sources.cite(deciding)}"]
        parts.extend(
            f"published as level {grade.level} ({grade.scheme}){self.sources.cite([study])}"
            for study, grade in item.published
        )
        if item.therapy.no_evidence and item.evidence.direction is None:
            parts.append(f"{item.therapy.no_evidence.rstrip('.')}{LOCAL if item.own else ''}")
        return f"{'; '.join(parts).rstrip('.')}."

    def reasons(self, reasons: Sequence[Reason]) -> Iterator[tuple[str, str]]:
        """Reasons with their marks and sources; those printed as notes are referred to by number, at the end."""
        noted: dict[str, list[int]] = {}
        for reason in reasons:
            mark = MARKS.get(reason.effect, "-")
            if reason.shown in self._numbers:
                self._cited.setdefault(reason.shown, reason.sources)
                noted.setdefault(mark, []).append(self._numbers[reason.shown])
            else:
                yield mark, f"{reason.text}{self.sources.cite(reason.sources)}{LOCAL if reason.local else ''}"
        for mark, numbers in noted.items():
            yield mark, f"See note{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}."

    def _checks(self, item: Judgement) -> Iterator[tuple[str, str]]:
        asked: set[str] = set()
        for would, title in _WOULD.items():
            checks = [check for check in item.check_first if check.would == would and check.fact not in asked]
            if checks and would == "check":
                for check in checks:
                    mark = LOCAL if check.local else ""
                    yield "?", f"{title}, {fact_label(check.fact, self.knowledge)}: {check.because}{mark}"
                    asked.add(check.fact)
            elif checks:
                local = {check.fact for check in checks if check.local}
                facts = dict.fromkeys(
                    f"{fact_label(check.fact, self.knowledge)}{LOCAL if check.fact in local else ''}"
                    for check in checks
                )
                yield "?", f"{title}: {', '.join(facts)}."


def sources_blocks(sources: Bibliography) -> Iterator[Block]:
    """The numbered list of sources; no block if none is cited."""
    if len(sources):
        yield Heading("Sources", level=2)
        yield Marked([("-", entry) for entry in sources.entries()])


def _way(path: MechanismPath) -> str:
    """A path in words, without "it should lower it", which is printed once for all."""
    return path.words.replace(" So it should lower it.", "")
