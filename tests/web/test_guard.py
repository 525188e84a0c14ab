"""The guard refuses what does not come from this computer's own browser."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from calcinosis_kb.web.guard import Guard
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


def test_the_entrance_leads_to_no_other_site(server: Running) -> None:
    answer = httpx.get(f"{server.address}//evil.example/?token=wrong")
    assert (answer.status_code, answer.headers["location"]) == (303, "/evil.example/")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/nowhere", "/assets/style.css", "/assets/nothing.css", "/api/v1/rules/nothing"])
def test_every_answer_has_its_policy(client: httpx.Client, path: str) -> None:
    assert "default-src 'self'" in client.get(path).headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/assets/style.css", "/api/v1/rules", "/nowhere"])
def test_the_head_of_an_answer_is_that_of_the_answer(client: httpx.Client, path: str) -> None:
    head, whole = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize(("path", "key"), [("/", "detail"), ("/cds-services", "issue")])
def test_a_fault_is_answered_with_its_policy(server: Running, path: str, key: str) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError

    async def ask() -> httpx.Response:
        way = httpx.ASGITransport(Guard(broken, server.settings), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=way, base_url=server.address) as client:
            return await client.get(path)

    answer = asyncio.run(ask())
    assert answer.status_code == 500
    assert key in answer.json()
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_form_of_very_many_fields_is_refused_at_once(client: httpx.Client) -> None:
    answer = client.post("/patient", content="&".join(["a"] * 1_000_000))
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, "CKB105")


def test_a_mistyped_address_is_told_in_the_form_that_is_asked_for(client: httpx.Client) -> None:
    page = client.get("/therapeis", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert 'href="/therapies"' in page.text and "“/therapeis”" in page.text
    assert client.get("/therapeis").headers["content-type"] == "application/problem+json"
