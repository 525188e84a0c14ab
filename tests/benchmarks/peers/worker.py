"""The process of one engine of Python: load the rules, answer for the first patient, then do what is asked line by line.

``python -m benchmarks.peers.worker ENGINE RULES PATIENTS``, ENGINE as ``module:Class``, one patient a line. Once it has answered it writes
``{"load": seconds}``; then for ``{"judge": [0, 1]}`` the firings of those patients, and for ``{"time": [0, 1], "budget": 0.5}`` how many
answers, in turn, it gave in how many seconds. `worker.mjs` is the same for the engines of Node.
"""

from __future__ import annotations

import sys
from pathlib import Path
from pkgutil import resolve_name
from time import perf_counter
from typing import Any

import msgspec

from benchmarks.peers.engine import Engine

__all__ = ["main"]


def main(engine_name: str, rules: str, patients_file: str) -> None:
    started = perf_counter()
    engine: Engine = resolve_name(engine_name)(Path(rules))
    loaded = perf_counter()
    with Path(patients_file).open("rb") as patients:
        engine.judge(patients.readline())
    _write({"load": loaded - started})
    every = Path(patients_file).read_bytes().splitlines()
    for line in sys.stdin:
        asked = msgspec.json.decode(line)
        if "judge" in asked:
            _write({"firings": [sorted(engine.firings(engine.judge(every[index]))) for index in asked["judge"]]})
        else:
            _write(_time(engine, [every[index] for index in asked["time"]], asked["budget"]))


def _time(engine: Engine, patients: list[bytes], budget: float) -> dict[str, float]:
    started = now = perf_counter()
    judged = 0
    while now - started < budget or not judged:
        engine.judge(patients[judged % len(patients)])
        judged += 1
        now = perf_counter()
    return {"judged": judged, "seconds": now - started}


def _write(answer: dict[str, Any]) -> None:
    print(msgspec.json.encode(answer).decode(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
