"""Every format of the evidence: chosen by the suffix, whole or not at all, the same bytes, and with the records of an overlay marked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.codes import CODES
from calcinosis_kb.errors import InputError
from calcinosis_kb.report.evidence.formats import FORMATS, export
from commandline import call

NAMES = [f"evidence{suffix}" for suffix in FORMATS] + ["tables/"]


def test_the_command_writes_what_the_suffix_says(tmp_path: Path) -> None:
    done = call("export", "evidence", "-o", str(tmp_path / "evidence.sqlite"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(tmp_path / "evidence.sqlite"), str(tmp_path / "evidence.metadata.json")]
    assert (tmp_path / "evidence.sqlite").read_bytes().startswith(b"SQLite format 3")


def test_an_unknown_suffix_names_the_valid_ones(kb: KnowledgeBase, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"CKB056(.|\n)*\.sqlite"):
        export(kb.knowledge, str(tmp_path / "evidence.xlsx"))
    assert list(tmp_path.iterdir()) == []


def test_the_fix_of_an_unknown_format_names_every_format() -> None:
    of_the_evidence = CODES["CKB056"].fix.split("; ")[1]
    assert set(re.findall(r"\.[a-z][a-z.]*[a-z]", of_the_evidence)) == set(FORMATS)


@pytest.mark.slow
def test_the_same_knowledge_gives_the_same_bytes(tmp_path: Path) -> None:
    """In other processes, with other hash seeds."""
    script = (
        "import sys\nfrom calcinosis_kb import load\nfrom calcinosis_kb.report.evidence.formats import export\n"
        "kb = load()\nfor name in sys.argv[2:]: export(kb.knowledge, sys.argv[1] + '/' + name)\n"
    )
    written = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-c", script, str(folder), *NAMES], env={**os.environ, "PYTHONHASHSEED": seed}, check=True
        )
        written.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert written[0] == written[1]
    assert len(written[0]) > len(NAMES)


@pytest.mark.parametrize("name", ["evidence.sqlite", "tables/"])
def test_a_failed_export_leaves_what_was_there(
    kb: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    export(kb.knowledge, f"{tmp_path}/{name}")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    real = Path.write_bytes

    def half(self: Path, data: bytes) -> int:
        """Fail as a full disk does, after the first bytes of a file."""
        real(self, data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(InputError, match=r"CKB057(.|\n)*No space left"):
        export(kb.knowledge, f"{tmp_path}/{name}")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
