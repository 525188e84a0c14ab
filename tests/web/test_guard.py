"""The guard refuses what does not come from this computer's own browser."""

from __future__ import annotations

import httpx
import pytest

from web_server import Running


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example"])
def test_a_foreign_host_is_not_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1"])
def test_another_site_sends_nothing(client: httpx.Client, origin: str) -> None:
    assert client.post("/patient", headers={"Origin": origin}).status_code == 403


def test_the_token_is_needed_to_send(server: Running, client: httpx.Client) -> None:
    assert httpx.post(f"{server.address}/patient").status_code == 401
    assert client.post("/patient").status_code == 200


def test_the_first_address_lets_a_browser_in_and_hides_the_token(server: Running) -> None:
    with httpx.Client(base_url=server.address, follow_redirects=True) as browser:
        page = browser.get(server.entrance)
        assert (page.status_code, page.url.path, page.url.query) == (200, "/", b"")
        assert browser.post("/patient").status_code == 200


def test_a_large_body_is_refused(client: httpx.Client) -> None:
    assert client.post("/patient", content=b"x" * 10_000_001).status_code == 413
    chunks = (b"x" * 1_000_000 for _ in range(30))
    assert client.post("/patient", content=chunks).status_code == 413
