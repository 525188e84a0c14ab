"""Small databases of OMOP for tests: the rows that matter, written as DuckDB, Parquet or CSV."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Literal

import duckdb

from calcinosis_kb.patients.omop.tables import TABLES

__all__ = ["CONCEPTS", "Rows", "drug", "person", "problem", "watched", "write_cdm"]

Rows = dict[str, list[dict[str, Any]]]
Form = Literal["duckdb", "parquet", "csv"]

SQL = {"int64": "BIGINT", "int32": "INTEGER", "float64": "DOUBLE", "string": "VARCHAR", "date": "DATE"}

CONCEPTS: list[dict[str, Any]] = [
    {
        "concept_id": id_,
        "concept_name": name,
        "vocabulary_id": vocabulary,
        "concept_class_id": kind,
        "concept_code": code,
    }
    for id_, name, vocabulary, kind, code in (
        (1332419, "amlodipine 5 MG Oral Tablet", "RxNorm", "Clinical Drug", "197361"),
        (19075601, "clopidogrel 75 MG Oral Tablet", "RxNorm", "Clinical Drug", "309362"),
        (19008572, "hydrocortisone 10 MG/ML Topical Cream", "RxNorm", "Clinical Drug", "106258"),
        (59621000, "Essential hypertension", "SNOMED", "Clinical Finding", "59621000"),
        (72892002, "Normal pregnancy", "SNOMED", "Clinical Finding", "72892002"),
        (64859006, "Osteoporosis", "SNOMED", "Clinical Finding", "64859006"),
        (271737000, "Anemia", "SNOMED", "Clinical Finding", "271737000"),
    )
]
"""Concepts as the vocabularies of OMOP hold them (RxNorm, SNOMED CT, LOINC, UCUM)."""


def person(id_: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "person_id": id_,
        "gender_concept_id": 8532,
        "year_of_birth": 1963,
        "month_of_birth": 5,
        "day_of_birth": 1,
        **more,
    }


def watched(id_: int = 1, start: str = "2000-01-01", end: str = "2026-06-01") -> dict[str, Any]:
    """A period of observation that ends on the day of reading."""
    period = {"observation_period_start_date": start, "observation_period_end_date": end}
    return {"observation_period_id": id_, "person_id": id_, **period}


def drug(concept: int, start: str, end: str, **more: Any) -> dict[str, Any]:
    dates = {"drug_exposure_start_date": start, "drug_exposure_end_date": end}
    return {"person_id": 1, "drug_concept_id": concept, **dates, **more}


def problem(concept: int, start: str, end: str | None = None, **more: Any) -> dict[str, Any]:
    dates = {"condition_start_date": start, "condition_end_date": end}
    return {"person_id": 1, "condition_concept_id": concept, **dates, **more}


def write_cdm(folder: Path, rows: Rows, form: Form = "duckdb", *, concepts: list[dict[str, Any]] = CONCEPTS) -> str:
    """Write tables, with a person under observation unless others are given, and return the address of the database."""
    tables: Rows = {"person": [person()], "observation_period": [watched()], "concept": concepts, **rows}
    for table, given in tables.items():
        key = f"{table}_id"
        if key in TABLES[table]:
            tables[table] = [{key: n, **row} for n, row in enumerate(given, 1)]
    if form == "csv":
        for table, given in tables.items():
            _csv(folder / f"{table.upper()}.csv", table, given)
        return str(folder)
    path = folder / "cdm.duckdb"
    with duckdb.connect(path if form == "duckdb" else ":memory:") as database:
        for table, given in tables.items():
            columns = ", ".join(f"{name} {SQL[type_]}" for name, type_ in TABLES[table].items())
            database.execute(f"CREATE TABLE {table} ({columns})")
            marks = ", ".join("?" for _ in TABLES[table])
            for row in given:
                database.execute(f"INSERT INTO {table} VALUES ({marks})", [row.get(name) for name in TABLES[table]])
            if form == "parquet":
                database.execute(f"COPY {table} TO '{folder / table}.parquet'")
    return str(path if form == "duckdb" else folder)


def _csv(path: Path, table: str, given: list[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, TABLES[table])
        writer.writeheader()
        writer.writerows(given)
