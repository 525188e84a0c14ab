"""Target: the cells of the tables of an OMOP database in CSV, with everybody in it read."""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path
from typing import Any

from calcinosis_kb.patients.account import STATES
from calcinosis_kb.patients.omop.source import OmopSource
from calcinosis_kb.patients.omop.tables import TABLES
from calcinosis_kb.patients.record_reading import RecordReading
from fuzz.mutation import mutate_json
from fuzz.oracle import answered, base, settled
from fuzz.patient_file import check_lists
from omop_records import BORN, CONCEPTS, WATCHED

__all__ = ["examine", "mutate", "seeds"]

mutate = mutate_json
MOST = 8
"""Rows of a table."""


def seeds() -> list[bytes]:
    """Rows of each table of events, by a concept and by a text: of all tables, and of two."""
    person = {"person_id": 1, **BORN}
    rows: dict[str, list[dict[str, Any]]] = {
        "drug_exposure": [
            {"drug_concept_id": 1, "drug_exposure_start_date": "2026-05-01", "drug_exposure_end_date": "2026-05-20", "days_supply": 30},
            {"drug_concept_id": 0, "drug_exposure_start_date": "2026-05-20", "drug_source_value": "Colchicine 0.5 mg tablet"},
        ],
        "condition_occurrence": [
            {"condition_concept_id": 25, "condition_start_date": "2020-01-01"},
            {"condition_concept_id": 0, "condition_start_date": "2020-01-01", "condition_source_value": "L94.2"},
        ],
        "observation": [{"observation_concept_id": 40, "observation_date": "2020-01-01", "value_as_string": "yes"}],
        "measurement": [
            {"measurement_concept_id": 60, "measurement_date": "2026-05-01", "value_as_number": 1.1, "unit_concept_id": 70},
            {"measurement_concept_id": 0, "measurement_date": "2026-05-01", "measurement_source_value": "egfr",
             "value_source_value": "<30"},
        ],
        "procedure_occurrence": [{"procedure_concept_id": 51, "procedure_date": "2026-05-01"}],
        "device_exposure": [{"device_concept_id": 50, "device_exposure_start_date": "2001-01-01"}],
        "death": [{"death_date": "2026-05-30"}],
    }  # fmt: skip
    always = {"person": [person], "observation_period": [{"person_id": 1, **WATCHED}]}
    every = {
        table: [{"person_id": 1, f"{table}_id": n, **row} for n, row in enumerate(given)]
        for table, given in rows.items()
    }
    parts = (every, {"drug_exposure": every["drug_exposure"]}, {"measurement": every["measurement"]})
    return [json.dumps({**always, **part}).encode() for part in parts]


def examine(data: bytes) -> None:
    """Any cells are read or refused, and every row of a person is in their account, once."""
    try:
        tables = json.loads(data)
    except (ValueError, RecursionError):
        return
    if not isinstance(tables, dict):
        return
    rows = {name: _rows(tables.get(name)) for name in TABLES if name != "concept"}
    with tempfile.TemporaryDirectory() as folder:
        for name, given in {**{name: one for name, one in rows.items() if one}, "concept": CONCEPTS}.items():
            _write(Path(folder) / f"{name}.csv", TABLES[name], given)
        found = answered(_readings, folder)
    for reading in found or ():
        assert {entry.state for entry in reading.account.entries} <= set(STATES)
        for whole in (reading, reading.with_whole_history()):
            patient = settled(base().reader.record, whole)
            if patient is not None:
                check_lists(patient)


def _rows(given: Any) -> list[dict[str, Any]]:
    return [row for row in given if isinstance(row, dict)][:MOST] if isinstance(given, list) else []


def _write(path: Path, columns: dict[str, str], rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8", errors="replace") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _readings(folder: str) -> list[RecordReading]:
    source = OmopSource(folder, base().names)
    try:
        return [reading for _, reading in source.readings()]
    finally:
        source.cdm.backend.disconnect()
