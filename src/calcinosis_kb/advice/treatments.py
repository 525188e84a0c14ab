"""The treatments that a patient has had: what was tried, what failed, and whether a mechanism is new."""

from __future__ import annotations

from collections import defaultdict

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.patients.models import FOR_CALCINOSIS, INEFFECTIVE, TOO_LITTLE, Patient, Trial

__all__ = ["Treatments"]


class Treatments:
    """Read the treatments of patients by the families and the mechanisms of action of the knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.actions = {o.id: frozenset(edge.target for edge in knowledge.mechanisms(o.id)) for o in knowledge.options}

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
        for id_, own in self.actions.items():
            found[id_] = "none" if not own else "failed" if own & failed else "tried" if own & tried else "new"
        return found


def _has_failed(trial: Trial) -> bool:
    """Whether an adequate treatment for calcinosis, or for an unclear purpose, did nothing or did harm."""
    return trial.purpose in FOR_CALCINOSIS and trial.outcome in INEFFECTIVE and trial.adequacy not in TOO_LITTLE
