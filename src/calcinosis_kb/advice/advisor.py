"""Answer for a patient: derive each therapy's standing, judge every therapy, then rank them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from calcinosis_kb.advice.answer import Advice, Check, Explanation, Judgement, Nearly, Reason
from calcinosis_kb.advice.explanation import Grounds, standing_reason
from calcinosis_kb.advice.facts import patient_facts, trial_facts, vague_mentions
from calcinosis_kb.advice.locality import Locality
from calcinosis_kb.advice.ranking import RankKey, by_decision, place_in_order
from calcinosis_kb.advice.similar import SimilarPatient, similar
from calcinosis_kb.advice.state import State, state
from calcinosis_kb.advice.verdicts import LISTED, OFFERED, VERDICTS, Verdict, decide
from calcinosis_kb.contents import Strata
from calcinosis_kb.errors import KnowledgeError, Place, Problem
from calcinosis_kb.knowledge.expected import DISCOUNTS, Discounts, Expectation, ResponseModel
from calcinosis_kb.knowledge.grading import FEW, Evidence, Seen
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, best_by_sign, polarity
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.person import FEW_DEPOSITS, WIDESPREAD, Person, age_group
from calcinosis_kb.knowledge.recommendations import LAST_STEP, Advised, Recommendation, missing, recommend
from calcinosis_kb.patients.experience import Experience
from calcinosis_kb.patients.models import FOR_CALCINOSIS, INEFFECTIVE, TOO_LITTLE, Patient, Trial
from calcinosis_kb.rules.compiler import fact_name, scopes
from calcinosis_kb.rules.engine import EngineName, Firing, choose_engines
from calcinosis_kb.rules.facts import Fact
from calcinosis_kb.rules.loader import RuleBook
from calcinosis_kb.rules.models import EFFECTS

__all__ = [
    "SHOWN_PATHS",
    "Advisor",
    "Circumstances",
    "Ruling",
    "Situation",
    "Weight",
    "missing_facts",
    "person_of",
    "recorded_conditions",
]

SHOWN_PATHS = 2
"""Number of paths shown per sign (lowering, raising)."""

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


_HISTORY = frozenset({"history", "trial", "contraindication"})
"""The kinds of missing facts that a patient's treatments leave, and no record."""


@dataclass(frozen=True)
class Situation:
    """Input of the verdict rules for one patient; ``standings`` holds each therapy's standing with its reason."""

    facts: tuple[Fact, ...]
    standings: Mapping[str, tuple[str, Reason]]
    evidence: Mapping[str, Evidence]
    mechanisms: Mapping[str, str]
    person: Person
    advised: Mapping[str, Recommendation]
    expected: Mapping[str, Expectation]


class Circumstances(NamedTuple):
    """What a ruling on one therapy depends on beside the rules that hold; ``fit`` as `Advisor.fit` counts it."""

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


