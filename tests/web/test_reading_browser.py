"""The pages for reading in a real browser: filter and sort the table, follow a cell, search by keys; axe finds nothing."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow


def test_from_the_table_to_the_studies_by_mouse_and_keys(page: Page) -> None:
    page.goto("/therapies")
    rows = page.locator("#matrix tbody tr:visible")
    count = rows.count()
    page.locator("[name=disease]").select_option("juvenile_dermatomyositis")
    assert 0 < rows.count() < count
    page.locator("[name=order]").select_option("patients")
    numbers = rows.evaluate_all("rows => rows.map((row) => Number(row.dataset.patients))")
    assert numbers == sorted(numbers, reverse=True)
    page.get_by_label("Name", exact=True).fill("mabthera")
    expect(rows).to_have_count(1)
    expect(page.locator("#matrix-filter output")).to_have_text("1 treatment")
    rows.locator("[data-disease=juvenile_dermatomyositis] a").click()
    assert page.url.endswith("/therapy/rituximab#disease-juvenile_dermatomyositis")
    expect(page.locator("#disease-juvenile_dermatomyositis")).to_be_in_viewport()

    page.get_by_role("searchbox").press_sequentially("cardizme")
    expect(page.get_by_role("status")).to_contain_text("read as “cardizem”")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Diltiazem")).to_be_visible()


def test_a_published_patient_opens_as_a_patient(page: Page) -> None:
    page.goto("/case/nunes-2019-1")
    page.get_by_role("button", name="Open as a patient").click()
    expect(page.get_by_text("minocycline").first).to_be_attached()
    assert "nunes" not in page.url


@pytest.mark.parametrize(
    ("width", "colours", "addresses"),
    [
        (1280, "light", ("/therapies", "/therapy/clodronate", "/study/nair-nd", "/guideline/share-jdm-2017")),
        (
            390,
            "dark",
            ("/disease/scrotal_calcinosis", "/case/anon-acr-ivsts-1", "/source/saudi-fda-rituximab", "/search?q=x"),
        ),
    ],
)
def test_axe_finds_nothing_and_nothing_stands_outside_the_window(
    page: Page, width: int, colours: Literal["light", "dark"], addresses: tuple[str, ...]
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=colours)
    found = []
    for address in addresses:
        page.goto(address)
        found += [(address, one["id"], one["nodes"][0]["html"]) for one in Axe().run(page).response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    assert found == []
