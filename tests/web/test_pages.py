"""The pages open in a real browser that runs no script: they lead on and answer all the same."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from web_server import Running

pytestmark = pytest.mark.slow


def test_without_scripts_the_first_page_leads_to_a_patient(browser: Browser, server: Running) -> None:
    context = browser.new_context(base_url=server.address, java_script_enabled=False)
    page = context.new_page()
    page.goto(server.entrance)
    page.get_by_role("link", name="A patient").click()
    assert page.url.endswith("/patient")
    page.get_by_role("button", name="Update").click()
    assert page.url.endswith("/patient")
    assert page.get_by_role("heading", level=1).is_visible()
    context.close()