class Advisor:
    """Answer for patients from one knowledge base, one rule book and the chosen engines."""

    def __init__(
        self,
        knowledge: Knowledge,
        rules: RuleBook,
        strata: Strata,
        paths: Mapping[str, Sequence[MechanismPath]],
        names: Names,
        engines: Sequence[EngineName],
        experience: Sequence[Experience] = (),
    ) -> None:
        self.knowledge = knowledge
        self.rules = rules
        self.names = names
        self.experience = experience
        self.by_id = {rule.id: rule for rule in (*rules.standing_rules, *rules.verdict_rules)}
        chosen = choose_engines(engines)
        every = scopes(knowledge)
        self.standing_rules, self.verdict_rules = (stratum.using(chosen) for stratum in strata)
        self.unread = frozenset(rule.id for rule in rules.verdict_rules if rule.unless_read)
        self.weighed_alone = _ADVISED | _FAMILY_FAILED
        # A label counts as read if a rule names this therapy for one of the circumstances that every label should cover.
        unread = {
            rule: {id_ for part in self.verdict_rules.compiled if part.rule == rule for id_ in part.therapies}
            for rule in self.unread
        }
        self.labels_read = frozenset(
            scope.therapy for scope in every if any(scope.therapy not in therapies for therapies in unread.values())
        )
        by_rules = {(kind, name) for kind, name in self.verdict_rules.asks_for if kind not in _HISTORY}
        self.asked = tuple(sorted(by_rules | missing(knowledge)))
        self.shown_paths = {
            option.id: best_by_sign(paths.get(option.id, ()), SHOWN_PATHS) for option in knowledge.options
        }
        self.evidence = lru_cache(maxsize=1024)(knowledge.evidence)
        self._weigh(DISCOUNTS)
        self.published = {option.id: tuple(knowledge.published_grades(option.id)) for option in knowledge.options}
        self.bare_options = {
            o.id: Fact.of("option", therapy=o.id, family=o.family or o.id, form=o.kind, reach=o.reach)
            for o in knowledge.options
        }
        self.reported_in_children = {
            o.id: frozenset(
                f.study.id for f in knowledge.findings(o.id) if f.design.patients and "child" in f.result.ages
            )
            for o in knowledge.options
        }
        self.actions = {o.id: frozenset(edge.target for edge in knowledge.mechanisms(o.id)) for o in knowledge.options}
        self.locality = Locality(knowledge, rules, paths)
        self.polarities = {option.id: polarity(paths.get(option.id, ())) for option in knowledge.options}

    def _weigh(self, discounts: Discounts) -> None:
        self.responses = ResponseModel(self.knowledge, discounts)
        self.expected = lru_cache(maxsize=1024)(self.responses.expect)

    def with_discounts(self, discounts: Discounts) -> Advisor:
        """Return the same advisor with other weights of the reports, to see how much the order depends on them."""
        other = copy(self)
        other._weigh(discounts)
        return other

    def advise(self, patient: Patient, *, without: frozenset[str] = frozenset()) -> Advice:
        """Return the answer for a patient, without the results of the studies in ``without``.

        Raises `InternalFault` if the engines differ.
        """
        situation = self.situation(patient, without=without)
        return self.answer(patient, situation, self.verdict_rules.evaluate(situation.facts), without=without)

    def explain(self, advice: Advice, therapy: str) -> Explanation:
        """Return the judgement on one therapy with the near misses: rules that would hold if one thing were different.

        Each rule appears once, with one change that would make it hold. Raises `KeyError` for an id that is not an
        option.
        """
        from calcinosis_kb.rules.near_misses import near_misses  # an answer needs none

        facts = self.situation(advice.patient, without=advice.without).facts
        firings = self.verdict_rules.evaluate(facts)
        seen = {firing.rule.rule for firing in firings if firing.therapy == therapy and not firing.rule.asks}
        found: list[Nearly] = []
        for miss in near_misses(self.verdict_rules.compiled, facts, therapy):
            if miss.rule.rule not in seen:
                seen.add(miss.rule.rule)
                rule = self.by_id[miss.rule.rule]
                found.append(Nearly(rule.id, rule.effect or "", miss.differs, rule.at, rule.id in self.rules.local))
        return Explanation(advice.judgement(therapy), tuple(found))

    def answer(
        self,
        patient: Patient,
        situation: Situation,
        firings: Sequence[Firing],
        *,
        without: frozenset[str] = frozenset(),
    ) -> Advice:
        """Return the answer, given the verdict rules that fired in a situation."""
        likeness = similar(self.knowledge, self.experience, patient, without=without)
        judged = self.judgements(self.knowledge.options, situation, firings)
        mentions = vague_mentions(patient, self.names)
        return replace(self._answer(patient, judged, likeness), without=without, mentions=mentions)

    def judgements(
        self, options: Iterable[Therapy], situation: Situation, firings: Iterable[Firing]
    ) -> list[Judgement]:
        """Judge some options by the rules that fired in a situation, in the given order and without a rank."""
        fired: dict[str, list[Firing]] = defaultdict(list)
        for firing in firings:
            fired[firing.therapy].append(firing)
        return [self._judge(option, situation, fired[option.id]) for option in options]

    def situation(self, patient: Patient, *, without: frozenset[str] = frozenset()) -> Situation:
        """Return the input of the verdict rules and what it was derived from: standings, evidence, mechanisms."""
        trials = trial_facts(patient, self.names)
        standings = self.standings(patient, trials, self.knowledge.options)
        recorded = patient_facts(patient, self.names, self.asked)
        person = person_of(patient)
        evidence = {
            o.id: self.evidence(o.id, person.diseases, universal=person.universal, without=without)
            for o in self.knowledge.options
        }
        expected = {o.id: self.expected(o.id, person, without=without) for o in self.knowledge.options}
        conditions, unknown = recorded_conditions(recorded), missing_facts(recorded)
        tried = self.tried(patient)
        advised = {
            o.id: self.recommendation(o, person, conditions, tried, unknown, without=without)
            for o in self.knowledge.options
        }
        mechanisms = self.mechanisms(patient)
        failed = self.failed(patient)
        options = [
            self.option_fact(
                o, standings[o.id][0], evidence[o.id], mechanisms[o.id], advised[o.id], failed, without=without
            )
            for o in self.knowledge.options
        ]
        facts = (*recorded, *trials, *options)
        return Situation(facts, standings, evidence, mechanisms, person, advised, expected)

    def recommendation(
        self,
        option: Therapy,
        person: Person,
        conditions: Collection[str],
        tried: Collection[str],
        unknown: Collection[tuple[str, str]],
        *,
        without: frozenset[str] = frozenset(),
    ) -> Recommendation:
        """Return what is advised on a therapy; ``tried`` is what `tried` gives, ``unknown`` what is missing as (kind, name)."""
        return recommend(
            self.knowledge,
            option.id,
            person,
            conditions=conditions,
            tried=tried,
            unknown=unknown,
            by_name=self._another_helped(option, person, without),
        )

    def _another_helped(self, option: Therapy, person: Person, without: frozenset[str]) -> bool:
        """Whether a therapy did not help and another of its family did, in several patients of any disease.

        Advice on the family then means the other.
        """
        if option.family is None:
            return False
        evidence = self.evidence(option.id, person.diseases, universal=person.universal, without=without)
        if evidence.direction not in ("no_benefit", "harm"):
            return False
        others = (self.evidence(id_, without=without) for id_ in self.knowledge.members(option.family))
        return any(other.direction in ("benefit", "mixed") and other.patients >= FEW for other in others)

    def tried(self, patient: Patient) -> set[str]:
        """The therapies that were given for any purpose, and their families."""
        given = {trial.therapy for trial in patient.trials if trial.therapy and trial.given}
        families = {self.knowledge.therapies[id_].family for id_ in given if id_ in self.knowledge.therapies}
        return given | {family for family in families if family}

    def failed(self, patient: Patient) -> dict[str, set[str]]:
        """The therapies that have failed, by family."""
        found: dict[str, set[str]] = defaultdict(set)
        for trial in patient.trials:
            if trial.therapy in self.knowledge.therapies and _has_failed(trial):
                found[self.knowledge.therapies[trial.therapy].family or trial.therapy].add(trial.therapy)
        return found

    def standings(
        self, patient: Patient, trials: Sequence[Fact], options: Sequence[Therapy]
    ) -> dict[str, tuple[str, Reason]]:
        """Return the standing of some options with its reason. Raises `KnowledgeError` (CKB083) if no rule gives one."""
        facts = [*trials, *(self.bare_options[option.id] for option in options)]
        firings: dict[str, list[Firing]] = defaultdict(list)
        for firing in self.standing_rules.evaluate(facts):
            firings[firing.therapy].append(firing)
        order = {rule.id: index for index, rule in enumerate(self.rules.standing_rules)}
        found: dict[str, tuple[str, Reason]] = {}
        for option in options:
            first = min((firing.rule.rule for firing in firings[option.id]), key=order.__getitem__, default=None)
            if first is None:
                raise KnowledgeError((self._no_standing(option),))
            rule = self.by_id[first]
            deciding = [firing for firing in firings[option.id] if firing.rule.rule == first]
            local = self.locality.of_standing(option.id, deciding)
            reason = standing_reason(rule, deciding, option, patient.trials, local=local)
            found[option.id] = (str(rule.standing), reason)
        return found

    def _no_standing(self, option: Therapy) -> Problem:
        """Point to a standing rule of the overlay, if there is one: the base's own rules leave no gap."""
        at = [rule.at for rule in self.rules.standing_rules if rule.id in self.rules.local] or ["rules/standing.yaml"]
        file, _, line = at[0].rpartition(":")
        fix = "let the last standing hold for whatever the others leave, as 'standing-untried' of rules/standing.yaml does"
        place = Place(file, int(line), 1) if file else Place(at[0])
        return Problem("CKB083", f"no rule gives '{option.id}' a standing for this patient", place, fix=fix)

    def mechanisms(self, patient: Patient) -> dict[str, str]:
        """Return for each option whether its mechanisms of action are new, tried or failed; "none" if it has none.

        Only treatments for calcinosis, or for an unclear purpose, count.
        """
        tried: set[str] = set()
        failed: set[str] = set()
        for trial in patient.trials:
            if trial.therapy in self.knowledge.therapies and trial.purpose in FOR_CALCINOSIS:
                actions = {edge.target for edge in self.knowledge.mechanisms(trial.therapy)}
                if trial.given:
                    tried |= actions
                if _has_failed(trial):
                    failed |= actions
        found: dict[str, str] = {}
        for option in self.knowledge.options:
            own = self.actions[option.id]
            found[option.id] = "none" if not own else "failed" if own & failed else "tried" if own & tried else "new"
        return found

    def option_fact(
        self,
        option: Therapy,
        standing: str,
        evidence: Evidence,
        mechanism: str,
        advised: Recommendation,
        failed: Mapping[str, Collection[str]],
        *,
        without: frozenset[str] = frozenset(),
    ) -> Fact:
        """Return the fact about a therapy that rules read; ``failed`` are the therapies that have failed, by family."""
        return Fact.of(
            "option",
            therapy=option.id,
            family=option.family or option.id,
            form=option.kind,
            reach=option.reach,
            aim=option.aim,
            standing=standing,
            level=evidence.level,
            direction=evidence.direction or "none",
            direct=evidence.direct,
            treated=evidence.response.treated,
            responded=evidence.response.responded,
            patients=evidence.patients,
            seen=evidence.seen,
            advised=advised.advised,
            failed_siblings=len(set(failed.get(option.family or option.id, ())) - {option.id}),
            children=bool(self.reported_in_children[option.id] - without),
            mechanism=mechanism,
            polarity=self.polarities[option.id],
        )

    def _judge(self, option: Therapy, situation: Situation, firings: Sequence[Firing]) -> Judgement:
        standing, why = situation.standings[option.id]
        evidence, mechanism = situation.evidence[option.id], situation.mechanisms[option.id]
        advised, expected = situation.advised[option.id], situation.expected[option.id]
        local = self.locality.of(firings, evidence, advised)
        grounds = Grounds(self.by_id, why, firings, local, self.advice_checks(advised))
        fit = self.fit(option, evidence, situation.person)
        given = Circumstances(standing, evidence.seen, expected, advised, mechanism, fit)
        ruling = self.rule_on(option, given, self.weigh(grounds.held, asks=grounds.asks))
        return Judgement(
            therapy=option,
            standing=standing,
            verdict=ruling.verdict,
            state=ruling.state,
            advised=advised,
            evidence=evidence,
            expected=expected,
            published=self.published[option.id],
            mechanism=mechanism,
            polarity=self.polarities[option.id],
            paths=self.shown_paths[option.id],
            grounds=grounds,
            key=ruling.key,
            label_read=option.id in self.labels_read,
            own=self.knowledge.is_local("therapies", option.id),
        )

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
        found = ((fact_name(kind, name), self.by_id[_ADVISES[would]]) for (kind, name), would in advised.open)
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

    def _answer(self, patient: Patient, judged: Sequence[Judgement], likeness: tuple[SimilarPatient, ...]) -> Advice:
        ranked = [
            replace(item, rank=rank)
            for rank, members in enumerate(by_decision(item for item in judged if item.verdict in LISTED), 1)
            for item in members
        ]
        others = sorted(
            (item for item in judged if item.verdict not in LISTED),
            key=lambda item: (VERDICTS.index(item.verdict), item.therapy.name),
        )
        return Advice(
            patient=patient,
            judged=(*ranked, *others),
            warnings=_warnings(judged),
            similar=likeness,
            engines=self.verdict_rules.engines,
            rules_hash=self.rules.hash,
            knowledge=self.knowledge,
        )


