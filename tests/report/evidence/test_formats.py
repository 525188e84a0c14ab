"""Every format of the evidence: chosen by the suffix, whole or not at all, the same bytes, and with the records of an overlay marked."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from calcinosis_kb import KnowledgeBase, load
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
def test_the_same_knowledge_gives_the_same_bytes(kb: KnowledgeBase, tmp_path: Path) -> None:
    """In another process, with another hash seed."""
    script = (
        "import sys\nfrom calcinosis_kb import load\nfrom calcinosis_kb.report.evidence.formats import export\n"
        "kb = load()\nfor name in sys.argv[1:]: export(kb.knowledge, name)\n"
    )
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    for name in NAMES:
        export(kb.knowledge, f"{here}/{name}")
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", script, *(f"{there}/{name}" for name in NAMES)], env=environment, check=True)
    one, other = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (here, there)
    )
    assert one == other
    assert len(one) > len(NAMES)


@pytest.mark.slow
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


def test_a_missing_library_is_one_line(kb: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calcinosis_kb.report.extras.find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"CKB054(.|\n)*rdflib(.|\n)*\[rdf\]"):
        export(kb.knowledge, str(tmp_path / "evidence.trig"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_records_of_an_overlay_are_marked(tmp_path: Path) -> None:
    """A study and a therapy of a department are in every format, marked as local, with the hash of the overlay."""
    overlay = tmp_path / "overlay" / "knowledge"
    for folder in ("studies", "therapies"):
        (overlay / folder).mkdir(parents=True)
    (overlay / "therapies" / "our_gel.yaml").write_text(
        "id: our_gel\nname: Our gel\nkind: drug\nreach: local\nno_mechanism: not known\nlast_searched: 2026-11-01\n",
        encoding="utf-8",
    )
    (overlay / "studies" / "ours-2026.yaml").write_text(
        "id: ours-2026\ncitation: {title: '=Our audit', year: 2026}\ndesign: case_series\nresults:\n"
        "  - {therapy: our_gel, agent: gel, populations: [dermatomyositis], n: 6, outcomes: {partial: 4, none: 2},\n"
        "     finding: Four of six improved., direction: benefit, confidence: seen_full_text}\nseen: [our archive]\n",
        encoding="utf-8",
    )
    kb = load(overlay=tmp_path / "overlay")
    assert kb.knowledge.overlay
    for name in ("e.fhir.json", "e.jsonld", "e.sqlite", "csv/"):
        export(kb.knowledge, f"{tmp_path}/{name}")

    with closing(sqlite3.connect(tmp_path / "e.sqlite")) as database:
        local = database.execute("SELECT id, responders, low FROM results WHERE local").fetchall()
        assert local == [("ours-2026/1", 4, 0.3)]
        assert database.execute("SELECT therapy, disease FROM pooled WHERE local").fetchall() == [
            ("our_gel", None),
            ("our_gel", "dermatomyositis"),
        ]
        assert ("overlay", kb.knowledge.overlay) in database.execute("SELECT name, value FROM about").fetchall()
    described = json.loads((tmp_path / "csv" / "datapackage.json").read_text(encoding="utf-8"))
    assert described["overlay"] == kb.knowledge.overlay
    bundle = json.loads((tmp_path / "e.fhir.json").read_text(encoding="utf-8"))
    marked = [one["resource"] for one in bundle["entry"] if len(one["resource"]["meta"]["tag"]) == 2]
    assert sorted(one["resourceType"] for one in marked) == [
        "Citation",
        "Evidence",
        "Evidence",
        "Evidence",
        "EvidenceVariable",
    ]
    assert all(one["meta"]["tag"][1]["code"] == kb.knowledge.overlay for one in marked)
    claims = json.loads((tmp_path / "e.jsonld").read_text(encoding="utf-8"))["@graph"]
    assert sum("calcinosis:overlay" in graph["@graph"][0] for graph in claims) == 3
