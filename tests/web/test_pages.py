"""The pages open in a real browser, with nothing that their policy refuses."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.slow


def test_the_first_page_leads_to_a_patient(page: Page) -> None:
    page.get_by_role("link", name="A patient").click()
    assert page.url.endswith("/patient")
    page.get_by_role("button", name="Update").click()
    assert page.get_by_role("heading", level=1).is_visible()
