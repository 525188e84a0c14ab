"""Turn what is recorded of a patient into facts for the rules, with an ``unknown`` for what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.names import Match, Names
from calcinosis_kb.knowledge.person import FERTILE_AGES
from calcinosis_kb.knowledge.spelling import in_sentence
from calcinosis_kb.patients.models import NamedDrug, Patient
from calcinosis_kb.rules.facts import Fact

__all__ = ["PREGNANCY", "REPRODUCTIVE", "patient_facts"]

LEAST = 1e-6
"""A difference too small for any test to resolve, but kept by `calcinosis_kb.rules.facts.canonical`."""

PREGNANCY = "pregnancy"
WITHHELD = {"contraindication": "contraindicated", "refusal": "declined"}
"""The outcome behind each kind of fact about a treatment that was never given."""

_BEFORE_NAME = {
    "allergy": "allergy to",
    "medication": "takes",
    "contraindication": "earlier judgement on",
    "refusal": "declined",
}

_COMPLAINT = {True: "", False: " without symptoms", None: ""}

RECORDED_AS = {"medication": "medications", "allergy": "allergies"}
"""The field of the patient that holds the drugs of a kind of fact."""

REPRODUCTIVE = frozenset({"could_become_pregnant", "breastfeeding"})
"""Conditions that are asked about only where pregnancy is possible."""

Asked = Iterable[tuple[str, str]]


def patient_facts(patient: Patient, names: Names, asked: Asked) -> list[Fact]:
    """Return the facts of a patient's record, and an ``unknown`` for each (kind, name) in ``asked`` that is missing."""
    record = _Record(patient, names)
    return [*record.known(), *(record.unknown(asked))]


def pregnancy(patient: Patient) -> bool | None:
    """Whether the patient is pregnant: False in a man or outside `FERTILE_AGES`, None if not recorded."""
    if patient.pregnant is not None:
        return patient.pregnant
    return None if fertile(patient) else False


