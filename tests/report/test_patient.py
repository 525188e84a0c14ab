"""The head of an answer in a report: the patient as understood."""

from __future__ import annotations

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.report.blocks import Alert, Text
from calcinosis_kb.report.patient import patient_blocks


def test_words_that_were_not_understood_stand_above_the_lists(kb: KnowledgeBase) -> None:
    patient = kb.reader.mapping(
        {"diseases": ["crest"], "history": [{"therapy": "diltiazam", "outcome": "ineffective"}]}
    )
    first, second, *others = patient_blocks(patient, kb.knowledge)
    assert isinstance(first, Text) and isinstance(second, Alert) and not any(isinstance(one, Alert) for one in others)
    assert "diltiazam" in second.text and "any treatment may have been tried" in second.text
