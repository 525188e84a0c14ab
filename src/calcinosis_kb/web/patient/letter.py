"""The letter about one patient: which rows and parts go into it, as it is copied and printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.screen import Row, Rows, screen
from calcinosis_kb.report.letter import PARTS, USUAL_PARTS, LetterReport, Part
from calcinosis_kb.report.render import as_text
from calcinosis_kb.web.patient.answer import ticked
from calcinosis_kb.web.patient.state import Fields, patient_state
from calcinosis_kb.web.service import Service

__all__ = ["letter_page", "rows_to_tick"]

_CHOSEN = "chosen"
"""The field that says that the ticks were shown, so that none ticked means none."""

_NAMES: dict[Part, str] = {
    "history": "what was tried, and what is not recorded",
    "reasons": "what to weigh",
    "checks": "what to do before",
    "mechanism": "how it may work",
    "sources": "numbered sources",
}


@dataclass(frozen=True)
class Letter:
    """A letter with the choices that made it."""

    report: LetterReport
    rows: tuple[tuple[Row, bool], ...]
    """The rows that may go into it, and whether they do."""

    @property
    def parts(self) -> Iterator[tuple[Part, str, bool]]:
        """The parts, with their names, and whether they are in it."""
        return ((part, _NAMES[part], part in self.report.parts) for part in PARTS)

    @property
    def text(self) -> str:
        """The letter as plain text."""
        return as_text(self.report.blocks())


def letter_page(service: Service, fields: Fields, date: str) -> str:
    """Return the page of the letter; ``date`` is the day of the request."""
    state = patient_state(service, fields)
    letter = _letter(state.advice, fields, date) if state.advice else None
    return service.render("patient/letter.html", "/patient/letter", state=state, letter=letter)


def _letter(advice: Advice, fields: Fields, date: str) -> Letter:
    given = dict(fields)
    wanted = ticked(fields)
    if not wanted and _CHOSEN not in given:
        wanted = frozenset({given.get("why") or next((item.therapy.id for item in advice.options), "")})
    rows = rows_to_tick(advice, wanted)
    parts = {part for part in PARTS if ("parts", part) in fields} if _CHOSEN in given else USUAL_PARTS
    return Letter(LetterReport(advice, tuple(row.items for row, is_in in rows if is_in), parts, date), rows)


def rows_to_tick(advice: Advice, wanted: frozenset[str]) -> tuple[tuple[Row, bool], ...]:
    """Return the rows of an answer, and those of other wanted therapies after them, each with whether it is wanted."""
    shown = screen(advice).rows
    known = {item.therapy.id for row in shown for item in row.items}
    others = [Rows(advice).of((item,)) for item in advice.judged if item.therapy.id in wanted - known]
    return tuple((row, not wanted.isdisjoint(item.therapy.id for item in row.items)) for row in (*shown, *others))
