"""The reasoning on one therapy, laid out in 24 lines: what decided, what was seen, for and against, what to check, sources."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from calcinosis_kb.advice.answer import Advice, Explanation, Judgement, Nearly, Reason
from calcinosis_kb.advice.columns import LABEL, WIDTH, Line, cut, labelled, wrapped
from calcinosis_kb.advice.head import head
from calcinosis_kb.advice.layout import NOTICE_LINE
from calcinosis_kb.advice.questions import fact_label
from calcinosis_kb.advice.screen import ROUTES, STANDING_MARKS, elsewhere_words
from calcinosis_kb.characters import visible
from calcinosis_kb.knowledge.bibliography import Bibliography
from calcinosis_kb.knowledge.evidence_words import cited_as, counts_words, expected_words, patients_words
from calcinosis_kb.knowledge.grading import Finding
from calcinosis_kb.knowledge.knowledge import LOCAL
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.knowledge.recommendations import LAST_STEP

__all__ = ["HEIGHT", "decided_words", "lay_out_reasoning"]

HEIGHT = 24
"""The most lines on one therapy, without words that were not understood."""

_LEVELS = {
    1: "a review of randomised trials",
    2: "a randomised trial",
    3: "a cohort",
    4: "case series or single cases",
    5: "mechanism or opinion",
}
_ADVISED = {
    "recommended": "recommended",
    "considered": "called an option",
    "depends": "advised for some such patients, and what is not recorded decides for which,",
    "contested": "called an option by some, and advised against by others,",
}
_COURSES = {"benefit": "better", "mixed": "mixed", "no_benefit": "no better", "harm": "worse"}
_AGAINST = ("avoid", "against", "not_applicable", "reserve", "caution", "doubt")
_ENTRY = 2 * WIDTH - 20
"""The longest entry of a source, so that it fits two lines."""

_RULES_OUT = frozenset({"avoid", "not_applicable"})
_RECORDED = re.compile(r"(condition|medication|feature|site|lab) (\w+)(?:, (.*))?$")
"""A near miss that a fact of the record would make hold."""

_STUDIES, _REASONS, _CHANGES = 4, 3, 2
"""The most lines of each kind."""


def lay_out_reasoning(explanation: Explanation, advice: Advice) -> list[Line]:
    """Return the reasoning as lines: each reason on two lines if there is room, and the sources in what is left."""
    alerts = [
        Line(text, "alert") for alert in head(advice.patient, advice.knowledge).alerts for text in wrapped(alert, 2)
    ]
    for most in (2, 1):
        reasoning = _Reasoning(explanation.judgement, advice, most)
        lines = list(reasoning.lines(explanation.nearly))
        entries = [line for entry in reasoning.sources.entries(_ENTRY) for line in _entry(entry)]
        room = HEIGHT - len(lines) - 1
        if len(entries) <= room:
            break
    if len(entries) > room:
        entries = [*entries[: room - 1], Line("… more sources: why --all", "dim")]
    every = (*alerts, *lines, *entries, Line(NOTICE_LINE, "notice"))
    return [Line(visible(line.text).rstrip(), line.style) for line in every]


def _entry(entry: str) -> list[Line]:
    """A source on one line, or on two; its identifier is never broken."""
    lines = textwrap.wrap(
        entry,
        WIDTH,
        subsequent_indent="    ",
        max_lines=2,
        placeholder=" …",
        break_on_hyphens=False,
        break_long_words=False,
    )
    return [Line(line, "dim") for line in lines]


def decided_words(item: Judgement) -> str:
    """The row of the verdict table that decided, in words."""
    number, row = item.decided_by
    standing = " or ".join(row.standing).replace("_", " ") or "any standing"
    parts = [
        standing,
        f"a rule with effect {row.effect}" if row.effect else "",
        f"none with effect {row.unless}" if row.unless else "",
    ]
    seen = f"seen {' or '.join(row.seen)}".replace("_", " ") if row.seen else ""
    conditions = ", ".join(part for part in (*parts, seen) if part)
    return f"row {number} of the verdict table: {conditions} → {row.verdict}"


class _Reasoning:
    """Puts one judgement into lines, ``most`` for each reason, and collects the sources that these cite."""

    def __init__(self, item: Judgement, advice: Advice, most: int) -> None:
        self.item = item
        self.most = most
        self.advice = advice
        self.knowledge = advice.knowledge
        self.sources = Bibliography(advice.knowledge)

    def lines(self, nearly: Sequence[Nearly]) -> Iterator[Line]:
        item = self.item
        yield Line(cut(self._title(), WIDTH), "head")
        yield from self._section("decided", [decided_words(item)], most=2)
        yield from self._section("seen", [self._seen()], most=2)
        for study in self._studies():
            yield Line(f"{'':<{LABEL}}{cut(study, WIDTH - LABEL)}")
        for label, mark, texts in (("for", "+", self._for()), ("against", "!", self._against())):
            for index, text in enumerate(texts[:_REASONS]):
                parts = labelled("" if index else label, [f"{mark} {text}"], most=self.most)
                yield from (Line(part, "pro" if mark == "+" else "con") for part in parts)
        ticks, rules_out = self._checks()
        yield from self._section("before", [f"[ ] {tick}" for tick in ticks], most=1, separator="  ")
        yield from self._section("ruled out", [f"by {rules_out[0]}", *rules_out[1:]] if rules_out else [], most=1)
        for path in self._paths():
            yield Line(path, "dim")
        for index, (effect, facts) in enumerate(list(self._changes(nearly))[:_CHANGES]):
            words = [f"{effect.replace('_', ' ')} if {facts[0]}", *facts[1:]]
            yield from self._section("" if index else "changes", words, most=1)
        yield from self._section("expected", [f"response {expected_words(item.expected)}"], most=1)

    def _section(self, label: str, words: Sequence[str], *, most: int, separator: str = ", ") -> Iterator[Line]:
        yield from (Line(text) for text in labelled(label, words, most=most, separator=separator))

    def _title(self) -> str:
        item = self.item
        parts = (
            ROUTES.get(item.therapy.invasiveness or "", ""),
            STANDING_MARKS[item.standing],
            f"state: {item.state.replace('_', ' ')}",
        )
        return f"{item.name}: {item.verdict.replace('_', ' ')}, {self.advice.place(item)} · {' · '.join(part for part in parts if part)}"

    def _seen(self) -> str:
        evidence = self.item.evidence
        where = {"in_disease": " in this disease", "elsewhere": f" {elsewhere_words(self.advice)}"}.get(
            evidence.seen, ""
        )
        treated = ", of the treated deposits" if self.item.therapy.reach == "local" and evidence.patients else ""
        return f"{patients_words(evidence)}{treated}{where}; level {evidence.level}, {_LEVELS[evidence.level]}"

    def _studies(self) -> list[str]:
        """One line a study: who, how many of which disease, what came of it."""
        findings = [finding for finding in self.item.evidence.findings if finding.design.patients]
        findings.sort(key=lambda finding: (-finding.patients, finding.study.id))
        shown = [self._study(finding) for finding in findings[:_STUDIES]]
        left = len(findings) - len(shown)
        return [*shown[:-1], f"{shown[-1]} + {left} more"] if left else shown

    def _study(self, finding: Finding) -> str:
        names = [self.knowledge.disease_in_short(id_) for id_ in finding.result.populations]
        diseases = ", ".join(names) if len(names) < 3 else f"{len(names)} diseases"
        course = _COURSES.get(finding.result.direction or "", "course not told")
        parts = (cited_as(self.knowledge, finding.study.id), diseases, counts_words(finding), course)
        return f"{', '.join(part for part in parts if part)}{self.sources.cite([finding.study.id])}"

    def _for(self) -> list[str]:
        own = [reason for reason in self.item.reasons if reason.effect in ("support", "prefer") and not reason.general]
        return [*self._advised(), *map(self._told, own)]

    def _advised(self) -> Iterator[str]:
        """How far those who advise on it go, and at which step of treatment they place it."""
        advised = self.item.advised
        if said := _ADVISED.get(advised.advised):
            step = f" at step {advised.step}" if advised.step < LAST_STEP else ""
            yield f"{said}{step} by those who advise on it{self.sources.cite(advised.sources)}"

    def _against(self) -> list[str]:
        """What speaks against it, gravest first, what is about this therapy before what is said of many."""
        found = [reason for reason in self.item.reasons if reason.effect in _AGAINST]
        if not self.item.listed and not found:
            found = [self.item.reasons[0]]
        order = {effect: place for place, effect in enumerate(("standing", *_AGAINST))}
        return [self._told(reason) for reason in sorted(found, key=lambda one: (order[one.effect], one.general))]

    def _told(self, reason: Reason) -> str:
        facts = f" ({reason.facts})" if reason.facts else ""
        return f"{reason.said}{facts}{self.sources.cite(reason.sources)}{LOCAL if reason.local else ''}"

    def _checks(self) -> tuple[list[str], list[str]]:
        """What to know before the first dose, merged as the questions are, and the open facts that would rule it out."""
        questions = {fact: question for question in self.advice.questions for fact in question.facts}
        checks = self.item.check_first
        required = [
            questions[check.fact].short for check in checks if check.would == "check" and check.fact in questions
        ]
        rules_out = [fact_label(check.fact, self.knowledge) for check in checks if check.would in _RULES_OUT]
        unread = [] if self.item.label_read else ["a label: none was read"]
        return list(dict.fromkeys([*unread, *required])), list(dict.fromkeys(rules_out))

    def _changes(self, nearly: Sequence[Nearly]) -> Iterator[tuple[str, list[str]]]:
        """What else could be recorded that would change the judgement, by the effect that it would have, gravest first."""
        found: dict[str, dict[str, None]] = {effect: {} for effect in _AGAINST}
        asked = {check.fact for check in self.item.check_first}
        for miss in nearly:
            fact = _RECORDED.match(miss.would_need)
            name = (fact[2] if fact[1] == "lab" else f"{fact[1]}:{fact[2]}") if fact else ""
            if fact and miss.effect in found and name not in asked:
                more = f" {fact[3].removeprefix('finding is ').removeprefix('value ')}" if fact[3] else ""
                label = fact_label(name, self.knowledge)
                found[miss.effect][f"{label}{more}{LOCAL if miss.local else ''}"] = None
        return ((effect, list(facts)) for effect, facts in found.items() if facts)

    def _paths(self) -> Iterator[str]:
        """The best path of either sign, in one line."""
        for sign, label in (("-", "lowers by"), ("+", "raises by")):
            path = next((path for path in self.item.paths if path.sign == sign), None)
            if path is not None:
                yield cut(f"{label:<{LABEL}}{_way(path)}", WIDTH)


def _way(path: MechanismPath) -> str:
    """The nodes of a path without the therapy and its end: "L-type channel blockade → influx of calcium → …"."""
    return f"{' → '.join(step.object for step in path.steps[:-1])}{LOCAL if path.local else ''}"
