"""What ``therapy`` and ``therapies`` print."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.mechanism_paths import polarity
from calcinosis_kb.report.blocks import Heading, Marked, Table
from calcinosis_kb.report.evidence import counts_words
from calcinosis_kb.report.therapies import TherapiesReport
from calcinosis_kb.report.therapy import TherapyReport


@pytest.mark.parametrize(
    ("therapy", "study", "words"),
    [
        ("alendronate", "mukamel-2001", "1 of 1"),
        ("diltiazem", "balin-2012", "9 + ? of 17"),
        ("alendronate", "kaliyadan-2011", "? of 1"),
        ("diltiazem", "jcnd-2001", "?"),
        ("analgesia", "valenzuela-2016", "–"),
    ],
)
def test_responders_are_counted_with_what_is_not_stated(
    kb: KnowledgeBase, therapy: str, study: str, words: str
) -> None:
    found = [counts_words(one) for one in kb.knowledge.findings(therapy) if one.study.id == study]
    assert words in found


@pytest.mark.parametrize(
    ("therapy", "there", "absent"),
    [
        ("diltiazem", {"How it would act: lowering", "An adequate trial", "Published levels of evidence"}, set()),
        ("pamidronate", {"Studies of Bisphosphonates without naming the agent", "How it would act: both"}, set()),
        ("denosumab", {"How it would act: undetermined", "Rules that mention it", "Sources"}, {"Studies"}),
    ],
)
def test_a_section_is_there_if_something_is_known(
    kb: KnowledgeBase, therapy: str, there: set[str], absent: set[str]
) -> None:
    report = TherapyReport(kb.knowledge, kb.rules, therapy, kb.paths(therapy))
    headings = {block.text for block in report.blocks() if isinstance(block, Heading)}
    assert there <= headings and not absent & headings
    data = report.data()
    assert data["id"] == therapy and bool(data["evidence"]) is ("Studies" in headings)


def test_a_statement_says_how_far_it_goes_and_for_whom(kb: KnowledgeBase) -> None:
    report = TherapyReport(kb.knowledge, kb.rules, "methotrexate", kb.paths("methotrexate"))
    [said] = [row for row in report.data()["statements"] if row["guideline"] == "share-jdm-2017"]
    assert (said["advice"], said["step"], said["diseases"]) == ("recommends", 1, ["juvenile_dermatomyositis"])
    lines = [text for block in report.blocks() if isinstance(block, Marked) for _, text in block.items]
    assert any(line.startswith("Recommends as step 1 (juvenile dermatomyositis, child): ") for line in lines)


def test_every_option_has_one_row_below_its_family(kb: KnowledgeBase) -> None:
    report = TherapiesReport(
        kb.knowledge, {option.id: polarity(kb.paths(option.id)) for option in kb.knowledge.options}
    )
    data = report.data()
    assert sorted(row["therapy"] for row in data) == [option.id for option in kb.knowledge.options]
    [table] = [block for block in report.blocks() if isinstance(block, Table)]
    shown = [row[0] for row in table.rows if row[1]]
    assert [name.strip() for name in shown] == [row["name"] for row in data]
    names = [row[0] for row in table.rows]
    first = names.index("Sodium thiosulfate")
    assert names[first + 1 : first + 4] == [
        f"  Sodium thiosulfate, {route}" for route in ("into the deposit", "intravenous", "topical")
    ]
    assert [row[0] for row in report.table().rows] == [row["therapy"] for row in data]
