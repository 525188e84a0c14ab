"""Ids that name something else, each with the list that holds it; `calcinosis_kb.knowledge.references` checks them all."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from calcinosis_kb.documents.fields import Id, Names

__all__ = [
    "ConditionId", "DesignId", "DiseaseId", "EdgeId", "FamilyId", "NodeId", "OptionId", "SourceId", "Sources", "TherapyId",
]  # fmt: skip

TherapyId = Annotated[Id, Names("therapies")]

OptionId = Annotated[Id, Names("options")]
"""A therapy that is recommended or not: no family and no comparator."""

FamilyId = Annotated[Id, Names("families")]

NodeId = Annotated[Id, Names("nodes")]
"""A node of the graph; a therapy is one too."""

EdgeId = Annotated[Id, Names("edges")]

SourceId = Annotated[Id, Names("sources")]
"""A study, reference or guideline."""

Sources = Annotated[tuple[SourceId, ...], Field(min_length=1)]

DesignId = Annotated[Id, Names("designs")]

DiseaseId = Annotated[Id, Names("diseases")]

ConditionId = Annotated[Id, Names("conditions")]
