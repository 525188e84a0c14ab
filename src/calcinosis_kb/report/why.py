"""The full reasoning on one therapy for one patient: what held, what was asked, and what nearly held."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from calcinosis_kb.advice.advisor import Advisor
from calcinosis_kb.advice.answer import NOTICE, Advice, Judgement, Reason
from calcinosis_kb.advice.verdicts import TABLE
from calcinosis_kb.knowledge.knowledge import LOCAL
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.report.advice import MARKS, evidence_words, fact_label
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.patient import patient_blocks
from calcinosis_kb.rules.near_misses import NearMiss, near_misses

__all__ = ["family_data", "why_blocks", "why_data"]


def _near(advisor: Advisor, patient: Patient, therapy: str) -> list[NearMiss]:
    """The rules that nearly held, each rule once (the way that needs the least change comes first)."""
    situation = advisor.situation(patient)
    judged = advisor.verdict_rules.evaluate(situation.facts)
    held = {firing.rule.rule for firing in judged if firing.therapy == therapy and not firing.rule.asks}
    found: dict[str, NearMiss] = {}
    for miss in near_misses(advisor.verdict_rules.compiled, situation.facts, therapy):
        if miss.rule.rule not in held:
            found.setdefault(miss.rule.rule, miss)
    return list(found.values())


def why_data(advisor: Advisor, advice: Advice, therapy: str) -> dict[str, Any]:
    """The reasoning as plain data: the judgement as in ``suggest``, the row of the verdict table, and the near misses."""
    item = advice.judgement(therapy)
    return {
        "schema": "calcinosis-kb/why/1",
        "judgement": item.to_dict(),
        "decided_by": _row(item),
        "nearly": [
            {
                "rule": miss.rule.rule,
                "effect": miss.rule.effect,
                "would_need": miss.differs,
                "at": advisor.by_id[miss.rule.rule].at,
                **({"local": True} if miss.rule.rule in advisor.rules.local else {}),
            }
            for miss in _near(advisor, advice.patient, therapy)
        ],
        "engines": list(advice.engines),
        "notice": NOTICE,
    }


def family_data(advisor: Advisor, advice: Advice, family: str, members: Sequence[str]) -> dict[str, Any]:
    """The reasoning on each member of a family as plain data."""
    return {
        "schema": "calcinosis-kb/why-family/1",
        "family": family,
        "members": [why_data(advisor, advice, member) for member in members],
        "notice": NOTICE,
    }


def _row(item: Judgement) -> str:
    effects = {reason.effect for reason in item.reasons}
    number, row = next((n, r) for n, r in enumerate(TABLE, 1) if r.holds(item.standing, effects))
    standing = " or ".join(row.standing).replace("_", " ") or "any standing"
    effect = f"a rule with effect {row.effect}" if row.effect else "no further condition"
    return f"row {number} of the verdict table: {standing}, {effect} → {row.verdict}"


def why_blocks(advisor: Advisor, advice: Advice, therapies: Sequence[str]) -> Iterator[Block]:
    """The reasoning on one therapy after another for a reader."""
    yield from patient_blocks(advice.patient, advisor.knowledge)
    for therapy in therapies:
        yield from _judged_blocks(advisor, advice, therapy)
    yield Text(NOTICE, style="italic")


def _judged_blocks(advisor: Advisor, advice: Advice, therapy: str) -> Iterator[Block]:
    item = advice.judgement(therapy)
    knowledge = advisor.knowledge
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
    near = _near(advisor, advice.patient, therapy)
    if near:
        yield Heading("Rules that would hold if one thing were different", level=2)
        yield _near_table(near, advisor.rules.local)


def _near_table(near: Sequence[NearMiss], local: Collection[str]) -> Table:
    rows = [
        (miss.rule.effect or "", miss.differs, f"{miss.rule.rule}{LOCAL if miss.rule.rule in local else ''}")
        for miss in near
    ]
    return Table(("Effect", "Would need", "Rule"), rows, ratios=(12, 40, 26))


def _reason(reason: Reason) -> str:
    cited = f"; {', '.join(reason.sources)}" if reason.sources else ""
    return f"{reason.text} ({reason.rule}, {reason.at}{cited}){LOCAL if reason.local else ''}"
