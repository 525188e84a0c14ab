"""``words``: the vocabulary listed and searched."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.names import VOCABULARIES
from commandline import call


def words(*arguments: str) -> str:
    done = call("words", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def data(*arguments: str) -> Any:
    return json.loads(words(*arguments, "--format", "json"))


def test_the_kinds_with_their_counts(kb: KnowledgeBase) -> None:
    told = {kind["kind"]: kind["words"] for kind in data()}
    assert tuple(told) == VOCABULARIES
    assert told["conditions"] == len(kb.knowledge.terms.conditions)
    assert all(kind in words() for kind in VOCABULARIES)


def test_every_word_of_a_kind(kb: KnowledgeBase) -> None:
    for kind in VOCABULARIES:
        assert [entry["id"] for entry in data(kind)] == [entry.id for entry in kb.names.entries(kind)]
    assert data("Lab") == data("labs")
    assert data("therapy") == data("therapies")


def test_the_csv_has_every_name(kb: KnowledgeBase) -> None:
    rows = list(csv.DictReader(io.StringIO(words("conditions", "--format", "csv"))))
    for row in rows:
        assert row["Also called"] == ", ".join(kb.knowledge.terms.conditions[row["Word"]].aliases)


def test_how_a_text_is_read() -> None:
    (reading,) = data("therapies", "MTX sc 15 mg/wk for 4 months")["readings"]
    assert (reading["state"], reading["stands_for"][0]["id"]) == ("ours", "methotrexate")
    assert (reading["route"], reading["dose"]) == ("subcutaneous", "15 mg/wk")
    (reading,) = data("medications", "CTX")["readings"]
    assert reading["state"] == "ambiguous"
    assert "cyclophosphamide" in reading["may_be"]
    (reading,) = data("therapies", "diltiazam")["readings"]
    assert (reading["state"], reading["nearest"]) == ("not_understood", ["diltiazem"])
    (reading,) = data("outcome", "failed")["readings"]
    assert reading["stands_for"] == [{"id": "ineffective", "name": "Ineffective"}]
    assert "'calcinosis-kb words outcomes' lists" in words("outcomes", "stable")


def test_a_text_of_whatever_kind() -> None:
    told = data("elbows")
    assert [(reading["kind"], reading["stands_for"]) for reading in told["readings"]] == [
        ("sites", [{"id": "elbow", "name": "Elbow"}])
    ]
    assert [word["id"] for word in told["words"]] == ["elbow"]
    assert "no known word is similar" in words("qqqqqq")


def test_what_is_no_kind_is_an_error() -> None:
    for arguments in (["foo", "bar"], ["terapies"]):
        done = call("words", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "CKB059" in done.stderr
    done = call("words", "sites", " ")
    assert (done.returncode, "CKB049" in done.stderr) == (2, True)
