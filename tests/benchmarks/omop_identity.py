"""Compare every row of a screen with the answers that both engines give one by one, for any number of people who do not exist.

cd tests && python -m benchmarks.omop_identity 2000
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.omop_population import make_population
from calcinosis_kb import KnowledgeBase, load
from calcinosis_kb.cohort.screen import screen
from calcinosis_kb.patients.omop.source import OmopSource
from calcinosis_kb.rules.engine import ENGINES, EngineName

__all__ = ["Row", "answers_one_by_one", "main", "rows_of_screen"]

Row = tuple[object, ...]
"""Person, therapy, standing, seen, state, verdict, rank, rules and open facts."""


def answers_one_by_one(kb: KnowledgeBase, database: Path) -> Iterator[Row]:
    """Yield the row that the answer for each living person gives for each therapy."""
    for person, reading in OmopSource(str(database), kb.names).readings():
        if not reading.dead:
            for one in kb.advise(kb.reader.record(reading)).judged:
                rules = " ".join(reason.rule for reason in one.reasons)
                facts = " ".join(sorted({check.fact for check in one.check_first}))
                evidence = one.evidence.seen
                yield (
                    int(person.id),
                    one.therapy.id,
                    one.standing,
                    evidence,
                    one.state,
                    one.verdict,
                    one.rank,
                    rules,
                    facts,
                )


def rows_of_screen(output: Path) -> list[Row]:
    """The rows of an output, a file or a folder."""
    return [tuple(row.values()) for row in pq.read_table(output).to_pylist()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("people", type=int)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()

    def loaded(engines: Sequence[EngineName]) -> KnowledgeBase:
        return load(engines=engines)

    kb = loaded(ENGINES)
    with tempfile.TemporaryDirectory() as folder:
        database, output = Path(folder) / "population.duckdb", Path(folder) / "screen.parquet"
        make_population(database, given.people, seed=given.seed, knowledge=kb.knowledge)
        screen(loaded, str(database), output, everybody=True)
        together = {row[:2]: row for row in rows_of_screen(output)}
        alone = {row[:2]: row for row in answers_one_by_one(kb, database)}
    differing = [key for key in together.keys() | alone.keys() if together.get(key) != alone.get(key)]
    print(f"{len({person for person, _ in alone})} people, {len(alone)} rows: {len(differing)} differ")
    raise SystemExit(bool(differing))


if __name__ == "__main__":
    main()
