"""Judge the people of one part of a cohort, and write their rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from calcinosis_kb.advice.advisor import Advisor
from calcinosis_kb.cohort.column import Batch, Integers
from calcinosis_kb.cohort.facts import Records
from calcinosis_kb.cohort.item import Item
from calcinosis_kb.cohort.judging import BatchJudge, Judged
from calcinosis_kb.cohort.layout import Layout
from calcinosis_kb.cohort.limits import limits
from calcinosis_kb.cohort.ranks import ranks
from calcinosis_kb.cohort.rows import rows, writer
from calcinosis_kb.cohort.signatures import signatures
from calcinosis_kb.cohort.source import Cohort
from calcinosis_kb.errors import InternalFault, Problem
from calcinosis_kb.patients.omop.relations import Span

if TYPE_CHECKING:
    import pyarrow as pa

    from calcinosis_kb.base import KnowledgeBase

__all__ = ["Counts", "PartJudge"]

COMPARED = 8
"""The people of a part whose answers are compared with those given one by one."""

_PERSON = (Item("sex", "female"), Item("sex", "male"))


class Counts(NamedTuple):
    """How many people there are, are dead, have no calcinosis on record, and were judged."""

    people: int = 0
    dead: int = 0
    without: int = 0
    judged: int = 0


class PartJudge:
    """Judges parts of one cohort; what was computed for one part is kept for the next.

    ``reference`` judges each situation. ``kb`` answers for some people of each part one by one; any difference is an `InternalFault`
    (CKB117).
    """

    def __init__(
        self, reference: KnowledgeBase, kb: KnowledgeBase, cohort: Cohort, items: Iterable[Item], *, everybody: bool
    ) -> None:
        self.cohort, self.everybody = cohort, everybody
        self.advisor: Advisor = kb.advisor
        own = reference.advisor
        compared = limits(own.knowledge, own.verdict_rules.conjunctions, own.asked)
        self.layout = Layout([*items, *_PERSON], compared)
        self.judge = BatchJudge(Records(self.layout, reference.reader, own.asked), own)
        self.calcinosis = [
            field
            for kind in ("condition", "disease")
            for field in self.layout.by_kind.get(kind, ())
            if any(own.knowledge.is_calcinosis(id_) for id_ in self._means(field.items[0]))
        ]

    def write(self, span: Span, path: Path) -> Counts:
        """Judge the people of a span, write a row for each and every therapy, and return how many they are."""
        table = signatures(self.cohort.items(span), self.cohort.persons(span), self.layout).to_pyarrow()
        table = table.sort_by("person_id")
        if table["unplaced"].to_numpy(zero_copy_only=False).any():
            fix = "please report it. Nothing was written."
            raise InternalFault(
                (Problem("CKB117", "something was read that the plan of the screen does not hold", fix=fix),)
            )
        words = np.stack([table[f"w{n}"].to_numpy() for n in range(self.layout.words)], axis=1)
        dead = table["dead"].to_numpy(zero_copy_only=False).astype(bool)
        chosen = ~dead & (self._has_calcinosis(words) if not self.everybody else True)
        counts = Counts(len(dead), int(dead.sum()), int((~dead & ~chosen).sum()), int(chosen.sum()))
        if counts.judged:
            self._write(table["person_id"].combine_chunks().take(np.flatnonzero(chosen)), words[chosen], path)
        return counts

    def _write(self, people: pa.Array, words: Integers, path: Path) -> None:
        different, situation = np.unique(words, axis=0, return_inverse=True)
        batch = Batch([np.ascontiguousarray(word) for word in different.T])
        judged = self.judge.judge(batch)
        places = ranks(judged)
        self._compare(batch, judged, places)
        making = path.with_suffix(".making")
        with writer(making, people) as file:
            for made in rows(people, situation, judged, places):
                file.write_table(made)
        making.replace(path)

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

    def _has_calcinosis(self, words: Integers) -> NDArray[np.bool_]:
        found = np.zeros(len(words), bool)
        for field in self.calcinosis:
            found |= (words[:, field.word] >> field.offset) & 1 == 1
        return found

    def _means(self, item: Item) -> tuple[str, ...]:
        """The conditions and diseases that an item is."""
        known = self.judge.records.parts[item]
        return (*(known.conditions or ()), *(known.diseases or ()))
