"""One row per therapy of an answer, for spreadsheets: every therapy, whatever its verdict, with the patient in each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.head import Head, head
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.advice.questions import fact_label
from calcinosis_kb.knowledge.evidence_words import cited_as
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.recommendations import LAST_STEP
from calcinosis_kb.report.blocks import Table

__all__ = ["therapy_table"]

_COLUMNS = (
    "rank", "therapy", "name", "family", "verdict", "state", "seen", "standing", "advised", "step",
    "level", "direction", "direct", "patients", "treated", "responded", "low", "high", "expected", "expected_low", "expected_high",
    "label_read", "checks", "for", "cautions", "doubts", "why_not", "studies", "local",
    "patient", "not_understood", "warnings", "knowledge", "rules",
)  # fmt: skip


def therapy_table(advice: Advice, items: Iterable[Judgement] | None = None) -> Table:
    """Return the table of some therapies, or all; the patient, the warnings and the hashes are the same in every row."""
    shown = head(advice.patient, advice.knowledge)
    overlay = f", overlay {advice.knowledge.overlay}" if advice.knowledge.overlay else ""
    same = (
        _patient(shown),
        " ".join(shown.alerts),
        " ".join(warning.shown for warning in advice.warnings),
        f"{advice.knowledge.version} ({advice.knowledge.hash}{overlay})",
        advice.rules_hash,
    )
    return Table(
        _COLUMNS, [(*_row(item, advice.knowledge), *same) for item in (advice.judged if items is None else items)]
    )


def _patient(shown: Head) -> str:
    lines = (f"{label}: {', '.join(words)}" for label, words in (*shown.lines, ("blank", shown.blank)) if words)
    return "; ".join((shown.who, *lines))


def _row(item: Judgement, knowledge: Knowledge) -> tuple[str, ...]:
    evidence, (low, high) = item.evidence, item.evidence.response.interval
    expected_low, expected_high = item.expected.interval
    treated = evidence.response.treated
    against = ("avoid", "against", "not_applicable", "reserve")
    why_not = [] if item.offered else list(_texts(item, *against)) or [item.reasons[0].shown]
    return (
        str(item.rank or ""),
        item.therapy.id,
        item.therapy.name,
        item.therapy.family or "",
        item.verdict,
        item.state,
        evidence.seen,
        item.standing,
        item.advised.advised,
        str(item.advised.step) if item.advised.step < LAST_STEP else "",
        str(evidence.level),
        evidence.direction or "",
        _said(evidence.direct),
        str(evidence.patients),
        *((str(treated), str(evidence.response.responded), f"{low:.4g}", f"{high:.4g}") if treated else ("", "", "", "")),
        f"{item.expected.response:.4g}",
        f"{expected_low:.4g}",
        f"{expected_high:.4g}",
        _said(item.label_read),
        "; ".join(dict.fromkeys(fact_label(check.fact, knowledge) for check in item.check_first)),
        " ".join(_texts(item, "support", "prefer")),
        " ".join(_texts(item, "caution")),
        " ".join(_texts(item, "doubt")),
        " ".join(why_not),
        "; ".join(cited_as(knowledge, study) for study in item.studies),
        _said(item.local),
    )  # fmt: skip


def _texts(item: Judgement, *effects: str) -> Iterator[str]:
    return (reason.shown for reason in item.reasons if reason.effect in effects)


def _said(fact: bool) -> str:
    return "yes" if fact else "no"
