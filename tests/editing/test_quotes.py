"""Compare quotes of studies with local texts, in a copy of the project. The texts are invented."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.editing import quotes
from calcinosis_kb.editing.quotes import read_texts, with_records
from calcinosis_kb.errors import InputError, InternalFault
from calcinosis_kb.knowledge.integrity import crosscheck
from calcinosis_kb.knowledge.loader import load_knowledge
from calcinosis_kb.knowledge.models import Study, Where
from strategies import ROOT

STUDY = "balin-2012"
SHA = "ab" * 32
TEXT = "Methods.\nOf 17 patients, nine had a par-\ntial response (p > 0.05).\n"
QUOTES = """\
    quotes:  # from the abstract
      # as printed
      - text: nine had a partial response (p > 0.05)
      - text: "nine had a partial response (p < 0.05)"  # wrong on purpose
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of knowledge, rules and program, in which a study has two quotes: one right, one with a comparator turned."""
    for folder in ("knowledge", "rules", "src"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    file = study(tmp_path)
    text = file.read_text(encoding="utf-8").replace("    direction: mixed\n", f"{QUOTES}    direction: mixed\n", 1)
    file.write_text(text, encoding="utf-8")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / f"{STUDY}.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def study(project: Path) -> Path:
    return project / "knowledge" / "studies" / f"{STUDY}.yaml"


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(project / "src"), "COLUMNS": "200"}
    command = [sys.executable, "-m", "calcinosis_kb", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False, cwd=project)


def test_each_quote_is_found_or_told_what_differs(project: Path) -> None:
    done = run(project, "quotes", "texts", "--format", "json")
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    right, wrong = (quote for quote in told["quotes"] if quote["study"] == STUDY)
    start, end = TEXT.index("nine"), TEXT.index(".\n", TEXT.index("nine"))
    assert right["where"] == {"start": start, "end": end, "sha256": hashlib.sha256(TEXT.encode()).hexdigest()}
    assert (right["outcome"], right["record"]) == ("found", "none yet")
    assert (wrong["outcome"], wrong["where"]) == ("not found", None)
    assert 'the text says "p > 0.05", the quote "p < 0.05"' in wrong["problem"]
    assert f"{STUDY}.txt:2:17" in wrong["problem"]
    lines = study(project).read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "p < 0.05" in text)
    assert wrong["at"] == f"knowledge/studies/{STUDY}.yaml:{line}:15"
    assert told["counts"]["no text"] == len(told["quotes"]) - 2 > 0


def test_where_it_stands_is_written_and_nothing_else(project: Path) -> None:
    before = study(project).read_text(encoding="utf-8").splitlines()
    done = run(project, "quotes", f"texts/{STUDY}.txt", "--write")
    assert done.returncode == 1
    assert f"knowledge/studies/{STUDY}.yaml: written" in done.stderr
    after = study(project).read_text(encoding="utf-8").splitlines()
    added = [line for line in after if line not in before and "#" not in line]
    assert len(added) == 1
    assert added[0].startswith("        where: {start: ")
    kept = [" ".join(line.split()) for line in after if line not in added]
    assert kept == [" ".join(line.split()) for line in before]
    again = run(project, "quotes", f"texts/{STUDY}.txt", "--write", "--format", "json")
    assert "written" not in again.stderr
    assert next(q["record"] for q in json.loads(again.stdout)["quotes"] if q["study"] == STUDY) == "agrees"
    assert study(project).read_text(encoding="utf-8").splitlines() == after

    (project / "texts" / f"{STUDY}.txt").write_text(f"A page before.\n{TEXT}", encoding="utf-8")
    moved = json.loads(run(project, "quotes", "texts", "--study", STUDY, "--format", "json").stdout)
    assert moved["quotes"][0]["record"] == "of another text"
    assert len(moved["quotes"]) == 2


def test_a_text_is_found_by_the_id_of_its_study(kb: KnowledgeBase, tmp_path: Path) -> None:
    studies = kb.knowledge.studies
    for name in (f"{STUDY}.txt", "balin-2021.txt"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    texts, warnings = read_texts(tmp_path, None, studies)
    assert list(texts) == [STUDY]
    assert [(p.code, p.severity, p.nearest[0]) for p in warnings] == [("CKB062", "warning", STUDY)]
    assert list(read_texts(tmp_path / f"{STUDY}.txt", None, studies)[0]) == [STUDY]
    assert list(read_texts(tmp_path / "balin-2021.txt", STUDY, studies)[0]) == [STUDY]
    assert read_texts(tmp_path, "nunes-2019", studies)[0] == {}
    for path, study_, code in (
        (tmp_path / "balin-2021.txt", None, "CKB062"),
        (tmp_path, "balin-2021", "CKB062"),
        (tmp_path / "nowhere", STUDY, "CKB001"),
    ):
        with pytest.raises(InputError) as caught:
            read_texts(path, study_, studies)
        assert [problem.code for problem in caught.value.problems] == [code]


def test_no_text_is_not_a_no(project: Path) -> None:
    shutil.rmtree(project / "texts")
    (project / "texts").mkdir()
    done = run(project, "quotes", "texts")
    assert done.returncode == 0
    assert "4 quotes: 0 found, 0 not found, 4 without a text to compare with (not checked)." in done.stdout


@pytest.mark.parametrize(
    ("record", "code", "at"),
    [
        (f"where: {{start: -1, end: 20, sha256: '{SHA}'}}", "CKB011", "-1"),
        ("where: {start: 20, end: 58, sha256: 'abc'}", "CKB011", "'abc'"),
        ("where: {start: 20, end: 58}", "CKB012", "{"),
        (f"sha256: '{SHA}'", "CKB010", "sha256"),
    ],
)
def test_a_record_of_the_wrong_form(record: str, code: str, at: str) -> None:
    text = (ROOT / "knowledge" / "studies" / f"{STUDY}.yaml").read_text(encoding="utf-8")
    text = text.replace("    direction: mixed\n", f"    quotes:\n      - text: nine\n        {record}\n", 1)
    value, problems = validate(parse(text, "x.yaml"), Study)
    assert value is None
    assert [problem.code for problem in problems] == [code]
    place = problems[0].place
    assert place is not None
    line = text.splitlines()[place.line - 1]
    assert record in line
    assert place.column == line.index(at) + 1


def test_a_record_that_cannot_be_is_found_without_the_text(project: Path) -> None:
    file = study(project)
    places = [(40, 20), (20, 21), (20, 9999), (20, 58)]
    entries = [
        f"      - text: nine had a partial response (p > 0.05)\n        where: {{start: {start}, end: {end}, sha256: {SHA}}}\n"
        for start, end in places
    ]
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(QUOTES, f"    quotes:\n{''.join(entries)}"), encoding="utf-8")
    lines = file.read_text(encoding="utf-8").splitlines()
    problems = crosscheck(load_knowledge(project / "knowledge"))
    assert {problem.code for problem in problems} == {"CKB060"}
    found = [(problem.place.line, problem.place.column) for problem in problems if problem.place]
    assert found == [
        (number, 16) for number, line in enumerate(lines, 1) if "where: {" in line and "end: 58" not in line
    ]
    assert len(found) == 3


def test_a_long_quotation_is_refused(project: Path) -> None:
    file = study(project)
    text = file.read_text(encoding="utf-8").replace("- text: nine had", f"- text: {'nine had ' * 40}", 1)
    file.write_text(text, encoding="utf-8")
    done = run(project, "quotes", "texts")
    assert done.returncode == 2
    assert "CKB011" in done.stderr
    assert "at most 300 characters" in done.stderr


def test_nothing_is_written_where_more_would_change(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "knowledge" / "studies" / "nunes-2019.yaml").read_text(encoding="utf-8")
    where = Where(start=1, end=90, sha256=SHA)
    assert "start: 1, end: 90" in with_records(text, "x.yaml", {(0, 0): where})
    monkeypatch.setattr(quotes, "formatted", lambda text, *_: text.replace("n: 1", "n: 2"))
    with pytest.raises(InternalFault, match="CKB063"):
        with_records(text, "x.yaml", {(0, 0): where})
