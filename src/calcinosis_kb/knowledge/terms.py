"""The closed vocabularies of ``terms.yaml``, as pydantic models."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from calcinosis_kb.knowledge.fields import Id, Model, Text
from calcinosis_kb.knowledge.models import Codes

__all__ = ["Condition", "Design", "Disease", "Lab", "Medication", "Term", "Terms"]


class Term(Model):
    """An entry of a closed vocabulary. ``broader`` names the terms that it is a kind of."""

    name: Text
    meaning: Text | None = None
    aliases: tuple[Text, ...] = ()
    broader: tuple[Id, ...] = ()


class Design(Term):
    """A study design and its OCEBM 2011 level for treatment benefits."""

    level: Annotated[int, Field(ge=1, le=5)]
    patients: bool
    """Whether it reports patients of its own (a review does not, so its patients are never pooled)."""


class Disease(Term):
    icd10: tuple[Text, ...] = ()
    omop: tuple[int, ...] = ()
    snomed: tuple[Text, ...] = ()


class Condition(Disease):
    pass


class Medication(Term):
    """A drug, or a class of drugs (``broader`` leads from a drug to its classes)."""

    codes: Codes = Codes()


class Lab(Term):
    """A test. A quantity has ``unit`` and the range in which a value is possible; a finding has ``values``."""

    unit: Text | None = None
    unit_aliases: tuple[Text, ...] = ()
    possible: tuple[float, float] | None = None
    molar_mass: Annotated[float, Field(gt=0)] | None = None
    """In g/mol: what converts an amount of substance into a mass."""
    values: tuple[Id, ...] = ()
    loinc: tuple[Text, ...] = ()
    omop: tuple[int, ...] = ()


class Terms(Model):
    """The closed vocabularies of ``terms.yaml``."""

    diseases: dict[Id, Disease]
    patterns: dict[Id, Term]
    sites: dict[Id, Term]
    features: dict[Id, Term]
    purposes: dict[Id, Term]
    outcomes: dict[Id, Term]
    designs: dict[Id, Design]
    conditions: dict[Id, Condition]
    medications: dict[Id, Medication]
    labs: dict[Id, Lab]
