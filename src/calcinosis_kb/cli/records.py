"""Open what a command was given: a patient file, or a place that holds health records."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from calcinosis_kb.documents.document import Document
from calcinosis_kb.errors import InputError, Place, Problem
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.sources import STANDARD_INPUT, is_record, is_record_text, open_source, open_stream

if TYPE_CHECKING:
    from calcinosis_kb.patients.record_reading import RecordReading, RecordSource

__all__ = ["check_strictly", "opened", "reading_of", "waiting"]

_VIOLATIONS = 50
"""As many elements that are not valid as are listed."""

_DATABASES = (".duckdb", ".ddb", ".db")
"""Files of which a part is read, and that takes seconds whatever their size."""

_LARGE = 20_000_000
"""Bytes of a file whose reading takes more than a second or two."""


def opened(address: str, names: Names) -> RecordSource | Document:
    """Return the health records at an address, or a patient file as a document. Raises `InputError` if it can be neither."""
    from calcinosis_kb.documents.strict_yaml import MAX_BYTES, as_text, parse, read_text

    if address == "-":
        raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        if is_record_text(raw):
            return open_stream(sys.stdin.buffer, names, STANDARD_INPUT, head=raw)
        return parse(as_text(raw, Place(STANDARD_INPUT)), STANDARD_INPUT)
    folder = Path(address).is_dir()  # no patient file, whatever it holds
    return open_source(address, names) if folder or is_record(address) else parse(read_text(address), address)


def reading_of(
    source: RecordSource, patient: str | None, as_of: datetime | None, *, history_complete: bool
) -> RecordReading:
    """Read one record as the options say. Raises `InputError` if no patient, or no day, can be chosen."""
    reading = source.read(patient, as_of=as_of.date() if as_of else None)
    return reading.with_whole_history() if history_complete else reading


def check_strictly(source: RecordSource, patient: str | None) -> None:
    """Refuse a record that is not valid FHIR R4. Raises `InputError`: another form (CKB116), not valid (CKB109), no library (CKB054)."""
    from calcinosis_kb.patients.fhir.source import FhirSource
    from calcinosis_kb.report.extras import require

    if not isinstance(source, FhirSource):
        fix = "leave '--strict' out: the types of a database are declared where it is read"
        raise InputError((Problem("CKB116", "only FHIR is held to its specification, and this is not FHIR", fix=fix),))
    require(("fhir",), "fhir")
    problems = tuple(source.violations(patient))
    if problems:
        more = len(problems) - _VIOLATIONS
        last = (replace(problems[0], message=f"{more} more like these", place=None, fix=None),) if more > 0 else ()
        raise InputError((*problems[:_VIOLATIONS], *last))


def waiting(address: str) -> AbstractContextManager[Any]:
    """A bar on standard error while much is read, of which it cannot be known how much; none for a patient file or a short record."""
    path = Path(address)
    if address == "-" or (path.is_file() and path.stat().st_size < _LARGE and path.suffix not in _DATABASES):
        return nullcontext()
    from calcinosis_kb.cli.app import progress

    bar = progress()
    bar.add_task("Reading the record", total=None)
    return bar
