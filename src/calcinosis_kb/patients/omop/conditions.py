"""Read conditions, and what stands among observations: conditions too, and allergies."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.omop.persons import MALE
from calcinosis_kb.patients.omop.relations import false, union
from calcinosis_kb.patients.omop.senses import AGES, VALUED

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from calcinosis_kb.patients.omop.reading import Reading

__all__ = ["Conditions", "items", "observations", "occurrences"]

CONDITIONS, OBSERVATIONS = "condition_occurrence", "observation"
_CALCINOSIS = "calcinosis_cutis"


class Conditions(NamedTuple):
    """What is understood; ``allergies`` is what was said of them by ``kind``: one, that there is none ("denial"), or not understood."""

    items: list[ir.Table]
    allergies: ir.Table


def items(reading: Reading) -> Conditions:
    """Read the conditions, diseases and allergies of everybody."""
    import ibis

    every = union(
        [
            reading.given(CONDITIONS, occurrences(reading, reading.events(CONDITIONS))),
            reading.given(OBSERVATIONS, observations(reading, reading.events(OBSERVATIONS))),
        ]
    )
    with_calcinosis = every.filter(every.id.isin(_calcinosis(reading.names))).select("person_id").distinct()
    various = every.filter(every.kind == "various").semi_join(with_calcinosis, "person_id")
    return Conditions(
        [every.filter(every.kind.notin(("various", "denial"))), various.mutate(kind=ibis.literal("disease"))],
        every.filter(every.kind.isin(("allergy", "denial")) | (every.id == "allergies")),
    )


def _calcinosis(names: Names) -> list[str]:
    """The conditions and diseases that are calcinosis cutis."""
    knowledge = names.knowledge
    return sorted(
        id_
        for vocabulary in ("conditions", "diseases")
        for id_ in getattr(knowledge.terms, vocabulary)
        if _CALCINOSIS in knowledge.ancestors(vocabulary, id_)
    )


def occurrences(reading: Reading, rows: ir.Table) -> ir.Table:
    """Each condition with how it stands on the day of reading (``when``).

    An end that is only the start again, or the end of the visit, ends nothing: sources with one date give it twice.
    """
    visits = reading.table("visit_occurrence").select(visit="visit_occurrence_id", left="visit_end_date")
    rows = rows.left_join(visits, [("visit_occurrence_id", "visit")])
    end = rows.condition_end_date
    over = false((end > rows.condition_start_date) & (end <= rows.day)) & ~false(end == rows.left)
    return _standing(reading, rows, rows.condition_start_date, over, "past")


def observations(reading: Reading, rows: ir.Table) -> ir.Table:
    """Each observation with how it stands on the day of reading (``when``)."""
    valued = rows.value_as_number.notnull() | rows.value_as_string.notnull() | false(rows.value_as_concept_id != 0)
    return _standing(reading, rows, rows.observation_date, valued, VALUED)


def _standing(reading: Reading, rows: ir.Table, start: ir.Value, apart: ir.Value, named: str) -> ir.Table:
    import ibis

    age = rows.day.delta(start, unit="day")
    class_ = ibis.cases((age > AGES[2], "2"), (age > AGES[1], "1"), else_="0")
    rows = rows.mutate(age_class=class_, apart=apart)
    who = reading.table("person").select(who="person_id", gender="gender_concept_id")
    rows = rows.left_join(who, [("person_id", "who")])
    male = ibis.ifelse(false(rows.gender == MALE), " male", "")
    return rows.mutate(when=ibis.ifelse(rows.apart, named, rows.age_class + male))
