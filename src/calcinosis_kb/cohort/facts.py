"""The facts of everybody in a batch: each is computed once for each different set of the items that matter to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from calcinosis_kb.advice.facts import patient_facts
from calcinosis_kb.cohort.column import Recorded
from calcinosis_kb.cohort.influence import WHOLE, Influence, Reference
from calcinosis_kb.cohort.item import Item, joined, part
from calcinosis_kb.cohort.layout import Field, Layout
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.patients.reader import PatientReader
from calcinosis_kb.rules.facts import Fact

__all__ = ["Records", "of_reference", "whole"]

_LIST = {
    "condition": "conditions", "medication": "medications", "allergy": "allergies", "feature": "features", "site": "sites",
    "lesion": "features",
}  # fmt: skip
"""The list of a record behind each kind of fact."""

_FOLDED = frozenset({"condition", "medication", "allergy", "site", "feature", "open"})
"""Items of which a fact depends only on whether there is one of a group: facts of a list are those of its entries together."""


class Records:
    """The records behind the signatures of one layout, and the columns of their facts."""

    def __init__(self, layout: Layout, reader: PatientReader, asked: Iterable[Reference]) -> None:
        self.layout = layout
        self.names = reader.names
        self.asked = tuple(asked)
        self.reader = reader
        self.parts = {item: part(item, reader) for field in layout.fields for item in field.items}
        self.influence = Influence(reader.names)
        self._fields = self._found()

    def patient(self, row: Sequence[int], fields: Iterable[Field] | None = None) -> Patient:
        """The patient of a signature, as far as some fields tell."""
        return joined({item: self.parts[item] for item in self.layout.read(row, fields)})

    def column(self, reference: Reference) -> Recorded:
        """The column of the facts of one name: the facts themselves, or what is not known of them."""
        fields = self._fields[reference]
        single = [field for field in fields if not (field.flag and field.items[0].kind in _FOLDED)]
        folded: dict[object, list[Field]] = defaultdict(list)
        for field in fields:
            if field not in single:
                folded[self._alone(field.items[0], reference)].append(field)
        return Recorded(
            folded.values(), single, lambda row: self._facts(self.patient(row, fields), reference), shared=True
        )

    def _facts(self, patient: Patient, reference: Reference) -> tuple[Fact, ...]:
        """The facts of one name in a record, without their texts."""
        kind, name = reference
        asked = [one for one in self.asked if one[0] == kind and (kind in WHOLE or one[1] == name)]
        return of_reference(patient_facts(patient, self.names, asked), reference)

    def _alone(self, item: Item, reference: Reference) -> object:
        """What an item alone makes of a fact: in a complete list, and in one that is not."""
        name = _LIST.get(reference[0], "conditions")
        states = (Item("list", name, how) for how in ("complete", "incomplete"))
        return tuple(
            self._facts(joined({state: part(state, self.reader), item: self.parts[item]}), reference)
            for state in states
        )

    def _found(self) -> dict[Reference, list[Field]]:
        """The fields that matter to each fact."""
        found: dict[Reference, list[Field]] = defaultdict(list)
        lists: dict[str, list[Field]] = defaultdict(list)
        for field in self.layout.fields:
            kind, name, *_ = field.items[0]
            if kind in ("list", "unread"):
                lists[name].append(field)
            elif kind in ("age", "sex"):
                for reference in sorted(self.influence.of_age if kind == "age" else self.influence.of_sex):
                    found[reference].append(field)
            elif kind == "pregnant":
                found["patient", ""].append(field)
            else:
                touched = {reference for item in field.items for reference in self.influence.of(self.parts[item])}
                for reference in sorted(touched):
                    found[reference].append(field)
        for reference in {*found, *(whole(*one) for one in self.asked)}:
            found[reference].extend(lists[_LIST.get(reference[0], "")])
        return found


def whole(kind: str, name: str) -> Reference:
    """The reference of a fact; those of a kind that is read as a whole have one."""
    return (kind, "") if kind in WHOLE else (kind, name)


def of_reference(facts: Iterable[Fact], reference: Reference) -> tuple[Fact, ...]:
    """Those of some facts that tell of one name, or that it is not known; sorted, and without their texts."""
    kind, name = reference
    told = [
        Fact(fact.kind, fact.values)
        for fact in facts
        if (fact.kind == kind and (kind in WHOLE or fact.get("name") == name))
        or (fact.kind == "unknown" and fact.get("about") == kind and (kind in WHOLE or fact.get("name") == name))
    ]
    return tuple(sorted(dict.fromkeys(told), key=lambda fact: (fact.kind, fact.values)))
