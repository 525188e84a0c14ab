"""Published and golden cases, written as FHIR, are answered as the specification allows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.evaluation.golden import read_cases
from calcinosis_kb.web.hooks.answer import answer
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.settings import Settings
from cds_hooks_rules import broken
from fhir_bundles import as_prefetch
from fhir_records import TODAY
from strategies import ROOT, SEED

DRAFTS = [
    {
        "resource": {
            "resourceType": "MedicationRequest",
            "status": "draft",
            "intent": "order",
            "medicationCodeableConcept": {"text": name},
        }
    }
    for name in ("diltiazem", "warfarin", "methotrexate", "colchicine", "rituximab")
]


@pytest.fixture(scope="module")
def service() -> Service:
    return Service(Settings(engines=("reference",), public_url="https://kb.example"))


def cards(service: Service, prefetch: dict[str, Any]) -> list[dict[str, Any]]:
    context = {
        "userId": "Practitioner/1",
        "patientId": "p1",
        "draftOrders": {"resourceType": "Bundle", "entry": DRAFTS},
    }
    body = {"hook": "order-sign", "hookInstance": str(uuid4()), "context": context, "prefetch": prefetch}
    status, made = answer(service, json.dumps(body).encode(), TODAY)
    assert status == 200, made
    response = json.loads(made)
    assert not broken("response", response)
    found: list[dict[str, Any]] = response["cards"]
    return found


def test_the_seed_patient_is_read_as_far_as_fhir_carries_it(service: Service) -> None:
    seed = parse(read_text(str(SEED), name="seed"), "seed").data
    *warnings, overview = cards(service, as_prefetch(service.kb, seed))
    assert overview["source"]["url"] == "https://kb.example"
    assert "diltiazem" in overview["detail"]
    assert "Diltiazem: was tried for calcinosis without success" in [card["summary"] for card in warnings]


def _patients() -> Iterator[dict[str, Any]]:
    for _, case in [*read_cases(ROOT / "tests" / "cases")][::6]:
        yield case.patient
    for path in sorted((ROOT / "knowledge" / "cases").glob("*.yaml")):
        yield parse(read_text(str(path), name=path.name), path.name).data


@pytest.mark.slow
def test_every_published_case_and_every_sixth_golden_one_is_answered(service: Service) -> None:
    found = list(_patients())
    assert len(found) > 70
    assert all(cards(service, as_prefetch(service.kb, patient)) for patient in found)
