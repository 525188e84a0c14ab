"""The reasoning on one therapy: what decided, what was seen, for and against, what to check, what would change it.

The 24 lines of ``why`` (`reasoning_lines`) and the pages of the server lay out the same `Reasoning`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.facts import REPRODUCTIVE, fertile
from calcinosis_kb.advice.judgement import Explanation, Judgement
from calcinosis_kb.advice.questions import fact_label
from calcinosis_kb.advice.reasons import Nearly, Reason
from calcinosis_kb.advice.screen import elsewhere_words, standing_words
from calcinosis_kb.knowledge.bibliography import Bibliography
from calcinosis_kb.knowledge.evidence_words import cited_as, counts_words, expected_words, patients_words
from calcinosis_kb.knowledge.grading import Finding
from calcinosis_kb.knowledge.knowledge import LOCAL
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, best_by_sign
from calcinosis_kb.knowledge.recommendations import LAST_STEP

__all__ = ["Reasoning", "Said", "decided_words", "reasoning", "way_words"]

_LEVELS = {
    1: "a review of randomised trials",
    2: "a randomised trial",
    3: "a cohort",
    4: "case series or single cases",
    5: "mechanism or opinion",
}
_ADVISED = {
    "recommended": "Recommended in guidelines or reviews",
    "considered": "An option in guidelines or reviews",
    "depends": "Advised in guidelines or reviews for some such patients; what is not recorded decides for which",
    "contested": "An option in some guidelines or reviews, and advised against in others",
}
_COURSES = {"benefit": "better", "mixed": "mixed", "no_benefit": "no better", "harm": "worse"}
_AGAINST = ("avoid", "against", "not_applicable", "reserve", "caution", "doubt")

_RULES_OUT = frozenset({"avoid", "not_applicable"})
_RECORDED = re.compile(r"(condition|medication|feature|site|lab) (\w+)(?:, (.*))?$")
"""A near miss that a fact of the record would make hold."""


class Said(NamedTuple):
    """A sentence with the sources that it rests on, and the mark of what comes from an overlay."""

    text: str
    sources: tuple[str, ...] = ()
    mark: str = ""

    def cited(self, sources: Bibliography) -> str:
        """The sentence with its sources as numbers."""
        return f"{self.text}{sources.cite(self.sources)}{self.mark}"


@dataclass(frozen=True)
class Reasoning:
    """What is said of one therapy for one patient, each list with the weightiest first.

    ``decided`` is why it has its verdict, and ``studies`` has a line a study, whose id is its source. ``before`` is what to know
    before the first dose, ``rules_out`` the open facts that would rule it out, ``changes`` what else could be recorded, by the effect
    that it would have.
    """

    item: Judgement
    place: str
    standing: str
    decided: str
    seen: str
    studies: tuple[Said, ...]
    pro: tuple[Said, ...]
    con: tuple[Said, ...]
    before: tuple[str, ...]
    rules_out: tuple[str, ...]
    paths: tuple[MechanismPath, ...]
    changes: tuple[tuple[str, tuple[str, ...]], ...]
    expected: str


def reasoning(explanation: Explanation, advice: Advice) -> Reasoning:
    """Return the reasoning on an explained therapy."""
    item = explanation.judgement
    return Reasoning(
        item=item,
        place=advice.place(item),
        standing=standing_words(advice, item),
        decided=item.decided_by[1].because,
        seen=_seen(item, advice),
        studies=tuple(_studies(item, advice)),
        pro=tuple(_pro(item)),
        con=tuple(_con(item)),
        before=_before(item, advice),
        rules_out=_rules_out(item, advice),
        paths=best_by_sign(item.paths, 1),
        changes=tuple(_changes(item, explanation.nearly, advice)),
        expected=expected_words(item.expected),
    )


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


def _seen(item: Judgement, advice: Advice) -> str:
    evidence = item.evidence
    where = {"in_disease": "in this disease: ", "elsewhere": f"{elsewhere_words(advice)}: "}.get(evidence.seen, "")
    treated = ", of the treated deposits" if item.therapy.reach == "local" and evidence.patients else ""
    return f"{where}{patients_words(evidence)}{treated}; level {evidence.level}, {_LEVELS[evidence.level]}"


def _studies(item: Judgement, advice: Advice) -> Iterator[Said]:
    """One line a study, the largest first: who, how many of which disease, what came of it."""
    knowledge = advice.knowledge
    findings = [finding for finding in item.evidence.findings if finding.design.patients]
    for finding in sorted(findings, key=lambda finding: (-finding.patients, finding.study.id)):
        names = [knowledge.disease_in_short(id_) for id_ in finding.result.populations]
        diseases = ", ".join(names) if len(names) < 3 else f"{len(names)} diseases"
        parts = (cited_as(knowledge, finding.study.id), diseases, counts_words(finding), _course(finding))
        yield Said(", ".join(part for part in parts if part), (finding.study.id,))


def _course(finding: Finding) -> str:
    return _COURSES.get(finding.result.direction or "", "course not told")


def _pro(item: Judgement) -> Iterator[Said]:
    """How far those who advise on it go, and at which step of treatment they place it; then what speaks for it itself."""
    advised = item.advised
    if said := _ADVISED.get(advised.advised):
        step = f" (step {advised.step})" if advised.step < LAST_STEP else ""
        yield Said(f"{said}{step}", advised.sources)
    for reason in item.reasons:
        if reason.effect in ("support", "prefer") and not reason.general:
            yield _told(reason)


def _con(item: Judgement) -> list[Said]:
    """What speaks against it, gravest first, what is about this therapy before what is said of many."""
    found = [reason for reason in item.reasons if reason.effect in _AGAINST]
    if not item.listed and not found:
        found = [item.reasons[0]]
    order = {effect: place for place, effect in enumerate(("standing", *_AGAINST))}
    return [_told(reason) for reason in sorted(found, key=lambda one: (order[one.effect], one.general))]


def _told(reason: Reason) -> Said:
    facts = f" ({reason.facts})" if reason.facts else ""
    return Said(f"{reason.said}{facts}", reason.sources, LOCAL if reason.local else "")


def _before(item: Judgement, advice: Advice) -> tuple[str, ...]:
    """What to know before the first dose, merged as the questions are."""
    questions = {fact: question for question in advice.questions for fact in question.facts}
    required = (check.fact for check in item.check_first if check.would == "check" and check.fact in questions)
    unread = [] if item.label_read else ["a label: none was read"]
    return tuple(dict.fromkeys([*unread, *(questions[fact].short for fact in required)]))


def _rules_out(item: Judgement, advice: Advice) -> tuple[str, ...]:
    facts = (check.fact for check in item.check_first if check.would in _RULES_OUT)
    return tuple(dict.fromkeys(fact_label(fact, advice.knowledge) for fact in facts))


def _changes(item: Judgement, nearly: Sequence[Nearly], advice: Advice) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What else could be recorded that would change the judgement, by the effect that it would have, gravest first.

    Breastfeeding is nothing to ask of a man, a child or an old woman.
    """
    found: dict[str, dict[str, None]] = {effect: {} for effect in _AGAINST}
    asked = {check.fact for check in item.check_first}
    for miss in nearly:
        fact = _RECORDED.match(miss.would_need)
        name = (fact[2] if fact[1] == "lab" else f"{fact[1]}:{fact[2]}") if fact else ""
        possible = fact and (fact[2] not in REPRODUCTIVE or fertile(advice.patient))
        if fact and possible and miss.effect in found and name not in asked:
            more = f" {fact[3].removeprefix('finding is ').removeprefix('value ')}" if fact[3] else ""
            label = fact_label(name, advice.knowledge)
            found[miss.effect][f"{label}{more}{LOCAL if miss.local else ''}"] = None
    return ((effect, tuple(facts)) for effect, facts in found.items() if facts)


def way_words(path: MechanismPath) -> str:
    """Return the nodes of a path without the therapy and its end: "L-type channel blockade → influx of calcium → …"."""
    return f"{' → '.join(step.object for step in path.steps[:-1])}{LOCAL if path.local else ''}"
