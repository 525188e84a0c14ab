"""Search strings: read, tagged for one service, and refused where services would take them differently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.searchstring import read_search


def test_every_string_of_the_base_asks_for_the_therapy_and_for_calcinosis(kb: KnowledgeBase) -> None:
    for therapy in kb.knowledge.options:
        assert therapy.search is not None, therapy.id
        first, *rest = read_search(therapy.search).sides
        assert rest, therapy.id
        assert not any("calcification" in word or "calcinosis" in word for word in first.words), therapy.id
        assert any("calcinosis" in word for side in rest for word in side.words), therapy.id


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a word or phrase is missing at the end"),
        ("a AND", "missing at the end"),
        ("OR a", "missing before 'OR'"),
        ("()", "missing before '\\)'"),
        ("a b", "quotation marks around a phrase"),
        ("(a OR b", "is not closed"),
        ("a) OR b", "closed that was not opened"),
        ("a AND b OR c", "put parentheses around what 'AND' joins before 'OR'"),
        ("a NOT b NOT c", "put parentheses"),
        ("calcinosis[tiab]", "only, not '\\[tiab\\]'"),
        ("TITLE:calcinosis", "only, not ':calcinosis'"),
        ("calcino*", "only, not '\\*'"),
        ('"calcinosis', "only, not"),
        ("(" * 30 + "a" + ")" * 30, "too deep"),
    ],
)
def test_what_services_would_take_differently_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_search(text)


def test_what_is_excluded_is_no_wanted_word() -> None:
    term = read_search("(warfarin AND calcinosis) NOT calciphylaxis")
    assert term.words == ("warfarin", "calcinosis")
    assert [side.text for side in term.sides] == ["warfarin", "calcinosis"]
    assert term.tagged("[tiab]") == "(warfarin[tiab] AND calcinosis[tiab]) NOT calciphylaxis[tiab]"


@given(st.text('ab "()[]ANDOR', max_size=30))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        term = read_search(text)
    except ValueError as error:
        assert str(error)
    else:
        assert read_search(term.tagged("")) == term
