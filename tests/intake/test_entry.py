"""One line for anything: each text is filed where it belongs, or asked about, and never dropped."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.intake.entry import as_kind, entries, file_entry, read_entry
from strategies import examples


@pytest.mark.parametrize(
    ("text", "filed"),
    [
        (
            "diltiazem 240 mg 18 months no effect",
            {"history": [{"therapy": "diltiazem", "outcome": "ineffective", "dose": "240 mg", "months": 18}]},
        ),
        ("colchicine: not tolerated", {"history": [{"therapy": "colchicine", "outcome": "not_tolerated"}]}),
        ("failed warfarin", {"history": [{"therapy": "warfarin", "outcome": "ineffective"}]}),
        (
            "prednisone for underlying disease",
            {"history": [{"therapy": "prednisone", "for": "underlying_disease", "outcome": "unknown"}]},
        ),
        ("diltizaem no effect", {"history": [{"therapy": "diltizaem", "outcome": "ineffective"}]}),
        ("takes nifedipine", {"medications": ["nifedipine"]}),
        ("no drugs", {"medications": []}),
        ("egfr 28", {"labs": {"egfr": "28 mL/min/1.73m2"}}),
        ("calcium 8.3 mg/dL", {"labs": {"calcium": "8.3 mg/dL"}}),
        ("HBsAg positive", {"labs": {"HBsAg": "positive"}}),
        ("gerd", {"conditions": ["gerd"]}),
        ("active infection", {"conditions": ["active infection"]}),
        ("allergic to penicillin", {"allergies": ["penicillin"]}),
        ("penicillin allergy", {"allergies": ["penicillin"]}),
        ("nkda", {"allergies": []}),
        ("63 f", {"patient": {"age": 63, "sex": "female"}}),
        ("woman 63", {"patient": {"age": 63, "sex": "female"}}),
        ("63-year-old man", {"patient": {"age": 63, "sex": "male"}}),
        ("not pregnant", {"patient": {"pregnant": False}}),
        ("crest", {"diseases": ["crest"]}),
        ("pain", {"calcinosis": {"features": ["pain"]}}),
        ("elbow", {"calcinosis": {"sites": ["elbow"]}}),
        ("universal", {"calcinosis": {"pattern": "universal"}}),
        ("4 cm", {"calcinosis": {"largest_mm": 40}}),
    ],
)
def test_a_text_is_filed_where_it_belongs(kb: KnowledgeBase, text: str, filed: dict[str, Any]) -> None:
    entry = read_entry(kb.names, text)
    assert entry.filed and entry.said
    data: dict[str, Any] = {}
    file_entry(data, entry, kb.names)
    assert {key: value for key, value in data.items() if not key.endswith("_complete")} == filed
    kb.reader.mapping(data)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("nifedipine", {"tried", "underlying", "other", "medication", "allergy"}),
        ("infection", {"feature", "condition"}),
        ("dm", {"disease", "condition"}),
    ],
)
def test_a_word_of_several_kinds_is_asked_about(kb: KnowledgeBase, text: str, kinds: set[str]) -> None:
    entry = read_entry(kb.names, text)
    assert (entry.filed, set(entry.kinds)) == (False, kinds)


def test_a_word_that_is_not_understood_comes_with_similar_ones(kb: KnowledgeBase) -> None:
    entry = read_entry(kb.names, "diltizaem")
    assert (entry.filed, entry.kinds, entry.nearest) == (False, (), (("tried", "Diltiazem"),))
    assert not read_entry(kb.names, "63").filed


def test_several_entries_are_split_at_semicolons_and_lines() -> None:
    assert entries(" crest; 63 f\n\negfr 28;") == ["crest", "63 f", "egfr 28"]


@examples(400)
@given(st.text(max_size=60))
def test_no_text_is_dropped_or_breaks(kb: KnowledgeBase, text: str) -> None:
    for part in entries(text):
        entry = read_entry(kb.names, part)
        assert entry.text == part
        data: dict[str, Any] = {}
        file_entry(data, as_kind(kb.names, part, "condition") if not entry.filed else entry, kb.names)
        assert data
