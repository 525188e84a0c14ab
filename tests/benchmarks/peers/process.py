"""A running engine: its process is started, asked and measured from outside, and ends with the block that started it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple, Self

import msgspec

from benchmarks.peers.facts import Firings

__all__ = ["Pace", "Process"]

TESTS = Path(__file__).parents[2]


class Pace(NamedTuple):
    """How many patients a second were judged, and how many milliseconds of a processor each took, which other programs change less."""

    rate: float
    processor: float


class Process:
    """The process of an engine with its rules, which has answered for the first patient. ``cold``: how long that took in all."""

    def __init__(self, command: Sequence[str], rules: Path, patients: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *_set("PYTHONPATH")])}
        started = perf_counter()
        self._process = subprocess.Popen(
            [*command, str(rules), str(patients)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self.load: float = self._read()["load"]
        self.cold = perf_counter() - started

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def judge(self, patients: Sequence[int]) -> list[Firings]:
        """Return the firings of some patients."""
        answers = self._ask({"judge": list(patients)})["firings"]
        return [frozenset((rule, tuple(ids)) for rule, ids in answer) for answer in answers]

    def pace(self, patients: Sequence[int], budget: float) -> Pace:
        """Judge the patients in turn for so many seconds."""
        before = self._processor_seconds()
        timed = self._ask({"time": list(patients), "budget": budget})
        used = self._processor_seconds() - before
        return Pace(timed["judged"] / timed["seconds"], 1000 * used / timed["judged"])

    def peak(self) -> float:
        """Return the most memory that was resident until now, in MiB, as Linux counts it."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024

    def _processor_seconds(self) -> float:
        """The time of all its threads, as Linux counts it."""
        _, _, counted = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")
        user, system = counted.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(question) + b"\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(map(str, self._process.args[:4]))} ended: exit code {self._process.wait()}")  # type: ignore[index]
        return msgspec.json.decode(line)


def _set(name: str) -> list[str]:
    return [os.environ[name]] if os.environ.get(name) else []
