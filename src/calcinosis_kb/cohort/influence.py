"""Which facts an item can change, so that each fact is computed once for each different set of the items that matter to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from calcinosis_kb.advice.facts import PREGNANCY, REPRODUCTIVE
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Match
from calcinosis_kb.patients.models import NamedDrug, Patient

__all__ = ["WHOLE", "Influence", "Reference"]

Reference = tuple[str, str]
"""A fact as kind and name; the name is empty where all of a kind is one fact (`WHOLE`)."""

WHOLE = ("patient", "lesion", "disease")
"""The kinds of facts that are read together: a person has one of each, or they are few."""

_LISTS = {"medications": "medication", "conditions": "condition", "allergies": "allergy"}


class Influence:
    """Finds the facts that something known of a patient can change: itself, what includes it, and what it leaves open."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.knowledge = names.knowledge
        self.terms = names.knowledge.terms

    def of(self, patient: Patient) -> set[Reference]:
        """The facts that what is known of a patient can change; a word that leaves something open counts as what it may be."""
        found: set[Reference] = set()
        if patient.diseases:
            found.add(("disease", ""))
        if patient.pattern or patient.largest_mm or patient.features is not None:
            found.add(("lesion", ""))
        found.update(("feature", name) for name in patient.features or ())
        found.update(
            ("site", near) for name in patient.sites or () for near in self.knowledge.overlapping("sites", name)
        )
        open_ = {
            kind: [id_ for word in patient.open_words if word.where == where for id_ in word.may_be]
            for where, kind in _LISTS.items()
        }
        for condition in (*(patient.conditions or ()), *open_["condition"]):
            found |= self._condition(condition)
        for lab in patient.labs:
            found |= self._lab(lab)
        found.update(
            ("medication", name)
            for name in self._drugs((*(patient.medications or ()), *map(_drug, open_["medication"])))
        )
        found.update(
            ("allergy", name) for name in self._drugs((*(patient.allergies or ()), *map(_drug, open_["allergy"])))
        )
        return found

    @cached_property
    def of_age(self) -> set[Reference]:
        """The facts that the age can change."""
        limited = (
            id_
            for id_, one in self.terms.conditions.items()
            if any(bound.younger or bound.from_age for bound in one.defined_by.values())
        )
        return {("patient", ""), *self._conditions((*limited, PREGNANCY, *REPRODUCTIVE))}

    @cached_property
    def of_sex(self) -> set[Reference]:
        """The facts that the sex can change."""
        limited = (
            id_ for id_, one in self.terms.conditions.items() if any(limit.women for limit in one.suggested_by.values())
        )
        return {("patient", ""), *self._conditions((*limited, PREGNANCY, *REPRODUCTIVE))}

    def _conditions(self, ids: Iterable[str]) -> Iterator[Reference]:
        return (reference for id_ in ids for reference in self._condition(id_))

    def _condition(self, id_: str) -> set[Reference]:
        """A condition: all that it is a kind of, all that it leaves open, and the tests that it bounds."""
        if id_ not in self.terms.conditions:
            return set()
        above = self.knowledge.ancestors("conditions", id_)
        found = {("condition", near) for near in (*above, *self.knowledge.overlapping("conditions", id_))}
        found.update(("lab", lab) for near in above for lab in self.terms.conditions[near].defined_by)
        return found | ({("patient", "")} if PREGNANCY in above else set())

    def _lab(self, lab: str) -> set[Reference]:
        """A test: itself, and the conditions that it defines, suggests or implies."""
        of_test = {
            id_ for id_, one in self.terms.conditions.items() if lab in one.defined_by or lab in one.suggested_by
        }
        decided = of_test | set(self.terms.labs[lab].implies.values())
        return {("lab", lab), *self._conditions(sorted(decided))}

    def _drugs(self, drugs: Iterable[NamedDrug]) -> set[str]:
        """Drugs with their classes and members, and all that they leave open."""
        found: set[str] = set()
        for drug in drugs:
            match = self.names.drugs.match(drug.id) or Match("other", drug.id, drug.classes)
            found.update(self.names.classes(match), self.names.overlapping(drug.id))
            found.update(self.knowledge.members(drug.id), self.names.could_be(drug.id))
        return found


def _drug(id_: str) -> NamedDrug:
    return NamedDrug(id_, id_)
