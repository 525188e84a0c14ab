"""What is released: a wheel and an sdist, of the same bytes wherever they are built, that install alone and answer the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from calcinosis_kb import __version__
from strategies import ROOT, SEED

BUILD = [sys.executable, "-m", "build", "--no-isolation", "--outdir"]


@dataclass(frozen=True)
class Built:
    """The two files of a release."""

    wheel: Path
    sdist: Path

    @property
    def digests(self) -> Mapping[str, str]:
        """Their names with what they consist of."""
        return {path.name: sha256(path.read_bytes()).hexdigest() for path in (self.wheel, self.sdist)}


def build(source: Path, folder: Path, **environment: str) -> Built:
    """Build the sdist of a source tree, and the wheel from that sdist, as `python -m build` does."""
    done = subprocess.run(
        [*BUILD, str(folder), str(source)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Built(wheel, sdist)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.mark.slow
def test_another_day_place_and_language_build_the_same_bytes(built: Built, tmp_path: Path) -> None:
    (place := tmp_path / "another place").mkdir()
    subprocess.run(["tar", "-xzf", str(built.sdist)], cwd=place, check=True)
    (source,) = place.iterdir()
    for path in source.rglob("*"):
        path.chmod(path.stat().st_mode & 0o700)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    before = os.umask(0o077)
    try:
        elsewhere = {"LC_ALL": "C", "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "1", "HOME": str(tmp_path)}
        again = build(source, tmp_path / "dist", **elsewhere)
    finally:
        os.umask(before)
    assert again.digests == built.digests


@pytest.mark.slow
def test_the_wheel_holds_the_package_its_data_and_its_licences_and_nothing_else(built: Built) -> None:
    info = f"calcinosis_kb-{__version__}.dist-info"
    packed = {name for name in ZipFile(built.wheel).namelist() if not name.startswith(f"{info}/")}
    code = {path for path in (ROOT / "src").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    data = {path for section in ("knowledge", "rules") for path in (ROOT / section).rglob("*") if path.is_file()}
    assert packed == {path.relative_to(ROOT / "src").as_posix() for path in code} | {
        f"calcinosis_kb/_data/{path.relative_to(ROOT).as_posix()}" for path in data
    }
    assert "calcinosis_kb/py.typed" in packed
    licences = {name.rpartition("/")[2] for name in ZipFile(built.wheel).namelist() if f"{info}/licenses/" in name}
    assert licences == {"LICENSE", "LICENSE-knowledge"}


@pytest.mark.slow
def test_the_wheel_answers_like_the_checkout(built: Built, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    bin_ = tmp_path / "venv" / "bin"
    subprocess.run(
        [str(bin_ / "python"), "-m", "pip", "install", "-q", str(built.wheel)], check=True, capture_output=True
    )
    patient = tmp_path / "patient.yaml"
    patient.write_bytes(SEED.read_bytes())
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}

    def said(*arguments: str) -> str:
        command = [str(bin_ / "calcinosis-kb"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path, env=env).stdout

    ask = ["suggest", str(patient), "--format", "json"]
    here = subprocess.run([sys.executable, "-m", "calcinosis_kb", *ask], check=True, capture_output=True, text=True)
    installed = said(*ask)
    assert installed == here.stdout
    answer = json.loads(installed)
    assert answer["options"][0]["therapy"] == "minocycline"
    version = said("--version").splitlines()
    assert version[0] == f"calcinosis-kb {__version__}"
    assert version[1].startswith(f"knowledge {answer['knowledge']['hash']}, ")
    told = json.loads(said("check", "--format", "json"))
    skipped = [section["name"] for section in told["sections"] if section["skipped"]]
    assert skipped == ["golden cases", "rules shown by a golden case", "schemas for an editor"]
