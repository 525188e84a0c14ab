"""What ``why`` prints: the deciding row, the rules that hold, and the near misses."""

from __future__ import annotations

import re

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.answer import NOTICE, Advice
from calcinosis_kb.advice.columns import WIDTH
from calcinosis_kb.advice.screen import screen
from calcinosis_kb.report.blocks import Heading
from calcinosis_kb.report.reasoning import reasoning
from calcinosis_kb.report.reasoning_lines import HEIGHT
from calcinosis_kb.report.render import as_markdown
from calcinosis_kb.report.why import FamilyReport, WhyReport


@pytest.fixture(scope="module")
def advice(kb: KnowledgeBase) -> Advice:
    history = [{"therapy": "diltiazem", "outcome": "ineffective"}]
    return kb.advise({"diseases": ["crest"], "history": history, "allergies": ["minocycline"], "medications": ["warfarin"]})  # fmt: skip


@pytest.mark.parametrize(
    ("therapy", "head", "decided_by"),
    [
        ("diltiazem", "Diltiazem: exhausted, not offered", "failed or not tolerated → exhausted"),
        ("minocycline", "Minocycline: avoid, not offered", "any standing, a rule with effect avoid → avoid"),
        ("warfarin", "Warfarin: not advised, not offered", "any standing, a rule with effect against → not_advised"),
        ("colchicine", "Colchicine: consider, row ", "any standing → consider"),
    ],
)
def test_the_row_of_the_verdict_table_that_decided_is_named(
    kb: KnowledgeBase, advice: Advice, therapy: str, head: str, decided_by: str
) -> None:
    report = WhyReport(advice, kb.advisor.explain(advice, therapy), rules=True)
    headings = [block.text for block in report.blocks() if isinstance(block, Heading)]
    assert headings[0].startswith(head)
    assert report.data()["decided_by"].endswith(f" of the verdict table: {decided_by}")
    assert ("What to check first" in headings) is advice.judgement(therapy).offered
    assert headings[-1] == "What would change it"


def test_every_rule_that_holds_is_printed_with_its_file_and_line(kb: KnowledgeBase, advice: Advice) -> None:
    report = WhyReport(advice, kb.advisor.explain(advice, "colchicine"), rules=True)
    shown = as_markdown(report.blocks())
    for reason in advice.judgement("colchicine").reasons:
        assert f"({reason.rule}, {reason.at}" in shown


def test_a_family_is_explained_member_by_member_with_one_head_and_one_notice(kb: KnowledgeBase, advice: Advice) -> None:
    members = kb.knowledge.members("bisphosphonate")
    report = FamilyReport(advice, "bisphosphonate", [kb.advisor.explain(advice, member) for member in members])
    heads = [
        block.text.partition(":")[0] for block in report.blocks() if isinstance(block, Heading) and block.level == 1
    ]
    assert heads == [kb.knowledge.therapies[member].name for member in members]
    shown = as_markdown(report.blocks())
    assert shown.count("Failed: ") == shown.count(NOTICE) == 1
    assert [one["judgement"]["therapy"] for one in report.data()["members"]] == list(members)


@pytest.mark.slow
@pytest.mark.parametrize("case", ["nunes-2019-1", "abramowicz-2015-1", "anon-sle-surgery-1996-1"])
def test_any_therapy_is_explained_in_24_lines(kb: KnowledgeBase, case: str) -> None:
    answer = kb.advise(kb.reader.file(f"knowledge/cases/{case}.yaml"))
    for option in kb.knowledge.options:
        lines = WhyReport(answer, kb.advisor.explain(answer, option.id)).lines() or []
        texts = [line.text for line in lines if line.style != "alert"]
        assert len(texts) <= HEIGHT == 24 and max(map(len, texts)) <= WIDTH, option.id
        assert texts[0].startswith(option.name) and answer.judgement(option.id).verdict.replace("_", " ") in texts[0]
        for start in ("decided", "seen", "expected"):
            assert any(text.startswith(start) for text in texts), (option.id, start)
        cited = {int(n) for text in texts for many in re.findall(r"\[(\d[\d, ]*)\]", text) for n in many.split(",")}
        listed = {int(text[1 : text.index("]")]) for text in texts if text.startswith("[") and text[1].isdigit()}
        assert cited >= listed and (cited == listed or "more sources" in texts[-2])
        assert not any(re.search(r"\.yaml:\d", text) for text in texts)


def test_a_word_that_was_not_understood_stands_above_the_reasoning(kb: KnowledgeBase) -> None:
    answer = kb.advise({"diseases": ["crest"], "history": [{"therapy": "diltiazam", "outcome": "ineffective"}]})
    lines = WhyReport(answer, kb.advisor.explain(answer, "diltiazem")).lines() or []
    assert lines[0].style == "alert" and "diltiazam" in lines[0].text


def test_the_json_names_the_words_that_were_not_understood(kb: KnowledgeBase) -> None:
    advice = kb.advise({"diseases": ["crest"], "history": [], "allergies": ["fooxyz"]})
    document = WhyReport(advice, kb.advisor.explain(advice, "rituximab")).data()
    assert [word["named"] for word in document["patient"]["unresolved"]] == ["fooxyz"]


def test_the_place_of_a_therapy_is_counted_as_on_the_first_screen(advice: Advice) -> None:
    rows = screen(advice).rows
    assert f"open in {len(rows)} rows" in screen(advice).counted
    for row in rows:
        assert all(advice.place(item) == f"row {row.rank} of {len(rows)}" for item in row.items)
    for item in advice.judged:
        listed = any(item in row.items for row in rows)
        assert listed == advice.place(item).startswith("row ")


@pytest.mark.parametrize(("age", "sex", "asked"), [(7, "male", False), (63, "female", False), (30, "female", True)])
def test_breastfeeding_would_change_nothing_for_a_child_a_man_or_an_old_woman(
    kb: KnowledgeBase, age: int, sex: str, asked: bool
) -> None:
    answer = kb.advise({"diseases": ["jdm"], "patient": {"age": age, "sex": sex}, "conditions": []})
    told = [reasoning(kb.advisor.explain(answer, item.therapy.id), answer).changes for item in answer.options]
    assert any("breastfeeding" in fact for changes in told for _, facts in changes for fact in facts) is asked
