"""The patient page in a real browser: why, what if, a letter of one sheet, keys, and every state without a fault of access."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from calcinosis_kb import KnowledgeBase

pytestmark = pytest.mark.slow

CHILD = {"patient": {"age": 7, "sex": "male"}, "diseases": ["jdm"], "history": []}
EXAMPLE = {"diseases": ["crest"], "history": [{"therapy": "diltiazem", "outcome": "ineffective"}]}


def record(page: Page, data: dict[str, Any], before: dict[str, Any] | None = None) -> None:
    """Show the page for a patient file, as if another one had been shown before."""
    page.goto("/patient")
    page.evaluate(
        """(fields) => {
          const form = document.createElement('form');
          form.action = '/patient';
          form.method = 'post';
          for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement('input'), { name, value }));
          document.body.append(form);
          form.submit();
        }""",
        {"patient": json.dumps(data), "answered": json.dumps(before or {})},
    )
    page.wait_for_selector("#answer .shown")


def faults(page: Page, part: str = "body", **options: Any) -> list[str]:
    """What axe finds in a part of the page, by rule and place, once nothing moves: a row that has just changed still fades."""
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
    found = Axe().run(page, part, {"resultTypes": ["violations"], **options}).response["violations"]
    return [f"{fault['id']}: {node['target']}" for fault in found for node in fault["nodes"]]


def test_from_a_row_to_why_to_a_letter_of_one_sheet(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/patient/example")
    assert not faults(page)
    page.emulate_media(media="print")
    for part in ("#row-1 h4 .open", "#row-1 .rank", "#row-1 .seen", "#row-1 .state", "#why h2"):
        expect(page.locator(part)).to_be_visible()
    page.emulate_media(media="null")
    page.keyboard.press("j")
    expect(page.locator("#row-1 .open")).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#row-2")).to_have_class(re.compile("selected"))
    expect(page.locator("#why h2")).to_have_text(page.locator("#row-2 h4").inner_text())
    expect(page.locator("#row-1 [name=rows]")).to_be_checked()
    for number in (2, 3, 4, 7):
        page.check(f"#row-{number} [name=rows]")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.wait_for_url("**/patient/letter")
    assert not faults(page)
    assert page.locator("[name=rows]:checked").count() == 5
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("#copy")
    expect(page.locator("#announcement")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#plain textarea").input_value()
    page.get_by_role("button", name="Back to the answer").click()
    for number in (1, 2, 7):
        page.uncheck(f"#row-{number} [name=rows]")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_role("columnheader")).to_have_count(3)
    assert not faults(page)


def test_a_phone_shows_cards_and_opens_why_over_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    record(page, EXAMPLE | {"labs": {"hbsag": "positive"}}, EXAMPLE)
    expect(page.locator("#changes")).to_contain_text("Rituximab")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert not faults(page)
    page.click("#row-1 .open")
    expect(page.locator("#why")).to_be_visible()
    page.go_back()
    expect(page.locator("#why")).to_be_hidden()
    expect(page.locator("#row-1 .open")).to_be_focused()


def test_what_one_more_fact_would_change_is_shown_and_taken_over(page: Page) -> None:
    page.goto("/patient/example")
    page.click("#what-if summary")
    page.fill("#if", "HBsAg positive")
    page.press("#if", "Enter")
    would = page.locator("#what-if [role=status]")
    expect(would).to_contain_text("Rituximab: consider, caution → ruled out")
    assert "hbsag" not in page.locator("input[name=patient]").input_value().casefold()
    page.get_by_role("button", name="Record it").click()
    expect(page.locator("#announcement")).to_contain_text("Rituximab: consider, caution → ruled out")
    expect(page.locator("#row-1")).to_be_visible()
    assert "hbsag" in page.locator("input[name=patient]").input_value().casefold()


def test_no_state_keeps_anybody_out(page: Page, kb: KnowledgeBase) -> None:
    page.goto("/patient")
    assert not faults(page)
    tried = [{"therapy": option.id, "outcome": "ineffective"} for option in kb.knowledge.options]
    states: dict[str, dict[str, Any]] = {
        "Not understood in conditions: 'gerdx'": EXAMPLE | {"conditions": ["gerdx"]},
        "is not possible": EXAMPLE | {"labs": {"creatinine": "9999 mg/dL"}},
        "Nothing is left to offer": {"diseases": ["crest"], "history": tried},
        "A child: ": CHILD,
        "Pregnant: ": EXAMPLE | {"patient": {"age": 30, "sex": "female", "pregnant": True}},
    }
    for words, data in states.items():
        page.emulate_media(color_scheme="light")
        record(page, data, EXAMPLE)
        expect(page.locator("#answer")).to_contain_text(words)
        assert not faults(page, "#answer"), words
        page.emulate_media(color_scheme="dark")
        assert not faults(page, "#answer", runOnly=["color-contrast"]), words
