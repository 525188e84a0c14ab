"""Make the cards: one on what is open for the patient, and one for each order that should rather not be given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import shorten
from typing import Any
from uuid import uuid4

from calcinosis_kb._version import __version__
from calcinosis_kb.advice.answer import NOTICE, Advice
from calcinosis_kb.advice.past import past_words
from calcinosis_kb.advice.reasons import Reason
from calcinosis_kb.advice.screen import Row, Screen, screen
from calcinosis_kb.knowledge.citations import findable
from calcinosis_kb.knowledge.evidence_words import evidence_words
from calcinosis_kb.knowledge.spelling import enumerated, in_sentence
from calcinosis_kb.patients.account import MEDICATION_RESOURCES, Account
from calcinosis_kb.patients.record_reading import RecordReading
from calcinosis_kb.web.hooks.markdown import plain
from calcinosis_kb.web.hooks.orders import Objection, Order
from calcinosis_kb.web.hooks.prefetch import Prefetched
from calcinosis_kb.web.settings import Settings

__all__ = ["LONGEST_SUMMARY", "OVERRIDE_REASONS", "order_card", "overview_card"]

LONGEST_SUMMARY = 139

_REASONS = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
OVERRIDE_REASONS = tuple(
    {"code": code, "system": _REASONS, "display": display}
    for code, display in (
        ("action-completed", "Recommended action was already completed"),
        ("action-unsuccessful", "Recommended action was previously unsuccessful"),
        ("patient-contraindication", "Patient has contraindication to recommended action"),
        ("patient-refuses", "Patient refuses/declines (no context given)*"),
        ("risk-benefit-ratio", "Recipient assessment of risk/benefit ratio"),
        ("does-not-align-latest-evidence", "Recommended action does not align with the latest evidence"),
        ("service-not-available", "Treatment or service is not practically available"),
        ("too-costly-uncovered", "Recommended action is too costly or not covered by insurance"),
        (
            "need-more-info",
            "Could not address recommended action due to need for more information/pending results/pending consult",
        ),
    )
)
"""Why a clinician may not follow a card, by the codes and names of HL7."""

_ROWS, _CHECKS, _QUESTIONS, _NAMED, _REASONS_TOLD = 6, 4, 3, 5, 4
"""How many decisions, facts to check, questions, words not understood and reasons a card tells; the rest is counted."""

_OBJECTIONS = {
    "avoid": "contraindicated on what is recorded for this patient",
    "not_tolerated": "was not tolerated by this patient before",
    "failed": "was tried for calcinosis without success",
    "not_advised": "advised against in calcinosis",
}
_EFFECTS = {"avoid": ("avoid",), "not_tolerated": ("standing",), "failed": ("standing",), "not_advised": ("against",)}
"""The effects of the reasons that tell why."""

_LISTS = (
    (("medicine", "medicines"), MEDICATION_RESOURCES),
    (("condition", "conditions"), ("Condition",)),
    (("allergy", "allergies"), ("AllergyIntolerance",)),
    (("procedure", "procedures"), ("Procedure",)),
    (("result", "results"), ("Observation",)),
)
"""The lists of a record, in words, with the resources that are in each."""


def overview_card(
    advice: Advice, reading: RecordReading, seen: Prefetched, written: Sequence[Order], settings: Settings
) -> dict[str, Any]:
    """The card on what is open for a patient, on what was and was not read, and on orders that could not be judged."""
    shown = screen(advice)
    rows = shown.rows[:_ROWS]
    detail = "\n\n".join(
        (
            *_read(reading.account, seen),
            *_not_judged(written),
            *_options(shown),
            *_asked(shown),
            plain(NOTICE),
            _versions(advice),
        )
    )
    items = dict.fromkeys(row.best.therapy.id for row in rows)
    names = advice.knowledge.therapies
    links = [_link(f"{names[id_].name}: evidence", f"/therapy/{id_}", settings) for id_ in items]
    links.append(_link("All treatments by disease", "/therapies", settings))
    return _card(_summary(shown, reading.account), "info", detail, links, settings)


def order_card(objection: Objection, advice: Advice, settings: Settings) -> dict[str, Any]:
    """The warning on one order."""
    item = objection.judgement
    told = [reason for reason in item.reasons if reason.effect in _EFFECTS[objection.kind]][:_REASONS_TOLD]
    lines = [f"- {plain(reason.shown)}{_cited(reason, advice)}" for reason in told]
    head = f"Ordered: **{plain(objection.order.named)}**, here read as {plain(in_sentence(item.name))}."
    evidence = f"**Seen in studies**: {plain(evidence_words(item.evidence))}."
    detail = "\n\n".join((head, "\n".join(lines), evidence, plain(NOTICE), _versions(advice)))
    summary = f"{_short(item.name, 60)}: {_OBJECTIONS[objection.kind]}"
    return _card(
        summary,
        "warning",
        detail,
        [_link(f"{item.therapy.name}: evidence", f"/therapy/{item.therapy.id}", settings)],
        settings,
    )


def _card(
    summary: str, indicator: str, detail: str, links: Sequence[dict[str, str]], settings: Settings
) -> dict[str, Any]:
    """A card. Its uuid is new each time, so that feedback names one showing of it and no patient."""
    source = {"label": f"calcinosis-kb {__version__}", **({"url": settings.public_url} if settings.public_url else {})}
    return {
        "uuid": str(uuid4()),
        "summary": _short(summary, LONGEST_SUMMARY),
        "detail": detail,
        "indicator": indicator,
        "source": source,
        "overrideReasons": list(OVERRIDE_REASONS),
        "links": list(links),
    }


def _short(text: str, width: int) -> str:
    return shorten(text, width, placeholder=" …")


def _link(label: str, path: str, settings: Settings) -> dict[str, str]:
    """A link to a page that reads, which tells nothing of the patient."""
    return {"label": label, "url": f"{settings.public_url or settings.address}{path}", "type": "absolute"}


def _summary(shown: Screen, account: Account) -> str:
    """How many treatments are open, the first of them, and how much was not understood, in one sentence."""
    unread = len(account.of(*MEDICATION_RESOURCES, state="unresolved"))
    after = f"; {unread} medicine{'s' if unread != 1 else ''} not understood" if unread else ""
    rows = shown.rows
    number = shown.counts[0][0]
    if not rows:
        return f"Calcinosis: no treatment is open on what was read{after}"
    start = f"Calcinosis: {number} treatment{'s' if number != 1 else ''} open"
    for told in (3, 2, 1):
        sentence = f"{start} ({'; '.join(in_sentence(row.best.name) for row in rows[:told])}{' …' if number > told else ''}){after}"
        if len(sentence) <= LONGEST_SUMMARY:
            return sentence
    return f"{start}{after}"


def _read(account: Account, seen: Prefetched) -> Iterator[str]:
    """What was read, what was not understood, and what was not seen."""
    parts, empty = [], []
    for (one, several), types in _LISTS:
        entries = account.of(*types)
        if not entries:
            empty.extend([several] if seen.record.knows(*types) else [])
            continue
        open_ = [entry for entry in entries if entry.state in ("unresolved", "doubtful")]
        words = f"{len(entries)} {one if len(entries) == 1 else several}"
        parts.append(f"{words} ({len(open_)} not understood or doubtful)" if open_ else words)
    yield f"**Read from the record**: {'; '.join(parts)}." + (
        f" Supplied but empty: {enumerated(empty, 'and')}." if empty else ""
    )
    unread = [
        entry.named
        for entry in account.of(*MEDICATION_RESOURCES, "Condition", "AllergyIntolerance", state="unresolved")
        if entry.named
    ]
    if unread:
        named = list(dict.fromkeys(unread))
        yield f"**Not understood**: {_some(named)}. Until they are, each may be something that matters here."
    if seen.unseen:
        yield f"**Not seen** (not supplied): {enumerated(list(seen.unseen), 'and')}."
    if seen.incomplete:
        yield f"**Not complete** (more exists than was supplied): {enumerated(list(seen.incomplete), 'and')}."
    yield "A record does not hold every treatment: what is not found in it may still have been tried."


def _not_judged(written: Sequence[Order]) -> Iterator[str]:
    named = list(dict.fromkeys(order.named for order in written if not order.therapies))
    if named:
        yield f"**Orders not judged** (not read as a treatment that is known here): {_some(named)}."


def _some(named: list[str]) -> str:
    """The first of some words of the record, and the number of the others."""
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return "; ".join(map(plain, named[:_NAMED])) + more


def _options(shown: Screen) -> Iterator[str]:
    """What the record tells of treatments, then the first decisions under what was seen of them."""
    told = [
        f"{label}: {', '.join(plain(word.rstrip('*')) for word in words)}"
        for label, words in shown.head.lines
        if label not in _NOT_TREATMENTS
    ]
    if told:
        yield f"**Treatments in the record**: {'; '.join(told)}."
    past = list(past_words(shown.past))
    if past:
        yield f"**Past treatment that the record leaves open**: {plain('; '.join(past))}."
    yield plain(shown.counted)
    left = _ROWS
    for group in shown.groups:
        lines = []
        for row in group.rows[:left]:
            lines.append(f"{row.rank}. {plain(row.name)}: {'; '.join(_row(row))}")
        if lines:
            left -= len(lines)
            yield f"**{plain(group.title)}**\n\n" + "\n".join(lines)


def _row(row: Row) -> Iterator[str]:
    """One decision: what was seen, its state, the most telling reasons, and what to check first."""
    state = "" if row.state == "check" else row.state
    said = (f"patients {row.seen}" if row.seen[:1].isdigit() else row.seen, state, row.pro, row.con)
    yield from (plain(one.removesuffix(".")) for one in said if one)
    if row.checks:
        more = f" and {len(row.checks) - _CHECKS} more" if len(row.checks) > _CHECKS else ""
        yield f"check first: {', '.join(map(plain, row.checks[:_CHECKS]))}{more}"


_NOT_TREATMENTS = ("record", "deposits", "takes", "also", "allergy", "none", "results", "derived", "not used")
"""The labels in the head of an answer that tell of no treatment."""


def _asked(shown: Screen) -> Iterator[str]:
    questions = [question.text for question in shown.questions[:_QUESTIONS]]
    if questions:
        yield "**What would change this most**: " + " ".join(map(plain, questions))


def _cited(reason: Reason, advice: Advice) -> str:
    """The sources of a reason in brackets. The project's account of how it grades is not one."""
    found = (advice.knowledge.publication(source) for source in reason.sources)
    told = (one for one in found if one and getattr(one, "authority", None) != "project")
    labels = [label for one in told if (label := findable(one))]
    return f" ({plain('; '.join(labels[:2]))})" if labels else ""


def _versions(advice: Advice) -> str:
    return f"calcinosis-kb {__version__}, knowledge {advice.knowledge.hash[:12]}, rules {advice.rules_hash[:12]}"
