"""The CDS Hooks service answers a record system with cards that the specification allows, or says what is missing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from calcinosis_kb.web.hooks.discovery import ID
from hook_requests import medicine, request
from web_server import Running

SERVICE = f"/cds-services/{ID}"


@pytest.fixture
def caller(server: Running) -> httpx.Client:
    """A record system: it has no token of a browser."""
    return httpx.Client(base_url=server.address)


def ask(caller: httpx.Client, body: Any, status: int = 200) -> Any:
    answer = caller.post(SERVICE, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_patient_with_calcinosis_gets_a_card(caller: httpx.Client) -> None:
    [card] = ask(caller, request(medicationRequests=[medicine("rituximab"), medicine("Zyxomab 10 mg")]))["cards"]
    assert card["summary"].startswith("Calcinosis: ")
    assert card["summary"].endswith("1 medicine not understood")
    assert "Zyxomab" in card["detail"]


def test_without_medicines_nothing_is_said_of_what_was_tried(caller: httpx.Client) -> None:
    body = request()
    del body["prefetch"]["medicationRequests"], body["prefetch"]["medicationStatements"]
    outcome = ask(caller, body, 412)
    assert "medicationRequests, medicationStatements" in outcome["issue"][0]["diagnostics"]
