"""Put fired rules into words: the reasons of a judgement, and what to check first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from calcinosis_kb.advice.reasons import Check, Reason
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.patients.models import TOO_LITTLE, Trial
from calcinosis_kb.rules.engine import Firing
from calcinosis_kb.rules.models import EFFECTS, Rule

__all__ = ["Grounds", "checks", "reasons", "standing_reason"]

_GRAVITY = {"check": 0, "avoid": 1, "not_applicable": 2, "reserve": 3, "caution": 4}
_EFFECT_ORDER = {effect: order for order, effect in enumerate(EFFECTS)}

JUDGED = frozenset({"failed", "inadequate", "cannot_tell", "partial", "worked", "recurred"})
"""The standings that depend on whether a trial was adequate."""


def standing_reason(
    rule: Rule, firings: Iterable[Firing], therapy: Therapy, trials: Iterable[Trial], *, local: bool = False
) -> Reason:
    """Explain the standing of a therapy: the rule, the trials behind it, and why they were or may be inadequate."""
    facts = dict.fromkeys(fact.text for firing in firings for fact in firing.facts if fact.text)
    parts = [rule.because, *(_sentence(text) for text in facts)]
    if rule.standing in JUDGED:
        own = [trial for trial in trials if trial.therapy == therapy.id and trial.purpose == "calcinosis"]
        parts.extend(_adequacy(therapy, own))
    return _made(rule, "standing", " ".join(parts), local, "")


def _adequacy(therapy: Therapy, trials: list[Trial]) -> list[str]:
    parts: list[str] = []
    short = dict.fromkeys(why for trial in trials if trial.adequacy in TOO_LITTLE for why in trial.adequacy_reasons)
    unknown = dict.fromkeys(why for trial in trials if trial.adequacy == "unknown" for why in trial.adequacy_reasons)
    if short:
        parts.append(f"Not an adequate trial: {'; '.join(short)}.")
    if unknown:
        parts.append(f"Adequacy of the trial unknown: {'; '.join(unknown)}.")
    if (short or unknown) and therapy.adequate_trial:
        parts.append(f"An adequate trial: {_sentence(therapy.adequate_trial.text)}")
    elif short or unknown:
        parts.extend(_sentence(course.text) for course in therapy.courses if course.says_how_long_to_wait)
    return parts


class Grounds:
    """The rules that fired for one therapy. They are put into words when somebody reads them, and most never are.

    ``held`` are the rules that hold with their effects, in order; ``asks`` tells whether anything asks for a missing fact;
    ``advice`` are the checks on what decides whether it is advised.
    """

    def __init__(
        self,
        rules: Mapping[str, Rule],
        standing: Reason,
        firings: Sequence[Firing],
        local: Collection[str] = (),
        advice: tuple[Check, ...] = (),
    ) -> None:
        self._rules, self._standing, self._firings, self._local = rules, standing, firings, local
        self._advice = advice
        self.held = {
            firing.rule.rule: firing.rule.effect or "note" for firing in firings if firing.rule.effect != "check"
        }
        self.effects = tuple(self.held.values())
        self.asks = bool(advice) or any(firing.rule.effect == "check" for firing in firings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grounds) and (self.reasons, self.checks) == (other.reasons, other.checks)

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """The reason of the standing, then the `reasons` of the rules that hold."""
        return (self._standing, *reasons(self._rules, self._firings, self._local))

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """The `checks` of the rules that ask, then those on what decides whether it is advised."""
        return (*checks(self._rules, self._firings, self._local), *self._advice)


def reasons(rules: Mapping[str, Rule], firings: Iterable[Firing], local: Collection[str] = ()) -> tuple[Reason, ...]:
    """Return the reasons for one therapy, one per rule, gravest effect first, each with the patient's facts behind it.

    ``local`` are the ids of the rules that depend on an overlay here.
    """
    facts: dict[str, dict[str, None]] = {}
    for firing in firings:
        if firing.rule.effect != "check":
            known = facts.setdefault(firing.rule.rule, {})
            known.update(dict.fromkeys(fact.text for fact in firing.facts if fact.text))
    # Firings come in the order of the rules and sorting is stable, so rules of one effect keep that order.
    ordered = sorted(facts, key=lambda id_: _EFFECT_ORDER[rules[id_].effect or "note"])
    return tuple(_reason(rules[id_], facts[id_], id_ in local) for id_ in ordered)


def _reason(rule: Rule, facts: Iterable[str], local: bool) -> Reason:
    shown = "; ".join(facts)
    text = f"{rule.because} [{shown}]" if shown else rule.because
    return _made(rule, rule.effect or "note", text, local, shown)


def _made(rule: Rule, effect: str, text: str, local: bool, facts: str) -> Reason:
    return Reason(rule.id, effect, text, rule.sources, rule.at, rule.title, rule.therapies == "all", local, facts)


def checks(rules: Mapping[str, Rule], firings: Iterable[Firing], local: Collection[str] = ()) -> tuple[Check, ...]:
    """Return what to find out before giving one therapy: required tests, then facts that would rule it out, then the rest.

    A rule that already holds by another fact asks for nothing more.
    """
    firings = list(firings)
    certain = {firing.rule.rule for firing in firings if firing.rule.effect != "check"}
    found: dict[tuple[str, str], Check] = {}
    for firing in firings:
        if firing.rule.effect != "check" or firing.rule.rule in certain:
            continue
        rule = rules[firing.rule.rule]
        for fact in firing.asked:
            if (rule.id, fact) not in found:
                would, unread = rule.effect or "check", bool(rule.unless_read)
                found[rule.id, fact] = Check(fact, rule.because, rule.id, would, rule.id in local, unread)
    return tuple(sorted(found.values(), key=lambda check: _GRAVITY[check.would]))


def _sentence(text: str) -> str:
    text = text.strip()
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
