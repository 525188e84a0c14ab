"""``check [PATHS] [--fix]`` as a maintainer and as pre-commit call it, in a checkout of their own."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from strategies import ROOT

STUDY = "knowledge/studies/balin-2012.yaml"
THERAPY = "knowledge/therapies/diltiazem.yaml"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with a count too many, a key out of order and a schema that has not heard of a new name."""
    clone = tmp_path_factory.mktemp("clone")
    for folder in ("knowledge", "rules", "tests/cases", "docs/schemas"):
        shutil.copytree(ROOT / folder, clone / folder)
    edit(clone / STUDY, "n: 17\n", "n: 7\n")
    return clone


def edit(file: Path, right: str, wrong: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")


def check(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "calcinosis_kb", "check", *arguments]
    return subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("paths", "code", "shown"),
    [
        ([STUDY], 1, True),
        (["knowledge/studies"], 1, True),
        (["."], 1, True),
        ([THERAPY, "rules", "tests"], 0, False),
        (["knowledge/stud*"], 2, False),
    ],
)
def test_only_findings_in_the_files_named_count(paths: list[str], code: int, shown: bool, broken: Path) -> None:
    done = check(broken, *paths)
    assert done.returncode == code, done.stderr
    assert (f"{STUDY}:" in done.stdout) == shown
    if code == 0:
        assert done.stdout == "No findings in the files named; 1 in other files.\n"


def test_the_number_of_other_findings_is_in_the_json(broken: Path) -> None:
    document = json.loads(check(broken, THERAPY, "--format", "json").stdout)
    assert (document["problems"], document["elsewhere"]) == ([], 1)


def test_a_path_outside_the_base_is_an_error(broken: Path, tmp_path: Path) -> None:
    done = check(broken, str(tmp_path))
    assert done.returncode == 2
    assert "CKB072" in done.stderr


@pytest.mark.slow
def test_fix_does_what_fmt_and_schema_do_and_lists_it(broken: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(broken, clone)
    edit(clone / STUDY, "n: 7\n", "n: 17\n")
    text = (clone / THERAPY).read_text(encoding="utf-8")
    name = next(line for line in text.splitlines(keepends=True) if line.startswith("name:"))
    (clone / THERAPY).write_text(f"{text.replace(name, '')}{name.rstrip()} of ours\n", encoding="utf-8")
    assert check(clone).returncode == 1
    done = check(clone, "--fix")
    assert done.returncode == 0, done.stdout
    changed = {line.removeprefix("Changed ") for line in done.stderr.splitlines() if line.startswith("Changed ")}
    assert THERAPY in changed
    assert any(file.startswith("docs/schemas/") for file in changed)
    assert "Changed" not in check(clone, "--fix").stderr


def test_the_hooks_name_commands_and_files_that_there_are() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["entry"].split()[-1] for hook in hooks] == ["fmt", "check"]
    assert all(hook["files"] == "^(knowledge|rules|tests/cases)/" for hook in hooks)


def test_the_csv_of_named_files_lists_their_findings(broken: Path) -> None:
    done = check(broken, STUDY, "--format", "csv")
    header, *rows = list(csv.reader(done.stdout.splitlines()))
    assert header[:3] == ["Code", "Severity", "File"]
    assert {row[2] for row in rows} == {STUDY}
