"""``watch`` as a maintainer types it, against a server of this machine that answers as the services do."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from calcinosis_kb.editing.watch.services import services
from calcinosis_kb.report.watch import Flow
from commandline import call
from literature_services import Library, Paper, Server, serving
from strategies import ROOT

NEW = Paper("Colchicine in a made-up calcinosis", "Carberry J", 2026, "10.5555/12345678", "91000001")
DRAFT = Path("knowledge/studies/carberry-2026.yaml")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serving(Library([NEW], [("NCT00000001", "Colchicine in calcinosis")])) as made:
        monkeypatch.setenv("CALCINOSIS_KB_SERVICES", made.address)
        yield made


@pytest.fixture(autouse=True)
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the answers of services apart, and wait for none; the snapshot of the knowledge is taken from the usual cache."""
    monkeypatch.setattr("calcinosis_kb.editing.watch.services.cache_folder", lambda name: tmp_path / name)
    monkeypatch.setitem(services.__kwdefaults__ or {}, "sleep", lambda _: None)


def test_without_a_network_one_message_says_so() -> None:
    done = call("watch", "colchicine", CALCINOSIS_KB_SERVICES="http://127.0.0.1:9")
    assert (done.returncode, done.stdout) == (2, "")
    assert "CKB119" in done.stderr
    assert "no service of the literature can be reached (PubMed: it cannot be reached" in done.stderr
    assert not (ROOT / "knowledge/searches").exists()


@pytest.mark.parametrize(
    ("arguments", "environment", "told"),
    [
        (["--contact", "nobody"], {}, "is no e-mail address"),
        (["--contact", "a@b.org\nX: y"], {}, "is no e-mail address"),
        ([], {"CALCINOSIS_KB_SERVICES": "http://example.org"}, "which is not asked"),
        ([], {"CALCINOSIS_KB_SERVICES": "ftp://127.0.0.1"}, "which is not asked"),
        (["--on", "2026-12-01", "--since", "2026-12-02"], {}, "is after 2026-12-01, the day of the search"),
        (["natural_history"], {}, "no search string is stated for 'natural_history'"),
    ],
)
def test_a_watch_that_cannot_begin_says_why(arguments: list[str], environment: dict[str, Any], told: str) -> None:
    done = call("watch", *arguments, "--list", **environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert "CKB121" in done.stderr
    assert told in done.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_a_list_in_every_format_changes_no_file() -> None:
    asked = ("watch", "colchicine", "--list", "--on", "2026-12-01", "--format")
    printed = {format_: call(*asked, format_) for format_ in ("table", "json", "md", "csv")}
    assert {done.returncode for done in printed.values()} == {0}
    document = json.loads(printed["json"].stdout)
    assert document["knowledge"]["hash"] in printed["md"].stdout
    (therapy,) = document["therapies"]
    assert therapy["flow"] == {**dict.fromkeys(Flow._fields, 0), "identified": 2, "trials": 1, "drafted": 1}
    assert [search["service"] for search in therapy["searches"]] == ["pubmed", "europe_pmc", "clinicaltrials"]
    (row,) = csv.DictReader(io.StringIO(printed["csv"].stdout))
    assert (row["Therapy"], row["Identified"], row["Drafted"]) == ("colchicine", "2", "1")
    for format_ in ("table", "md"):
        words = " ".join(printed[format_].stdout.split())
        assert "Carberry 2026, J Ex: Colchicine in a made-up calcinosis" in words
        assert "= new publications" in words
        assert "its title names colchicine, calcinosis; 2026" in words
        assert "trial NCT00000001, not yet recruiting: Colchicine in calcinosis" in words
    assert not (ROOT / "knowledge/searches").exists()
    assert not (ROOT / DRAFT).exists()


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_a_family_stands_for_its_members() -> None:
    done = call("watch", "bisphosphonates", "Colcrys", "--list", "--format", "json")
    found = [one["therapy"] for one in json.loads(done.stdout)["therapies"]]
    assert {"alendronate", "pamidronate", "colchicine"} <= set(found)
    assert found == sorted(found)
    assert "bisphosphonate" not in found


@pytest.mark.slow
def test_a_retraction_of_what_is_cited_is_found_by_doi_and_by_number(server: Server) -> None:
    """And a correction is a note; a notice that Crossref gives for another DOI is none."""
    update = {"DOI": "10.1136/ARD.62.3.267", "type": "retraction", "updated": {"date-parts": [[2026, 11, 2]]}}
    other = {"DOI": "10.9999/other", "type": "retraction"}
    server.library.updates = {
        "10.1136/ard.62.3.267": [{"DOI": "10.1136/notice", "update-to": [update, other]}],
        "10.1093/rheumatology/kex175": [
            {"DOI": "10.1093/erratum", "update-to": [{"DOI": "10.1093/rheumatology/kex175", "type": "erratum"}]}
        ],
    }
    server.library.retracted = {"35803868"}
    done = call("watch", "minocycline", "--list", "--format", "json")
    assert done.returncode == 1
    data = json.loads(done.stdout)
    found = {one["at"].rpartition("/")[2]: (one["code"], one["message"]) for one in data["notices"]}
    assert found == {
        "davuluri-2022.yaml:8:9": (
            "CKB065",
            "'davuluri-2022' was retracted (by its PMID): Retraction of an unknown day (record PMID 35803868)",
        ),
        "davuluri-2022-dm.yaml:9:9": (
            "CKB065",
            "'davuluri-2022-dm' was retracted (by its PMID): Retraction of an unknown day (record PMID 35803868)",
        ),
        "robertson-2003.yaml:8:8": (
            "CKB065",
            "'robertson-2003' was retracted (by its DOI): Retraction of 2026-11-02 (record 10.1136/notice, doi:10.1136/notice)",
        ),
    }
    assert data["notes"] == ["pauling-2017: Erratum of an unknown day (record 10.1093/erratum, doi:10.1093/erratum)"]


@pytest.mark.slow
def test_retractions_that_cannot_be_asked_for_are_told(server: Server) -> None:
    server.fail("/crossref/works", "503 for long")
    done = call("watch", "minocycline", "--list")
    assert done.returncode == 1
    assert "retractions by DOI were not all looked up: it answers with status 503" in " ".join(done.stdout.split())


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_drafts_in_a_checkout_and_what_check_says_of_them(tmp_path: Path) -> None:
    for folder in ("knowledge", "rules"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    done = call("watch", "colchicine", "--on", "2026-12-01", folder=tmp_path)
    assert done.returncode == 0
    assert "draft carberry-2026: Carberry 2026" in " ".join(done.stdout.split())
    checked = json.loads(call("check", "--format", "json", folder=tmp_path).stdout)
    assert {problem["code"] for problem in checked["problems"]} == {"CKB064", "CKB011", "CKB013"}
    assert {problem["file"] for problem in checked["problems"]} == {str(DRAFT)}
    again = call("watch", "colchicine", "--on", "2026-12-01", folder=tmp_path)
    assert again.stderr.count("which differ from those") == 1  # said once
    (tmp_path / DRAFT).unlink()
    checked = json.loads(call("check", "--format", "json", folder=tmp_path).stdout)
    (problem,) = checked["problems"]
    assert (problem["code"], problem["file"]) == ("CKB122", "knowledge/searches/colchicine.yaml")
