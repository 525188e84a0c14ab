"""What a new fact about a patient changed in the answer, in words."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.advice.verdicts import OFFERED
from calcinosis_kb.knowledge.spelling import in_sentence

__all__ = ["changes", "move_words", "moves"]

_MOST = 5
"""Number of changes that are told if no other is wanted; the others are counted."""
_FIRST = 3
"""Number of therapies named as the first ones now."""

_VERDICTS = {
    "reserve": "last resort",
    "unproven": "unproven here",
    "avoid": "ruled out",
    "not_advised": "advised against",
    "not_applicable": "does not apply",
    "exhausted": "used up",
}


def changes(before: Advice, after: Advice, most: int | None = _MOST) -> list[str]:
    """Return a line per therapy whose verdict or state changed, best ranked first, then for how many fewer checks are open.

    "Rituximab: suggest, check → ruled out (hepatitis B)". More than ``most`` changes are counted. The number of open therapies and the
    first ones are told if they are others than before.
    """
    moved = moves(before, after)
    lines = [move_words(old, new) for old, new in moved[:most]]
    if most is not None and len(moved) > most:
        lines.append(f"{len(moved) - most} more changed.")
    fewer = sum(len(new.check_first) < len(before.judgement(new.therapy.id).check_first) for new in after.options)
    if fewer:
        lines.append(f"Fewer open checks for {fewer} option{'s' if fewer > 1 else ''}.")
    if _open(after) != _open(before):
        lines.append(_open(after))
    return lines or ["No treatment moves."]


def moves(before: Advice, after: Advice) -> list[tuple[Judgement, Judgement]]:
    """Return the judgements whose verdict or state changed, before and after, best ranked first."""
    pairs = [(before.judgement(new.therapy.id), new) for new in after.judged]
    moved = [(old, new) for old, new in pairs if _shown(old) != _shown(new)]
    return sorted(moved, key=lambda pair: (min(_rank(pair[0]), _rank(pair[1])), pair[1].therapy.name))


def move_words(old: Judgement, new: Judgement) -> str:
    """Return one change in words, with the recorded facts behind it."""
    return f"{new.name}: {_shown(old)} → {_shown(new)}{_why(old, new)}"


def _open(advice: Advice) -> str:
    first = "; ".join(item.name for item in advice.options[:_FIRST])
    return f"{sum(item.offered for item in advice.judged)} open{f', first {first}' if first else ''}."


def _rank(item: Judgement) -> int:
    return item.rank or 10**6


def _shown(item: Judgement) -> str:
    if item.verdict not in OFFERED:
        return _VERDICTS[item.verdict]
    return f"{item.verdict}, {item.state.replace('_', ' ')}"


def _why(old: Judgement, new: Judgement) -> str:
    """The recorded facts behind the reasons that are new and decide, or the new standing if the verdict rests on it."""
    if new.standing != old.standing and new.decided_by[1].standing:
        return f" ({new.standing.replace('_', ' ')})"
    known = {reason.rule for reason in old.reasons}
    deciding = ("avoid", "not_applicable", "against", "reserve", "caution", "support")
    facts = dict.fromkeys(_facts(new, known, deciding))
    return f" ({'; '.join(facts)})" if facts else ""


def _facts(new: Judgement, known: set[str], deciding: tuple[str, ...]) -> Iterator[str]:
    for reason in new.reasons:
        if reason.rule not in known and reason.effect in deciding and reason.facts:
            yield "; ".join(map(in_sentence, reason.facts.split("; ")))
            return
