"""The CDS Hooks service answers a record system with cards that the specification allows, or says what is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from calcinosis_kb.web.guard import LARGEST_BODY
from calcinosis_kb.web.hooks.discovery import HOOKS, ID, PREFETCH
from cds_hooks_rules import broken
from hook_requests import CALCINOSIS, PERSON, bundle, condition, medicine, order, request
from web_server import Running, running

SERVICE = f"/cds-services/{ID}"
SAMPLES = Path(__file__).parent / "samples"

FAILED = medicine(
    "diltiazem",
    "stopped",
    reasonCode=[{"text": "calcinosis cutis"}],
    statusReason={"coding": [{"system": "http://snomed.info/sct", "code": "58848006"}]},
)
"""A course for calcinosis that was stopped for lack of effect: the one way in which a record says that a treatment failed."""


@pytest.fixture
def caller(server: Running) -> Iterator[httpx.Client]:
    """A record system: it has no token of a browser."""
    with httpx.Client(base_url=server.address, timeout=60) as caller:
        yield caller


def ask(caller: httpx.Client, body: Any, status: int = 200, address: str = SERVICE) -> Any:
    """What the service answers, which is as the specification has it."""
    answer = caller.post(address, json=body)
    assert answer.status_code == status, answer.text
    assert not broken("response" if status == 200 else "outcome", answer.json())
    return answer.json()


def test_discovery_offers_one_service_under_three_hooks(caller: httpx.Client) -> None:
    offered = caller.get("/cds-services").json()
    assert not broken("discovery", offered)
    assert [(one["hook"], one["id"]) for one in offered["services"]] == [(hook, ID) for hook in HOOKS]


def test_templates_stay_within_what_every_server_can_search() -> None:
    allowed = {"patient", "category", "_sort", "_count"}
    for template in PREFETCH.values():
        query = template.partition("?")[2]
        names = [part.partition("=")[0] for part in query.split("&")] if query else []
        assert set(names) <= allowed
        assert len(names) == len(set(names))


def test_a_patient_with_calcinosis_gets_a_card(caller: httpx.Client) -> None:
    [card] = ask(caller, request(medicationRequests=[medicine("rituximab"), medicine("Zyxomab 10 mg")]))["cards"]
    assert card["summary"].startswith("Calcinosis: ")
    assert card["summary"].endswith("1 medicine not understood")
    assert "Zyxomab" in card["detail"]
    past = re.search(r"\*\*Past treatment that the record leaves open\*\*: (.+)\n", card["detail"])
    assert past and "may have been taken ('Zyxomab 10 mg')" in past[1] and "rituximab" in past[1]
    assert card["indicator"] == "info"


def test_the_same_patient_gets_the_same_advice_under_each_hook(caller: httpx.Client) -> None:
    said = set()
    for hook in HOOKS:
        *_, card = ask(caller, request(hook, context={"draftOrders": bundle([]), "selections": []}))["cards"]
        said.add((card["summary"], card["detail"]))
    assert len(said) == 1


def test_nothing_is_said_where_calcinosis_is_no_question(caller: httpx.Client) -> None:
    assert ask(caller, request(conditions=[condition("I10")])) == {"cards": []}
    assert ask(caller, request(patient=PERSON | {"deceasedDateTime": "2020-01-01"})) == {"cards": []}


@pytest.mark.parametrize("key", PREFETCH)
@pytest.mark.parametrize("failed", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_each_key_may_be_missing(caller: httpx.Client, key: str, failed: bool) -> None:
    body = request()
    del body["prefetch"][key]
    if failed:
        body["prefetch"][key] = {
            "resourceType": "OperationOutcome",
            "issue": [{"severity": "error", "code": "timeout"}],
        }
    needed = key in ("patient", "conditions")
    answer = ask(caller, body, 412 if needed else 200)
    if needed:
        assert key in answer["issue"][0]["diagnostics"]
    else:
        assert "**Not seen**" in answer["cards"][0]["detail"]


@pytest.mark.parametrize("lacking", [{}, {"medicationRequests": {"resourceType": "OperationOutcome"}}])
def test_without_medicines_nothing_is_said_of_what_was_tried(caller: httpx.Client, lacking: dict[str, Any]) -> None:
    body = request()
    del body["prefetch"]["medicationRequests"], body["prefetch"]["medicationStatements"]
    body["prefetch"] |= lacking
    outcome = ask(caller, body, 412)
    assert "medicationRequests, medicationStatements" in outcome["issue"][0]["diagnostics"]
    assert ask(caller, body | {"prefetch": None}, 412)


def test_null_and_an_empty_search_mean_that_nothing_is_there(caller: httpx.Client) -> None:
    empty = ask(caller, request(allergies=[]))["cards"][0]["detail"]
    assert empty == ask(caller, request(allergies=None))["cards"][0]["detail"]
    assert "Not seen" not in empty
    assert "Supplied but empty:" in empty
    unseen = request()
    del unseen["prefetch"]["allergies"]
    read = ask(caller, unseen)["cards"][0]["detail"].partition("**Not seen**")
    assert "allergies" not in read[0]
    assert "allergies" in read[2]


@pytest.mark.parametrize(
    "more",
    [
        {"link": [{"relation": "next", "url": "https://fhir.example/page2"}]},
        {"total": 30},
        {"entry": [{"resource": medicine("rituximab")}, {"resource": {"resourceType": "OperationOutcome"}}]},
    ],
)
def test_a_page_of_more_is_told(caller: httpx.Client, more: dict[str, Any]) -> None:
    [card] = ask(caller, request(medicationRequests=bundle([medicine("rituximab")]) | more))["cards"]
    assert "**Not complete** (more exists than was supplied): orders of medicines." in card["detail"]


@pytest.mark.parametrize(
    ("change", "status", "where"),
    [
        ({"hook": "encounter-start"}, 400, "hook"),
        ({"hook": None}, 400, "hook"),
        ({"hookInstance": "1"}, 400, "hookInstance"),
        ({"context": {"userId": "Practitioner/1"}}, 400, "context.patientId"),
        ({"context": {"userId": "Practitioner/1", "patientId": "Patient/p1"}}, 400, "context.patientId"),
        ({"context": {"userId": "Practitioner/1", "patientId": "p2"}}, 400, "context.patientId"),
        ({"context": []}, 400, "context"),
        ({"prefetch": []}, 400, "prefetch"),
        ({"hook": "order-sign"}, 400, "context.draftOrders"),
        ({"fhirAuthorization": {"access_token": "a"}}, 400, "fhirServer"),
    ],
)
def test_a_request_that_breaks_a_rule_is_refused(
    caller: httpx.Client, change: dict[str, Any], status: int, where: str
) -> None:
    assert ask(caller, request() | change, status)["issue"][0]["diagnostics"] == where


def test_what_the_service_does_not_use_is_accepted(caller: httpx.Client) -> None:
    more = {"extension": {"org.example": {"a": None}}, "fhirServer": "http://10.0.0.1/", "whatever": 1}
    assert ask(caller, request() | more)["cards"]


@pytest.mark.parametrize(
    ("method", "address", "body", "status"),
    [
        ("POST", SERVICE, b"{", 400),
        ("POST", SERVICE, b"[]", 400),
        ("POST", SERVICE, b"\xff\xfe", 400),
        ("POST", SERVICE, b"[" * 100_000, 400),
        ("POST", SERVICE, b'{"a":' * 200 + b"1" + b"}" * 200, 400),
        ("POST", SERVICE, b" " * (LARGEST_BODY + 1), 413),
        ("POST", "/cds-services/other", b"{}", 404),
        ("POST", "/cds-services/other/feedback", b"{}", 404),
        ("GET", SERVICE, b"", 405),
        ("PUT", "/cds-services", b"{}", 405),
        ("GET", "/cds-services/a/b/c", b"", 404),
    ],
)
def test_every_error_is_an_operation_outcome(
    caller: httpx.Client, method: str, address: str, body: bytes, status: int
) -> None:
    answer = caller.request(method, address, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert not broken("outcome", answer.json())


def test_a_form_of_another_site_is_no_request(caller: httpx.Client) -> None:
    assert caller.post(SERVICE, content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415


def warned(
    caller: httpx.Client, drafts: list[dict[str, Any]], selections: list[str] | None = None, **lists: Any
) -> list[str]:
    """The summaries of the warnings on orders, all of them or those that are selected."""
    context = {"draftOrders": bundle(drafts), "selections": selections}
    cards = ask(caller, request("order-sign" if selections is None else "order-select", context=context, **lists))[
        "cards"
    ]
    return [card["summary"] for card in cards if card["indicator"] == "warning"]


def test_an_order_that_failed_before_is_told(caller: httpx.Client) -> None:
    assert warned(caller, [order("Diltiazem 120 MG Oral Tablet")], medicationRequests=[FAILED]) == [
        "Diltiazem: was tried for calcinosis without success"
    ]
    # For something else it may be right.
    assert not warned(caller, [order("diltiazem", reasonCode=[{"text": "hypertension"}])], medicationRequests=[FAILED])
    # Stopped without a reason is no failure.
    stopped = medicine("diltiazem", "stopped", reasonCode=[{"text": "calcinosis cutis"}])
    assert not warned(caller, [order("diltiazem")], medicationRequests=[stopped])


def test_an_order_that_is_contraindicated_or_advised_against_is_told(caller: httpx.Client) -> None:
    hepatitis = [*CALCINOSIS, condition("66071002", "http://snomed.info/sct")]
    pregnant = [*CALCINOSIS, condition("77386006", "http://snomed.info/sct")]
    young = PERSON | {"birthDate": f"{date.today().year - 30}-01-01"}  # of an older woman a pregnancy is doubted
    [said] = warned(caller, [order("methotrexate")], patient=young, conditions=pregnant)
    assert said == "Methotrexate: contraindicated on what is recorded for this patient"
    assert warned(caller, [order("warfarin")]) == ["Warfarin: advised against in calcinosis"]
    assert not warned(caller, [order("paracetamol"), {"resourceType": "NutritionOrder"}], conditions=hepatitis)


def test_only_selected_orders_are_judged_and_none_is_a_trial(caller: httpx.Client) -> None:
    drafts = [order("diltiazem", id="d1"), order("warfarin", id="d2"), order("warfarin")]
    chosen = warned(caller, drafts, ["MedicationRequest/d1"], medicationRequests=[FAILED])
    assert chosen == ["Diltiazem: was tried for calcinosis without success"]
    *_, card = ask(caller, request("order-sign", context={"draftOrders": bundle([order("rituximab")])}))["cards"]
    assert "Treatments in the record" not in card["detail"]


def test_an_order_that_is_not_read_as_a_treatment_is_told(caller: httpx.Client) -> None:
    drafts = [order("rituximab"), order("foobarumab")]
    *_, card = ask(caller, request("order-sign", context={"draftOrders": bundle(drafts)}))["cards"]
    assert "**Orders not judged** (not read as a treatment that is known here): foobarumab." in card["detail"]


def test_an_order_by_reference_is_read(caller: httpx.Client) -> None:
    contained = {"resourceType": "Medication", "id": "m", "code": {"text": "warfarin"}}
    by_reference = order("", medicationReference={"reference": "#m"}, contained=[contained])
    by_display = order("", medicationReference={"reference": "Medication/9", "display": "warfarin"})
    for one in (by_reference, by_display):
        del one["medicationCodeableConcept"]
        assert warned(caller, [one])


def test_text_of_a_record_is_no_markup(caller: httpx.Client) -> None:
    named = "Zyx <script>alert(1)</script> [a](https://evil.example) www.evil.example **b**\n# c"
    [card] = ask(caller, request(medicationRequests=[medicine(named)]))["cards"]
    assert "<script" not in card["detail"]
    assert r"\[a\](https\://evil.example)" in card["detail"]
    assert "www.evil" not in card["detail"]
    assert "\n# c" not in card["detail"]


def test_links_lead_to_pages_that_read_and_tell_nothing_of_the_patient(caller: httpx.Client, server: Running) -> None:
    [card] = ask(caller, request())["cards"]
    for link in card["links"]:
        path = link["url"].removeprefix(server.address)
        assert path.startswith(("/therapy/", "/therapies"))
        assert "?" not in path


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"card": 1}, 400),
        ({"outcome": "ignored"}, 400),
        ({"outcome": "accepted"}, 400),
        ({"outcomeTimestamp": "yesterday"}, 400),
        ({"overrideReason": {}}, 400),
        ({"overrideReason": {"reason": {"code": "patient-refuses"}}}, 400),
        ({"overrideReason": {"userComment": "no"}}, 200),
        ({"outcome": "accepted", "acceptedSuggestions": [{"id": "s1"}]}, 200),
        ({}, 200),
    ],
)
def test_feedback_is_checked(caller: httpx.Client, change: dict[str, Any], status: int) -> None:
    item = {
        "card": "4ee5f4a0-12a4-4b0c-8f5e-5d1d1f5f9a01",
        "outcome": "overridden",
        "outcomeTimestamp": "2026-01-31T12:00:00Z",
    }
    body = {"feedback": [item | change]}
    answer = caller.post(f"{SERVICE}/feedback", json=body)
    assert answer.status_code == status, answer.text
    assert bool(broken("feedback", body)) == (status != 200)


@pytest.mark.slow
def test_pages_of_a_listed_origin_may_ask() -> None:
    listed, other = "https://ehr.example", "https://evil.example"
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, content-type"}
    with running(allow_origins=(listed,)) as server, httpx.Client(base_url=server.address) as caller:
        for origin, allowed in ((listed, listed), (other, None)):
            preflight = caller.options(SERVICE, headers={"Origin": origin, **asked})
            assert preflight.status_code == 204
            for answer in (
                preflight,
                caller.get("/cds-services", headers={"Origin": origin}),
                caller.post(SERVICE, content=b"{", headers={"Origin": origin, "Content-Type": "application/json"}),
                caller.get("/cds-services", headers={"Origin": origin, "Host": "evil.example"}),
                caller.get("/cds-services/a/b/c", headers={"Origin": origin}),
            ):
                assert answer.headers.get("access-control-allow-origin") == allowed
                assert "Origin" in answer.headers["vary"]
                assert "access-control-allow-credentials" not in answer.headers
        assert "access-control-allow-origin" not in caller.get("/", headers={"Origin": listed}).headers


def test_requests_of_others_are_answered_by_the_rules(caller: httpx.Client) -> None:
    samples = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(SAMPLES.glob("*.json"))}
    ask(caller, samples["encounter_start_hook_request"], 400)
    signed = samples["order_sign_hook_request"]
    assert not broken("request", signed)
    ask(caller, signed, 412)
    who = PERSON | {"id": "example"}
    prefetch = request(patient=who)["prefetch"]
    assert len(ask(caller, signed | {"prefetch": prefetch})["cards"]) == 1
