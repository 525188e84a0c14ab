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
from calcinosis_kb.cohort.item import Item
from calcinosis_kb.cohort.layout import Field
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.patients.models import FOR_CALCINOSIS, NOT_GIVEN, Patient, Trial
from calcinosis_kb.rules.facts import Fact

__all__ = ["KINDS", "History", "HistoryColumns", "TreatmentFacts"]

KINDS = frozenset({"trial", "history", "contraindication", "refusal"})
"""The kinds of facts that a patient's treatments give."""


class History(NamedTuple):
    """What the treatments of one patient mean for one therapy; ``rule`` is the one that gives the standing."""

    facts: tuple[Fact, ...]
    standing: str
    rule: str


class TreatmentFacts:
    """Reads what treatments tell of therapies and families of some ``names``."""

    def __init__(self, records: Records, names: Iterable[str]) -> None:
        self.records, self.names = records, frozenset(names)
        self.knowledge = records.names.knowledge
        by_kind, parts = records.layout.by_kind, records.parts
        self.fields = tuple(
            field
            for kind in ("trial", "medication", "open", "list", "unread")
            for field in by_kind.get(kind, ())
            if self._matters(field.items[0], parts[field.items[0]])
        )

    def column(self) -> Recorded:
        """The column of the facts."""
        return Recorded((), self.fields, lambda row: self.facts(self.records.patient(row, self.fields)), shared=True)

    def facts(self, patient: Patient) -> tuple[Fact, ...]:
        """The facts that treatments of a patient give about the names, and about the history as a whole."""
        withheld = any(trial.outcome in NOT_GIVEN for trial in patient.trials)
        recorded = patient_facts(patient, self.records.names, ()) if withheld else ()
        facts = (*trial_facts(patient, self.records.names), *recorded)
        return tuple(dict.fromkeys(fact for fact in facts if self._read(fact)))

    def _read(self, fact: Fact) -> bool:
        about = fact.get("about") if fact.kind == "unknown" else fact.kind
        if about not in KINDS or about == "history":
            return about == "history"
        return not self.names.isdisjoint({fact.get("therapy"), fact.get("family"), fact.get("name")})

    def _matters(self, item: Item, known: Patient) -> bool:
        """Whether an item can change the facts."""
        if item.kind == "trial":
            return any(map(self._is_trial, known.trials))
        if item.kind in ("list", "unread"):
            return item.id in ("history", "medications")
        return self._may_be(known)

    def _is_trial(self, trial: Trial) -> bool:
        if trial.kind == "unresolved" or (trial.purpose in FOR_CALCINOSIS and trial.outcome in FAILURES):
            return True
        if trial.therapy is None:
            return False
        therapy = self.knowledge.therapies.get(trial.therapy)
        named = {trial.therapy, therapy.family if therapy else None}
        return not self.names.isdisjoint((*named, *meanings(trial.therapy, self.records.names)))

    def _may_be(self, known: Patient) -> bool:
        """Whether a medicine, or a word that leaves something open, can be a treatment of the names."""
        ids: Sequence[str] = [
            *(drug.id for drug in known.medications or ()),
            *(id_ for word in known.open_words if word.where in ("history", "medications") for id_ in word.may_be),
        ]
        return any(not self.names.isdisjoint((id_, *meanings(id_, self.records.names))) for id_ in ids)


class HistoryColumns:
    """Makes the columns of one therapy that depend on the treatments."""

    def __init__(self, records: Records, advisor: Advisor, option: Therapy) -> None:
        self.records, self.advisor, self.option = records, advisor, option
        self.family = option.family or option.id
        self.own = TreatmentFacts(records, {option.id, self.family})
        fields = records.layout.by_kind.get("trial", ())
        self.trials = [(field, trial) for field in fields for trial in records.parts[field.items[0]].trials]

    def history(self) -> Recorded:
        """The column of `History`."""
        fields = self.own.fields
        return Recorded((), fields, lambda row: self._history(self.records.patient(row, fields)))

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
        return History(self.own.facts(patient), standing, why.rule)
