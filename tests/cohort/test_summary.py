"""The summary of a screen counts its rows, and none of its files tells a small count."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.state import STATES
from calcinosis_kb.cli.summary_folder import write_summary
from calcinosis_kb.cohort.rows import schema
from calcinosis_kb.cohort.small_counts import LEAST, among, overlapping, parted
from calcinosis_kb.cohort.summary import FIRST, Summary, summarise
from commandline import start

PEOPLE = 300
THERAPIES = ("diltiazem", "warfarin", "rituximab", "minocycline", "ciclosporin")
RULES = ("diltiazem-heart-failure", "ciclosporin-renal-impairment", "warfarin-pregnancy")
FACTS = ("egfr", "condition:heart_failure", "pregnant", "hbsag")


def made_rows(seed: int) -> list[dict[str, Any]]:
    """One row a person and therapy; some states and facts are rare."""
    draw = random.Random(seed)
    return [
        {
            "person_id": person * 7 - 900,
            "therapy": therapy,
            "standing": draw.choices(("untried", "cannot_tell", "ongoing", "failed"), (5, 90, 3, 2))[0],
            "seen": "in_disease",
            "state": draw.choices(STATES, (40, 30, 20, 1, 3, 5, 1))[0],
            "verdict": "consider",
            "rank": draw.choice((None, *range(1, 21))),
            "rules": " ".join(["tried-before", *draw.sample(RULES, draw.choice((0, 1, 2)))]),
            "open_facts": " ".join(
                fact for fact, often in zip(FACTS, (0.9, 0.4, 0.05, 0.006), strict=True) if draw.random() < often
            ),
        }
        for person in range(PEOPLE)
        for therapy in THERAPIES
    ]


def written(rows: Sequence[dict[str, Any]], path: Path) -> Path:
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema(pa.array([], pa.int64()))), path)
    return path


def summary_of(rows: Sequence[dict[str, Any]], path: Path, least: int = LEAST) -> Summary:
    return summarise(written(rows, path), RULES, least)


@pytest.mark.parametrize("seed", range(3))
def test_it_counts_what_the_rows_say(seed: int, tmp_path: Path) -> None:
    rows = made_rows(seed)
    summary = summary_of(rows, tmp_path / "out.parquet")
    assert summary.people.shown == PEOPLE
    assert [one.therapy for one in summary.therapies] == sorted(THERAPIES)
    for one in summary.therapies:
        mine = [row for row in rows if row["therapy"] == one.therapy]
        states = Counter(row["state"] for row in mine)
        assert tuple(one.states.values()) == parted([states[state] for state in STATES], LEAST)
        ruled_out = [row for row in mine if row["state"] == "ruled_out"]
        by_rule = Counter(rule for row in ruled_out for rule in row["rules"].split() if rule in RULES)
        ordered = sorted(by_rule, key=lambda rule: (-by_rule[rule], rule))
        assert [rule for rule, _ in one.excluded] == ordered
        if one.states["ruled_out"].shown is not None:
            expected = overlapping([by_rule[rule] for rule in ordered], len(ruled_out), LEAST)
            assert tuple(count for _, count in one.excluded) == expected
    first = [row for row in rows if row["rank"] is not None and row["rank"] <= FIRST]
    waiting = {fact: len({row["person_id"] for row in first if fact in row["open_facts"].split()}) for fact in FACTS}
    assert {one.fact: one.people for one in summary.facts} == {
        fact: among(count, PEOPLE, LEAST) for fact, count in waiting.items() if count
    }


def test_untried_is_kept_apart_from_not_found(tmp_path: Path) -> None:
    rows = [
        dict(row, standing="untried" if row["person_id"] < 0 else "cannot_tell", rank=1, state="ready")
        for row in made_rows(1)
    ]
    some = summary_of(rows, tmp_path / "out.parquet").therapies[0]
    before = sum(person * 7 - 900 < 0 for person in range(PEOPLE))
    assert (some.untried.shown, some.not_found.shown, some.other.shown) == (before, PEOPLE - before, 0)


def test_a_folder_of_parts_counts_like_one_file(tmp_path: Path) -> None:
    rows = made_rows(2)
    (tmp_path / "parts").mkdir()
    for number, low in enumerate((0, 100, 170)):
        high = (100, 170, PEOPLE)[number]
        part = [row for row in rows if low <= (row["person_id"] + 900) // 7 < high]
        written(part, tmp_path / "parts" / f"part-{number:05}.parquet")
    assert summarise(tmp_path / "parts", RULES, LEAST) == summary_of(rows, tmp_path / "one.parquet")


@pytest.mark.parametrize(("people", "said"), [(0, "0"), (1, "<5"), (4, "<5")])
def test_of_few_people_nothing_is_told(people: int, said: str, tmp_path: Path) -> None:
    rows = [row for row in made_rows(1) if (row["person_id"] + 900) // 7 < people]
    summary = summary_of(rows, tmp_path / "out.parquet")
    assert summary.people.text(LEAST) == said
    assert summary.therapies == () and summary.facts == ()


def test_a_count_in_the_first_ten_does_not_narrow_a_withheld_state(tmp_path: Path) -> None:
    """If 203 of 300 have it in their first ten, and 200 of 300 are ready, at least 3 are in the state that is withheld."""
    rows = [row for row in made_rows(1) if row["therapy"] == "diltiazem"]
    told = [
        dict(row, state="ready" if n < 200 else "check" if n < 203 else "ruled_out", rank=1 if n < 203 else None)
        for n, row in enumerate(rows)
    ]
    (one,) = summary_of(told, tmp_path / "out.parquet").therapies
    assert one.states["check"].small
    assert [count.shown for count in (one.untried, one.not_found, one.other)] == [None] * 3


@pytest.mark.slow
def test_no_file_tells_a_small_count(tmp_path: Path, kb: KnowledgeBase) -> None:
    rows = made_rows(1)
    folder = tmp_path / "summary"
    write_summary(folder, kb, written(rows, tmp_path / "out.parquet"), LEAST)
    assert sorted(path.name for path in folder.iterdir()) == [
        "facts.svg", "first.svg", "gone.svg", "states.svg", "summary.html", "summary.md",
    ]  # fmt: skip
    text = (folder / "summary.md").read_text(encoding="utf-8")
    assert kb.knowledge.hash in text and kb.rules.hash in text
    assert re.findall(r"\| *[1-4] *\|", text) == []
    assert re.findall(r"\([1-4]\)", text) == []
    assert "&lt;5" in text and "withheld" in text
    for picture in ("facts.svg", "first.svg", "gone.svg", "states.svg"):
        assert f"]({picture})" in text
    page = (folder / "summary.html").read_text(encoding="utf-8")
    assert "<script" not in page and "https://" not in page
    assert page.count("data:image/svg+xml;base64,") == 4
    assert re.findall(r"<p>[1-4]</p>", page) == []
    # Nobody is named; a hash may hold any digits among its letters.
    ids = {str(row["person_id"]) for row in rows if abs(row["person_id"]) > PEOPLE}
    assert ids and ids.isdisjoint(re.findall(r"-?\w+", text))
    again = tmp_path / "again"
    write_summary(again, kb, tmp_path / "out.parquet", LEAST)
    assert all((again / path.name).read_bytes() == path.read_bytes() for path in folder.iterdir())


def test_a_folder_that_is_there_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    done = start("screen", str(tmp_path), "-o", str(tmp_path / "out.parquet"), "--summary", str(tmp_path / "there"))
    assert done.returncode == 2
    assert b"CKB074" in done.stderr


def test_a_threshold_below_five_is_refused(tmp_path: Path) -> None:
    done = start("screen", str(tmp_path), "-o", str(tmp_path / "out.parquet"), "--least", "2")
    assert done.returncode == 2
    assert b"Invalid value for '--least'" in done.stderr
