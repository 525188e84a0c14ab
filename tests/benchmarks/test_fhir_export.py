"""Measure the reading of a bulk export, beside parsing the JSON alone, printed with ``-n 0 -s``: as ratios, and as work done."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest

from benchmarks.fhir_export import write_export
from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.patients.fhir import source
from calcinosis_kb.patients.fhir.files import File
from calcinosis_kb.patients.fhir.source import FhirSource

pytestmark = pytest.mark.slow
PATIENTS = 150


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("export")
    write_export(folder, PATIENTS)
    return sorted(folder.iterdir())


def test_reading_costs_no_more_than_a_hundred_times_parsing(kb: KnowledgeBase, export: list[Path]) -> None:
    begun = time.process_time()
    lines = sum(1 for path in export for line in path.read_bytes().splitlines() if msgspec.json.decode(line))
    parsed = time.process_time()
    opened = FhirSource([File(path.name, path) for path in export], kb.names)
    read = sum(1 for _ in opened.readings())
    done = time.process_time()
    parsing, reading = parsed - begun, done - parsed
    print(
        f"{lines} lines of {read} patients: parsed in {parsing:.2f} s, read in {reading:.2f} s: {read / reading:.0f} patients/s"
    )
    assert read == PATIENTS
    assert reading < 100 * parsing


def test_what_does_not_fit_in_memory_is_read_in_parts_and_alike(
    kb: KnowledgeBase, export: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a budget for a quarter of the entries each file is read again for each part, and no more than a part is held."""
    files = [File(path.name, path) for path in export]
    whole = [(who, reading.data, reading.account) for who, reading in FhirSource(files, kb.names).readings()]
    size = sum(path.stat().st_size for path in export)
    monkeypatch.setattr(source, "BUDGET", size // 4)
    parts = FhirSource(files, kb.names)
    assert [(who, reading.data, reading.account) for who, reading in parts.readings()] == whole
    held = max(sum(len(one.raw) for found in parts._gather(ids).values() for one in found) for ids in parts._batches())
    assert held <= size // 4
