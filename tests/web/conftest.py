"""One server for all tests of pages, a client that knows its token, and a browser that was let in."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from web_server import TOKEN, Running, running


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


@pytest.fixture
def client(server: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.address, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60) as client:
        yield client


@pytest.fixture
def page(browser: Browser, server: Running) -> Iterator[Page]:
    """A page of a browser that has the token; a script or resource that the page's policy refuses fails the test."""
    context = browser.new_context(base_url=server.address)
    page = context.new_page()
    refused: list[str] = []

    def keep(message: ConsoleMessage) -> None:
        # A page that is not there is told by its status; a test that asks for one says what it expects.
        missing = "status of 404" in message.text and message.location["url"] == page.url
        if message.type == "error" and not missing:
            refused.append(message.text)

    page.on("console", keep)
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.goto(server.entrance)
    yield page
    context.close()
    assert not refused
