"""Target: bytes as a call of the CDS Hooks service, answered with cards or refused."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache

from calcinosis_kb.web.hooks.answer import answer
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.settings import Settings
from cds_hooks_rules import broken
from fuzz.mutation import mutate_json
from fuzz.oracle import settled
from hook_requests import condition, medicine, order, request
from strategies import ROOT

__all__ = ["examine", "mutate", "seeds"]

mutate = mutate_json
SAMPLES = ROOT / "tests" / "web" / "samples"
DAY = date(2026, 6, 1)
_ID = re.compile(rb'"uuid":"[-0-9a-f]{36}"')
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"


def seeds() -> list[bytes]:
    """A call of each hook with resources of each list, and calls that others wrote."""
    drafts = {
        "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": order("warfarin", id="o1")}]},
        "selections": ["MedicationRequest/o1"],
    }
    lists = {"medicationRequests": [medicine("colchicine")], "conditions": [condition("M34.1"), condition("N18.6")]}
    calls = [request(hook, context=drafts, **lists) for hook in ("patient-view", "order-select", "order-sign")]
    written = [one.read_bytes() for one in sorted(SAMPLES.glob("*_request.json"))]
    return [*(json.dumps({**call, "hookInstance": INSTANCE}).encode() for call in calls), *written]


def examine(data: bytes) -> None:
    """Any body is answered as the specification has it."""
    status, body = settled(_answered, data) or (0, b"")
    assert status == 200 or 400 <= status < 500, status
    assert not broken("response" if status == 200 else "outcome", json.loads(body))


def _answered(data: bytes) -> tuple[int, bytes]:
    """The answer without the ids of its cards, which the specification wants new each time."""
    status, body = answer(_service(), data, DAY)
    return status, _ID.sub(f'"uuid":"{INSTANCE}"'.encode(), body)


@cache
def _service() -> Service:
    return Service(Settings(workers=0))
