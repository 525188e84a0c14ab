"""The checks of CDS Hooks documents find what breaks each rule, and let pass what others call valid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from cds_hooks_rules import broken

SAMPLES = Path(__file__).parent / "samples"
CARD: dict[str, Any] = {"summary": "a", "indicator": "info", "source": {"label": "b"}}
DELETE = {"type": "delete", "description": "d", "resourceId": "A/1"}


def suggestion(**more: Any) -> dict[str, Any]:
    return {"label": "s", **more}


@pytest.mark.parametrize(
    "change",
    [
        {"summary": "a" * 140},
        {"indicator": "hard-stop"},
        {"source": {"url": "https://a.example"}},
        {"detail": ""},
        {"links": []},
        {"uuid": "1"},
        {"appContext": "x"},
        # cds-resp-1 to cds-resp-6, in their order
        {
            "selectionBehavior": "at-most-one",
            "suggestions": [suggestion(isRecommended=True), suggestion(isRecommended=True)],
        },
        {"selectionBehavior": "any", "suggestions": [suggestion(actions=[{**DELETE, "resource": {"a": 1}}])]},
        {"links": [{"label": "l", "url": "https://a.example", "type": "absolute", "appContext": "x"}]},
        {"overrideReasons": [{"code": "c", "system": "s"}]},
        {"selectionBehavior": "any", "suggestions": [suggestion(actions=[{"type": "create", "resource": {"a": 1}}])]},
        {"suggestions": [suggestion()]},
        # cds-resp-7: a field that is on trial, and not sent
        {"selectionBehavior": "any", "suggestions": [suggestion(actionSelectionBehavior="all")]},
    ],
)
def test_a_card_that_breaks_a_rule_is_found(change: dict[str, Any]) -> None:
    assert not broken("response", {"cards": [CARD]})
    assert broken("response", {"cards": [CARD | change]})


def test_cards_that_others_call_valid_pass() -> None:
    cards = json.loads((SAMPLES / "valid_cards.json").read_text("utf-8"))
    for card in cards:
        if "uuid" in card:
            card["uuid"] = str(uuid4())  # those of the sample are none
    assert not broken("response", {"cards": cards})


def test_an_authorization_without_its_server_is_found() -> None:
    sent = json.loads((SAMPLES / "order_sign_hook_request.json").read_text("utf-8"))
    assert not broken("request", sent)
    del sent["fhirServer"]
    assert broken("request", sent)
