"""Read conditions, and what stands among observations: conditions too, and allergies."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.omop.persons import MALE
from calcinosis_kb.patients.omop.procedures import TABLES, done
from calcinosis_kb.patients.omop.relations import false
from calcinosis_kb.patients.omop.senses import AGES, STANDINGS, VALUED

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from calcinosis_kb.patients.omop.reading import Reading

__all__ = ["Conditions", "items", "observations", "occurrences"]

CONDITIONS, OBSERVATIONS = "condition_occurrence", "observation"
_CALCINOSIS = "calcinosis_cutis"


class Conditions(NamedTuple):
    """What is understood, and the ``trials`` among it.

    ``allergies`` is what was said of them by ``kind``: one, that there is none ("denial"), or not understood.
    """

    items: list[ir.Table]
    trials: ir.Table
    allergies: ir.Table


def items(reading: Reading) -> Conditions:
    """Read the conditions, diseases and allergies of everybody, and what procedures and devices show."""
    import ibis

    standing = {CONDITIONS: occurrences, OBSERVATIONS: observations}
    told = {table: stand(reading, reading.events(table)) for table, stand in standing.items()}
    every = reading.given({**told, **{table: done(table, reading.events(table)) for table in TABLES}})
    with_calcinosis = every.filter(every.id.isin(_calcinosis(reading.names))).select("person_id").distinct()
    various = every.filter(every.kind == "various").semi_join(with_calcinosis, "person_id")
    return Conditions(
        [
            every.filter(every.kind.notin(("various", "denial", "trial"))),
            various.mutate(kind=ibis.literal("disease")),
        ],
        every.filter(every.kind == "trial").mutate(detail=ibis.literal("unclear/unknown")),
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
    began = [STANDINGS.index(str(n)) for n in range(len(AGES))]
    class_ = ibis.cases((age > AGES[2], began[2]), (age > AGES[1], began[1]), else_=began[0])
    rows = rows.mutate(age_class=class_, apart=apart)
    who = reading.table("person").select(who="person_id", gender="gender_concept_id")
    rows = rows.left_join(who, [("person_id", "who")])
    male = ibis.ifelse(false(rows.gender == MALE), 1, 0)  # next to the same of a woman
    return rows.mutate(when=ibis.ifelse(rows.apart, STANDINGS.index(named), rows.age_class + male).cast("int32"))
