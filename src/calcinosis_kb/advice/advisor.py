"""Answer for a patient: derive each therapy's standing, judge every therapy, then rank them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.facts import patient_facts
from calcinosis_kb.advice.grounds import Grounds
from calcinosis_kb.advice.judgement import Explanation, Judgement, by_decision
from calcinosis_kb.advice.locality import Locality
from calcinosis_kb.advice.mentions import vague_mentions
from calcinosis_kb.advice.reasons import Nearly, Reason
from calcinosis_kb.advice.ruling import Circumstances, Judge
from calcinosis_kb.advice.similar import SimilarPatient, similar
from calcinosis_kb.advice.standings import Standings
from calcinosis_kb.advice.treatments import Treatments
from calcinosis_kb.advice.trial_facts import trial_facts
from calcinosis_kb.advice.verdicts import LISTED, VERDICTS
from calcinosis_kb.contents import Strata
from calcinosis_kb.knowledge.expected import DISCOUNTS, Discounts, Expectation, ResponseModel
from calcinosis_kb.knowledge.grading import FEW, Evidence
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, best_by_sign, polarity
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.person import Person, age_group
from calcinosis_kb.knowledge.recommendations import Recommendation, missing, recommend
from calcinosis_kb.patients.experience import Experience
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.rules.engine import EngineName, Firing, choose_engines
from calcinosis_kb.rules.facts import Fact
from calcinosis_kb.rules.loader import RuleBook

__all__ = [
    "SHOWN_PATHS",
    "Advisor",
    "Situation",
    "missing_facts",
    "person_of",
    "recorded_conditions",
]

SHOWN_PATHS = 2
"""Number of paths shown per sign (lowering, raising)."""

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
        standing_rules, self.verdict_rules = (stratum.using(chosen) for stratum in strata)
        by_rules = {(kind, name) for kind, name in self.verdict_rules.asks_for if kind not in _HISTORY}
        self.asked = tuple(sorted(by_rules | missing(knowledge)))
        self.shown_paths = {
            option.id: best_by_sign(paths.get(option.id, ()), SHOWN_PATHS) for option in knowledge.options
        }
        self.evidence = lru_cache(maxsize=1024)(knowledge.evidence)
        self._expect(DISCOUNTS)
        self.published = {option.id: tuple(knowledge.published_grades(option.id)) for option in knowledge.options}
        self.reported_in_children = {
            o.id: frozenset(
                f.study.id for f in knowledge.findings(o.id) if f.design.patients and "child" in f.result.ages
            )
            for o in knowledge.options
        }
        self.treatments = Treatments(knowledge)
        self.locality = Locality(knowledge, rules, paths)
        self.standings = Standings(knowledge, rules, standing_rules, self.locality)
        self.judge = Judge(knowledge, rules, self.verdict_rules)
        self.polarities = {option.id: polarity(paths.get(option.id, ())) for option in knowledge.options}

    def _expect(self, discounts: Discounts) -> None:
        self.responses = ResponseModel(self.knowledge, discounts)
        self.expected = lru_cache(maxsize=1024)(self.responses.expect)

    def with_discounts(self, discounts: Discounts) -> Advisor:
        """Return the same advisor with other weights of the reports, to see how much the order depends on them."""
        other = copy(self)
        other._expect(discounts)
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
        standings = self.standings.of(patient, trials, self.knowledge.options)
        recorded = patient_facts(patient, self.names, self.asked)
        person = person_of(patient)
        evidence = {
            o.id: self.evidence(o.id, person.diseases, universal=person.universal, without=without)
            for o in self.knowledge.options
        }
        expected = {o.id: self.expected(o.id, person, without=without) for o in self.knowledge.options}
        conditions, unknown = recorded_conditions(recorded), missing_facts(recorded)
        tried = self.treatments.tried(patient)
        advised = {
            o.id: self.recommendation(o, person, conditions, tried, unknown, without=without)
            for o in self.knowledge.options
        }
        mechanisms = self.treatments.mechanisms(patient)
        failed = self.treatments.failed(patient)
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
        """Return what is advised on a therapy; ``tried`` is what `Treatments.tried` gives, ``unknown`` what is missing as (kind, name)."""
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
        grounds = Grounds(self.by_id, why, firings, local, self.judge.advice_checks(advised))
        fit = self.judge.fit(option, evidence, situation.person)
        given = Circumstances(standing, evidence.seen, expected, advised, mechanism, fit)
        ruling = self.judge.rule_on(option, given, self.judge.weigh(grounds.held, asks=grounds.asks))
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
            label_read=option.id in self.judge.labels_read,
            own=self.knowledge.is_local("therapies", option.id),
        )

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


def _warnings(judged: Sequence[Judgement]) -> tuple[Reason, ...]:
    """Warnings about what the patient takes now, one per rule, in the order of the therapies."""
    warning = (item for item in judged if "warn" in item.grounds.effects)
    found = {reason.rule: reason for item in warning for reason in item.reasons if reason.effect == "warn"}
    return tuple(found.values())
