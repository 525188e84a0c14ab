"""The head of an answer as blocks: the patient as understood, what was not understood, what is not recorded."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.advice.head import head
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.report.blocks import Alert, Block, Text

__all__ = ["patient_blocks"]


def patient_blocks(patient: Patient, knowledge: Knowledge) -> Iterator[Block]:
    """The head of an answer. Words that were not understood come first: the answer does not use them."""
    shown = head(patient, knowledge)
    yield Text(shown.who, style="bold")
    yield from map(Alert, shown.alerts)
    for label, words in shown.lines:
        yield Text(f"{label.capitalize()}: {', '.join(words)}")
    if shown.blank:
        yield Text(f"Blank: {', '.join(shown.blank)}", style="yellow")
