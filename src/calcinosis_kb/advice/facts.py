"""A patient as facts: what is recorded, and what nobody recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from calcinosis_kb.knowledge.library import Knowledge
from calcinosis_kb.knowledge.names import Match, Names
from calcinosis_kb.knowledge.spelling import normalise
from calcinosis_kb.patients.models import NamedDrug, Patient, Trial
from calcinosis_kb.rules.facts import Fact

__all__ = ["FERTILE_AGES", "PURPOSES", "REPRODUCTIVE", "patient_facts", "trial_facts", "uncertain_therapies"]

FERTILE_AGES = (10, 54)
"""Ages at which pregnancy is asked about. Indicators of reproductive health count 15 to 49 years (SDG indicator 3.7.1,
http://www.sesric.org/baseind-indicator-detail.php?ind_code=2630); five years are added on either side to be careful."""

RECORDED_AS = {"medication": "medications", "allergy": "allergies"}
"""The field of the patient that holds the drugs of a kind of fact."""

REPRODUCTIVE = frozenset({"could_become_pregnant", "breastfeeding"})
"""Conditions that nobody need ask about where pregnancy is not possible."""

FAILURES = frozenset({"ineffective", "worse", "not_tolerated", "recurred"})
"""The outcomes after which something else is wanted."""

PURPOSES = {"calcinosis": "calcinosis", "unclear": "unclear"}
"""The purposes as rules see them; any other is "other"."""

Asked = Iterable[tuple[str, str]]


def patient_facts(patient: Patient, names: Names, asked: Asked) -> list[Fact]:
    """The facts of a patient's record, and an ``unknown`` for each asked (kind, name) that nobody recorded."""
    record = _Record(patient, names)
    return [*record.known(), *(record.unknown(asked))]


def pregnancy(patient: Patient) -> bool | None:
    """Whether the patient is pregnant; no in a man and outside `FERTILE_AGES`, None where nobody recorded it."""
    if patient.pregnant is not None:
        return patient.pregnant
    return None if fertile(patient) else False


def fertile(patient: Patient) -> bool:
    """Whether pregnancy and breastfeeding are possible, as far as sex and age tell."""
    in_age = patient.age is None or FERTILE_AGES[0] <= patient.age <= FERTILE_AGES[1]
    return patient.sex != "male" and in_age


class _Record:
    def __init__(self, patient: Patient, names: Names) -> None:
        self.patient = patient
        self.names = names
        self.knowledge: Knowledge = names.knowledge
        self.present: dict[str, dict[str, str]] = {
            "feature": {feature: feature for feature in patient.features or ()},
            "site": self._broader("sites", patient.sites),
            "condition": self._broader("conditions", patient.conditions),
            "medication": self._drugs(patient.medications, members=False),
            "allergy": self._drugs(patient.allergies, members=True),
        }

    def known(self) -> Iterator[Fact]:
        patient, terms = self.patient, self.knowledge.terms
        told = [f"{patient.age:g} years" if patient.age is not None else "", patient.sex or ""]
        pregnant = pregnancy(patient)
        yield Fact.of(
            "patient",
            told=", ".join(filter(None, (*told, "pregnant" if pregnant else ""))),
            age=patient.age,
            sex=patient.sex,
            pregnant=pregnant,
        )
        for disease in patient.diseases or ():
            for above in self.knowledge.ancestors("diseases", disease):
                told_as, local = terms.diseases[disease].name, self.knowledge.is_local("diseases", disease)
                yield Fact.of("disease", told=told_as, name=above).marked(local)
        yield from self._lesion()
        for kind, present in self.present.items():
            for name, recorded in present.items():
                local = self._is_local(kind, recorded)
                yield Fact.of(kind, told=self._told(kind, name, recorded), name=name).marked(local)
        for lab in patient.labs.values():
            shown = lab.finding or f"{lab.value:g} {lab.unit}"
            yield Fact.of(
                "lab",
                told=f"{terms.labs[lab.name].name} {shown}",
                **_result(lab.value, lab.finding),
                name=lab.name,
            ).marked(self.knowledge.is_local("labs", lab.name))

    def _lesion(self) -> Iterator[Fact]:
        patient, terms = self.patient, self.knowledge.terms
        pattern = f"{terms.patterns[patient.pattern].name.lower()} calcinosis" if patient.pattern else "calcinosis"
        size = f", up to {patient.largest_mm:g} mm" if patient.largest_mm else ""
        yield Fact.of("lesion", told=f"{pattern}{size}", pattern=patient.pattern, largest_mm=patient.largest_mm)

    def unknown(self, asked: Asked) -> Iterator[Fact]:
        blank = {kind for kind in ("medication", "allergy") if getattr(self.patient, RECORDED_AS[kind]) is None}
        for kind, name in asked:
            if kind in blank or self._is_unknown(kind, name):
                yield _missing(kind, name)

    def _is_unknown(self, kind: str, name: str) -> bool:
        patient = self.patient
        if kind == "patient":
            return (pregnancy(patient) if name == "pregnant" else getattr(patient, name)) is None
        if kind == "lesion":
            return getattr(patient, name) is None
        if kind == "lab":
            return name not in patient.labs
        if name in self.present[kind] or (name in REPRODUCTIVE and not fertile(patient)):
            return False
        if kind == "feature":
            return patient.features is None
        if self._recorded_more_broadly(kind, name) or self._looks_like_unresolved(kind, name):
            return True
        if kind == "site":
            return patient.sites is None or any(item.where == "sites" for item in patient.unresolved)
        if kind == "allergy":
            return patient.allergies is None
        return not (patient.conditions_complete if kind == "condition" else patient.medications_complete)

    def _recorded_more_broadly(self, kind: str, name: str) -> bool:
        """ "Heart failure" does not say which class, "a hand" which part of it, "a statin" which one."""
        if kind in ("condition", "site"):
            recorded = (self.patient.conditions if kind == "condition" else self.patient.sites) or ()
            return bool(recorded) and any(
                broader in recorded for broader in self.knowledge.ancestors(f"{kind}s", name)[1:]
            )
        drugs = self.patient.medications if kind == "medication" else ()
        taken = {drug.id for drug in drugs or ()}
        return bool(taken) and any(broader in taken for broader in self.names.classes(self._match(name))[1:])

    def _looks_like_unresolved(self, kind: str, name: str) -> bool:
        if not self.patient.unresolved:
            return False
        where = {"site": "sites", "condition": "conditions", "medication": "medications", "allergy": "allergies"}[kind]
        return any(name in item.nearest for item in self.patient.unresolved if item.where == where)

    def _broader(self, vocabulary: str, recorded: tuple[str, ...] | None) -> dict[str, str]:
        """What is recorded with everything broader that it is a form or part of, each with the word that was recorded."""
        return {above: one for one in recorded or () for above in self.knowledge.ancestors(vocabulary, one)}

    def _drugs(self, drugs: tuple[NamedDrug, ...] | None, *, members: bool) -> dict[str, str]:
        """Drugs with their classes; an allergy to a family is one to each of its members."""
        found: dict[str, str] = {}
        for drug in drugs or ():
            match = self._match(drug.id)
            for id_ in (*self.names.classes(match), *(self.knowledge.members(drug.id) if members else ())):
                found.setdefault(id_, drug.named)
        return found

    def _match(self, id_: str) -> Match:
        therapy = self.knowledge.therapies.get(id_)
        if therapy is None:
            return Match("medication", id_)
        return Match("family" if therapy.kind == "family" else "therapy", id_)

    def _is_local(self, kind: str, recorded: str) -> bool:
        if kind not in RECORDED_AS:
            return self.knowledge.is_local(f"{kind}s", recorded)
        drugs: tuple[NamedDrug, ...] = getattr(self.patient, RECORDED_AS[kind]) or ()
        known = ("medications", "therapies")
        return any(
            self.knowledge.is_local(section, drug.id) for drug in drugs if drug.named == recorded for section in known
        )

    def _told(self, kind: str, name: str, recorded: str) -> str:
        terms = self.knowledge.terms
        if kind == "feature":
            return terms.features[name].name.lower()
        if kind == "site":
            return f"deposits of the {terms.sites[recorded].name.lower()}"
        if kind == "condition":
            return terms.conditions[recorded].name.lower()
        return f"{'allergy to ' if kind == 'allergy' else 'takes '}{recorded}"


@cache
def _missing(kind: str, name: str) -> Fact:
    return Fact.of("unknown", about=kind, name=name)


def _result(value: float | None, finding: str | None) -> dict[str, float | str | None]:
    return {"value": value, "finding": finding}


def trial_facts(patient: Patient, names: Names) -> list[Fact]:
    """The treatments that named a therapy or a family, what may have been one, and an incomplete history."""
    knowledge = names.knowledge
    taken = {drug.id for drug in patient.medications or ()}
    facts: list[Fact] = []
    for trial in patient.trials:
        if trial.therapy is None or trial.kind not in ("therapy", "family"):
            continue
        facts.append(
            Fact.of(
                "trial",
                told=_told_trial(trial, knowledge.therapies[trial.therapy].name),
                therapy=trial.therapy,
                family=knowledge.therapies[trial.therapy].family or trial.therapy,
                purpose=PURPOSES.get(trial.purpose, "other"),
                outcome=_outcome(trial, taken),
                adequacy=trial.adequacy,
            ).marked(knowledge.is_local("therapies", trial.therapy))
        )
    failed = sum(trial.purpose in PURPOSES and trial.outcome in FAILURES for trial in patient.trials)
    facts.append(Fact.of("history", failed=failed))
    for therapy, why in sorted(uncertain_therapies(patient, names).items()):
        facts.append(Fact.of("unknown", told=why, about="trial", name=therapy))
    if not patient.history_complete:
        facts.append(Fact.of("unknown", about="history", name="history"))
    return facts


def _outcome(trial: Trial, taken: set[str]) -> str:
    """What is taken now for calcinosis, with no outcome recorded, is ongoing."""
    still = trial.outcome == "unknown" and trial.purpose == "calcinosis" and trial.ended is None
    return "ongoing" if still and trial.therapy in taken else trial.outcome


def _told_trial(trial: Trial, name: str) -> str:
    purpose = {"calcinosis": "", "unclear": ", purpose unclear"}.get(trial.purpose, ", for something else")
    details = [
        trial.dose or "",
        f"{trial.months:g} months" if trial.months is not None else "",
        trial.adverse_event or "",
    ]
    shown = "; ".join(filter(None, details))
    outcome = "outcome not recorded" if trial.outcome == "unknown" else trial.outcome.replace("_", " ")
    # A brand or code that was typed stays beside the name it was understood as.
    named = (
        name
        if normalise(trial.named) in (normalise(name), normalise(trial.therapy or ""))
        else f"{name} ({trial.named})"
    )
    return f"{named}: {outcome}{purpose}{f' ({shown})' if shown else ''}"


def uncertain_therapies(patient: Patient, names: Names) -> dict[str, str]:
    """The therapies that a vague or unreadable entry may have been, with the reason.

    A family covers its members, a class ("immunosuppressants") the therapies in it, an unreadable name what it looks
    like; where it looks like nothing, it may have been any of them.
    """
    knowledge = names.knowledge
    every = tuple(therapy.id for therapy in knowledge.options)
    found: dict[str, str] = {}
    for trial in patient.trials:
        if trial.kind == "family" and trial.therapy:
            for member in knowledge.members(trial.therapy):
                found.setdefault(member, f"the history says only '{trial.named}'")
        elif trial.kind == "medication" and trial.therapy:
            for therapy in names.could_be(trial.therapy):
                found.setdefault(therapy, f"the history says only '{trial.named}'")
    for item in patient.unresolved:
        if item.where == "history":
            near = [therapy for id_ in item.nearest for therapy in (knowledge.members(id_) or (id_,))]
            for therapy in [id_ for id_ in near if id_ in every] or every:
                found.setdefault(therapy, f"'{item.named}' in the history could not be understood")
    named = {trial.therapy for trial in patient.trials}
    for drug in patient.medications or ():
        if drug.id in every and drug.id not in named:
            found.setdefault(drug.id, f"'{drug.named}' is being taken, and the history does not say what for")
    return found
