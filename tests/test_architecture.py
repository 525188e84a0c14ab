"""Imports follow the layers, and an answer imports nothing heavy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from strategies import ROOT

CLEAN = "from __future__ import annotations\n"
HEAVY = ("networkx", "ibis", "fastapi", "jinja2", "matplotlib", "ruamel", "curies", "stdnum")


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs import-linter's contract on the source in a folder."""
    script = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    environment = os.environ | {"PYTHONPATH": str(folder / "src")}
    return subprocess.run(
        [sys.executable, "-c", script, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True
    )


def test_data_flows_one_way() -> None:
    run = lint_imports(ROOT)
    assert run.returncode == 0, run.stdout
    assert "1 kept, 0 broken" in run.stdout


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("documents/writing", "knowledge.models"),
        ("knowledge/models", "report.blocks"),
        ("graph/walk", "patients.models"),
        ("patients/dose", "rules.models"),
        ("errors", "codes"),
    ],
)
def test_an_import_upwards_or_sideways_is_found(module: str, imported: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "assets"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    source = tmp_path / "src" / "calcinosis_kb" / f"{module}.py"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace(CLEAN, f"{CLEAN}import calcinosis_kb.{imported}\n", 1), encoding="utf-8")
    run = lint_imports(tmp_path)
    assert run.returncode == 1, run.stdout
    assert f"calcinosis_kb.{module.replace('/', '.')} -> calcinosis_kb.{imported}" in run.stdout


def test_a_package_without_a_place_is_found(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "assets"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "src" / "calcinosis_kb" / "attic.py").touch()
    run = lint_imports(tmp_path)
    assert run.returncode == 1
    assert "attic" in run.stdout + run.stderr


def test_an_answer_imports_nothing_heavy() -> None:
    script = (
        "import sys; sys.argv = ['calcinosis-kb', 'suggest', '--disease', 'crest', '--format', 'json']\n"
        "from calcinosis_kb.cli import main\n"
        "import contextlib, io\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): main()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    run = [sys.executable, "-c", script]
    subprocess.run(run, check=True, capture_output=True)  # the first run may have to build the snapshot
    assert subprocess.run(run, check=True, capture_output=True, text=True).stdout.strip() == "[]"
