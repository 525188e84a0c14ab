"""Tables for a terminal of 80 columns: nothing that is copied is broken, and no table is a column of single letters."""

from __future__ import annotations

import re

import pytest

from calcinosis_kb import KnowledgeBase
from commandline import call
from strategies import SEED


@pytest.mark.parametrize(("command", "most"), [(("coverage",), 200), (("therapies",), 160)])
def test_a_table_is_readable_at_eighty_columns(kb: KnowledgeBase, command: tuple[str, ...], most: int) -> None:
    done = call(*command)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) <= most and max(map(len, lines)) <= 80
    whole = " ".join(done.stdout.split())
    single = [word for option in kb.knowledge.options for word in re.findall(r"[\w-]{5,}", option.name)]
    assert [word for word in single if word not in whole] == []


@pytest.mark.parametrize(
    "command", [("why", "rituximab", "--all"), ("why", "rituximab", "--rules"), ("evaluate",), ("graph", "polarity")]
)
def test_no_word_is_broken_at_eighty_columns(command: tuple[str, ...]) -> None:
    """Each word of four letters and more is one that a terminal of 300 columns shows too."""
    patient = () if command[0] == "graph" else (str(SEED),)
    narrow, wide = call(*command, *patient), call(*command, *patient, COLUMNS="300")
    assert narrow.returncode == wide.returncode == 0, narrow.stderr
    assert max(map(len, narrow.stdout.splitlines())) <= 80
    shown = set(re.findall(r"[A-Za-z]{4,}", wide.stdout))
    assert [
        word for word in re.findall(r"(?<![A-Za-z])[A-Za-z]{4,}(?![A-Za-z])", narrow.stdout) if word not in shown
    ] == []


@pytest.mark.parametrize(
    "command",
    [
        ("therapies",),
        ("therapy", "sts"),
        ("compare", "1", "2", str(SEED)),
        ("why", "1", "--all", str(SEED)),
        ("suggest", "--all", str(SEED)),
    ],
)
def test_levels_are_explained_once_where_they_are_shown(command: tuple[str, ...]) -> None:
    shown = " ".join(call(*command).stdout.split())
    assert shown.count("Levels of evidence (OCEBM 2011):") == 1