def person_of(patient: Patient) -> Person:
    """Return the patient as evidence and advice see one."""
    return Person(
        frozenset(patient.diseases or ()), age_group(patient.age), patient.pattern, frozenset(patient.features or ())
    )


def recorded_conditions(facts: Iterable[Fact]) -> set[str]:
    """Return the conditions among the facts of a record."""
    return {str(fact.get("name")) for fact in facts if fact.kind == "condition"}


def missing_facts(facts: Iterable[Fact]) -> set[tuple[str, str]]:
    """Return what is missing according to the facts of a record, as (kind, name)."""
    return {(str(fact.get("about")), str(fact.get("name"))) for fact in facts if fact.kind == "unknown"}


def _as_hoped(verdict: Verdict, standing: str, effects: Sequence[str], seen: Seen, advised: Recommendation) -> Verdict:
    """The verdict that gives the place of an offer: if what is not recorded decides whether it is recommended, as if it were."""
    if verdict in OFFERED and advised.guided < LAST_STEP:
        return decide(standing, (*effects, "support"), seen)
    return verdict


def _has_failed(trial: Trial) -> bool:
    """Whether an adequate treatment for calcinosis, or for an unclear purpose, did nothing or did harm."""
    return trial.purpose in FOR_CALCINOSIS and trial.outcome in INEFFECTIVE and trial.adequacy not in TOO_LITTLE


def _warnings(judged: Sequence[Judgement]) -> tuple[Reason, ...]:
    """Warnings about what the patient takes now, one per rule, in the order of the therapies."""
    warning = (item for item in judged if "warn" in item.grounds.effects)
    found = {reason.rule: reason for item in warning for reason in item.reasons if reason.effect == "warn"}
    return tuple(found.values())
