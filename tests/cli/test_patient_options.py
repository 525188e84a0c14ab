"""One grammar of options describes a patient to every command that takes one."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calcinosis_kb import InputError, KnowledgeBase
from calcinosis_kb.intake.options import read_options
from commandline import call
from strategies import ROOT, SEED

COMMAND = [sys.executable, "-m", "calcinosis_kb"]


def piped(*arguments: str, text: str) -> subprocess.CompletedProcess[str]:
    """A command of its own process, to which a text is piped."""
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=60, input=text)


def patient(*options: str) -> dict[str, Any]:
    done = call("suggest", *options, "--format", "json")
    assert done.returncode == 0, done.stderr
    understood: dict[str, Any] = json.loads(done.stdout)["patient"]
    return understood


def refused(*arguments: str) -> str:
    done = call(*arguments)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.slow
@given(
    options=st.dictionaries(
        st.sampled_from(
            ["disease", "tried", "site", "feature", "condition", "medication", "allergy", "lab", "pattern", "sex"]
        ),
        st.lists(
            st.text(max_size=40) | st.sampled_from(["none", "a: b, c", "egfr=28", "egfr 28", "x (for y): failed"]),
            min_size=1,
            max_size=3,
        ),
        min_size=1,
    )
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_typed_is_a_patient_or_a_mistake_at_its_option(
    kb: KnowledgeBase, options: dict[str, list[str]]
) -> None:
    values: dict[str, Any] = {
        name: words if name not in ("pattern", "sex") else words[0] for name, words in options.items()
    }
    try:
        kb.reader.document(read_options(values, kb.names))
    except InputError as error:
        assert all(problem.place and problem.place.file.startswith("--") for problem in error.problems)


def test_a_whole_patient() -> None:
    told = patient(
        "--disease", "crest", "--age", "63", "--sex", "F", "--not-pregnant", "--pattern", "universalis", "--site", "elbow",
        "--site", "thorax", "--feature", "pain", "--largest", "40", "--condition", "GERD", "--medication", "omeprazole",
        "--allergy", "penicillin", "--lab", "hb 9.2 g/dL", "--lab", "hbsag=negative",
        "--tried", "diltiazem 180 mg 4 months: not tolerated, ankle oedema",
        "--tried", "nifedipine (for Raynaud): ongoing",
    )  # fmt: skip
    assert told["patient"] == {"age": 63, "sex": "female", "pregnant": False}
    assert told["calcinosis"] == {
        "pattern": "universalis", "sites": ["elbow", "trunk"], "features": ["pain"], "largest_mm": 40,
    }  # fmt: skip
    assert told["labs"]["haemoglobin"]["value"] == 9.2
    assert told["labs"]["hbsag"] == {"finding": "negative"}
    first, second = told["history"]
    assert (first["therapy"], first["outcome"], first["adverse_event"]) == (
        "diltiazem", "not_tolerated", "ankle oedema",
    )  # fmt: skip
    assert (first["dose"], first["months"]) == ("180 mg", 4)
    assert (second["therapy"], second["outcome"], second["for"]) == ("nifedipine", "ongoing", "underlying_disease")
    assert told["unresolved"] == []


def test_what_is_named_one_by_one_is_no_complete_list() -> None:
    named = patient("--condition", "hypertension", "--medication", "omeprazole", "--allergy", "penicillin")
    none = patient("--condition", "none", "--medication", "None", "--allergy", "NKDA")
    for name in ("conditions", "medications", "allergies"):
        assert named[name] and not named[f"{name}_complete"]
        assert none[name] == [] and none[f"{name}_complete"]


@pytest.mark.parametrize(
    ("typed", "therapy", "outcome", "event", "purpose"),
    [
        ("diltiazem", "diltiazem", "unknown", None, "calcinosis"),
        ("Cardizem:failed", "diltiazem", "ineffective", None, "calcinosis"),
        ("diltiazem: not tolerated (oedema, rash)", "diltiazem", "not_tolerated", "oedema, rash", "calcinosis"),
        ("rxnorm:3443", "diltiazem", "unknown", None, "calcinosis"),
        ("RxNorm: 3443 : ineffective", "diltiazem", "ineffective", None, "calcinosis"),
        ("diltiazem (for calcinosis): partial", "diltiazem", "partial", None, "calcinosis"),
        ("diltiazem for other: effective", "diltiazem", "effective", None, "other"),
        ("diltiazem for 4 months: worse", "diltiazem", "worse", None, "calcinosis"),
        ("diltiazem for dermatomyositis: unknown", "diltiazem", "unknown", None, "underlying_disease"),
    ],
)
def test_how_a_treatment_is_typed(typed: str, therapy: str, outcome: str, event: str | None, purpose: str) -> None:
    (entry,) = patient("--tried", typed)["history"]
    assert (entry["therapy"], entry["outcome"], entry["adverse_event"], entry["for"]) == (
        therapy,
        outcome,
        event,
        purpose,
    )


def test_a_missing_outcome_names_them_all() -> None:
    told = refused("suggest", "--tried", "rituximab:")
    assert "CKB013 --tried rituximab:" in told and "no outcome follows the colon" in told
    for outcome in ("ineffective: The calcinosis did not change", "not_tolerated: Stopped", "unknown: The record"):
        assert outcome in told


@pytest.mark.parametrize("word", ["stable", "stable disease", "5", "fine"])
def test_an_outcome_that_is_not_understood_is_kept_and_stops_nothing(word: str) -> None:
    """The trial counts as one with an unknown outcome, its list stays complete, and the word stands above the answer."""
    found = patient("--tried", f"rituximab: {word}")
    (entry,) = found["history"]
    assert (entry["therapy"], entry["outcome"], found["history_complete"]) == ("rituximab", "unknown", True)
    (kept,) = found["unresolved"]
    assert (kept["named"], kept["where"]) == (f"rituximab: {word}", "outcomes")
    shown = call("suggest", "--disease", "crest", "--tried", f"rituximab: {word}").stdout
    assert shown.startswith(f"Not understood in outcomes: 'rituximab: {word}'")
    assert "CKB048" in refused("suggest", "--disease", "crest", "--tried", f"rituximab: {word}", "--strict")


@pytest.mark.parametrize(
    "option", ["disease", "tried", "site", "feature", "condition", "medication", "allergy", "lab", "pattern", "sex"]
)
@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_value_is_an_error(option: str, value: str) -> None:
    assert f"CKB049 --{option} '{value}'" in refused("suggest", "--disease", "crest", f"--{option}", value)


@pytest.mark.parametrize("option", ["disease", "tried", "site", "feature", "condition", "medication", "allergy", "lab"])
def test_none_stands_alone(option: str) -> None:
    assert call("suggest", f"--{option}", "none").returncode == 0
    assert "CKB049" in refused("suggest", f"--{option}", "none", f"--{option}", "pain")


def test_a_treatment_without_a_name() -> None:
    assert "names no treatment" in refused("suggest", "--tried", ": failed")


def test_a_test_result_is_fixed_as_it_was_typed() -> None:
    told = refused("suggest", "--lab", "creatinine=1.2")
    assert "CKB022 --lab creatinine=1.2" in told
    assert "--lab 'creatinine=1.2 mg/dL'" in told
    assert "µmol/L" in told
    word = refused("suggest", "--lab", "vitamin d=a number")
    assert "--lab 'vitamin d=" in word
    for comma in ("creatinine=1,2mg/dL", "creatinine 1,2 mg/dL"):
        assert "decimal with a point" in refused("suggest", "--lab", comma)
    for twice in ("egfr=82", "eGFR=82"):
        assert "CKB047" in refused("suggest", "--lab", "egfr=28", "--lab", twice)
    assert "CKB022" in refused("suggest", "--lab", "egfr")


def test_every_mistake_is_told_at_its_option() -> None:
    told = refused("suggest", "--disease", "crst", "--pattern", "spotty")
    assert "CKB013 --disease crst" in told
    assert "CKB013 --pattern" in told
    told = refused("suggest", "--age", "163", "--sex", "x", "--largest", "-3")
    for option in ("CKB011 --age", "CKB013 --sex", "CKB011 --largest"):
        assert option in told


def test_strict_gives_no_answer_on_a_word_that_was_not_understood(tmp_path: Path) -> None:
    options = ["--disease", "crest", "--tried", "diltiazam", "--condition", "foobarosis", "--strict"]
    for command in (["suggest"], ["why", "rituximab"], ["graph", "patient"]):
        told = refused(*command, *options)
        assert "CKB048 history\n  'diltiazam' was not understood\n  nearest: diltiazem" in told
        assert "CKB048 conditions\n  'foobarosis'" in told
    picture = tmp_path / "map.html"
    assert "CKB048" in refused("graph", "draw", *options, "-o", str(picture))
    assert not picture.exists()
    assert call("suggest", "--tried", "diltiazem", "--strict").returncode == 0


def test_the_same_options_on_every_command(tmp_path: Path) -> None:
    options = ["--disease", "crest", "--tried", "diltiazem:ineffective", "--tried", "pamidronate: failed"]
    why = json.loads(call("why", "diltiazem", *options, "--format", "json").stdout)
    assert why["judgement"]["standing"] == "failed"
    reached = json.loads(call("graph", "patient", *options, "--format", "json").stdout)
    assert {entry["therapy"] for entry in reached["patient"]["history"]} == {"diltiazem", "pamidronate"}
    picture = tmp_path / "map.svg"
    assert call("graph", "draw", *options, "-o", str(picture)).returncode == 0
    assert "Pamidronate acts by" in picture.read_text(encoding="utf-8")
    assert "CKB028" in refused("graph", "draw", *options, "--patient", str(SEED), "-o", str(picture))
    assert "CKB028" in refused("graph", "patient", str(SEED), *options)


def test_standard_input_is_read_where_it_is_piped() -> None:
    text = SEED.read_text(encoding="utf-8")
    asked = call("suggest", str(SEED), "--format", "json").stdout
    assert piped("suggest", "--format", "json", text=text).stdout == asked
    assert (
        json.loads(piped("why", "rituximab", "--format", "json", text=text).stdout)["judgement"]["therapy"]
        == "rituximab"
    )
    assert json.loads(piped("graph", "patient", "--format", "json", text=text).stdout)["schema"]
    # Options go before a pipe that somebody left open: there is nothing to wait for.
    assert piped("suggest", "--disease", "crest", text="not: [a patient").returncode == 0
    assert "CKB028" in refused("suggest")


def test_a_terminal_is_never_waited_for() -> None:
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [*COMMAND, "suggest"], stdin=theirs, capture_output=True, text=True, check=False, timeout=60
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 2
    assert "CKB028" in done.stderr


def test_why_understands_the_file_before_the_therapy() -> None:
    assert call("why", str(SEED), "rituximab").stdout == call("why", "rituximab", str(SEED)).stdout
    text = SEED.read_text(encoding="utf-8")
    assert piped("why", "-", "rituximab", text=text).returncode == 0


def test_why_answers_for_each_of_a_family() -> None:
    told = json.loads(call("why", "bisphosphonates", str(SEED), "--format", "json").stdout)
    assert told["family"] == "bisphosphonate"
    members = {member["judgement"]["therapy"]: member["judgement"]["standing"] for member in told["members"]}
    assert members["pamidronate"] == "failed"
    assert members["alendronate"] == "sibling_tried"
    shown = call("why", "bisphosphonates", str(SEED)).stdout
    assert len(re.findall(r"^decided ", shown, re.M)) == len(members)
    assert shown.count("never an order") == 1


def test_a_name_of_several_therapies_is_not_guessed() -> None:
    assert "may mean more than one" in refused("why", "MTX/HCQ", str(SEED))


def test_what_is_only_compared_with_is_not_judged() -> None:
    assert "CKB029" in refused("why", "natural_history", str(SEED))


def test_the_examples_of_the_documentation_are_understood(tmp_path: Path) -> None:
    """Each command of docs/commands.md that takes a patient; those that take a health record are tried in `test_import`."""
    (tmp_path / "patient.yaml").write_text(SEED.read_text(encoding="utf-8"), encoding="utf-8")
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    commands = [shlex.split(line) for block in blocks for line in block.replace("\\\n", "").splitlines()]
    records = {"record.json", "export/", "cdm.duckdb"}
    commands = [command for command in commands if records.isdisjoint(command)]
    assert {command[1] for command in commands} == {"ask", "compare", "letter", "suggest", "words"}
    for _, *arguments in commands:
        strict = ["--strict"] if arguments[0] == "suggest" else []
        done = call(*arguments, *strict, folder=tmp_path, text="stop\n" if arguments[0] == "ask" else None)
        assert done.returncode == 0, done.stderr
        assert not done.stderr or arguments[0] == "ask"
        assert "not understood" not in done.stdout
