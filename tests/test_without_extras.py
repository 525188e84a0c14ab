"""An installation without extras runs every command line that the documentation shows, whatever the encoding of its output."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from strategies import ROOT, SEED
from test_command_lines import PAGES, command_lines, words

ENCODINGS = ("utf-8", "cp1252", "ascii")


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of an environment in which pip has installed a copy of the source and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    ignored = shutil.ignore_patterns(".*", "tests", "build", "__pycache__")
    shutil.copytree(ROOT, folder / "source", ignore=ignored)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    install = [str(scripts / "python"), "-m", "pip", "install", "-q", str(folder / "source")]
    subprocess.run(install, check=True, capture_output=True)
    return scripts / "calcinosis-kb"


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_command_line_of_a_page_ends_in_a_fault(command: Path, encoding: str, tmp_path: Path) -> None:
    lines = sorted({line for page in PAGES for line in command_lines(page)})
    assert len(lines) > 80
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COLUMNS"))}
    environment["PYTHONIOENCODING"] = encoding

    def run(numbered: tuple[int, str]) -> str | None:
        folder = tmp_path / str(numbered[0])
        (folder / "knowledge" / "cases").mkdir(parents=True)
        for file in ("patient.yaml", f"knowledge/cases/{SEED.name}"):
            shutil.copyfile(SEED, folder / file)
        done = subprocess.run(
            [str(command), *words(numbered[1])], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, check=False, timeout=300,
        )  # fmt: skip
        said = done.stdout.decode(encoding) + done.stderr.decode(encoding)
        faulty = done.returncode not in (0, 1, 2) or "CKB099" in done.stderr.decode(encoding) or "Traceback" in said
        return f"{numbered[1]}: {done.returncode}, {said[-500:]}" if faulty else None

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        assert [fault for fault in pool.map(run, enumerate(lines)) if fault] == []
