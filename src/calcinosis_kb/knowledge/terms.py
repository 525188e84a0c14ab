"""Pydantic models of the closed vocabularies in ``terms.yaml``."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from calcinosis_kb.documents.fields import Id, Model, Names, Text
from calcinosis_kb.documents.kinds import FileKind
from calcinosis_kb.knowledge.ids import ConditionId, DiseaseId
from calcinosis_kb.knowledge.models import Codes, Domain

__all__ = [
    "TERMS", "AgeLimit", "Ambiguous", "Bound", "Condition", "Design", "Disease", "Feature", "Lab", "Limit", "Medication", "Recognised",
    "Site", "Term", "Terms",
]  # fmt: skip


class Term(Model):
    """An entry of a closed vocabulary. In some vocabularies ``broader`` lists the terms that it is a kind of."""

    name: Text
    """The name that is shown."""
    meaning: Text | None = None
    """What it means, if the name does not say."""
    aliases: tuple[Text, ...] = ()
    """Other names."""


class Site(Term):
    broader: tuple[Annotated[Id, Names("sites")], ...] = ()


class Feature(Term):
    """A complaint or finding of the deposits; ``domain`` is that in which it asks for an effect, absent if that is not known."""

    domain: Domain | None = None
    """The domain in which it asks for an effect; absent if that is not known."""


class Design(Term):
    """A study design and its OCEBM 2011 level for treatment benefits."""

    level: Annotated[int, Field(ge=1, le=5)]
    """The OCEBM 2011 level for treatment benefits."""
    patients: bool
    """Whether it reports its own patients. A review does not, so its patients are never pooled."""


class Disease(Term):
    """A disease. ``short`` is its abbreviation, for the cell of a table. ``groups`` are the groups of related diseases that it belongs
    to, among which evidence is worth half.

    ``various``: whether it names several diseases at once, so that patients of it need not have the same one.
    ``immune_mediated``: whether immunosuppression can act on its cause; absent for conditions of a patient.
    """

    short: Text | None = None
    """The abbreviation."""
    broader: tuple[DiseaseId, ...] = ()
    """What it is a form of."""
    groups: tuple[Id, ...] = ()
    """The groups of related diseases that it belongs to."""
    immune_mediated: bool | None = None
    """Whether immunosuppression can act on its cause; absent if that is not known."""
    various: bool = False
    """Whether the word names several diseases at once."""
    icd10: tuple[Text, ...] = ()
    """Codes of ICD-10, or their beginnings."""
    omop: tuple[int, ...] = ()
    """Standard concepts of OMOP."""
    snomed: tuple[Text, ...] = ()
    """Codes of SNOMED CT."""


class Limit(Model):
    """A limit of a quantity in the canonical unit of its test; exactly one of the four is given."""

    below: float | None = None
    at_most: float | None = None
    above: float | None = None
    at_least: float | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(bound is not None for bound in (self.below, self.at_most, self.above, self.at_least)) != 1:
            raise ValueError("give one of below, at_most, above, at_least")
        return self

    def holds(self, value: float) -> bool:
        """Whether a value is within the limit.

        >>> Bound(below=30).holds(29.97), Bound(below=30).holds(30)
        (True, False)
        """
        return (
            (self.below is None or value < self.below)
            and (self.at_most is None or value <= self.at_most)
            and (self.above is None or value > self.above)
            and (self.at_least is None or value >= self.at_least)
        )


class AgeLimit(Limit):
    """A limit that holds from an age on, in years."""

    from_age: Annotated[float, Field(ge=0)]


class Bound(Limit):
    """A limit that holds from an age on, and those of the ``younger``, oldest first; the last is the safest at any age."""

    from_age: Annotated[float, Field(ge=0)] = 0
    younger: tuple[AgeLimit, ...] = ()

    def at(self, age: float | None) -> Limit:
        """Return the limit at an age, or the safest one if the age is not known.

        >>> phosphate = Bound(above=4.5, from_age=18, younger=(AgeLimit(above=6, from_age=1), AgeLimit(above=7.7, from_age=0)))
        >>> [phosphate.at(age).above for age in (40, 7, 0.1, None)]
        [4.5, 6.0, 7.7, 7.7]
        """
        limits: tuple[Bound | AgeLimit, ...] = (self, *self.younger)
        return next((limit for limit in limits if age is not None and age >= limit.from_age), limits[-1])


class LimitBySex(Limit):
    """A limit, and that of ``women`` where it differs. Without a recorded sex the limit of men holds."""

    women: Limit | None = None

    def of(self, sex: str | None) -> Limit:
        """Return the limit for a sex.

        >>> haemoglobin = LimitBySex(below=13, women=Limit(below=12))
        >>> [haemoglobin.of(sex).below for sex in ("female", "male", None)]
        [12.0, 13.0, 13.0]
        """
        return self.women if self.women is not None and sex == "female" else self


class Condition(Disease):
    """A condition of a patient, other than the disease that underlies calcinosis.

    ``icd10`` are prefixes of codes that always mean it, ``suspected_icd10`` prefixes of codes that may mean it.
    ``defined_by`` gives limits of tests, by id: a result within the limit means the condition, and without a result the
    condition implies one within it. A result within a limit of ``suggested_by`` leaves the condition open, even if a complete list does
    not name it, and one outside the limit excludes the condition. ``lasting`` conditions count as present even if they are past.
    An ``acute`` one, and what it is broader than, passes within weeks: an old entry without an end does not show that it is present.
    """

    broader: tuple[ConditionId, ...] = ()
    """What it is a form of."""
    suspected_icd10: tuple[Text, ...] = ()
    """Beginnings of codes of ICD-10 that may mean it."""
    defined_by: dict[Annotated[Id, Names("quantities")], Bound] = Field({})
    suggested_by: dict[Annotated[Id, Names("quantities")], LimitBySex] = Field({})
    lasting: bool = False
    """Whether it counts as present even if it is past."""
    acute: bool = False
    """Whether it passes within weeks."""


class Medication(Term):
    """A drug, or a class of drugs (``broader`` leads from a drug to its classes)."""

    broader: tuple[Annotated[Id, Names("medications")], ...] = ()
    codes: Codes = Codes()


class Lab(Term):
    """A test. A quantity has ``unit`` and the range in which a value is possible; a finding has ``values``."""

    short: Text | None = None
    """The abbreviation that stands for it where there is little room."""
    unit: Text | None = None
    unit_aliases: tuple[Text, ...] = ()
    possible: tuple[float, float] | None = None
    molar_mass: Annotated[float, Field(gt=0)] | None = None
    """In g/mol; converts an amount of substance into a mass."""
    valence: Annotated[int, Field(gt=0)] | None = None
    """Charges of the ion; converts equivalents into an amount of substance."""
    values: tuple[Id, ...] = ()
    loinc: tuple[Text, ...] = ()
    omop: tuple[int, ...] = ()
    implies: dict[Id, ConditionId] = Field({})
    """The condition that each finding implies (``positive: pregnancy``)."""
    tells_of: tuple[ConditionId, ...] = ()
    """Further conditions that it helps to find or exclude, so that one question asks for both."""


class Ambiguous(Term):
    """A word with several meanings, which is never guessed. ``may_be`` are the therapies, medicines and conditions it may mean."""

    may_be: tuple[Annotated[Id, Names("meanings")], ...]


class Recognised(Term):
    """What is understood but has no effect: words (``aliases``), codes or groups of ``atc``, and of ``icd10`` for their use."""

    atc: tuple[Text, ...] = ()
    icd10: tuple[Text, ...] = ()


class Terms(Model):
    """The closed vocabularies of ``terms.yaml``."""

    diseases: dict[Id, Disease]
    patterns: dict[Id, Term]
    sites: dict[Id, Site]
    features: dict[Id, Feature]
    purposes: dict[Id, Term]
    outcomes: dict[Id, Term]
    designs: dict[Id, Design]
    conditions: dict[Id, Condition]
    medications: dict[Id, Medication]
    labs: dict[Id, Lab]
    ambiguous: dict[Id, Ambiguous] = Field({})
    recognised: dict[Id, Recognised] = Field({})
    """What is understood but has no effect, of ``medicines``, ``treatments``, ``allergens`` and ``conditions``."""


TERMS = FileKind("terms", "knowledge/terms.yaml", Terms, entries=2)
