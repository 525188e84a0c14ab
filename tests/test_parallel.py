"""Two processes give what one does, and what goes wrong is raised."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PRELUDE = "import json, os, sys; from calcinosis_kb.parallel import in_two_halves as halves\n"


def run(script: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, for this one may have threads."""
    return subprocess.run([sys.executable, "-c", PRELUDE + script], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10])
def test_the_results_are_in_order(count: int) -> None:
    done = run(f"print(json.dumps(halves(lambda n: (n, n * n), list(range({count})))))")
    assert json.loads(done.stdout) == [[n, n * n] for n in range(count)]


def test_the_second_half_is_done_by_another_process() -> None:
    mine, other = json.loads(
        run("print(json.dumps([os.getpid() == p for p in halves(lambda n: os.getpid(), [1, 2])]))").stdout
    )
    assert (mine, other) == (True, False)


def test_an_error_of_the_second_half_is_raised_here() -> None:
    done = run("halves(lambda n: 1 // n, [2, 1, 1, 0])")
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("ZeroDivisionError: integer division or modulo by zero")


def test_where_the_other_process_dies_its_half_is_done_here() -> None:
    done = run("me = os.getpid(); print(halves(lambda n: n if os.getpid() == me else os._exit(9), [1, 2, 3, 4]))")
    assert done.stdout.strip() == "[1, 2, 3, 4]"
