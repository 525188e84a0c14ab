"""Feedback is kept where a file was named for it, and nowhere else; what was acknowledged survives a kill."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from calcinosis_kb.web.hooks.discovery import ID
from web_server import Running, running

ADDRESS = f"/cds-services/{ID}/feedback"
COMMENT = "Zaphod Beeblebrox has had this before"


def item(**change: Any) -> dict[str, Any]:
    reason = {
        "system": "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes",
        "code": "action-unsuccessful",
    }
    return {
        "card": str(uuid4()),
        "outcome": "overridden",
        "outcomeTimestamp": "2026-01-31T12:00:00Z",
        "overrideReason": {"reason": reason, "userComment": COMMENT},
        **change,
    }


def kept(path: Path) -> list[tuple[str, ...]]:
    with sqlite3.connect(path) as file:
        return file.execute("SELECT card, outcome, reason_code, comment FROM feedback ORDER BY id").fetchall()


def test_feedback_is_kept_in_the_file_alone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "feedback.sqlite"
    one, other = item(), item(outcome="accepted", acceptedSuggestions=[{"id": "s"}], overrideReason=None)
    with running(feedback=path) as server:
        httpx.post(f"{server.address}{ADDRESS}", json={"feedback": [one, other]}).raise_for_status()
        # A request with one item that breaks a rule leaves nothing.
        assert httpx.post(f"{server.address}{ADDRESS}", json={"feedback": [item(), {}]}).status_code == 400
    assert kept(path) == [
        (one["card"], "overridden", "action-unsuccessful", COMMENT),
        (other["card"], "accepted", None, None),
    ]
    shown = capfd.readouterr()
    assert "Zaphod" not in shown.out + shown.err + caplog.text


def test_without_a_file_nothing_is_kept(server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = httpx.post(f"{server.address}{ADDRESS}", json={"feedback": [item()]})
    assert (answer.status_code, answer.content) == (200, b"")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    """Clients write while the server is killed: each request that got its answer is in the file, and each is there whole."""
    path = tmp_path / "feedback.sqlite"
    command = [sys.executable, "-m", "calcinosis_kb", "serve", "--no-open", "--feedback", str(path)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert server.stderr is not None
    address = server.stderr.readline().removeprefix("Open ").partition("/?token=")[0]
    acknowledged: list[tuple[str, str]] = []
    with ThreadPoolExecutor(2) as clients:
        writers = [clients.submit(_write, address, acknowledged) for _ in range(2)]
        try:
            _wait(lambda: len(acknowledged) > 40)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.communicate()
        for writer in writers:
            writer.result()
    found = [card for card, *_ in kept(path)]
    assert set(found) >= {card for pair in acknowledged for card in pair}
    pairs = {comment for *_, comment in kept(path)}
    assert len(found) == len(set(found)) == 2 * len(pairs)


def _write(address: str, acknowledged: list[tuple[str, str]]) -> None:
    """Send pairs of items until the server is gone."""
    _wait(lambda: _answers(address))
    with httpx.Client(base_url=address) as client:
        while True:
            said = {"userComment": str(uuid4())}
            one, other = item(overrideReason=said), item(overrideReason=said)
            try:
                answer = client.post(ADDRESS, json={"feedback": [one, other]})
            except httpx.TransportError:
                return
            if answer.status_code == 200:
                acknowledged.append((one["card"], other["card"]))


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/cds-services").status_code == 200
    except httpx.TransportError:
        return False


def _wait(until: Callable[[], bool]) -> None:
    """Wait, at most a minute."""
    ends = time.monotonic() + 60
    while not until():
        assert time.monotonic() < ends
        time.sleep(0.02)
