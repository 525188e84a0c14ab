"""The head of an answer: the patient as understood."""

from __future__ import annotations

from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.report.blocks import Text
from calcinosis_kb.report.patient import patient_blocks, patient_lines


@pytest.mark.parametrize(
    ("named", "shown"),
    [
        ("d_penicillamine", "d-penicillamine"),
        ("surgical_excision", "surgical excision"),
        ("zoledronic_acid", "zoledronic acid"),
        ("Aredia", "Aredia"),
        ("IVIG", "IVIG"),
    ],
)
def test_a_treatment_is_shown_as_people_write_it(kb: KnowledgeBase, named: str, shown: str) -> None:
    patient = kb.reader.mapping({"history": [{"therapy": named, "outcome": "ineffective"}]})
    texts = [block.text for block in patient_blocks(patient, kb.knowledge) if isinstance(block, Text)]
    assert f"History: ineffective: {shown}" in texts


@pytest.mark.parametrize(
    ("given", "shown"), [({"diseases": []}, "no underlying disease"), ({"diseases": None}, "disease not recorded")]
)
def test_a_denied_disease_is_not_a_missing_one(kb: KnowledgeBase, given: dict[str, Any], shown: str) -> None:
    assert shown in patient_lines(kb.reader.mapping({"history": [], **given}), kb.knowledge)
