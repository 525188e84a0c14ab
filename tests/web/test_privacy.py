"""No word on a patient reaches a log, a file, an address or a cookie: a real server is asked, ended, and searched."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from hook_requests import medicine, order, request
from web_server import TOKEN

CANARY = "xyzzyostat"
"""A word that occurs nowhere else."""

PATIENT = {
    "diseases": ["crest"],
    "history": [{"therapy": CANARY}],
    "conditions": [CANARY],
    "labs": {CANARY: CANARY},
}
PAGES = ("", "/why", "/letter", "/compare", "/ask", "/file", "/link", "/map")
CARDS = "/cds-services/calcinosis-treatments"


@pytest.mark.slow
def test_a_patient_leaves_no_trace(tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "TMPDIR", "work")}
    for folder in folders.values():
        folder.mkdir()
    environment = {
        **os.environ,
        **{name: str(folder) for name, folder in folders.items()},
        "CALCINOSIS_KB_TOKEN": TOKEN,
    }
    kept = folders["work"] / "feedback.sqlite"
    command = [sys.executable, "-m", "calcinosis_kb", "serve", "--no-open", "--workers", "1", "--feedback", str(kept)]
    said = tmp_path / "said"
    with said.open("wb") as output:
        server = subprocess.Popen(command, cwd=folders["work"], env=environment, stdout=output, stderr=output)
        try:
            address = _address(said, server)
            with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=120) as client:
                for answer in _answers(client):
                    assert answer.status_code < 500, answer.url
                    assert answer.headers["cache-control"] == "no-store"
                    assert CANARY not in str(answer.headers)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
    left = [path for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert left == [kept], "a comment is kept where the server was told to, and nowhere else"
    searched = {path.suffix for path in folders["XDG_CACHE_HOME"].rglob("*")}
    assert ".snapshot" in searched, "the folders that were searched are those in use"


def _answers(client: httpx.Client) -> Iterator[httpx.Response]:
    """Send a word on a patient wherever one can be sent."""
    advice = client.post("/api/v1/advice", json=PATIENT)
    assert CANARY in advice.text
    yield advice
    yield client.post("/api/v1/advice", json={"diseases": [CANARY], "patient": {"age": CANARY}})
    yield client.post("/api/v1/advice", content=f"{{{CANARY}")
    yield client.post("/api/v1/advice/rituximab", json=PATIENT)
    yield client.post("/api/v1/words", json={"text": CANARY})
    yield client.post("/nowhere", content=CANARY)
    for page in PAGES:
        told = {"patient": json.dumps(PATIENT), "box": f"{CANARY}; gerd", "why": "rituximab", "rows": "rituximab"}
        shown = client.post(f"/patient{page}", data=told)
        if page not in ("/why", "/compare", "/map"):
            assert CANARY in shown.text, page
        yield shown
        yield client.post(f"/patient{page}", data={"patient": CANARY, CANARY: CANARY})
        yield client.post(f"/patient{page}", content=CANARY)
    yield client.post("/patient", data={"opened": CANARY})
    yield client.post("/patient", data={"case": CANARY, "file": CANARY})
    yield client.post("/patient/ask", data={"patient": json.dumps(PATIENT), "act": "answer", "typed": CANARY})
    medicines = [medicine(CANARY, "stopped", id="m1")]
    draft = {"draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": order(CANARY)}]}}
    cards = client.post(CARDS, json=request(medicationRequests=medicines))
    assert CANARY in cards.text
    yield cards
    yield client.post(CARDS, json=request("order-sign", context=draft))
    yield client.post(CARDS, json={CANARY: CANARY})
    yield client.post(CARDS, content=CANARY, headers={"Content-Type": "application/json"})
    item = {"card": str(uuid4()), "outcome": "overridden", "outcomeTimestamp": "2026-01-01T00:00:00Z"}
    yield client.post(f"{CARDS}/feedback", json={"feedback": [{**item, "card": CANARY}]})
    acknowledged = client.post(
        f"{CARDS}/feedback", json={"feedback": [{**item, "overrideReason": {"userComment": CANARY}}]}
    )
    assert acknowledged.status_code == 200
    yield acknowledged


def _address(said: Path, server: subprocess.Popen[bytes]) -> str:
    """The address that the server prints, once it answers there."""
    while True:
        assert server.poll() is None, said.read_text(encoding="utf-8")
        found = re.search(r"http://127\.0\.0\.1:\d+", said.read_text(encoding="utf-8"))
        if found:
            try:
                httpx.get(found[0])
            except httpx.TransportError:
                continue
            return found[0]
        time.sleep(0.05)
