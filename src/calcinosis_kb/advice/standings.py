"""Give each therapy its standing: what the patient's treatments say of it, by the standing rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from calcinosis_kb.advice.grounds import standing_reason
from calcinosis_kb.advice.locality import Locality
from calcinosis_kb.advice.reasons import Reason
from calcinosis_kb.errors import KnowledgeError, Place, Problem
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.rules.engine import Evaluator, Firing
from calcinosis_kb.rules.facts import Fact
from calcinosis_kb.rules.loader import RuleBook

__all__ = ["Standings"]


class Standings:
    """Judge the treatments of patients by the standing rules, of which the first that holds decides."""

    def __init__(self, knowledge: Knowledge, rules: RuleBook, evaluator: Evaluator, locality: Locality) -> None:
        self.evaluator = evaluator
        self.options = {
            o.id: Fact.of("option", therapy=o.id, family=o.family or o.id, form=o.kind, reach=o.reach)
            for o in knowledge.options
        }
        """What the standing rules read of each therapy."""
        self._rules = {rule.id: rule for rule in rules.standing_rules}
        self._order = {id_: index for index, id_ in enumerate(self._rules)}
        self._local = [rule.at for rule in rules.standing_rules if rule.id in rules.local]
        self._locality = locality

    def of(self, patient: Patient, trials: Sequence[Fact], options: Sequence[Therapy]) -> dict[str, tuple[str, Reason]]:
        """Return the standing of some options with its reason. Raises `KnowledgeError` (CKB083) if no rule gives one."""
        facts = [*trials, *(self.options[option.id] for option in options)]
        firings: dict[str, list[Firing]] = defaultdict(list)
        for firing in self.evaluator.evaluate(facts):
            firings[firing.therapy].append(firing)
        found: dict[str, tuple[str, Reason]] = {}
        for option in options:
            first = min((firing.rule.rule for firing in firings[option.id]), key=self._order.__getitem__, default=None)
            if first is None:
                raise KnowledgeError((self._no_standing(option),))
            rule = self._rules[first]
            deciding = [firing for firing in firings[option.id] if firing.rule.rule == first]
            local = self._locality.of_standing(option.id, deciding)
            reason = standing_reason(rule, deciding, option, patient.trials, local=local)
            found[option.id] = (str(rule.standing), reason)
        return found

    def _no_standing(self, option: Therapy) -> Problem:
        """Point to a standing rule of the overlay, if there is one: the base's own rules leave no gap."""
        at = next(iter(self._local), "rules/standing.yaml")
        file, _, line = at.rpartition(":")
        fix = "let the last standing hold for whatever the others leave, as 'standing-untried' of rules/standing.yaml does"
        place = Place(file, int(line), 1) if file else Place(at)
        return Problem("CKB083", f"no rule gives '{option.id}' a standing for this patient", place, fix=fix)
