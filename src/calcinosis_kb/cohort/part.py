"""Read, judge and write the people of one part of a cohort."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from calcinosis_kb.advice.advisor import Advisor
from calcinosis_kb.advice.stamp import Stamp
from calcinosis_kb.cohort.column import Batch
from calcinosis_kb.cohort.facts import Records
from calcinosis_kb.cohort.item import Item
from calcinosis_kb.cohort.judging import BatchJudge, Judged
from calcinosis_kb.cohort.keys import Integers
from calcinosis_kb.cohort.layout import Layout
from calcinosis_kb.cohort.limits import limits
from calcinosis_kb.cohort.ranks import ranks
from calcinosis_kb.cohort.rows import rows, writer
from calcinosis_kb.cohort.signatures import signatures
from calcinosis_kb.cohort.source import Cohort
from calcinosis_kb.errors import InternalFault, Problem
from calcinosis_kb.patients.omop.relations import Span

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from calcinosis_kb.base import KnowledgeBase

__all__ = ["Answers", "Counts", "Part", "PartJudge", "PartReader", "layout_of", "write"]

COMPARED = 8
"""The people of a part whose answers are compared with those given one by one."""

_NOBODY = {int: Span(7_777_777_777_777_777_777, -8_888_888_888_888_888_888), str: Span("of nobody", "nobody")}
"""Ids that stand in SQL in the place of any others. The first is beyond the last, so that nobody is between them."""

_PERSON = (Item("sex", "female"), Item("sex", "male"))


class Counts(NamedTuple):
    """How many people there are, are dead, have no calcinosis on record, and were judged."""

    people: int = 0
    dead: int = 0
    without: int = 0
    judged: int = 0


class Part(NamedTuple):
    """The people of a part in the order of their ids, who of them is dead, and their signatures as an array for each word."""

    people: pa.Array
    dead: NDArray[np.bool_]
    words: list[Integers]


class Answers(NamedTuple):
    """The judgements on those people of a part who are judged, and how many are not."""

    counts: Counts
    people: pa.Array
    judged: list[Judged]
    places: Integers


class PartReader:
    """Reads the signatures of parts of one cohort."""

    def __init__(self, cohort: Cohort, layout: Layout) -> None:
        self.cohort, self.layout = cohort, layout
        self._prepared: tuple[ir.Table, str] | None = None

    def read(self, span: Span) -> Part:
        """Read the people of a span. Raises `InternalFault` (CKB117) for what the layout has no place for."""
        table = self._in_duckdb(span) if self.cohort.backend.name == "duckdb" else self._expression(span).to_pyarrow()
        table = table.sort_by("person_id")
        if table["unplaced"].to_numpy().any():
            fix = "please report it. Nothing was written."
            raise InternalFault(
                (Problem("CKB117", "something was read that the plan of the screen does not hold", fix=fix),)
            )
        words = [table[f"w{n}"].to_numpy() for n in range(self.layout.words)]
        return Part(table["person_id"].combine_chunks(), table["dead"].to_numpy().astype(bool), words)

    def _expression(self, span: Span) -> ir.Table:
        return signatures(self.cohort.items(span), self.cohort.persons(span), self.layout)

    def _in_duckdb(self, span: Span) -> pa.Table:
        """Read a span by the SQL of another with its ids put in: ibis takes a second to write it."""
        backend = self.cohort.backend
        nobody = _NOBODY[type(span.first)]
        if self._prepared is None:
            expression = self._expression(nobody)
            expression.to_pyarrow()  # the small tables in it stay known to DuckDB for as long as there is the expression
            self._prepared = expression, backend.compile(expression)
        ids = {_literal(placeholder): _literal(id_) for placeholder, id_ in zip(nobody, span, strict=True)}
        sql = re.sub("|".join(ids), lambda found: ids[found[0]], self._prepared[1])
        return backend.con.sql(sql).to_arrow_table()


def _literal(id_: int | str) -> str:
    """An id in SQL."""
    return str(id_) if isinstance(id_, int) else "'" + id_.replace("'", "''") + "'"


class PartJudge:
    """Judges parts of one cohort; what was computed for one part is kept for the next.

    ``reference`` judges each situation. ``kb`` answers for some people of each part one by one; any difference is an `InternalFault`
    (CKB117).
    """

    def __init__(self, reference: KnowledgeBase, kb: KnowledgeBase, layout: Layout, *, everybody: bool) -> None:
        self.layout, self.everybody = layout, everybody
        self.advisor: Advisor = kb.advisor
        own = reference.advisor
        self.judge = BatchJudge(Records(layout, reference.reader, own.asked), own)
        self.calcinosis = [
            field
            for kind in ("condition", "disease")
            for field in layout.by_kind.get(kind, ())
            if any(own.knowledge.is_calcinosis(id_) for id_ in self._means(field.items[0]))
        ]

    def answers(self, part: Part) -> Answers:
        """Judge the living people of a part, with calcinosis or everybody."""
        alive = ~part.dead
        chosen = alive if self.everybody else alive & self._has_calcinosis(part.words)
        batch = Batch([np.ascontiguousarray(word[chosen]) for word in part.words])
        counts = Counts(len(alive), int(part.dead.sum()), int((alive & ~chosen).sum()), batch.size)
        judged = self.judge.judge(batch) if batch.size else []
        places = ranks(judged)
        self._compare(batch, judged, places)
        return Answers(counts, part.people.take(pa.array(np.flatnonzero(chosen))), judged, places)

    def _compare(self, batch: Batch, judged: Sequence[Judged], places: Integers) -> None:
        """Answer for some people one by one, and compare."""
        for row in range(0, batch.size, max(1, batch.size // COMPARED)):
            advice = self.advisor.advise(self.judge.records.patient(batch.row(row)))
            for one, place in zip(judged, places, strict=True):
                own = advice.judgement(one.therapy.id)
                reasons = [reason.rule for reason in own.reasons]
                standing, verdict, state, rules, _ = one.read(row)
                if (own.standing, own.verdict, own.state, own.rank or 0, reasons) != (
                    standing,
                    verdict,
                    state,
                    int(place[row]),
                    rules,
                ):
                    message = f"the screen and the answer for one patient differ on {one.therapy.id}"
                    fix = "this is a fault of calcinosis-kb; please report it. Nothing was written."
                    raise InternalFault((Problem("CKB117", message, fix=fix),))

    def _has_calcinosis(self, words: Sequence[Integers]) -> NDArray[np.bool_]:
        found = np.zeros(len(words[0]), bool)
        for field in self.calcinosis:
            found |= (words[field.word] >> field.offset) & 1 == 1
        return found

    def _means(self, item: Item) -> tuple[str, ...]:
        """The conditions and diseases that an item is."""
        known = self.judge.records.parts[item]
        return (*(known.conditions or ()), *(known.diseases or ()))


def layout_of(reference: KnowledgeBase, items: Iterable[Item]) -> Layout:
    """Return the layout of the signatures of people of whom some items may be known."""
    own = reference.advisor
    compared = limits(own.knowledge, own.verdict_rules.conjunctions, own.asked)
    return Layout([*items, *_PERSON], compared)


def write(answers: Answers, path: Path, made: Stamp) -> None:
    """Write a row for each person and every therapy to a Parquet file, which is whole if it is there; none for nobody."""
    if answers.counts.judged:
        making = path.with_suffix(".making")
        with writer(making, answers.people, made) as file:
            for made in rows(answers.people, answers.judged, answers.places):
                file.write_table(made)
        making.replace(path)
