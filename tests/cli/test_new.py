"""``new`` as a maintainer types it, up to the answer of ``check``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from calcinosis_kb.documents.strict_yaml import parse
from commandline import call

COMMAND = [sys.executable, "-m", "calcinosis_kb"]


def new(*arguments: str, into: Path) -> subprocess.CompletedProcess[str]:
    return call("new", *arguments, "--into", str(into))


def test_a_study_and_what_check_says_of_its_gaps(tmp_path: Path) -> None:
    done = new("study", "--doi", "https://doi.org/10.1234/made-up", "--id", "made-up-2020", into=tmp_path)
    path = tmp_path / "knowledge" / "studies" / "made-up-2020.yaml"
    assert (done.returncode, done.stdout) == (0, f"{path}\n")
    assert "calcinosis-kb check" in done.stderr
    document = parse(path.read_text(encoding="utf-8"), str(path))
    assert document.data["citation"] == {"doi": "10.1234/made-up"}
    checked = call("check", "--overlay", str(tmp_path), "--format", "json")
    assert checked.returncode == 1
    (draft, *gaps) = json.loads(checked.stdout)["problems"]
    assert draft["code"] == "CKB064"
    told = {(problem["line"], problem["message"]) for problem in gaps}
    first = ("results", 0)
    paths = [("design",), *((*first, key) for key in ("therapy", "agent", "finding", "confidence")), ("seen",)]
    assert told == {(document.place(gap).line, f"'{gap[-1]}' is empty") for gap in paths}


def test_a_citation_that_cannot_be_fetched_costs_no_file(tmp_path: Path) -> None:
    """The proxy is a port of this machine where nobody listens, so no network is asked, whatever there is."""
    command = [*COMMAND, "new", "study", "--pmid", "99999999", "--fetch", "--into", str(tmp_path)]
    closed = {"https_proxy": "http://127.0.0.1:9"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**_environment(), **closed})
    assert done.returncode == 1, done.stderr
    assert "CKB077" in done.stderr
    assert "pmid: '99999999'" in (tmp_path / "knowledge" / "studies" / "pmid-99999999.yaml").read_text(encoding="utf-8")


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key.lower() != "no_proxy"}


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    for arguments, code in (
        (["study"], "CKB076"),
        (["study", "--pmid", "PMC1"], "CKB076"),
        (["therapy", "rituximab"], "CKB074"),
        (["rule", "made-up", "--therapy", "colchicin"], "CKB014"),
        (["case", "Made Up"], "CKB076"),
    ):
        done = new(*arguments, into=tmp_path)
        assert (done.returncode, code in done.stderr, done.stdout) == (2, True, ""), arguments
    assert list(tmp_path.rglob("*.yaml")) == []


def test_the_other_files_lie_where_they_belong(tmp_path: Path) -> None:
    assert new("therapy", "made_up", into=tmp_path).stdout == f"{tmp_path / 'knowledge/therapies/made_up.yaml'}\n"
    assert new("rule", "made-up", "--therapy", "colchicine", into=tmp_path).stdout.endswith(
        "rules/safety/colchicine.yaml\n"
    )
    assert new("case", "made-up", into=tmp_path).stdout == f"{tmp_path / 'tests/cases/made-up.case.yaml'}\n"
    assert (
        new("case", "made-up", "--published", into=tmp_path).stdout == f"{tmp_path / 'knowledge/cases/made-up.yaml'}\n"
    )


def test_the_path_is_told_as_it_would_be_typed_here(tmp_path: Path) -> None:
    done = call("new", "case", "made-up", "--into", str(tmp_path / "ward"), folder=tmp_path)
    assert done.stdout == "ward/tests/cases/made-up.case.yaml\n"


def test_schemas_that_are_current_are_not_written_again(tmp_path: Path) -> None:
    first = call("schema", "-o", str(tmp_path), folder=tmp_path)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert sorted(first.stdout.split()) == written
    (tmp_path / "study.schema.json").write_text("{}")
    again = call("schema", "-o", str(tmp_path), folder=tmp_path)
    assert (again.stdout, again.stderr) == ("study.schema.json\n", f"1 of {len(written)} schemas changed.\n")


def test_the_next_step_is_taken_where_the_file_was_written(tmp_path: Path) -> None:
    done = new("therapy", "ward_paste", into=tmp_path)
    assert f"'calcinosis-kb check --overlay {tmp_path}'" in done.stderr
    for mark in ("knowledge/terms.yaml", "rules/facts.yaml"):
        (tmp_path / mark).parent.mkdir(exist_ok=True)
        (tmp_path / mark).touch()
    assert f"'calcinosis-kb -C {tmp_path} check'" in new("therapy", "other_paste", into=tmp_path).stderr


def test_a_name_that_is_no_id_is_answered_with_one(tmp_path: Path) -> None:
    assert "nearest: ward_paste\n" in new("therapy", "Ward paste", into=tmp_path).stderr
    assert "nearest: our-rule-2\n" in new("rule", "Our rule (2)", into=tmp_path).stderr
