"""Rule on one therapy: from the rules that hold and what was seen, its verdict, state and place in the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from calcinosis_kb.advice.ranking import RankKey, place_in_order
from calcinosis_kb.advice.reasons import Check
from calcinosis_kb.advice.state import State, state
from calcinosis_kb.advice.verdicts import OFFERED, Verdict, decide
from calcinosis_kb.knowledge.expected import Expectation
from calcinosis_kb.knowledge.grading import Evidence, Seen
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.person import FEW_DEPOSITS, WIDESPREAD, Person
from calcinosis_kb.knowledge.recommendations import LAST_STEP, Advised, Recommendation
from calcinosis_kb.rules.compiler import fact_name, scopes
from calcinosis_kb.rules.engine import Evaluator
from calcinosis_kb.rules.loader import RuleBook
from calcinosis_kb.rules.models import EFFECTS

__all__ = ["Circumstances", "Judge", "Ruling", "Weight"]

MOST = 0.5
"""The share of the patients in whom a therapy helped that must have had deposits like these for it to fit; ours. A single patient
whose deposits are described must not lift a therapy over one whose reports leave them out."""

_ADVISED = frozenset({"guideline-considers"})
"""The rule that prefers what guidelines and reviews call an option; the order reads their steps instead."""

_ADVISES: Mapping[Advised, str] = {
    "recommended": "guideline-recommends",
    "considered": "guideline-considers",
    "contested": "guidelines-disagree",
    "advised_against": "guideline-advises-against",
}
"""The rule that holds where those who advise on a therapy agree on this."""

_FAMILY_FAILED = frozenset({"sibling-failed", "family-failed"})
"""The rules that say that another agent of the family, or an unnamed one, has failed."""


class Circumstances(NamedTuple):
    """What a ruling on one therapy depends on beside the rules that hold; ``fit`` as `Judge.fit` counts it."""

    standing: str
    seen: Seen
    expected: Expectation
    advised: Recommendation
    mechanism: str
    fit: int


class Weight(NamedTuple):
    """What the rules that hold for a therapy weigh: all that a `Ruling` takes from them.

    ``prefers``: a rule prefers the therapy for this patient; ``unread`` counts the circumstances that no source that was read covers.
    """

    effects: frozenset[str]
    asks: bool
    prefers: bool
    family_failed: bool
    unread: int
    cautions: int


class Ruling(NamedTuple):
    """The verdict on a therapy, its state and its place in the order."""

    verdict: Verdict
    state: State
    key: RankKey


class Judge:
    """Rule on therapies by the verdict rules that hold.

    ``unread`` are the rules about circumstances that no label covers which was read, ``labels_read`` the therapies of which one covers any;
    ``weighed_alone`` are the rules that count by themselves, beside their effects.
    """

    def __init__(self, knowledge: Knowledge, rules: RuleBook, evaluator: Evaluator) -> None:
        self.knowledge = knowledge
        self.unread = frozenset(rule.id for rule in rules.verdict_rules if rule.unless_read)
        # A label counts as read if a rule names this therapy for one of the circumstances that every label should cover.
        unread = {
            rule: {id_ for part in evaluator.compiled if part.rule == rule for id_ in part.therapies}
            for rule in self.unread
        }
        self.labels_read = frozenset(
            scope.therapy
            for scope in scopes(knowledge)
            if any(scope.therapy not in therapies for therapies in unread.values())
        )
        self.weighed_alone = _ADVISED | _FAMILY_FAILED
        self._rules = {rule.id: rule for rule in rules.verdict_rules}

    def weigh(self, held: Mapping[str, str], *, asks: bool) -> Weight:
        """Return what the rules that hold, by id with their effects, weigh; ``asks`` if any rule asks for a missing fact."""
        unread = self.unread.intersection(held)
        return Weight(
            effects=frozenset(held.values()),
            asks=asks,
            prefers=any(effect == "prefer" and rule not in _ADVISED for rule, effect in held.items()),
            family_failed=not _FAMILY_FAILED.isdisjoint(held),
            unread=len(unread),
            cautions=sum(effect == "caution" for rule, effect in held.items() if rule not in unread),
        )

    def rule_on(self, option: Therapy, given: Circumstances, weight: Weight) -> Ruling:
        """Return verdict, state and place in the order of one therapy."""
        standing, seen = given.standing, given.seen
        effects = tuple(weight.effects)
        verdict = decide(standing, effects, seen)
        # What removes a cause comes first, whether or not it may have been tried: to ask costs a word.
        open_ = option.aim == "cause" and standing == "cannot_tell"
        hoped = (
            decide("untried", effects, seen) if open_ else _as_hoped(verdict, standing, effects, seen, given.advised)
        )
        key = RankKey.of(
            place_in_order(hoped, standing, option.kind, option.aim),
            option,
            advised=given.advised,
            seen=seen,
            expected=given.expected,
            mechanism=given.mechanism,
            given=standing == "other_purpose",
            fit=given.fit + weight.prefers,
            family_failed=weight.family_failed,
            unread=weight.unread + (option.id not in self.labels_read),
            cautions=weight.cautions,
        )
        return Ruling(verdict, state(standing, effects, asks=weight.asks), key)

    def advice_checks(self, advised: Recommendation) -> tuple[Check, ...]:
        """What is not recorded and decides what is advised."""
        found = ((fact_name(kind, name), self._rules[_ADVISES[would]]) for (kind, name), would in advised.open)
        return tuple(
            Check(fact, rule.because, rule.id, rule.effect or "note", advised.local)
            for fact, rule in sorted(found, key=lambda pair: EFFECTS.index(pair[1].effect or "note"))
        )

    def fit(self, option: Therapy, evidence: Evidence, person: Person) -> int:
        """Count what fits a patient: an improvement in a needed domain, deposits like these.

        A local treatment does not fit deposits in many places, even where some of these were treated.
        """
        needed = self.knowledge.needed(person.features)
        if person.pattern in WIDESPREAD:
            deposits = WIDESPREAD if option.reach == "systemic" else frozenset()
        else:
            deposits = FEW_DEPOSITS if person.pattern in FEW_DEPOSITS else frozenset()
        return (not needed.isdisjoint(evidence.domains)) + (evidence.share_helped_with(deposits) >= MOST)


def _as_hoped(verdict: Verdict, standing: str, effects: Sequence[str], seen: Seen, advised: Recommendation) -> Verdict:
    """The verdict that gives the place of an offer: if what is not recorded decides whether it is recommended, as if it were."""
    if verdict in OFFERED and advised.guided < LAST_STEP:
        return decide(standing, (*effects, "support"), seen)
    return verdict
