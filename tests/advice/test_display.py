"""An answer at a prompt is one line, and in a notebook a table in which every text is only text."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.answer import NOTICE, Advice

EVIL = "<img src=x onerror=y> | *b* _i_ [go](x) `c` \x1b[31m"


@pytest.fixture(scope="module")
def advice(kb: KnowledgeBase) -> Advice:
    return kb.advise({"diseases": ["crest"], "medications": [EVIL]})


def test_what_a_prompt_prints_is_one_short_line(kb: KnowledgeBase, advice: Advice) -> None:
    for value in (advice, advice.options[0], advice.not_offered[0], kb, kb.knowledge):
        for shown in (repr(value), str(value)):
            assert shown.startswith("<") and shown.endswith(">") and len(shown) < 200 and "\n" not in shown
    assert f"{len(advice.options)} offered" in repr(advice)
    assert advice.options[0].therapy.id in repr(advice)


def test_a_notebook_shows_every_offered_therapy_below_what_was_not_understood(advice: Advice) -> None:
    for shown in (advice._repr_html_(), advice._repr_markdown_()):
        assert shown.index("Not understood") < shown.index("Therapy")
        assert NOTICE in shown and advice.knowledge.hash in shown and advice.rules_hash in shown
        for item in advice.options:
            assert item.therapy.name.split(",")[0].split("'")[0] in shown
    assert advice._repr_html_().count("<tr>") == len(advice.options) + 1
    assert advice._repr_markdown_().count("\n| ") == len(advice.options) + 2


def test_a_notebook_takes_no_text_for_markup(advice: Advice) -> None:
    for shown in (advice._repr_html_(), advice._repr_markdown_()):
        assert "<img" not in shown and "[go]" not in shown and "*b*" not in shown and "\x1b" not in shown
