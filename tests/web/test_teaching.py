"""The quiz and the stories read and answer without a script, and more smoothly with one."""

from __future__ import annotations

from html import unescape

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.quiz import SETS, SIZE, question_set


def key(kb: KnowledgeBase, number: int) -> str:
    """The right answers of a set, as they stand in an address."""
    return "".join(str(question.right) for question in question_set(kb, number))


def test_a_question_opens_its_answer_only_when_it_is_given(client: httpx.Client, kb: KnowledgeBase) -> None:
    question = question_set(kb, 7)[2]
    asked = client.get("/quiz/7/3").text
    assert asked.count('name="answers"') == len(question.choices)
    assert '<details id="why" class="card">' in asked
    wrong = question.right % 4 + 1
    for given, verdict in ((question.right, "Right."), (wrong, f"Not right. The answer is {question.right}.")):
        answered = client.get(f"/quiz/7/3?answers=00{given}").text
        assert verdict in answered
        assert '<details id="why" class="card" open>' in answered
        assert f'href="/quiz/7/4?answers=00{given}"' in answered


def test_the_score_counts_what_was_answered(client: httpx.Client, kb: KnowledgeBase) -> None:
    right = key(kb, 7)
    assert f"{SIZE} of {SIZE} right" in client.get(f"/quiz/7/end?answers={right}").text
    some = client.get(f"/quiz/7/end?answers=0{right[1:4]}").text
    assert "3 of 3 right" in some
    assert "7 not answered." in some


@pytest.mark.parametrize(
    ("answers", "counted"),
    [
        ("9", "None answered yet"),
        ("12345678901234567890", "of 4 right"),
        ("%00", "None answered yet"),
        ("<script>", "None answered yet"),
        ("-1", "of 1 right"),
    ],
)
def test_answers_that_are_none_count_for_nothing(client: httpx.Client, answers: str, counted: str) -> None:
    page = client.get("/quiz/7/end", params={"answers": answers})
    assert page.status_code == 200
    assert counted in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    "path", ["/quiz/0/1", "/quiz/7/11", "/quiz/7/0", "/quiz/x/y", "/quiz/1000000/1", "/story/warfarin"]
)
def test_a_page_that_is_not_there_says_so(client: httpx.Client, path: str) -> None:
    page = client.get(path, follow_redirects=True)
    assert page.status_code == 404
    assert "<h1>There is no" in page.text


def test_any_set_can_be_asked_for(client: httpx.Client) -> None:
    assert client.get(f"/quiz/{SETS + 4321}", follow_redirects=True).url.path == f"/quiz/{SETS + 4321}/1"
    assert "Answers to set 4321" in client.get("/quiz/4321/print").text


def test_a_story_is_whole_without_a_script(client: httpx.Client, kb: KnowledgeBase) -> None:
    story = kb.knowledge.stories["warfarin-paradox"]
    page = unescape(client.get("/story/warfarin-paradox").text)
    for number, sentence in enumerate(story.sentences, 1):
        assert sentence.text in page
        assert f'<li id="{number}">' in page
    assert page.count('<svg class="map-picture"') == len(story.sentences)
    listed = unescape(client.get("/stories").text)
    assert all(story.title in listed for story in kb.knowledge.stories.values())


def test_what_is_open_is_shown_with_both_sides(client: httpx.Client, kb: KnowledgeBase) -> None:
    conflicts = client.get("/conflicts").text
    assert all(f'id="{id_}"' in conflicts for id_ in kb.knowledge.questions)
    assert conflicts.count("<h4>In favour</h4>") == conflicts.count("<h4>Against</h4>") == len(kb.knowledge.questions)
    assert "What no therapy acts on" in client.get("/gaps").text
    trials = [id_ for id_, reference in kb.knowledge.references.items() if reference.trial]
    assert client.get("/trials").text.count("<article") == len(trials)


@pytest.mark.slow
def test_a_class_goes_through_a_set_and_a_story_by_keys(page: Page, kb: KnowledgeBase) -> None:
    def clean() -> None:
        assert [found["id"] for found in Axe().run(page).response["violations"]] == []

    page.goto("/quiz/7/1")
    for digit in key(kb, 7):
        page.keyboard.press(digit)
        assert page.inner_text("#verdict") == "Right."
        assert page.locator("#why[open]").count() == 1
        if page.url.split("?")[0].endswith("/1"):
            clean()
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert page.inner_text("h1") == f"{SIZE} of {SIZE} right"
    page.goto("/story/warfarin-paradox#3")
    assert page.inner_text("#at") == "Sentence 3 of 9"
    clean()
    page.keyboard.press("ArrowRight")
    assert page.url.endswith("#4")
    assert page.locator("#steps > li:visible").count() == 1
    page.click("#all")
    assert page.locator("#steps > li:visible").count() == 9
    page.emulate_media(color_scheme="dark")
    for path in ("/stories", "/gaps", "/quiz/7/end?answers=1234", "/quiz/7/3?answers=001"):
        page.goto(path)
        clean()
