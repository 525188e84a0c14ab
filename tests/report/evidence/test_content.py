"""The content of an export: every record of the knowledge, every field of a record, and nothing that nobody stated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.documents.fields import shape
from calcinosis_kb.knowledge.grading import LEAST_FOR_SHARE, wilson
from calcinosis_kb.knowledge.models import (
    Guideline,
    Reference,
    ReportedPatient,
    Result,
    Statement,
    Stratum,
    Study,
    Therapy,
)
from calcinosis_kb.report.evidence.tables import Table, columns

ELSEWHERE: dict[type[BaseModel], set[str]] = {
    Therapy: {"draft", "mechanisms", "polarity", "no_mechanism", "ontology", "classes", "claims", "courses", "best_responders", "notes"},
    Study: {"draft", "results", "patients"},
    Guideline: {"draft", "statements", "confidence"},
    Reference: {"trial"},
    Result: {"items", "strata", "quotes"},
}  # fmt: skip
"""Fields of a record that are no column: tables of their own, derived, mechanisms (graph exports), or left out as docs say."""


def test_there_is_one_row_for_each_record(tables: dict[str, Table], kb: KnowledgeBase) -> None:
    known = kb.knowledge
    every = [result for study in known.studies.values() for result in study.results]
    counted = {
        "therapies": len(known.therapies),
        "sources": len(known.studies) + len(known.guidelines) + len(known.references),
        "results": len(every),
        "strata": sum(len(result.strata) for result in every),
        "recommendations": sum(len(guideline.statements) for guideline in known.guidelines.values()),
        "patients": sum(len(study.patients) for study in known.studies.values()),
        "trials": sum(reference.trial is not None for reference in known.references.values()),
        **{name: len(getattr(known.terms, name)) for name in ("diseases", "designs", "patterns", "features", "conditions")},
    }  # fmt: skip
    assert {name: len(table.rows) for name, table in tables.items() if name != "pooled"} == counted


@pytest.mark.parametrize(
    ("model", "table"),
    [
        (Therapy, "therapies"), (Study, "sources"), (Guideline, "sources"), (Reference, "sources"), (Result, "results"),
        (Stratum, "strata"), (Statement, "recommendations"), (ReportedPatient, "patients"),
    ],
)  # fmt: skip
def test_every_field_of_a_record_is_a_column_or_known_to_be_elsewhere(
    tables: dict[str, Table], model: type[BaseModel], table: str
) -> None:
    names = {column.name for column in tables[table].columns}
    for key, annotation in shape(model).fields.items():
        if key not in ELSEWHERE.get(model, set()):
            part = shape(annotation).model
            held = {column.name for column in columns(part)} if part else {key}
            assert all(any(name in (inner, f"{key}_{inner}") for name in names) for inner in held), key


def test_ids_are_unique_and_what_is_referred_to_is_there(tables: dict[str, Table]) -> None:
    ids = {name: [row["id"] for row in table.rows] for name, table in tables.items()}
    for name, table in tables.items():
        assert len(set(ids[name])) == len(ids[name]), name
        for column in table.columns:
            if column.table:
                named = {value for row in table.rows for value in _values(row[column.name])}
                assert named <= set(ids[column.table]), (name, column.name)
            if column.required:
                assert all(row[column.name] not in (None, ()) for row in table.rows), (name, column.name)


def _values(value: object) -> Iterator[object]:
    yield from value if isinstance(value, tuple) else () if value is None else (value,)


def test_what_nobody_counted_is_absent_and_never_zero(tables: dict[str, Table], kb: KnowledgeBase) -> None:
    for row in tables["results"].rows:
        study, _, number = row["id"].rpartition("/")
        result = kb.knowledge.studies[study].results[int(number) - 1]
        given = (
            result.responded,
            result.outcomes.complete,
            result.outcomes.partial,
            result.outcomes.none,
            result.outcomes.worse,
        )
        assert (row["responded"], row["complete"], row["partial"], row["none"], row["worse"]) == given
        if all(count is None for count in given):
            assert row["responders"] is None and row["share"] is None
        if result.n is None:
            assert row["n"] is row["assessed"] is row["not_stated"] is None
        if result.counted:
            assert row["responders"] is None, "lesions are not patients"
        if row["not_stated"] is not None:
            assert row["assessed"] + row["not_stated"] == row["n"]


def test_shares_have_their_wilson_interval_and_enough_patients(tables: dict[str, Table]) -> None:
    shown = [row for name in ("results", "strata", "pooled") for row in tables[name].rows if row["share"] is not None]
    assert len(shown) > 30
    for row in shown:
        assert row["assessed"] >= LEAST_FOR_SHARE
        assert row["share"] == round(row["responders"] / row["assessed"], 4)
        assert (row["low"], row["high"]) == wilson(row["responders"], row["assessed"])
        assert row["low"] <= row["share"] <= row["high"]


def test_pooled_responses_are_those_of_the_knowledge_base(tables: dict[str, Table], kb: KnowledgeBase) -> None:
    rows = tables["pooled"].rows
    assert {row["therapy"] for row in rows if row["disease"] is None} == {
        id_ for id_ in kb.knowledge.therapies if kb.knowledge.evidence(id_).response.treated
    }
    for row in rows:
        diseases = frozenset({row["disease"]}) if row["disease"] else frozenset()
        evidence = kb.knowledge.evidence(row["therapy"], diseases)
        assert (row["responders"], row["assessed"], row["groups"], row["level"]) == (
            evidence.response.responded, evidence.response.treated, evidence.response.groups, evidence.level,
        )  # fmt: skip
        assert len(row["studies"]) == row["groups"]
        assert evidence.direct or row["disease"] is None
