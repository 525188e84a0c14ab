"""``check --retractions`` in every format."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from calcinosis_kb.cli.app import app
from calcinosis_kb.documents.checkout import Checkout
from strategies import ROOT

STUDY = "knowledge/studies/balin-2012.yaml"
HEADER = "Record ID,RetractionDate,RetractionDOI,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason,"


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The golden cases are left out: they take most of the time and have no part in this."""
    monkeypatch.setattr(Checkout, "cases", tmp_path / "none")
    return CliRunner()


@pytest.mark.slow
def test_the_source_consulted_is_told_in_every_format(check: CliRunner, tmp_path: Path) -> None:
    lines = (ROOT / STUDY).read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "doi: " in text)
    column = lines[line - 1].index("doi: ") + 6
    doi = lines[line - 1].partition("doi: ")[2].strip("'")
    file = tmp_path / "retraction_watch.csv"
    file.write_text(f"{HEADER}\n1,2/3/2022 0:00,,{doi.upper()},0,Retraction,+Error in Data;,\n", encoding="utf-8")
    hash_ = hashlib.sha256(file.read_bytes()).hexdigest()
    told = {}
    for name in ("table", "json", "sarif", "github"):
        done = check.invoke(app, ["check", "--retractions", str(file), "--format", name])
        assert done.exit_code == 1, done.output
        told[name] = done.stdout

    log = json.loads(told["json"])
    consulted = log["retractions"]
    assert (consulted["file"], consulted["sha256"], consulted["newest"]) == (str(file), hash_, "2022-02-03")
    assert (consulted["rows"], consulted["unreadable"], consulted["notes"]) == (1, 0, [])
    places = [(p["file"], p["line"], p["column"]) for p in log["problems"] if p["code"] == "CKB065"]
    assert places == [(STUDY, line, column)]
    (run,) = json.loads(told["sarif"])["runs"]
    assert run["properties"]["retractions"] == consulted
    assert any(result["ruleId"] == "CKB065" and result["level"] == "error" for result in run["results"])
    assert f"::error file={STUDY},line={line},col={column},title=CKB065::" in told["github"]
    assert "::notice title=Retractions::" in told["github"]
    assert hash_[:16] in told["table"]
    assert "2022-02-03" in told["table"]


@pytest.mark.slow
def test_without_a_hit_the_source_is_told_too(check: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "retraction_watch.csv"
    file.write_text(f"{HEADER}\n1,2/3/2022 0:00,,10.9999/other,0,Retraction,,\n", encoding="utf-8")
    done = check.invoke(app, ["check", "--retractions", str(file), "--format", "json"])
    assert not [problem for problem in json.loads(done.stdout)["problems"] if problem["code"] == "CKB065"]
    assert json.loads(done.stdout)["retractions"]["rows"] == 1
    assert "retractions" not in json.loads(check.invoke(app, ["check", "--format", "json"]).stdout)
