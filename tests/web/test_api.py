"""The JSON interface says what the command line says, and its errors teach."""

from __future__ import annotations

import json

import httpx
import pytest

from commandline import call
from strategies import SEED

PATIENT = {"diseases": ["crest"], "history": [{"therapy": "diltiazem", "outcome": "ineffective"}]}


@pytest.mark.parametrize(
    ("address", "command"),
    [
        ("/words", ["words"]),
        ("/words/patterns", ["words", "patterns"]),
        ("/therapies", ["therapies"]),
        ("/therapies/Cardizem", ["therapy", "diltiazem"]),
        ("/paths/warfarin", ["graph", "path", "warfarin"]),
        ("/paths/diltiazem?target=warfarin&longest=3", ["graph", "path", "diltiazem", "warfarin", "--longest", "3"]),
    ],
)
def test_an_address_gives_what_the_command_prints(client: httpx.Client, address: str, command: list[str]) -> None:
    answer = client.get(f"/api/v1{address}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.text == call(*command, "--format", "json").stdout


def test_the_version_is_that_of_the_command_and_of_an_answer(client: httpx.Client) -> None:
    told = client.get("/api/v1/").json()
    lines = call("--version").stdout.splitlines()
    assert lines == [
        f"calcinosis-kb {told['version']}",
        f"knowledge {told['knowledge']['hash']}, {told['knowledge']['therapies']} therapies, {told['knowledge']['studies']} studies",
        f"rules {told['rules']['hash']}, {told['rules']['rules']} rules",
        f"engines {', '.join(told['engines'])}",
        f"Python {told['python']}",
    ]
    answer = client.post("/api/v1/advice", json=PATIENT).json()
    assert answer["knowledge"] == {"version": told["version"], "hash": told["knowledge"]["hash"]}
    assert answer["knowledge"].items() <= told["knowledge"].items()
    assert answer["rules"]["hash"] == told["rules"]["hash"]
    assert answer["engines"] == told["engines"]


@pytest.mark.parametrize(
    ("address", "command"), [("", ["suggest"]), ("/warfarin", ["why", "warfarin"]), ("/1", ["why", "1"])]
)
def test_a_patient_file_gives_what_the_command_prints(client: httpx.Client, address: str, command: list[str]) -> None:
    answer = client.post(f"/api/v1/advice{address}", content=SEED.read_bytes())
    assert answer.text == call(*command, str(SEED), "--format", "json").stdout
    assert answer.headers["cache-control"] == "no-store"


def test_a_patient_in_json_is_the_same(client: httpx.Client) -> None:
    shown = client.post("/api/v1/advice", json=PATIENT)
    typed = call("suggest", "--disease", "crest", "--tried", "diltiazem: ineffective", "--format", "json")
    assert shown.text == typed.stdout


def test_whoever_accepts_fhir_gets_what_the_command_prints(client: httpx.Client) -> None:
    answer = client.post("/api/v1/advice", content=SEED.read_bytes(), headers={"Accept": "application/fhir+json"})
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.text == call("suggest", str(SEED), "--format", "fhir").stdout


def test_a_text_is_read(client: httpx.Client) -> None:
    shown = client.post("/api/v1/words", json={"text": "gerd", "kinds": ["conditions"]})
    assert shown.text == call("words", "conditions", "gerd", "--format", "json").stdout


@pytest.mark.parametrize(
    ("method", "address", "body", "status", "said"),
    [
        ("GET", "/therapies/dilitazem", None, 404, "diltiazem"),
        ("GET", "/studies/nunes-2018", None, 404, "nunes-2019"),
        ("GET", "/rules/colchicine", None, 404, "nearest"),
        ("GET", "/words/terapies", None, 404, "therapies"),
        ("GET", "/paths/nowhere-at-all", None, 404, "CKB085"),
        ("GET", "/paths/warfarin?longest=99", None, 400, "longest"),
        ("GET", "/nothing", None, 404, "Not Found"),
        ("PUT", "/advice", None, 405, "Not Allowed"),
        ("POST", "/advice", "", 422, "CKB003"),
        ("POST", "/advice", "{", 422, "CKB006"),
        ("POST", "/advice", "[]", 422, "CKB011"),
        ("POST", "/advice", '{"diseases": ["crst"]}', 422, "crest"),
        ("POST", "/advice", '{"patient": {"age": 500}}', 422, "request:1:21"),
        ("POST", "/advice/dilitazem", json.dumps(PATIENT), 404, "diltiazem"),
        ("POST", "/advice/99", json.dumps(PATIENT), 404, "rows of this answer"),
        ("POST", "/words", '{"text": ""}', 422, "text"),
        ("POST", "/words", '{"text": "x", "kinds": ["terapies"]}', 422, "for 'kinds'"),
    ],
)
def test_errors_are_problem_details(
    client: httpx.Client, method: str, address: str, body: str | None, status: int, said: str
) -> None:
    answer = client.request(method, f"/api/v1{address}", content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert said in answer.text


def test_an_answer_that_is_current_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/api/v1/studies/nunes-2019")
    assert first.json()["id"] == "nunes-2019"
    again = client.get("/api/v1/studies/nunes-2019", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_lists_hold_what_single_records_hold(client: httpx.Client) -> None:
    studies = client.get("/api/v1/studies").json()
    assert "nunes-2019" in {study["id"] for study in studies}
    rules = client.get("/api/v1/rules").json()
    assert client.get(f"/api/v1/rules/{rules[0]['id']}").json() == rules[0]
    assert len(client.get("/api/v1/graph").json()["nodes"]) > 200


def test_the_description_refers_to_nothing_that_it_lacks(client: httpx.Client) -> None:
    described = client.get("/api/v1/openapi.json")
    known = described.json()["components"]["schemas"]
    named = set(described.text.split('"#/components/schemas/')[1:])
    assert {name.partition('"')[0] for name in named} <= set(known)
    assert {"PatientFile", "AdviceDocument", "ProblemDocument"} <= set(known)
