"""What ``therapy`` and ``therapies`` print."""

from __future__ import annotations

import re

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.evidence_words import counts_words
from calcinosis_kb.knowledge.mechanism_paths import polarity
from calcinosis_kb.report.blocks import Heading, Marked, Table, Text
from calcinosis_kb.report.therapies import TherapiesReport
from calcinosis_kb.report.therapy import TherapyReport


def page(kb: KnowledgeBase, therapy: str) -> TherapyReport:
    paths = {one: kb.paths(one) for one in (therapy, *kb.knowledge.members(therapy))}
    return TherapyReport(kb.knowledge, kb.rules, therapy, paths)


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


def shown(report: TherapyReport) -> list[str]:
    return [text for block in report.blocks() if isinstance(block, Marked) for _, text in block.items]


@pytest.mark.parametrize("family", ["sodium_thiosulfate", "bisphosphonate", "calcium_channel_blocker"])
def test_a_family_shows_its_members(kb: KnowledgeBase, family: str) -> None:
    report = page(kb, family)
    members = kb.knowledge.members(family)
    tables = {block.columns[0]: block for block in report.blocks() if isinstance(block, Table)}
    assert [row[0] for row in tables["Therapy"].rows] == [kb.knowledge.therapies[id_].name for id_ in members]
    headings = [block.text for block in report.blocks() if isinstance(block, Heading)]
    for member in members:
        name = kb.knowledge.therapies[member].name
        assert (f"Studies of {name}" in headings) is bool(kb.knowledge.findings(member)), member
    assert "Studies" not in headings
    assert [row["therapy"] for row in report.data()["members"]] == list(members)
    told = {row["therapy"] for row in report.data()["evidence"]}
    assert told == {id_ for id_ in (family, *members) if kb.knowledge.findings(id_)}
    assert "No causal path of the graph leads to calcinosis." not in shown(report)
    assert not [text for text in shown(report) if text.startswith("How it would act: undetermined")]


def test_what_a_result_says_is_told_with_what_it_rests_on(kb: KnowledgeBase) -> None:
    lines = shown(page(kb, "pamidronate"))
    [nair] = [line for line in lines if line.startswith("Nair [n.d.]") and "Given with" in line]
    assert "Given with diltiazem: it speaks for the combination only." in nair
    lines = shown(page(kb, "sodium_thiosulfate_intralesional"))
    assert any("By disease: SSc 5 of 5 (benefit), Other 1 of 1 (benefit)." in line for line in lines)
    assert any("Counted: treated areas" in line for line in shown(page(kb, "co2_laser")))
    report = page(kb, "rituximab")
    assert report.data()["patients"] and report.data()["expected"]["patients"] > 5
    texts = [block.text for block in report.blocks() if isinstance(block, Text)]
    assert any(text.startswith("Expected response, all diseases alike: ") and "%" in text for text in texts)
    assert sum("Levels of evidence" in text for text in texts) == 1


def test_sources_are_numbered_and_no_id_is_shown(kb: KnowledgeBase) -> None:
    for therapy in ("rituximab", "warfarin", "bisphosphonate"):
        lines = shown(page(kb, therapy))
        numbered = [line for line in lines if re.match(r"\[\d+\] ", line)]
        assert [int(line[1 : line.index("]")]) for line in numbered] == list(range(1, len(numbered) + 1))
        text = "\n".join(lines)
        known = {*kb.knowledge.studies, *kb.knowledge.guidelines}
        assert not [id_ for id_ in known if re.search(rf"(?<![\w/.-]){re.escape(id_)}(?![\w-])", text)]


@pytest.mark.parametrize(
    ("therapy", "there", "absent"),
    [
        ("diltiazem", {"How it would act: lowering", "An adequate trial", "Published levels of evidence"}, set()),
        ("pamidronate", {"Studies of Bisphosphonates that name no member", "How it would act: both"}, set()),
        ("denosumab", {"How it would act: undetermined", "Rules that mention it"}, {"Studies"}),
    ],
)
def test_a_section_is_there_if_something_is_known(
    kb: KnowledgeBase, therapy: str, there: set[str], absent: set[str]
) -> None:
    report = page(kb, therapy)
    headings = {block.text for block in report.blocks() if isinstance(block, Heading)}
    assert there <= headings and not absent & headings
    data = report.data()
    assert data["id"] == therapy and bool(data["evidence"]) is ("Studies" in headings)


def test_a_statement_says_how_far_it_goes_and_for_whom(kb: KnowledgeBase) -> None:
    report = page(kb, "methotrexate")
    [said] = [row for row in report.data()["statements"] if row["guideline"] == "share-jdm-2017"]
    assert (said["advice"], said["step"], said["diseases"]) == ("recommends", 1, ["juvenile_dermatomyositis"])
    lines = shown(report)
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
