"""Look up sources in the Retraction Watch CSV that Crossref publishes; docs/retractions.md lists its columns.

The file is read once, row by row, because it has tens of thousands of rows, quoted line breaks and two encodings.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from calcinosis_kb.errors import InputError, Place, Problem
from calcinosis_kb.knowledge.citations import normal_doi, normal_pmid
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.notices import CitedSource, Notice, cited_sources, judged, unclear

__all__ = ["Consulted", "check_retractions"]

COLUMNS = (
    "Record ID", "RetractionDate", "RetractionDOI", "OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature", "Reason",
)  # fmt: skip
"""The columns that are read."""
_DATE = re.compile(r"(?:([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})|([0-9]{4})-([0-9]{2})-([0-9]{2}))(?:[ T][0-9:.]+Z?)?\Z")
_DOI_ANYWHERE = re.compile(r"10\.[0-9]{4,9}/[^\s,;\"]+")
_MOST_BYTES_A_LINE = 1_000_000


@dataclass
class Consulted:
    """The file that was read, and the number of sources looked up in it.

    ``sources`` have a DOI or PMID; the ``unidentified`` have neither and cannot be looked up. ``notes`` need no
    action: corrections, and retractions that were lifted.
    """

    file: str
    sources: int
    unidentified: int
    rows: int = 0
    unreadable: int = 0
    newest: date | None = None
    sha256: str = ""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        newest = f"newest notice of {self.newest}" if self.newest else "no notice with a date"
        unread = f"; {self.unreadable} of its rows could not be read" if self.unreadable else ""
        return (
            f"Retractions: {self.file}, {self.rows:,} rows, {newest}, SHA-256 {self.sha256[:16]}{unread}. "
            f"{self.sources} sources were looked up by DOI or PMID; {self.unidentified} have neither and were not."
        )


def check_retractions(
    loaded: Loaded, path: Path, progress: Callable[[str], None] = lambda _: None
) -> tuple[Consulted, list[Problem]]:
    """Look up studies, guidelines and references in the Retraction Watch file at ``path``.

    Problems: CKB065 retracted (error); CKB066 expression of concern, CKB067 an unreadable row that names a source
    (warnings). Raises `InputError` (CKB001, CKB002, CKB003, CKB068) if it is not that file.
    """
    sources, unidentified = cited_sources(loaded)
    identified = len({source.id for found in sources.values() for source in found})
    consulted = Consulted(str(path), identified, unidentified)
    notices: dict[str, dict[Notice, CitedSource]] = {}
    problems: list[Problem] = []
    for row in _rows(path, consulted, progress):
        if isinstance(row, list):
            keys = {key for word in _DOI_ANYWHERE.findall(" ".join(row)) if (key := normal_doi(word))}
            problems += [
                unclear(source, "a row of it that is broken") for key in sorted(keys) for source in sources.get(key, ())
            ]
            continue
        keys = {key for key in (normal_doi(row["OriginalPaperDOI"]), normal_pmid(row["OriginalPaperPubMedID"])) if key}
        day = _day(row["RetractionDate"])
        consulted.newest = max((d for d in (day, consulted.newest) if d), default=None)
        notice = Notice(
            row["Record ID"],
            row["RetractionNature"].strip(),
            day,
            row["RetractionDOI"],
            row["Reason"],
            row["OriginalPaperDOI"],
        )
        for source in (source for key in sorted(keys) for source in sources.get(key, ())):
            notices.setdefault(source.id, {}).setdefault(notice, source)
    notes: list[str] = []
    for id_ in sorted(notices):
        problems.extend(judged(notices[id_], notes))
    consulted.notes = tuple(notes)
    return consulted, sorted(problems, key=lambda problem: (problem.place or Place(""), problem.code, problem.message))


def _day(text: str) -> date | None:
    match = _DATE.match(text.strip())
    if not match:
        return None
    month, day, year, *iso = match.groups()
    try:
        return date(int(year), int(month), int(day)) if year else date(*map(int, iso))
    except ValueError:
        return None


def _rows(path: Path, consulted: Consulted, progress: Callable[[str], None]) -> Iterator[dict[str, str] | list[str]]:
    """Each row by column, or as a list if it has too few or too many fields; these count as unreadable."""
    place = Place(str(path))
    rows = _read(_lines(path, consulted, progress))
    header = [name.strip().removeprefix("\ufeff") for name in next(rows, [])]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        message = f"this is not the Retraction Watch CSV: it has no column {', '.join(missing)}"
        fix = (
            "give Crossref's retraction_watch.csv as it was downloaded; 'calcinosis-kb explain CKB068' says where from"
        )
        raise InputError((Problem("CKB068", message, place, valid=COLUMNS, fix=fix),))
    # The header ends with a comma, but not every row does.
    widths = {len(header), len(header) + (-1 if not header[-1] else 1)}
    for row in rows:
        if any(row):
            consulted.rows += 1
            if len(row) in widths:
                yield dict(zip(header, row, strict=False))
            else:
                consulted.unreadable += 1
                yield row
    if not consulted.rows:
        fix = "download the file again; it may have been cut off"
        raise InputError((Problem("CKB068", "the Retraction Watch CSV has no rows", place, fix=fix),))


def _read(lines: Iterator[str]) -> Iterator[list[str]]:
    """The rows of a CSV; whatever the csv module refuses (an unclosed quote) becomes one row with one field."""
    recent: list[str] = []

    def remembered() -> Iterator[str]:
        for line in lines:
            recent.append(line)
            yield line

    reader = csv.reader(remembered())
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            row = ["".join(recent)]
        recent.clear()
        yield row


def _lines(path: Path, consulted: Consulted, progress: Callable[[str], None]) -> Iterator[str]:
    """The lines of the file, each decoded as UTF-8 or else as Latin-1; the SHA-256 is set after the last line."""
    digest = hashlib.sha256()
    done, reported = 0, -1
    try:
        if path.is_dir():
            problem = Problem("CKB002", "this is a directory, not a file", Place(str(path)), fix="name one file in it")
            raise InputError((problem,))
        size = path.stat().st_size
        if not size:
            fix = "download the file again"
            raise InputError((Problem("CKB003", "the file is empty", Place(str(path)), fix=fix),))
        with path.open("rb") as stream:
            while line := stream.readline(_MOST_BYTES_A_LINE):
                digest.update(line)
                done += len(line)
                if (percent := 100 * done // size) > reported:
                    reported = percent
                    progress(f"{path.name}: {percent} %")
                try:
                    yield line.decode("utf-8")
                except UnicodeDecodeError:
                    yield line.decode("latin-1")
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise InputError(
            (Problem("CKB001", message, Place(str(path)), fix="check the path and the permissions"),)
        ) from None
    consulted.sha256 = digest.hexdigest()
