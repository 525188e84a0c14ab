"""Which fired rules depend on an overlay: directly, through their sources, or through a fact they read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from calcinosis_kb.knowledge.grading import Evidence
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.knowledge.recommendations import Recommendation
from calcinosis_kb.rules.engine import Firing
from calcinosis_kb.rules.loader import RuleBook

__all__ = ["Locality"]

EVIDENCE = frozenset({"level", "direction", "direct", "treated", "responded", "patients", "seen"})
MECHANISM = frozenset({"mechanism", "polarity"})
ADVISED = frozenset({"advised"})
"""The attributes of an option that come from studies, from the graph, and from guidelines and reviews."""


class Locality:
    """The parts of one knowledge base that come from an overlay."""

    def __init__(self, knowledge: Knowledge, rules: RuleBook, paths: Mapping[str, Sequence[MechanismPath]]) -> None:
        self.knowledge = knowledge
        self.overlaid = knowledge.overlay is not None
        self.rules = set(rules.local)
        self.mechanisms: set[str] = set()
        if self.overlaid:
            every = (*rules.standing_rules, *rules.verdict_rules)
            self.rules.update(rule.id for rule in every if any(knowledge.is_local("sources", s) for s in rule.sources))
            self.mechanisms = {option.id for option in knowledge.options if self._mechanism(option.id, paths)}

    def _mechanism(self, therapy: str, paths: Mapping[str, Sequence[MechanismPath]]) -> bool:
        edges = self.knowledge.mechanisms(therapy)
        return any(self.knowledge.is_local("edges", edge.id) for edge in edges) or any(
            path.local for path in paths.get(therapy, ())
        )

    def of(self, firings: Collection[Firing], evidence: Evidence, advised: Recommendation) -> frozenset[str]:
        """Return the ids of the fired rules that depend on an overlay, for one therapy with this evidence and advice."""
        if not self.overlaid:
            return frozenset()
        return frozenset(firing.rule.rule for firing in firings if self._depends(firing, evidence, advised))

    def _depends(self, firing: Firing, evidence: Evidence, advised: Recommendation) -> bool:
        if firing.rule.rule in self.rules or any(fact.local for fact in firing.facts):
            return True
        local: set[str] = set()
        if evidence.local:
            local |= EVIDENCE
        if firing.therapy in self.mechanisms:
            local |= MECHANISM
        if advised.local:
            local |= ADVISED
        read = {test.attribute for clause in firing.rule.clauses if clause.kind == "option" for test in clause.tests}
        if firing.rule.option is not None:
            read.update(test.attribute for test in firing.rule.option.tests)
        return bool(local & read)

    def of_standing(self, therapy: str, firings: Collection[Firing]) -> bool:
        """Whether the standing of a therapy depends on an overlay, given the rules that decided it."""
        own = self.overlaid and self.knowledge.is_local("therapies", therapy)
        return own or any(f.rule.rule in self.rules or any(fact.local for fact in f.facts) for f in firings)
