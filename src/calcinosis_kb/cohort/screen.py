"""Screen everybody of a source: write what has not been tried, and why, for each person and therapy."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from calcinosis_kb.advice.stamp import Stamp, stamp
from calcinosis_kb.cohort.item import Item
from calcinosis_kb.cohort.part import Answers, Counts, PartJudge, PartReader, layout_of, write
from calcinosis_kb.cohort.rows import write_nobody
from calcinosis_kb.cohort.source import Cohort, open_cohort
from calcinosis_kb.errors import InputError, Place, Problem
from calcinosis_kb.patients.omop.relations import Span
from calcinosis_kb.rules.engine import ENGINES, EngineName

if TYPE_CHECKING:
    from calcinosis_kb.base import KnowledgeBase
    from calcinosis_kb.cohort.people import Progress

__all__ = ["PART", "Screened", "refuse_existing", "screen"]

PART = 65_536
"""The people of a part of the output: as many as are judged at once."""


class Screened(NamedTuple):
    """What a screen did: as many people in the source, dead, without calcinosis, and judged; and who could not be read, and why."""

    counts: Counts
    damaged: list[tuple[str, str]]


class Stage(msgspec.Struct, frozen=True):
    """What an unfinished screen was made from: it goes on only from the same."""

    source: str
    """A digest of the address, which may hold a password."""
    as_of: date | None
    everybody: bool
    made: Stamp
    """The knowledge and the rules, as each file of the output names them."""


class Plan(msgspec.Struct, frozen=True):
    """The parts of a screen: the items that may occur, the spans of ids, and what could not be read."""

    items: list[Item]
    spans: list[tuple[int | str, int | str]]
    damaged: list[tuple[str, str]]


Load = Callable[[Sequence[EngineName]], "KnowledgeBase"]
"""Loads the knowledge base with some engines."""


def refuse_existing(output: Path) -> None:
    """Raise `InputError` (CKB118) if there is something at the place of the output."""
    if output.exists():
        fix = "name another file, or remove this one"
        raise InputError((Problem("CKB118", "there is something of this name", Place(str(output)), fix=fix),))


def screen(
    load: Load,
    source: str,
    output: Path,
    *,
    everybody: bool = False,
    as_of: date | None = None,
    engines: Sequence[EngineName] = ENGINES,
    progress: Callable[[str], Progress] | None = None,
) -> Screened:
    """Write a row for each living person with calcinosis (or ``everybody``) and each therapy to a Parquet file.

    Beyond `PART` people it is a folder of such files. Until it is whole it stands in a folder beside ``output``, from which an
    interrupted screen goes on. ``progress`` is told what begins, and gives what is told how far it is.
    """
    kb = load(("reference",))
    stage = Stage(
        hashlib.sha256(source.encode()).hexdigest(),
        as_of,
        everybody,
        stamp(kb.knowledge, kb.rules.hash),
    )
    work = _work(output, stage)
    told = progress or (lambda _: lambda _done, _all: None)
    cohort = open_cohort(source, kb.reader, work, as_of=as_of, progress=told("Reading records"))
    plan = _plan(cohort, work)
    run = _Run(load, engines, cohort, plan, work, stage)
    done = told("Judging")
    for finished in run.parts():
        done(finished, len(plan.spans))
    return Screened(_finish(work, output, len(plan.spans), stage.made), plan.damaged)


def _work(output: Path, stage: Stage) -> Path:
    """The folder of an unfinished screen: that of the same screen, or a new one."""
    work = output.with_name(f"{output.name}.partial")
    file = work / "stage.json"
    if work.exists() and (not file.exists() or file.read_bytes() != msgspec.json.encode(stage)):
        shutil.rmtree(work)
    try:
        work.mkdir(parents=True, exist_ok=True)
        file.write_bytes(msgspec.json.encode(stage))
    except OSError as error:
        message = f"{work} cannot be written: {error.strerror}"
        fix = "check the folder, its permissions and the space left"
        raise InputError((Problem("CKB057", message, fix=fix),)) from None
    return work


def _plan(cohort: Cohort, work: Path) -> Plan:
    file = work / "plan.json"
    if file.exists():
        return msgspec.json.decode(file.read_bytes(), type=Plan)
    items = sorted(cohort.possible(), key=lambda item: (*item[:3], item.value or 0.0))
    plan = Plan(items, [(span.first, span.last) for span in cohort.spans(PART)], cohort.damaged())
    making = file.with_suffix(".making")
    making.write_bytes(msgspec.json.encode(plan))
    making.replace(file)
    return plan


class _Run:
    """Judges what is left of the parts. While one is judged, the next is read and the one before is written: each is work of its own kind,
    which the database and Parquet do outside of Python.
    """

    def __init__(
        self, load: Load, engines: Sequence[EngineName], cohort: Cohort, plan: Plan, work: Path, stage: Stage
    ) -> None:
        self.load, self.engines, self.cohort, self.plan, self.stage = load, engines, cohort, plan, stage
        self.work = work
        self.left = [number for number in range(len(plan.spans)) if not _counts_file(work, number).exists()]

    def parts(self) -> Iterator[int]:
        """Yield how many parts are done, after each."""
        with ExitStack() as stack, ThreadPoolExecutor(1) as reading, ThreadPoolExecutor(1) as writing:
            stack.callback(self.cohort.backend.disconnect)
            done = len(self.plan.spans) - len(self.left)
            written: Future[None] | None = None
            for count, (number, answers) in enumerate(self._answers(reading), done):
                if written:
                    written.result()
                    yield count
                written = writing.submit(self._write, number, answers)
            if written:
                written.result()
                yield len(self.plan.spans)

    def _answers(self, reading: ThreadPoolExecutor) -> Iterator[tuple[int, Answers]]:
        if not self.left:
            return
        reference = self.load(("reference",))
        layout = layout_of(reference, self.plan.items)
        reader = PartReader(self.cohort, layout)
        spans = [Span(*self.plan.spans[number]) for number in self.left]
        part = reading.submit(reader.read, spans[0])
        judge = PartJudge(reference, self.load(self.engines), layout, everybody=self.stage.everybody)
        for number, following in zip_longest(self.left, spans[1:]):
            read = part.result()
            if following:
                part = reading.submit(reader.read, following)
            yield number, judge.answers(read)

    def _write(self, number: int, answers: Answers) -> None:
        """Write one part; its counts are written last, and tell that it is whole."""
        write(answers, self.work / f"part-{number:05}.parquet", self.stage.made)
        file = _counts_file(self.work, number)
        making = file.with_suffix(".making")
        making.write_bytes(msgspec.json.encode(answers.counts))
        making.replace(file)


def _counts_file(work: Path, number: int) -> Path:
    return work / f"part-{number:05}.json"


def _finish(work: Path, output: Path, parts: int, made: Stamp) -> Counts:
    """Put the whole output in its place, remove what it was made from, and return how many people it is of."""
    each = [msgspec.json.decode(_counts_file(work, number).read_bytes(), type=Counts) for number in range(parts)]
    counts = Counts(*(sum(column) for column in zip(*each, strict=True))) if each else Counts()
    written = sorted(work.glob("part-*.parquet"))
    if len(written) > 1:
        for other in work.iterdir():
            if other not in written:
                other.unlink()
        work.replace(output)
    else:
        (written[0] if written else write_nobody(work / "nobody.parquet", made)).replace(output)
        shutil.rmtree(work)
    return counts
