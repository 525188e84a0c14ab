"""The commands that walk and question the map, as their users type them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from calcinosis_kb.advice.answer import NOTICE
from strategies import ENGINES, SEED

COMMAND = [sys.executable, "-m", "calcinosis_kb", "graph"]


def run(*arguments: str, status: int = 0, **environment: str) -> str:
    env = {**os.environ, **environment}
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=env, check=False)
    assert done.returncode == status, done.stderr
    return done.stdout if status == 0 else done.stderr


def test_the_map_of_a_patient_carries_what_every_clinical_answer_carries() -> None:
    told = json.loads(run("patient", str(SEED), "--format", "json"))
    assert told["notice"] == NOTICE
    assert told["engines"] == ENGINES
    assert told["knowledge"]["hash"]
    assert told["rules"]["hash"]
    assert all(node["sources"] for node in told["nodes"] if node["kind"] != "therapy" and node["by"])
    shown = run("patient", str(SEED), COLUMNS="80")
    assert max(map(len, shown.splitlines())) <= 80
    failed = shown.split("Tried for calcinosis and failed")[1].split(" + New")[0]
    assert "CD20" not in failed
    assert "CD20" in shown.split(" + New")[1].split("By mechanism")[0]
    assert NOTICE.split(".")[0] in shown
    assert told["rules"]["hash"] in shown
