"""An answer at a prompt is the first screen, and so it is in a notebook, where every text is only text."""

from __future__ import annotations

import html

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.columns import WIDTH
from calcinosis_kb.advice.layout import HEIGHT

EVIL = "<img src=x onerror=y> | *b* _i_ [go](x) ```` `c` \x1b[31m"


@pytest.fixture(scope="module")
def advice(kb: KnowledgeBase) -> Advice:
    return kb.advise({"diseases": ["crest"], "medications": [EVIL]})


def test_a_prompt_prints_a_screen(advice: Advice) -> None:
    lines = repr(advice).split("\n")
    assert 20 < len(lines) <= HEIGHT and max(map(len, lines)) <= WIDTH
    assert str(advice) == repr(advice)


def test_what_else_a_prompt_prints_is_one_short_line(kb: KnowledgeBase, advice: Advice) -> None:
    for value in (advice.options[0], advice.not_offered[0], kb, kb.knowledge):
        for shown in (repr(value), str(value)):
            assert shown.startswith("<") and shown.endswith(">") and len(shown) < 200 and "\n" not in shown


def test_a_notebook_shows_the_same_screen_as_text(advice: Advice) -> None:
    screen = repr(advice)
    page = advice._repr_html_()
    assert page == f"<pre>{html.escape(screen)}</pre>" and "<img" not in page
    fence, *lines, end = advice._repr_markdown_().split("\n")
    assert lines == screen.split("\n")
    assert fence == f"{end}text" and set(end) == {"`"} and end not in screen and "\x1b" not in screen
