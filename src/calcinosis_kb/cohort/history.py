"""What the treatments of everybody in a batch mean for one therapy: its standing, its mechanism, and what of its family failed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from calcinosis_kb.advice.advisor import Advisor
from calcinosis_kb.advice.facts import patient_facts
from calcinosis_kb.advice.mentions import meanings
from calcinosis_kb.advice.trial_facts import FAILURES, trial_facts
from calcinosis_kb.cohort.column import Recorded
from calcinosis_kb.cohort.facts import Records
from calcinosis_kb.cohort.layout import Field
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.patients.models import FOR_CALCINOSIS, NOT_GIVEN, Patient, Trial
from calcinosis_kb.rules.facts import Fact

__all__ = ["KINDS", "History", "HistoryColumns"]

KINDS = frozenset({"trial", "history", "contraindication", "refusal"})
"""The kinds of facts that a patient's treatments give."""


class History(NamedTuple):
    """What the treatments of one patient mean for one therapy; ``rule`` is the one that gives the standing."""

    facts: tuple[Fact, ...]
    standing: str
    rule: str


class HistoryColumns:
    """Makes the columns of one therapy that depend on the treatments; ``names`` are the therapies and families that its rules read."""

    def __init__(self, records: Records, advisor: Advisor, option: Therapy, names: Iterable[str]) -> None:
        self.records, self.advisor, self.option = records, advisor, option
        self.family = option.family or option.id
        self.names = {option.id, self.family, *names}
        self.trials = [(field, trial) for field in self._of("trial") for trial in records.parts[field.items[0]].trials]

    def history(self) -> Recorded:
        """The column of `History`."""
        fields = [field for field, trial in self.trials if self._matters(trial)]
        fields += [
            field for field in self._of("medication", "open") if self._may_be(self.records.parts[field.items[0]])
        ]
        fields += [field for field in self._of("list", "unread") if field.items[0].id in ("history", "medications")]
        return Recorded((), _once(fields), lambda row: self._history(self.records.patient(row, fields)))

    def mechanism(self) -> Recorded:
        """The column of whether its mechanisms are new, tried or failed."""
        option, advisor = self.option, self.advisor
        folded: dict[str, list[Field]] = defaultdict(list)
        for field, _ in self.trials:
            alone = advisor.treatments.mechanisms(self.records.parts[field.items[0]])[option.id]
            if alone != advisor.treatments.mechanisms(Patient())[option.id]:
                folded[alone].append(field)
        fields = [field for group in folded.values() for field in group]
        return Recorded(
            folded.values(), (), lambda row: advisor.treatments.mechanisms(self.records.patient(row, fields))[option.id]
        )

    def failed(self) -> Recorded:
        """The column of the therapies of its family that have failed."""
        advisor = self.advisor
        fields = [
            field
            for field, _ in self.trials
            if advisor.treatments.failed(self.records.parts[field.items[0]]).get(self.family)
        ]
        return Recorded(
            (),
            fields,
            lambda row: frozenset(advisor.treatments.failed(self.records.patient(row, fields)).get(self.family, ())),
        )

    def tried(self) -> Recorded:
        """The column of what was given of the therapies and families after which somebody advises it."""
        after = {name for _, statement in self.advisor.knowledge.statements(self.option.id) for name in statement.after}
        fields = [
            field
            for field, _ in self.trials
            if after & self.advisor.treatments.tried(self.records.parts[field.items[0]])
        ]
        return Recorded(
            (), fields, lambda row: frozenset(after & self.advisor.treatments.tried(self.records.patient(row, fields)))
        )

    def _history(self, patient: Patient) -> History:
        trials = trial_facts(patient, self.records.names)
        standing, why = self.advisor.standings.of(patient, trials, [self.option])[self.option.id]
        withheld = any(trial.outcome in NOT_GIVEN for trial in patient.trials)
        facts = (*trials, *(patient_facts(patient, self.records.names, ()) if withheld else ()))
        return History(tuple(dict.fromkeys(fact for fact in facts if self._read(fact))), standing, why.rule)

    def _read(self, fact: Fact) -> bool:
        """Whether a rule on this therapy can read a fact."""
        about = fact.get("about") if fact.kind == "unknown" else fact.kind
        if about not in KINDS or about == "history":
            return about == "history"
        return not self.names.isdisjoint({fact.get("therapy"), fact.get("family"), fact.get("name")})

    def _matters(self, trial: Trial) -> bool:
        """Whether a treatment can change what rules on this therapy read."""
        if trial.kind == "unresolved" or (trial.purpose in FOR_CALCINOSIS and trial.outcome in FAILURES):
            return True
        if trial.therapy is None:
            return False
        therapy = self.advisor.knowledge.therapies.get(trial.therapy)
        named = {trial.therapy, therapy.family if therapy else None}
        return not self.names.isdisjoint((*named, *meanings(trial.therapy, self.records.names)))

    def _may_be(self, known: Patient) -> bool:
        """Whether a medicine, or a word that leaves something open, can be a treatment that rules on this therapy read."""
        ids: Sequence[str] = [
            *(drug.id for drug in known.medications or ()),
            *(id_ for word in known.open_words if word.where in ("history", "medications") for id_ in word.may_be),
        ]
        return any(not self.names.isdisjoint((id_, *meanings(id_, self.records.names))) for id_ in ids)

    def _of(self, *kinds: str) -> list[Field]:
        return [field for kind in kinds for field in self.records.layout.by_kind.get(kind, ())]


def _once(fields: Iterable[Field]) -> tuple[Field, ...]:
    return tuple(dict.fromkeys(fields))
