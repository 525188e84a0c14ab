"""Two or three rows of one answer side by side."""

from __future__ import annotations

from calcinosis_kb.report.compare import MOST, Column, CompareReport
from calcinosis_kb.web.patient.answer import ticked
from calcinosis_kb.web.patient.letter import rows_to_tick
from calcinosis_kb.web.patient.state import Fields, patient_state
from calcinosis_kb.web.service import Service

__all__ = ["compare_page"]


def compare_page(service: Service, fields: Fields) -> str:
    """Return the comparison of the ticked rows, or what to tick where they are not two or three."""
    state = patient_state(service, fields)
    rows = rows_to_tick(state.advice, ticked(fields)) if state.advice else ()
    columns = tuple(Column(row.best, row.items[1:]) for row, is_in in rows if is_in)
    fits = state.advice is not None and 1 < len(columns) <= MOST
    report = CompareReport(service.kb.knowledge, state.advice, columns) if state.advice and fits else None
    return service.render("patient/compare.html", "/patient/compare", state=state, rows=rows, report=report, most=MOST)
