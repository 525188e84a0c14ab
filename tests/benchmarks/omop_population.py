"""Make a synthetic OMOP CDM 5.4 database of any number of people: skewed and untidy as real ones, and deterministic.

python tests/benchmarks/omop_population.py 1000000 population.duckdb
python tests/benchmarks/omop_population.py 10000 folder-of-parquet --seed 2 --general 0.3
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.omop_vocabulary import tables
from calcinosis_kb import load
from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = ["make_population"]

HERE = Path(__file__).parent


def make_population(
    target: Path, people: int, *, seed: int = 1, general: float = 0.0, knowledge: Knowledge | None = None
) -> None:
    """Write the database to a DuckDB file (".duckdb") or to a new folder, as one Parquet file a table.

    ``general`` is the share of people without calcinosis. A person's rows depend on the seed and the person alone.
    """
    is_file = target.suffix == ".duckdb"
    work = target if is_file else target.with_name(f"{target.name}.making.duckdb")
    work.unlink(missing_ok=True)
    connection = duckdb.connect(str(work))
    connection.execute("SET preserve_insertion_order = false")
    for name, value in (("people", people), ("seed", seed), ("general", general)):
        connection.execute(f"SET VARIABLE {name} = {value}")
    _run(connection, "omop_tables.sql")
    for name, (columns, rows) in tables(knowledge or load(engines=("reference",)).knowledge).items():
        _fill(connection, name, columns, rows)
    _run(connection, "omop_population.sql")
    if not is_file:
        target.mkdir()
        for (name,) in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY 1"
        ).fetchall():
            connection.execute(f"COPY {name} TO '{target / name}.parquet'")
    connection.close()
    if not is_file:
        work.unlink()


def _run(connection: Any, script: str) -> None:
    for statement in connection.extract_statements((HERE / script).read_text(encoding="utf-8")):
        connection.execute(statement)


def _fill(connection: Any, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
    places = ", ".join("?" for _ in columns.split(","))
    if rows:
        connection.executemany(f"INSERT INTO {name} VALUES ({places})", rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("people", type=int)
    parser.add_argument("target", type=Path, help="a file name that ends in .duckdb, or a new folder for Parquet files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--general", type=float, default=0.0, help="share of people without calcinosis, 0 to 1")
    given = parser.parse_args()
    start = time.perf_counter()
    make_population(given.target, given.people, seed=given.seed, general=given.general)
    print(f"{given.people} people in {time.perf_counter() - start:.1f} s: {given.target}")


if __name__ == "__main__":
    main()
