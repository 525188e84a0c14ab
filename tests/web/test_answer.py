"""The answer of the patient page: what it shows, in every state."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
import yaml

from calcinosis_kb import KnowledgeBase
from strategies import SEED


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(SEED.read_text(encoding="utf-8"))
    return {key: value for key, value in data.items() if key != "case"}


def answered(client: httpx.Client, data: dict[str, Any], address: str = "/patient", **fields: Any) -> str:
    """The page for a patient file."""
    sent = client.post(address, data={"patient": json.dumps(data), **fields})
    assert (sent.status_code, sent.headers["cache-control"]) == (200, "no-store")
    return sent.text


def test_every_therapy_is_on_the_page_once_and_links_to_its_own(
    client: httpx.Client, kb: KnowledgeBase, seed: dict[str, Any]
) -> None:
    shown = answered(client, seed)
    answer = shown[shown.index('id="answer"') : shown.index('id="why"')]
    linked = re.findall(r'href="/therapy/(\w+)"', answer)
    assert sorted(linked) == sorted(option.id for option in kb.knowledge.options)
