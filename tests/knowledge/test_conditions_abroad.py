"""Conditions are understood by their names in other languages, and by the displays of SNOMED CT."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.wordlist import WordList

ROOT = Path(__file__).parents[2]
LIST = WordList(ROOT / "knowledge" / "words" / "conditions.tsv")
ABROAD = yaml.safe_load((ROOT / "docs" / "words" / "conditions.yaml").read_text("utf-8"))["names"]


@pytest.mark.parametrize(
    ("written", "english"),
    [
        ("hjertesvigt", "heart failure"),
        ("kronisk njursjukdom", "chronic kidney disease"),
        ("eteisvärinä", "atrial fibrillation"),
        ("Nierenversagen", "renal failure"),
        ("artritis reumatoide", "rheumatoid arthritis"),
        ("colite ulcerosa", "ulcerative colitis"),
        ("accident vasculaire cérébral", "stroke"),
        ("hipotensão", "hypotension"),
        ("borstkanker", "breast cancer"),
        ("Chronische Nierenkrankheit, Stadium 4", "chronic kidney disease stage 4"),
        ("Malignant tumor of breast", "breast cancer"),
        ("Disorder of heart valve", "valvular heart disease"),
    ],
)
def test_a_condition_means_abroad_what_its_english_name_means(kb: KnowledgeBase, written: str, english: str) -> None:
    told, expected = kb.names.conditions.known(written), kb.names.conditions.known(english)
    assert [(one.matches, one.may_be) for one in told] == [(one.matches, one.may_be) for one in expected]
    assert told[0].matches


def test_every_name_from_abroad_is_understood(kb: KnowledgeBase) -> None:
    names = [name for by_name in ABROAD.values() for name in by_name]
    assert [name for name in names if not all(one.understood for one in kb.names.conditions.known(name))] == []
    assert len(names) > 1000


def test_no_word_refers_to_a_word_that_refers_further() -> None:
    referred = [fields[1][1:] for fields in LIST if fields[1].startswith("=")]
    assert referred
    assert [word for word in referred if (LIST.find(word) or ("",))[0].startswith("=")] == []


def test_a_name_from_abroad_stands_with_a_name_or_codes() -> None:
    codes = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?(?:\|[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?)*")
    meanings = {meaning for by_name in ABROAD.values() for meaning in by_name.values()}
    assert [one for one in meanings if not codes.fullmatch(one) and one != one.casefold()] == []
