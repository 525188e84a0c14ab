"""Screen everybody of a source: write what has not been tried, and why, for each person and therapy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import msgspec
import numpy as np

from calcinosis_kb.advice.advisor import Advisor
from calcinosis_kb.cohort.column import Batch, Integers
from calcinosis_kb.cohort.facts import Records
from calcinosis_kb.cohort.item import Item
from calcinosis_kb.cohort.judging import BatchJudge, Judged
from calcinosis_kb.cohort.layout import Layout
from calcinosis_kb.cohort.limits import limits
from calcinosis_kb.cohort.ranks import ranks
from calcinosis_kb.cohort.rows import rows, schema
from calcinosis_kb.cohort.signatures import occurring, signatures
from calcinosis_kb.errors import InputError, InternalFault, Place, Problem
from calcinosis_kb.patients.reader import PatientReader

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["PART", "Cohort", "Screened", "refuse_existing", "screen"]

PART = 131_072
"""The people of a part of the output: as many as are judged at once."""

COMPARED = 16
"""The people of a part whose answers are compared with those given one by one."""

_SEXES = (Item("sex", "female"), Item("sex", "male"))


class Cohort(Protocol):
    """Many patients: two tables in one database."""

    @property
    def backend(self) -> Any:
        """The back end of ibis that holds them."""

    @property
    def damaged(self) -> list[tuple[str, str]]:
        """The records or rows that could not be read, by key, and why."""

    @property
    def items(self) -> ir.Table:
        """What is known of each person: person_id, kind, id, detail, value."""

    @property
    def persons(self) -> ir.Table:
        """Everybody: person_id, age, sex, dead."""


class Screened(NamedTuple):
    """What a screen did: as many people in the source, dead, without calcinosis, and judged; and who could not be read, and why."""

    people: int
    dead: int
    without: int
    judged: int
    damaged: list[tuple[str, str]]


def refuse_existing(output: Path) -> None:
    """Raise `InputError` (CKB118) if there is something at the place of the output."""
    if output.exists():
        fix = "name another file, or remove this one"
        raise InputError((Problem("CKB118", "there is something of this name", Place(str(output)), fix=fix),))


class Stage(msgspec.Struct, frozen=True):
    """What an unfinished screen was made from: it goes on only from the same."""

    source: str
    knowledge: str
    rules: str
    everybody: bool
    screened: Screened
    items: list[Item]


def screen(
    cohort: Cohort,
    name: str,
    output: Path,
    reader: PatientReader,
    reference: Advisor,
    advisor: Advisor,
    *,
    everybody: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Screened:
    """Write a row for each living person with calcinosis (or ``everybody``) and each therapy to a Parquet file.

    Beyond `PART` people it is a folder of such files. Until it is whole it stands in a folder beside ``output``, from which an
    interrupted screen goes on. ``reference`` judges each situation; ``advisor`` answers for some people of each part one by one, and
    any difference is an `InternalFault` (CKB117).
    """
    work = output.with_name(f"{output.name}.partial")
    stage = _staged(cohort, name, work, reader, reference, everybody)
    layout = Layout([*stage.items, *_SEXES], _limits(reference))
    table = work / "signatures.parquet"
    if not table.exists():
        living = _chosen(cohort, reader, everybody)
        made = work / "signatures.making"
        cohort.backend.to_parquet(signatures(cohort.items, living, layout), str(made))
        made.replace(table)
    judge = BatchJudge(Records(layout, reader, reference.asked), reference)
    parts = -(-stage.screened.judged // PART)
    if not parts:
        _write_nobody(table, work / "part-00000.parquet")
    for number in range(parts):
        part = work / f"part-{number:05}.parquet"
        if not part.exists():
            _write_part(judge, advisor, table, number, part)
        if progress is not None:
            progress(number + 1, parts)
    _finish(work, output, parts)
    return stage.screened


def _staged(cohort: Cohort, name: str, work: Path, reader: PatientReader, advisor: Advisor, everybody: bool) -> Stage:
    """The stage of an unfinished screen of the same, or a new one."""
    file = work / "stage.json"
    same = (name, advisor.knowledge.hash, advisor.rules.hash, everybody)
    if file.exists():
        stage = msgspec.json.decode(file.read_bytes(), type=Stage)
        if (stage.source, stage.knowledge, stage.rules, stage.everybody) == same:
            return stage
        shutil.rmtree(work)
    work.mkdir(parents=True, exist_ok=True)
    people = cohort.persons
    counts = (
        people.aggregate(people=people.count(), dead=people.person_id.count(where=people.dead))
        .to_pyarrow()
        .to_pylist()[0]
    )
    judged = int(_chosen(cohort, reader, everybody).count().execute())
    dead = int(counts["dead"])
    screened = Screened(counts["people"], dead, counts["people"] - dead - judged, judged, cohort.damaged)
    stage = Stage(*same, screened, sorted(occurring(cohort.items)))
    file.write_bytes(msgspec.json.encode(stage))
    return stage


def _limits(advisor: Advisor) -> Any:
    return limits(advisor.knowledge, advisor.verdict_rules.conjunctions, advisor.asked)


def _chosen(cohort: Cohort, reader: PatientReader, everybody: bool) -> ir.Table:
    """The people to judge: the living, with calcinosis unless everybody is wanted."""
    people = cohort.persons
    living = people.filter(~people.dead)
    if everybody:
        return living
    terms = reader.knowledge.terms
    ids = [id_ for id_ in (*terms.conditions, *terms.diseases) if reader.knowledge.is_calcinosis(id_)]
    items = cohort.items
    return living.semi_join(items.filter(items.kind.isin(["condition", "disease"]), items.id.isin(ids)), "person_id")


def _write_part(judge: BatchJudge, advisor: Advisor, table: Path, number: int, part: Path) -> None:
    """Judge the people of one part and write their rows."""
    import pyarrow.parquet as pq

    people, words = _read(table, number)
    different, situation = np.unique(words, axis=0, return_inverse=True)
    batch = Batch([np.ascontiguousarray(word) for word in different.T])
    judged = judge.judge(batch)
    places = ranks(judged)
    _compare(judge, advisor, batch, judged, places)
    making = part.with_suffix(".making")
    columns = schema(people)
    coded = [name for name in columns.names if name != "person_id"]
    with pq.ParquetWriter(making, columns, compression="zstd", use_dictionary=coded) as writer:
        for made in rows(people, situation, judged, places):
            writer.write_table(made)
    making.replace(part)


def _write_nobody(table: Path, part: Path) -> None:
    """Write the columns without a row: nobody was to be judged."""
    import pyarrow.parquet as pq

    people = pq.read_table(table, columns=["person_id"])["person_id"].combine_chunks()
    pq.write_table(schema(people).empty_table(), part)


def _read(table: Path, number: int) -> tuple[Any, Integers]:
    """The people of a part, by id, and their signatures as rows of words."""
    import duckdb

    with duckdb.connect(config={"memory_limit": "500MB"}) as connection:
        query = "SELECT * FROM read_parquet(?) ORDER BY person_id LIMIT ? OFFSET ?"
        found = connection.sql(query, params=[str(table), PART, PART * number]).to_arrow_table()
    words = [found[name].to_numpy() for name in found.column_names if name != "person_id"]
    return found["person_id"].combine_chunks(), np.stack(words, axis=1)


def _compare(judge: BatchJudge, advisor: Advisor, batch: Batch, judged: list[Judged], places: Integers) -> None:
    """Answer for some people one by one, and compare."""
    for row in range(0, batch.size, max(1, batch.size // COMPARED)):
        advice = advisor.advise(judge.records.patient(batch.row(row)))
        for one, place in zip(judged, places, strict=True):
            own = advice.judgement(one.therapy.id)
            expected = (own.standing, own.verdict, own.state, own.rank or 0, [reason.rule for reason in own.reasons])
            if expected != (*one.read(row)[:3], int(place[row]), one.read(row)[3]):
                message = f"the screen and the answer for one patient differ on {one.therapy.id}"
                fix = "this is a fault of calcinosis-kb; please report it. Nothing was written."
                raise InternalFault((Problem("CKB117", message, fix=fix),))


def _finish(work: Path, output: Path, parts: int) -> None:
    """Put the whole output in its place, and remove what it was made from."""
    if parts <= 1:
        (work / "part-00000.parquet").replace(output)
        shutil.rmtree(work)
        return
    for left in (work / "signatures.parquet", work / "stage.json"):
        left.unlink()
    work.replace(output)
