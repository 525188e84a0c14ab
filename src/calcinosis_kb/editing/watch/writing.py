"""Write what a search led to: its record first, then the drafts, then the day. A watch that is cut off can so be finished later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from calcinosis_kb.documents.strict_yaml import read_text
from calcinosis_kb.documents.writing import make_folder, write_file
from calcinosis_kb.editing.amend import amended
from calcinosis_kb.editing.kinds import with_schema_line
from calcinosis_kb.editing.new import NewFile
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.searches import SEARCHES, Search, SearchLog, SearchRecord

__all__ = ["Writer", "with_search"]

_DAY = frozenset({"last_searched"})


def with_search(log: SearchLog, searches: Iterable[Search], records: Iterable[SearchRecord]) -> SearchLog:
    """Return a log with the searches of a day and the records that it lacks; the same search of the same day is replaced."""
    new = tuple(searches)
    same = {(one.day, one.service, one.string, one.since) for one in new}
    kept = tuple(one for one in log.searches if (one.day, one.service, one.string, one.since) not in same)
    added = tuple(record for record in records if record not in log.records)
    return log.model_copy(update={"searches": kept + new, "records": log.records + added})


@dataclass
class Writer:
    """Writes into the checkout of a workshop; an unchanged file is left alone."""

    workshop: NewFile

    def log(self, log: SearchLog, before: SearchLog) -> Path:
        """Write the record of the searches for a therapy; comments in it stay."""
        path = self.workshop.root / "knowledge" / SEARCHES.folder / f"{log.therapy}.yaml"
        if path.exists() and log == before:
            return path
        make_folder(path.parent)
        data = log.model_dump(mode="json", exclude_none=True)
        text = read_text(path) if path.exists() else ""
        text = amended(text, str(path), SearchLog, data, only=frozenset(SearchLog.model_fields))
        write_file(path, with_schema_line(text, path, self.workshop.checkout.root).encode())
        return path

    def drafts(self, records: Iterable[SearchRecord], day: date) -> list[Path]:
        """Open the drafts that were decided on a day and do not exist yet."""
        held = dict(self.workshop.sources())
        wanted = [record for record in records if record.decision == "drafted" and record.found == day]
        return [
            self.workshop.study(record.citation, record.source)
            for record in wanted
            if record.source is not None and record.source not in held
        ]

    def day(self, therapy: str, day: date) -> None:
        """Set the day of the last search of a therapy."""
        path = self.workshop.root / "knowledge" / "therapies" / f"{therapy}.yaml"
        before = read_text(path)
        after = amended(before, str(path), Therapy, {"last_searched": day.isoformat()}, only=_DAY)
        if after != before:
            write_file(path, after.encode())
