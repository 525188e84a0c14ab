"""The answer of the patient page: what it shows, in every state."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import httpx
import pytest
import yaml

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.advisor import Advisor
from calcinosis_kb.errors import InternalFault, Problem
from calcinosis_kb.report.reasoning import reasoning
from strategies import SEED


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(SEED.read_text(encoding="utf-8"))
    return {key: value for key, value in data.items() if key != "case"}


def answered(client: httpx.Client, data: dict[str, Any], address: str = "/patient", **fields: Any) -> str:
    """The page for a patient file."""
    sent = client.post(address, data={"patient": json.dumps(data), **fields})
    assert (sent.status_code, sent.headers["cache-control"]) == (200, "no-store")
    return sent.text


def one_line(text: str) -> str:
    return " ".join(text.split())


def text_of(page: str) -> str:
    """What a page says, without its tags."""
    return one_line(html.unescape(re.sub(r"<[^>]*>", "", page)))


def test_every_therapy_is_on_the_page_once_and_links_to_its_own(
    client: httpx.Client, kb: KnowledgeBase, seed: dict[str, Any]
) -> None:
    shown = answered(client, seed)
    answer = shown[shown.index('id="answer"') : shown.index('id="why"')]
    linked = re.findall(r'href="/therapy/(\w+)"', answer)
    assert sorted(linked) == sorted(option.id for option in kb.knowledge.options)


def test_the_reasoning_is_that_of_the_command_line(
    client: httpx.Client, kb: KnowledgeBase, seed: dict[str, Any]
) -> None:
    advice = kb.advise(seed)
    said = reasoning(kb.advisor.explain(advice, "rituximab"), advice)
    shown = text_of(answered(client, seed, "/patient/why", why="rituximab"))
    words = [said.decided, *said.before, *said.rules_out, *(one.text for one in (*said.studies, *said.pro, *said.con))]
    assert len(words) > 15 and [word for word in words if one_line(word) not in shown] == []


def test_what_a_fact_moves_is_told_and_marked(client: httpx.Client, seed: dict[str, Any]) -> None:
    after = {**seed, "labs": {**seed["labs"], "hbsag": "positive"}}
    shown = answered(client, after, answered=json.dumps(seed))
    assert re.search(
        r"Rituximab: consider, caution → ruled out \(hepatitis B surface antigen positive\)",
        text_of(shown),
        re.IGNORECASE,
    )
    assert 'class="row changed' in shown
    assert "What changed" not in answered(client, seed, answered=json.dumps(seed))


def test_what_one_more_fact_would_change_is_told_beside_a_value_that_cannot_be_used(
    client: httpx.Client, seed: dict[str, Any]
) -> None:
    asked = {"if": "HBsAg positive", "try": "yes"}
    wrong = {**seed, "labs": {**seed["labs"], "potassium": "900 mmol/L"}}
    shown = text_of(answered(client, wrong, **asked))
    assert "900 mmol/L is not possible" in shown
    assert "Rituximab: consider, caution → ruled out" in shown and "is not understood as one more fact" not in shown
    assert "is not understood as one more fact" in text_of(answered(client, wrong, **{**asked, "if": "potassium 901"}))


def test_nothing_is_green_that_may_have_been_tried(client: httpx.Client) -> None:
    dialysis = {
        "diseases": ["metastatic calcification"],
        "conditions": ["dialysis"],
        "patient": {"age": 58, "sex": "male"},
    }
    rows = {}
    for history in ([{"therapy": "diltiazam"}], []):
        shown = answered(client, {**dialysis, "history": history, "conditions_complete": False})
        rows[bool(history)] = re.findall(r'<li class="row.*?</li>', shown, re.DOTALL)
    assert not [row for row in rows[True] if "may have had" not in row or "state ready" in row]
    assert [row for row in rows[False] if "state ready" in row]


def test_a_letter_has_the_rows_and_parts_that_are_ticked(client: httpx.Client, seed: dict[str, Any]) -> None:
    rows = ["minocycline", "surgical_debulking"]
    shown = answered(client, seed, "/patient/letter", rows=rows)
    text = shown[shown.index("<textarea") :]
    assert re.search(r"\(decision support\), 20\d\d-\d\d-\d\d", text) and "Tried without success" in text
    assert "1. Minocycline" in text and "2. Surgical debulking" in text and "\n[1] " in text
    bare = text_of(answered(client, seed, "/patient/letter", rows=rows, chosen="yes", parts=["mechanism"]))
    assert "by way of calcium chelation" in bare
    assert not re.search(
        r"Tried without|Before it|To weigh|\[1\]|woman|\b63\b", bare[bare.index("Calcinosis cutis:") :]
    )


def test_a_letter_says_what_was_not_understood(client: httpx.Client, seed: dict[str, Any]) -> None:
    unread = {**seed, "conditions": ["gerdx"]}
    shown = text_of(answered(client, unread, "/patient/letter", chosen="yes", rows="rituximab"))
    assert "Not understood in conditions: 'gerdx'" in shown[shown.index("Calcinosis cutis:") :]


@pytest.mark.parametrize(
    ("ticked", "fits"), [([], False), (["rituximab"], False), (["rituximab", "minocycline"], True)]
)
def test_two_or_three_rows_are_compared(
    client: httpx.Client, seed: dict[str, Any], ticked: list[str], fits: bool
) -> None:
    shown = text_of(answered(client, seed, "/patient/compare", rows=ticked))
    assert ("Tick two or 3 rows." in shown) is not fits
    assert ("5 of 10 better" in shown) is fits


def test_there_is_no_answer_where_the_engines_contradict_each_other(
    client: httpx.Client, seed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def differ(*_: Any) -> None:
        raise InternalFault((Problem("CKB050", "the engines differ on rituximab", fix="report it"),))

    monkeypatch.setattr(Advisor, "advise", differ)
    shown = answered(client, seed, answered=json.dumps(seed))
    assert "No answer" in text_of(shown) and "the engines differ on rituximab" in text_of(shown)
    assert 'class="row' not in shown and "limited_ssc_crest" in shown
