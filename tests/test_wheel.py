"""A wheel, installed in an empty environment outside the checkout, gives the same answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from strategies import ROOT, SEED


@pytest.mark.slow
def test_the_wheel_answers_like_the_checkout(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    assets = {path.name for path in (ROOT / "src/calcinosis_kb/map/assets").rglob("*") if path.is_file()}
    packed = {name.rpartition("/")[2] for name in ZipFile(wheel).namelist() if "/map/assets/" in name}
    assert packed == assets
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    bin_ = tmp_path / "venv" / "bin"
    subprocess.run([str(bin_ / "python"), "-m", "pip", "install", "-q", str(wheel)], check=True, capture_output=True)
    patient = tmp_path / "patient.yaml"
    patient.write_bytes(SEED.read_bytes())
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    ask = ["suggest", str(patient), "--format", "json"]
    installed = subprocess.run(
        [str(bin_ / "calcinosis-kb"), *ask], check=True, capture_output=True, text=True, cwd=tmp_path, env=env
    )
    here = subprocess.run([sys.executable, "-m", "calcinosis_kb", *ask], check=True, capture_output=True, text=True)
    assert installed.stdout == here.stdout
    assert json.loads(installed.stdout)["options"][0]["therapy"] == "minocycline"
    told = subprocess.run(
        [str(bin_ / "calcinosis-kb"), "check", "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
        env=env,
        cwd=tmp_path,
    )
    skipped = [section["name"] for section in json.loads(told.stdout)["sections"] if section["skipped"]]
    assert skipped == ["golden cases", "rules shown by a golden case", "schemas for an editor"]
