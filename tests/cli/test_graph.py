"""The commands that walk and question the map, as their users type them."""

from __future__ import annotations

import csv
import doctest
import io
import json
import re
from itertools import pairwise
from typing import Any

import pytest
from typer.testing import CliRunner

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.answer import NOTICE
from calcinosis_kb.cli import app
from commandline import call
from strategies import ENGINES, ROOT, SEED


def complaint(*arguments: str) -> str:
    """What a command that ends with status 2 says."""
    done = call("graph", *arguments)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    return done.stderr


def test_the_map_of_a_patient_carries_what_every_clinical_answer_carries() -> None:
    told = answer("patient", str(SEED))
    assert told["notice"] == NOTICE
    assert told["engines"] == ENGINES
    assert told["knowledge"]["hash"]
    assert told["rules"]["hash"]
    assert all(node["sources"] for node in told["nodes"] if node["kind"] != "therapy" and node["by"])
    shown = ask("patient", str(SEED), width=80)
    failed = shown.split("Tried and failed")[1].split(" + Not tried, offered")[0]
    assert "CD20" not in failed
    assert "CD20" in shown.split(" + Not tried, offered")[1].split("By mechanism")[0]
    assert NOTICE.split(".")[0] in shown
    assert told["rules"]["hash"] in shown
    wide = ask("patient", str(SEED), width=300)
    assert "Warfarin (lowers it) · not tried, not offered: Vitamin K2 (raises it)" in wide


def ask(*arguments: str, width: int = 100) -> str:
    """What a command prints, without another process."""
    done = CliRunner().invoke(app, ["graph", *arguments], env={"COLUMNS": str(width)}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def answer(*arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(ask(*arguments, "--format", "json"))
    return told


QUERIES = [
    ("path", "warfarin"),
    ("path", "tnf", "calcinosis", "--longest", "5"),
    ("neighbours", "mgp"),
    ("neighbours", "Tumor necrosis factor", "--depth", "2"),
    ("compare", "Cardizem", "verapamil"),
    ("polarity",),
    ("gaps",),
    ("without", "gla"),
    ("without", "e114"),
    ("conflicts",),
    ("search", "pyrophosphate"),
    ("patient", str(SEED)),
]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", QUERIES, ids=" ".join)
def test_every_query_answers_in_words_and_as_data_the_same_twice(arguments: tuple[str, ...]) -> None:
    shown = ask(*arguments, width=80)
    assert max(map(len, shown.splitlines())) <= 80
    assert shown == ask(*arguments, width=80)
    assert json.loads(ask(*arguments, "--format", "json"))
    assert ask(*arguments, "--format", "md").strip()
    rows = list(csv.reader(io.StringIO(ask(*arguments, "--format", "csv"))))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1


@pytest.mark.parametrize(
    "arguments", [query for query in QUERIES if query[0] not in ("search", "polarity")], ids=" ".join
)
def test_every_statement_has_its_sources_and_these_are_told(kb: KnowledgeBase, arguments: tuple[str, ...]) -> None:
    told = answer(*arguments)

    def named(data: Any) -> set[str]:
        if isinstance(data, list):
            return set().union(*map(named, data))
        if not isinstance(data, dict):
            return set()
        own = data["sources"] if isinstance(data.get("sources"), list) else []
        return {*own}.union(*map(named, data.values()))

    assert named(told)
    assert named(told) == set(told["sources"])
    assert all(told["sources"][source] == kb.knowledge.cite(source) for source in told["sources"])


def test_the_polarity_of_every_therapy_is_stated_and_why_is_one_command_away(kb: KnowledgeBase) -> None:
    rows = {row["therapy"]: row for row in json.loads(ask("polarity", "--format", "json"))}
    assert set(rows) == {option.id for option in kb.knowledge.options}
    assert {row["polarity"] for row in rows.values()} == {"lowering", "raising", "both", "undetermined"}
    assert rows["warfarin"]["polarity"] == "both"
    assert rows["warfarin"]["why"] == "calcinosis-kb graph path warfarin"
    shown = ask("polarity")
    assert "'calcinosis-kb graph path warfarin'" in shown
    told = answer("path", "warfarin")
    assert {path["sign"] for path in told["paths"]} == {"+", "-"}
    wide = ask("polarity", width=300)
    assert all(option.name in wide for option in kb.knowledge.options)


def test_a_path_is_told_link_by_link(kb: KnowledgeBase) -> None:
    told = answer("path", "warfarin", "--longest", "6")
    for path in told["paths"]:
        assert path["signs"] == "".join(link["sign"] for link in path["links"])
        assert (path["signs"].count("-") % 2 == 1) == (path["sign"] == "-")
        assert [(link["source"], link["target"]) for link in path["links"]] == list(pairwise(path["nodes"]))
        assert all(link["claim"] == kb.knowledge.edges[link["edge"]].claim for link in path["links"])
        assert len(path["edges"]) <= 6
    assert sum(group["paths"] for group in told["metapaths"]) == len(told["paths"])
    assert len(answer("path", "warfarin", "--longest", "5")["paths"]) < len(told["paths"])


@pytest.mark.parametrize(
    ("arguments", "code", "near"),
    [
        (("path", "wafarin"), "CKB085", "warfarin"),
        (("path", "warfarin", "calcinosiss"), "CKB085", "calcinosis_cutis"),
        (("neighbours", "JDM"), "CKB085", "male_sex"),
        (("compare", "diltiazem", "b_cell"), "CKB029", "calcinosis-kb therapies"),
        (("without", "e999"), "CKB087", "e299"),
        (("search", "--", "-"), "CKB086", "phosphate"),
        (("patient", "nowhere.yaml"), "CKB001", "nowhere.yaml"),
    ],
    ids=str,
)
def test_a_slip_is_answered_with_what_may_be_meant(arguments: tuple[str, ...], code: str, near: str) -> None:
    done = CliRunner().invoke(app, ["graph", *arguments])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(code)
    assert near in done.stderr


def test_a_slip_ends_with_status_two_and_no_traceback() -> None:
    told = complaint("without", "e999")
    assert told.startswith("CKB087")
    assert "Traceback" not in told


def test_a_therapy_and_its_families_are_left_out_like_any_node() -> None:
    told = answer("without", "bisphosphonate")
    assert {row["therapy"] for row in told["therapies"] if row["rationale_lost"]} >= {"alendronate", "pamidronate"}


EXAMPLES = re.findall(
    r"```console\n\$ calcinosis-kb (.+)\n((?:.*\n)*?)```", (ROOT / "docs" / "graph.md").read_text("utf-8")
)


@pytest.mark.parametrize(("command", "shown"), EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_what_the_page_shows_is_what_the_command_prints(
    monkeypatch: pytest.MonkeyPatch, command: str, shown: str
) -> None:
    monkeypatch.chdir(ROOT)
    printed = [line.rstrip() for line in ask(*command.split()[1:]).splitlines() if line.strip()]
    at = 0
    for number, part in enumerate(shown.split("…")):
        lines = [line.rstrip() for line in part.splitlines() if line.strip()]
        starts = [i for i in range(at, len(printed)) if printed[i : i + len(lines)] == lines]
        assert starts, f"'{command}' does not print:\n{part}"
        assert number or starts[0] == 0 or not lines
        at = starts[0] + len(lines)


def test_the_page_has_an_example_of_every_query_and_its_python_runs() -> None:
    assert {command.split()[1] for command, _ in EXAMPLES} == {arguments[0] for arguments in QUERIES}
    failed, tried = doctest.testfile(str(ROOT / "docs" / "graph.md"), module_relative=False)
    assert tried > 5
    assert failed == 0
