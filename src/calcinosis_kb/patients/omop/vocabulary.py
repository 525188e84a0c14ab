"""What the vocabulary tables say of the concepts that occur: names and codes, ingredients of drugs, wider concepts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import msgspec

from calcinosis_kb.patients.fhir.concept import Coding
from calcinosis_kb.patients.omop.cdm import Cdm

__all__ = ["Term", "Vocabulary"]

_SYSTEMS = {
    "RxNorm": "rxnorm", "RxNorm Extension": "rxnorm", "ATC": "atc", "SNOMED": "snomed", "LOINC": "loinc", "ICD10": "icd10",
    "ICD10CM": "icd10", "ICD10GM": "icd10", "ICD10CN": "icd10", "CIM10": "icd10", "KCD7": "icd10", "ICD10PCS": "icd10pcs",
    "CVX": "cvx",
}  # fmt: skip
"""The code systems that are read, by the vocabularies of OMOP."""

_TO_INGREDIENT = (
    "RxNorm has ing", "Consists of", "Tradename of", "Quantified form of", "Contains", "RxNorm is a", "Maps to",
)  # fmt: skip
"""The relationships that lead from a product to its ingredients."""

_WRITTEN = ("concept_name", "vocabulary_id", "concept_class_id", "concept_code")

_STEPS = 5
"""As many relationships lie between a branded pack and its ingredients."""


class Term(msgspec.Struct, frozen=True):
    """A concept of the vocabulary."""

    id: int
    name: str
    vocabulary: str
    kind: str
    code: str

    @property
    def coding(self) -> Coding:
        return Coding(_SYSTEMS.get(self.vocabulary), self.code, self.name)


class Vocabulary:
    """Looks up the concepts ``ids`` of one database, and what leads on from them; each table is read once."""

    def __init__(self, cdm: Cdm, ids: Iterable[int]) -> None:
        self.cdm = cdm
        self.ids = sorted({*ids} - {0})
        self.terms = self._terms(self.ids)

    def codings(self, *ids: int) -> tuple[Coding, ...]:
        """The codings of concepts: their ids, and what the vocabulary says of those that it holds."""
        known = (self.terms[id_].coding for id_ in ids if id_ in self.terms)
        return tuple(dict.fromkeys((*known, *(Coding("omop", str(id_), "") for id_ in ids if id_))))

    def wider(self, id_: int) -> tuple[Coding, ...]:
        """The codings of what a concept is a kind of, itself left out."""
        return self.codings(*self._ancestors.get(id_, ()))

    def ingredients(self, id_: int) -> tuple[str, tuple[int, ...]]:
        """The ingredients of a drug, and how they were found: by ancestor, else by relationship."""
        above = [one for one in self._ancestors.get(id_, ()) if one in self.terms and _is_ingredient(self.terms[one])]
        if above:
            return "ancestor", tuple(above)
        return "relationship", tuple(self._related.get(id_, ()))

    @cached_property
    def _ancestors(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        table = self.cdm.table("concept_ancestor")
        for row in self._joined("concept_ancestor", table, "descendant_concept_id", self.ids):
            if row["ancestor_concept_id"] != row["descendant_concept_id"]:
                found.setdefault(row["descendant_concept_id"], []).append(row["ancestor_concept_id"])
        self._learn(id_ for ids in found.values() for id_ in ids)
        return {id_: sorted(ids) for id_, ids in found.items()}

    @cached_property
    def _related(self) -> dict[int, list[int]]:
        """The ingredients of each drug that has no ancestors, by the relationships of products."""
        reached: dict[int, set[int]] = {id_: {id_} for id_ in self.ids if id_ not in self._ancestors}
        edges: dict[int, list[int]] = {}
        new = sorted(reached)
        for _ in range(_STEPS):
            table = self.cdm.table("concept_relationship")
            table = table.filter(table.relationship_id.isin(_TO_INGREDIENT), table.invalid_reason.isnull())
            for row in self._joined("concept_relationship", table, "concept_id_1", new):
                edges.setdefault(row["concept_id_1"], []).append(row["concept_id_2"])
            for ids in reached.values():
                ids.update(to for id_ in tuple(ids) for to in edges.get(id_, ()))
            new = sorted({id_ for ids in reached.values() for id_ in ids} - edges.keys())
        self._learn(id_ for ids in reached.values() for id_ in ids)
        return {
            id_: sorted(one for one in ids if one in self.terms and _is_ingredient(self.terms[one]))
            for id_, ids in reached.items()
        }

    def _learn(self, ids: Iterable[int]) -> None:
        self.terms |= self._terms(sorted({*ids} - self.terms.keys()))

    def _terms(self, ids: list[int]) -> dict[int, Term]:
        return {
            row["concept_id"]: Term(row["concept_id"], *(row[column] or "" for column in _WRITTEN))
            for row in self._joined("concept", self.cdm.table("concept"), "concept_id", ids)
        }

    def _joined(self, name: str, table: Any, column: str, ids: list[int]) -> list[dict[str, Any]]:
        """The rows of a table of which a column is one of some ids."""
        import ibis

        if not ids or not self.cdm.has(name):
            return []
        wanted = ibis.memtable({"wanted": ids}, schema={"wanted": "int64"})
        return self.cdm.rows(table.semi_join(wanted, table[column] == wanted.wanted))


def _is_ingredient(term: Term) -> bool:
    return term.kind == "Ingredient" and term.vocabulary in ("RxNorm", "RxNorm Extension")
