"""What is read of everybody in an OMOP database and what a screen answers for them, as sorted rows that can be compared."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from back_ends import spark
from calcinosis_kb import KnowledgeBase, load
from calcinosis_kb.cohort.screen import screen
from calcinosis_kb.cohort.source import open_cohort
from calcinosis_kb.rules.engine import EngineName

__all__ = ["Rows", "items_of", "loaded", "screen_in_spark", "screen_of"]

Rows = list[tuple[Any, ...]]


def items_of(address: str) -> Rows:
    """What is read of everybody in a database."""
    with tempfile.TemporaryDirectory() as work:
        cohort = open_cohort(address, load(engines=("reference",)).reader, Path(work))
        try:
            return _sorted(cohort.items().to_pyarrow())
        finally:
            cohort.backend.disconnect()


def loaded(engines: Sequence[EngineName]) -> KnowledgeBase:
    """Load the knowledge base with some engines, in this process or another."""
    return load(engines=engines)


def screen_of(address: str) -> Rows:
    """What is answered for everybody in a database."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "screen.parquet"
        screen(loaded, address, output, engines=("reference",))
        return _sorted(pq.read_table(output))


def screen_in_spark(folder: Path) -> Rows:
    """What is answered for everybody in a folder of Parquet files, by Spark."""
    with spark(folder) as address:
        return screen_of(address)


def _sorted(table: pa.Table) -> Rows:
    return sorted((tuple(row.values()) for row in table.to_pylist()), key=repr)
