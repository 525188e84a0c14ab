"""Types of ids that refer to another record, each with its list; `calcinosis_kb.knowledge.references` checks them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from calcinosis_kb.documents.fields import Id, Names

__all__ = [
    "ConditionId", "DesignId", "DiseaseId", "EdgeId", "FamilyId", "FeatureId", "NodeId", "OptionId", "PatternId", "SourceId",
    "Sources", "TherapyId",
]  # fmt: skip

TherapyId = Annotated[Id, Names("therapies")]

OptionId = Annotated[Id, Names("options")]
"""A therapy that can be recommended: not a family or comparator."""

FamilyId = Annotated[Id, Names("families")]

NodeId = Annotated[Id, Names("nodes")]
"""A node of the graph, including therapies."""

EdgeId = Annotated[Id, Names("edges")]

SourceId = Annotated[Id, Names("sources")]
"""A study, reference or guideline."""

Sources = Annotated[tuple[SourceId, ...], Field(min_length=1)]

DesignId = Annotated[Id, Names("designs")]

DiseaseId = Annotated[Id, Names("diseases")]

ConditionId = Annotated[Id, Names("conditions")]

PatternId = Annotated[Id, Names("patterns")]
"""How the deposits are spread."""

FeatureId = Annotated[Id, Names("features")]
"""A complaint or finding of the deposits, such as pain or ulceration."""
