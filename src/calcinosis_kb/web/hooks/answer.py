"""Answer one call of a hook: from the bytes of the request to the bytes of the answer, in a worker."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

import msgspec

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.fhir.reader import read_record
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.web.hooks.body import json_object
from calcinosis_kb.web.hooks.cards import order_card, overview_card
from calcinosis_kb.web.hooks.orders import objections, orders
from calcinosis_kb.web.hooks.outcome import HookError, OutcomeResponse
from calcinosis_kb.web.hooks.prefetch import prefetched
from calcinosis_kb.web.hooks.request import HookRequest, hook_request
from calcinosis_kb.web.service import Service

__all__ = ["answer"]


def answer(service: Service, body: bytes, today: date) -> tuple[int, bytes]:
    """Return the status and the body of the answer to a call on a day."""
    try:
        found = _cards(service, hook_request(json_object(body)), today)
    except HookError as error:
        return int(error.status), bytes(OutcomeResponse(error.status, error.text, error.diagnostics).body)
    return int(HTTPStatus.OK), msgspec.json.encode({"cards": found})


def _cards(service: Service, request: HookRequest, today: date) -> list[dict[str, Any]]:
    """The cards: warnings on orders, then what is open. None for the dead, and none where calcinosis is no question."""
    kb, settings = service.kb, service.settings
    seen = prefetched(request.prefetch, request.patient)
    reading = read_record(seen.record, request.patient, kb.names, today)
    if reading.dead:
        return []
    advice = kb.advise(kb.reader.record(reading))
    if not _concerns(advice.patient, kb.names):
        return []
    written = tuple(orders(request, seen.record, kb.names))
    return [
        *(order_card(objection, advice, settings) for objection in objections(written, advice)),
        overview_card(advice, reading, seen, written, settings),
    ]


def _concerns(patient: Patient, names: Names) -> bool:
    """Whether calcinosis is a question for a patient: it is recorded, or a disease that it comes with; few records code it."""
    diseases = (names.knowledge.terms.diseases[id_] for id_ in patient.diseases or ())
    return any(names.knowledge.is_calcinosis(id_) for id_ in patient.conditions or ()) or any(
        not one.various for one in diseases
    )
