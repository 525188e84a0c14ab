"""The version, with the hashes of what an answer is made from, in a checkout that is whole, broken or overlaid."""

from __future__ import annotations

import platform
from pathlib import Path
from shutil import copytree

import pytest

from calcinosis_kb import __version__, load
from commandline import call
from strategies import ROOT


def test_a_version_counts_what_there_is() -> None:
    kb = load()
    told = call("--version").stdout
    assert told.splitlines()[1] == f"knowledge {kb.knowledge.hash}, {len(list(kb.knowledge.options))} therapies, " + (
        f"{len(kb.knowledge.studies)} studies"
    )
    assert call("-C", str(ROOT / "docs"), "--version").stdout == told


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("rules/fit.yaml", "- [", "CKB006 rules/fit.yaml:2:1"),
        ("knowledge/terms.yaml", "\x1b[31m: 1\n", "CKB"),
    ],
)
def test_a_broken_checkout_has_a_version_too(tmp_path: Path, name: str, content: str, told: str) -> None:
    for folder in ("knowledge", "rules"):
        copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / name).write_text(content)
    done = call("-C", str(tmp_path), "--version")
    assert done.returncode == 0
    first, second, third = done.stdout.splitlines()
    assert (first, third) == (f"calcinosis-kb {__version__}", f"Python {platform.python_version()}")
    assert second.startswith(f"knowledge and rules cannot be read: {told}")
    assert "\x1b" not in done.stdout


def test_a_version_names_the_overlay_that_answers_read(tmp_path: Path) -> None:
    name = "knowledge/therapies/diltiazem.yaml"
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    overlay = load(overlay=tmp_path).knowledge.overlay
    assert overlay
    assert f"overlay {overlay}" in call("--version", CALCINOSIS_KB_OVERLAY=str(tmp_path)).stdout.splitlines()
