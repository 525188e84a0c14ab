"""Small databases of OMOP for tests: the rows that matter, written as DuckDB, Parquet or CSV."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import duckdb

from calcinosis_kb.patients.omop.tables import TABLES

__all__ = ["CONCEPTS", "Rows", "people", "write_cdm"]

Row = dict[str, Any]
Rows = dict[str, list[Row]]
Form = Literal["duckdb", "parquet", "csv"]

SQL = {"int64": "BIGINT", "int32": "INTEGER", "float64": "DOUBLE", "string": "VARCHAR", "date": "DATE"}

CONCEPTS: list[Row] = [
    {"concept_id": id_, "concept_name": name, "vocabulary_id": vocabulary, "concept_class_id": kind, "concept_code": code}
    for id_, name, vocabulary, kind, code in (
        (1, "amlodipine 5 MG Oral Tablet", "RxNorm", "Clinical Drug", "197361"),
        (2, "clopidogrel 75 MG Oral Tablet", "RxNorm", "Clinical Drug", "309362"),
        (3, "hydrocortisone 10 MG/ML Topical Cream", "RxNorm", "Clinical Drug", "106258"),
        (4, "Zyxine 5 MG Oral Tablet", "RxNorm", "Branded Drug", "900004"),
        (5, "Zyxo 5 MG Oral Tablet", "RxNorm", "Branded Drug", "900005"),
        (6, "amlodipine", "RxNorm", "Ingredient", "17767"),
        (7, "hydrocortisone", "RxNorm", "Ingredient", "5492"),
        (8, "Topical route", "SNOMED", "Qualifier Value", "6064005"),
        (20, "Essential hypertension", "SNOMED", "Clinical Finding", "59621000"),
        (21, "Normal pregnancy", "SNOMED", "Clinical Finding", "72892002"),
        (22, "Osteoporosis", "SNOMED", "Clinical Finding", "64859006"),
        (23, "Anemia", "SNOMED", "Clinical Finding", "271737000"),
        (24, "Zyx variant of a rare disease", "SNOMED", "Clinical Finding", "900024"),
        (25, "Systemic sclerosis", "SNOMED", "Clinical Finding", "89155008"),
        (26, "Rheumatoid arthritis", "SNOMED", "Clinical Finding", "69896004"),
        (27, "Calcinosis cutis", "SNOMED", "Clinical Finding", "900027"),
        (28, "Type 2 diabetes mellitus with kidney complications", "ICD10CM", "4-char billing code", "E11.2"),
        (29, "Zyx reported", "SNOMED", "Clinical Finding", "900029"),
        (40, "Allergy to penicillin", "SNOMED", "Clinical Finding", "91936005"),
        (41, "No known allergy", "SNOMED", "Context-dependent", "716186003"),
        (42, "Allergy to zyxine", "SNOMED", "Clinical Finding", "900042"),
        (43, "Tobacco smoking status", "LOINC", "Clinical Observation", "72166-2"),
        (50, "Cardiac pacemaker", "SNOMED", "Physical Object", "14106009"),
        (51, "Hemodialysis", "SNOMED", "Procedure", "302497006"),
        (52, "Lithotripsy", "SNOMED", "Procedure", "900052"),
        (60, "Creatinine [Mass/volume] in Serum or Plasma", "LOINC", "Lab Test", "2160-0"),
        (61, "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "LOINC", "Lab Test", "1742-6"),
        (62, "Hepatitis B virus surface Ag [Presence] in Serum", "LOINC", "Lab Test", "5195-3"),
        (63, "Appearance of Urine", "LOINC", "Lab Test", "5767-9"),
        (64, "Screening for drug abuse", "SNOMED", "Procedure", "713106006"),
        (70, "milligram per deciliter", "UCUM", "Unit", "mg/dL"),
        (71, "Not detected", "SNOMED", "Qualifier Value", "260415000"),
    )
]  # fmt: skip
"""Concepts by ids of these tests, with names and codes of RxNorm, SNOMED CT, LOINC and UCUM; what is called zyx does not exist."""

BORN: Row = {"gender_concept_id": 8532, "year_of_birth": 1963, "month_of_birth": 5, "day_of_birth": 1}
WATCHED: Row = {"observation_period_start_date": "2000-01-01", "observation_period_end_date": "2026-06-01"}


def people(cases: Mapping[str, Rows]) -> tuple[Rows, dict[str, int]]:
    """The tables of a database with a person for each case, who is under observation until June 2026; and the ids by name.

    ``person`` and ``observation_period`` of a case change what is said of everybody.
    """
    tables: Rows = {"person": [], "observation_period": []}
    ids = {name: n for n, name in enumerate(cases, 1)}
    for name, rows in cases.items():
        said: Rows = {"person": [{}], "observation_period": [{}], **rows}
        usual = {"person": BORN, "observation_period": WATCHED}
        for table, given in said.items():
            everybody = usual.get(table, {})
            tables.setdefault(table, []).extend({"person_id": ids[name], **everybody, **row} for row in given)
    return tables, ids


def write_cdm(folder: Path, rows: Rows, form: Form = "duckdb") -> str:
    """Write tables, numbering the rows of each, and return the address of the database."""
    tables: Rows = {"concept": CONCEPTS, **rows}
    for table, given in tables.items():
        key = f"{table}_id"
        if key in TABLES[table] and table not in ("person", "concept"):
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
            if given:
                values = [[row.get(name) for name in TABLES[table]] for row in given]
                marks = ", ".join("?" for _ in TABLES[table])
                database.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
            if form == "parquet":
                database.execute(f"COPY {table} TO '{folder / table}.parquet'")
    return str(path if form == "duckdb" else folder)


def _csv(path: Path, table: str, given: list[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, TABLES[table])
        writer.writeheader()
        writer.writerows(given)
