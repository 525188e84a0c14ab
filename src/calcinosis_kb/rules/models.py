"""Models of rules as written by clinicians, and of the vocabulary of facts that they read."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticKnownError

from calcinosis_kb.documents.fields import Id, IsDraft, Model, Names, Text
from calcinosis_kb.documents.kinds import FileKind
from calcinosis_kb.knowledge.ids import FamilyId, OptionId, SourceId

__all__ = ["EFFECTS", "FACTS", "RULES", "Attribute", "Effect", "FactKind", "Rule", "Standing", "Vocabulary"]

Effect = Literal[
    "avoid",
    "against",
    "not_applicable",
    "warn",
    "reserve",
    "caution",
    "check",
    "support",
    "prefer",
    "doubt",
    "note",
]
Standing = Literal[
    "untried",
    "sibling_tried",
    "cannot_tell",
    "ongoing",
    "other_purpose",
    "inadequate",
    "failed",
    "partial",
    "worked",
    "recurred",
    "not_tolerated",
]
EFFECTS: tuple[Effect, ...] = get_args(Effect)
"""The effects, gravest first: the order of reasons in an answer."""


class Attribute(Model):
    """An attribute of a fact: its type, unit and allowed words."""

    type: Literal["text", "number", "boolean"]
    unit: Text | None = None
    vocabulary: Annotated[Text, Names("vocabularies")] | None = None
    values: tuple[str, ...] = ()
    meaning: Text


class Recorded(Model):
    key: Literal["attribute", "name"]


class FactKind(Model):
    """A kind of fact. ``recorded``: set if it comes from the patient record, and so can be unknown."""

    meaning: Text
    recorded: Recorded | None = None
    attributes: dict[str, Attribute]


Vocabulary = dict[str, FactKind]
"""The content of ``rules/facts.yaml``."""


class Rule(Model):
    """A rule: if all clauses of ``when`` hold, ``effect`` applies to the therapies in its scope.

    The scope is ``therapies`` (ids, or "all"), ``families`` or ``kinds``. A clause is a mapping of one kind of fact
    to its conditions, ``none:`` of one, or ``any:`` of several. A standing rule has ``standing`` instead of ``effect``.

    ``unless_read`` exempts therapies whose own rules read one of these facts. A fact is written as an answer asks for it (``egfr``,
    ``condition:breastfeeding``), or with the bound that must be read (``age below``).
    """

    id: Id
    draft: IsDraft = False
    """Left out of every answer while true."""
    title: Text
    """What it is about, in a few words."""
    therapies: Literal["all"] | tuple[OptionId, ...] = ()
    """The therapies it is for, or all."""
    families: tuple[FamilyId, ...] = ()
    kinds: tuple[Annotated[Id, Names("kinds")], ...] = ()
    when: tuple[dict[str, Any], ...] = ()
    """The clauses, all of which must hold; rules/facts.yaml declares what they may read."""
    unless_read: tuple[Text, ...] = ()
    effect: Effect | None = None
    """What follows for the therapy; docs/rules.md lists the verdict of each effect."""
    standing: Standing | None = None
    because: Text
    """The reason, as given in the answer."""
    sources: tuple[SourceId, ...] = ()
    """The studies, guidelines and references that say so."""
    at: str = Field(default="", repr=False)
    """File and line, filled in by the loader."""

    @field_validator("effect", "standing", mode="before")
    @classmethod
    def _is_not_empty(cls, value: Any, info: ValidationInfo) -> Any:
        """Report an empty key like a wrong word, together with all other mistakes; a key that does not apply is to be left out."""
        if value is None:
            words = get_args(Effect if info.field_name == "effect" else Standing)
            raise PydanticKnownError("literal_error", {"expected": ", ".join(map(repr, words))})
        return value

    @model_validator(mode="after")
    def _decides_one_thing(self) -> Rule:
        if (self.effect is None) == (self.standing is None):
            raise ValueError("give either an effect or a standing")
        if sum(map(bool, (self.therapies, self.families, self.kinds))) != 1:
            raise ValueError("say for which: one of therapies, families, kinds")
        return self


FACTS = FileKind("facts", "rules/facts.yaml", Vocabulary)
RULES = FileKind("rules", "rules/**/*.yaml", tuple[Rule, ...], entries=1)
