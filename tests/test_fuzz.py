"""Every fuzz target holds for its seeds and for some inputs made from them, the same in each run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fuzz.__main__ import TARGETS
from strategies import ROOT

RUNS = {"fhir_bundle": 150, "hook_request": 40, "omop_cells": 4, "patient_file": 40, "rule_file": 40, "typed_words": 60}
"""Inputs of a target, its seeds among them."""


def fuzz(target: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a target in a folder, where a finding is left."""
    path = os.pathsep.join(str(ROOT / part) for part in ("tests", "src"))
    command = [sys.executable, "-m", "fuzz", target, *options]
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_a_target_holds_for_its_seeds_and_what_is_made_from_them(target: str, tmp_path: Path) -> None:
    done = fuzz(target, tmp_path, f"-runs={RUNS.get(target, 100)}", "-seed=1")
    assert done.returncode == 0, done.stderr[-3000:]
    assert "\nDone " in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_target_that_does_not_exist_is_told_with_those_that_do(tmp_path: Path) -> None:
    done = fuzz("nothing", tmp_path)
    assert done.returncode == 1
    assert "fhir_bundle" in done.stderr