def fertile(patient: Patient) -> bool:
    """Whether sex and age leave pregnancy and breastfeeding possible."""
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
            "condition": self._conditions(),
            "medication": self._drugs(patient.medications, members=False),
            "allergy": self._drugs(patient.allergies, members=True),
            **{kind: dict(self._withheld(kind)) for kind in WITHHELD},
        }
        self.open = {kind: self._open(kind) for kind in ("site", "condition", "medication", "allergy")} | {
            "feature": frozenset()
        }
        self.tested = self._tested()

    def known(self) -> Iterator[Fact]:
        patient, terms = self.patient, self.knowledge.terms
        who = [f"{patient.age:g} years" if patient.age is not None else "", patient.sex or ""]
        pregnant = pregnancy(patient)
        yield Fact.of(
            "patient",
            text=", ".join(filter(None, (*who, "pregnant" if pregnant else ""))),
            age=patient.age,
            sex=patient.sex,
            pregnant=pregnant,
        )
        for disease in patient.diseases or ():
            for above in self.knowledge.ancestors("diseases", disease):
                name, local = terms.diseases[disease].name, self.knowledge.is_local("diseases", disease)
                immune = terms.diseases[above].immune_mediated
                yield Fact.of("disease", text=name, name=above, immune_mediated=immune).marked(local)
        yield from self._lesion()
        yield from self._bounds()
        for kind, present in self.present.items():
            for name, recorded in present.items():
                local = self._is_local(kind, name if kind in WITHHELD else recorded)
                yield Fact.of(kind, text=self._text(kind, name, recorded), name=name).marked(local)
        for lab in patient.labs.values():
            yield Fact.of(
                "lab",
                text=f"{terms.labs[lab.name].name} {lab.shown}",
                **_result(lab.judged, lab.finding),
                name=lab.name,
            ).marked(self.knowledge.is_local("labs", lab.name))

    def _withheld(self, kind: str) -> Iterator[tuple[str, str]]:
        """Treatments recorded as contraindicated or declined, each with the word that was written.

        What speaks against one agent may speak against its family; who declines an operation has not declined every other.
        """
        for trial in self.patient.trials:
            if trial.outcome == WITHHELD[kind] and trial.therapy in self.knowledge.therapies:
                yield trial.therapy, trial.named
                family = self.knowledge.therapies[trial.therapy].family
                if family and kind == "contraindication":
                    yield family, trial.named

    def _possibly_contraindicated(self) -> Iterator[Fact]:
        """An ``unknown`` for each therapy that an unclear or unreadable word recorded as contraindicated may mean."""
        judged = [trial for trial in self.patient.trials if trial.outcome == WITHHELD["contraindication"]]
        may_be = {trial.named for trial in judged if trial.kind == "open"}
        names = {id_ for item in self.patient.open_words if item.named in may_be for id_ in item.may_be}
        if any(trial.kind == "unresolved" for trial in judged):
            names = {id_ for option in self.knowledge.options for id_ in (option.id, option.family or option.id)}
        for name in sorted(names - self.present["contraindication"].keys()):
            yield _missing("contraindication", name)

    def _conditions(self) -> dict[str, str]:
        """The conditions that are recorded or that follow from a test, with all broader conditions."""
        terms, labs = self.knowledge.terms, self.patient.labs
        found = [*(self.patient.conditions or ())]
        found.extend(
            terms.labs[id_].implies[lab.finding]
            for id_, lab in labs.items()
            if lab.finding is not None and lab.finding in terms.labs[id_].implies
        )
        found.extend(self._defined(provisional=False))
        return self._broader("conditions", tuple(dict.fromkeys(found)))

    def _defined(self, *, provisional: bool) -> Iterator[str]:
        """The conditions that a test result defines; only provisional results, or only definite ones."""
        for id_, lab, bound in self.knowledge.definitions:
            result = self.patient.labs.get(lab)
            if result is None or result.provisional is not provisional:
                continue
            if bound.at(self.patient.age).holds(result.judged or 0.0):
                yield id_

    def _suggested(self) -> Iterator[str]:
        """The conditions that a test result makes likely and does not establish."""
        for id_, lab, limit in self.knowledge.suggestions:
            result = self.patient.labs.get(lab)
            if result is not None and limit.of(self.patient.sex).holds(result.judged or 0.0):
                yield id_

    def _bounds(self) -> Iterator[Fact]:
        """Stand-in results for tests that were not measured but are bounded by a recorded condition.

        "Severe kidney impairment" bounds the GFR. The stand-in lies as close to the bound as the condition allows: what holds
        there holds for every result that the condition allows.
        """
        terms = self.knowledge.terms
        nearest: dict[str, tuple[float, str]] = {}
        for id_, recorded in self.present["condition"].items():
            for lab, by_age in terms.conditions[id_].defined_by.items():
                if lab in self.patient.labs:
                    continue
                bound = by_age.at(self.patient.age)
                high = (
                    bound.at_most if bound.at_most is not None else None if bound.below is None else bound.below - LEAST
                )
                low = (
                    bound.at_least
                    if bound.at_least is not None
                    else None
                    if bound.above is None
                    else bound.above + LEAST
                )
                value = high if high is not None else low
                assert value is not None  # a bound has one of the four
                known = nearest.get(lab)
                if known is None or (value < known[0] if high is not None else value > known[0]):
                    nearest[lab] = (value, recorded)
        for lab, (value, recorded) in sorted(nearest.items()):
            yield Fact.of("lab", text=in_sentence(terms.conditions[recorded].name), name=lab, value=value)

    def _lesion(self) -> Iterator[Fact]:
        patient, terms = self.patient, self.knowledge.terms
        pattern = f"{in_sentence(terms.patterns[patient.pattern].name)} calcinosis" if patient.pattern else "calcinosis"
        size = f", up to {patient.largest_mm:g} mm" if patient.largest_mm else ""
        yield Fact.of(
            "lesion",
            text=f"{pattern}{size}{_COMPLAINT[patient.symptoms]}",
            pattern=patient.pattern,
            largest_mm=patient.largest_mm,
            symptoms=patient.symptoms,
        )

    def unknown(self, asked: Asked) -> Iterator[Fact]:
        # A list that is missing leaves every entry open; checking each one would take longer.
        blank = {kind for kind in ("medication", "allergy") if getattr(self.patient, RECORDED_AS[kind]) is None}
        yield from self._possibly_contraindicated()
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
        if name in self.open[kind]:
            return True
        if kind in ("feature", "site"):
            return getattr(patient, f"{kind}s") is None or any(item.where == f"{kind}s" for item in patient.unresolved)
        if kind == "condition" and name in self.tested:
            return self.tested[name]
        return not getattr(patient, {"allergy": "allergies_complete"}.get(kind, f"{kind}s_complete"))

    def _tested(self) -> dict[str, bool]:
        """The conditions that a test decides, with True where they are still open: a list of conditions does not replace the test.

        After the test a condition is open only if a word of the list was not understood. What a test merely suggests is decided by
        the test where it was done, and otherwise by the list.
        """
        knowledge, labs = self.knowledge, self.patient.labs
        by_test = [*knowledge.implications, *((lab, id_) for id_, lab, _ in knowledge.definitions)]
        suggested = ((lab, id_) for id_, lab, _ in knowledge.suggestions)
        done = (
            {id_ for lab, id_ in (*by_test, *suggested) if lab in labs and not labs[lab].provisional} if labs else set()
        )
        unread = any(item.where == "conditions" for item in self.patient.unresolved)
        tested = dict.fromkeys(done, unread)
        for _, id_ in by_test:
            if id_ not in done and not (id_ == PREGNANCY and not fertile(self.patient)):
                tested.update(dict.fromkeys(self.knowledge.ancestors("conditions", id_), True))
        return tested

    def _open(self, kind: str) -> frozenset[str]:
        """What a complete list still leaves open.

        A broad word leaves the narrower ones open: "heart failure" its class, "a statin" which one. Two terms with a common
        narrower term may mean the same. A word with several meanings may mean any of them.
        """
        where = {"allergy": "allergies"}.get(kind, f"{kind}s")
        words = [id_ for item in self.patient.open_words if item.where == where for id_ in item.may_be]
        if kind in ("condition", "site"):
            recorded: tuple[str, ...] = getattr(self.patient, where) or ()
            pointed = (*self._defined(provisional=True), *self._suggested()) if kind == "condition" else ()
            return frozenset(
                near for one in (*recorded, *words, *pointed) for near in self.knowledge.overlapping(where, one)
            )
        taken = [drug.id for drug in self.patient.medications or ()] if kind == "medication" else []
        return frozenset(near for one in (*taken, *words) for near in self.names.overlapping(one))

    def _broader(self, vocabulary: str, recorded: tuple[str, ...] | None) -> dict[str, str]:
        """The recorded terms and all broader ones, each with the word that was recorded."""
        return {above: one for one in recorded or () for above in self.knowledge.ancestors(vocabulary, one)}

    def _drugs(self, drugs: tuple[NamedDrug, ...] | None, *, members: bool) -> dict[str, str]:
        """Drugs and their classes, each with the word that was recorded; with ``members`` also every member of a family or class.

        An allergy to a family is an allergy to each of its members.
        """
        found: dict[str, str] = {}
        for drug in drugs or ():
            match = self._match(drug.id, drug.classes)
            below = (*self.knowledge.members(drug.id), *self.names.could_be(drug.id)) if members else ()
            for id_ in (*self.names.classes(match), *below):
                found.setdefault(id_, drug.named)
        return found

    def _match(self, id_: str, classes: tuple[str, ...] = ()) -> Match:
        return self.names.drugs.match(id_) or Match("other", id_, classes)

    def _is_local(self, kind: str, recorded: str) -> bool:
        if kind in WITHHELD:
            return self.knowledge.is_local("therapies", recorded)
        if kind not in RECORDED_AS:
            return self.knowledge.is_local(f"{kind}s", recorded)
        drugs: tuple[NamedDrug, ...] = getattr(self.patient, RECORDED_AS[kind]) or ()
        known = ("medications", "therapies")
        return any(
            self.knowledge.is_local(section, drug.id) for drug in drugs if drug.named == recorded for section in known
        )

    def _text(self, kind: str, name: str, recorded: str) -> str:
        terms = self.knowledge.terms
        if kind == "feature":
            return in_sentence(terms.features[name].name)
        if kind == "site":
            return f"deposits of the {in_sentence(terms.sites[recorded].name)}"
        if kind == "condition":
            return in_sentence(terms.conditions[recorded].name)
        return f"{_BEFORE_NAME[kind]} {recorded.replace('_', ' ')}"  # an id is written as its words


@cache
def _missing(kind: str, name: str) -> Fact:
    return Fact.of("unknown", about=kind, name=name)


def _result(value: float | None, finding: str | None) -> dict[str, float | str | None]:
    return {"value": value, "finding": finding}
