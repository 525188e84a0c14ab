"""What ``suggest`` prints: each thing once, names as people write them."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.questions import fact_label
from calcinosis_kb.knowledge.spelling import in_sentence
from calcinosis_kb.report.advice import AdviceReport
from calcinosis_kb.report.blocks import Marked
from calcinosis_kb.report.render import as_markdown

PATIENT = {
    "diseases": ["crest"],
    "calcinosis": {"pattern": "universalis"},
    "history": [{"therapy": therapy, "outcome": "ineffective"} for therapy in ("diltiazem", "colchicine", "warfarin")],
    "conditions": ["hepatitis B", "HIV"],
    "labs": {"alt": {"value": 90, "unit": "U/L", "upper_limit": 40}},
}


@pytest.fixture(scope="module")
def report(kb: KnowledgeBase) -> AdviceReport:
    return AdviceReport(kb.advise(PATIENT))


def test_no_sentence_about_the_evidence_is_said_again_for_each_therapy(report: AdviceReport) -> None:
    items = [
        text for block in report.blocks() if isinstance(block, Marked) for mark, text in block.items if mark != "?"
    ]
    standings = {item.reasons[0].text for item in report.advice.judged}
    said = Counter(
        text
        for text in items
        if not text.startswith(("See note", "Evidence: ")) and "[" not in text and text not in standings
    )
    assert max(said.values()) <= 2, said.most_common(3)
    shown = as_markdown(report.blocks())
    for sentence in ("No randomised trial supports it", "The evidence is indirect", "So it should lower it"):
        assert shown.count(sentence) <= 1


def test_every_note_that_is_referred_to_is_there(report: AdviceReport) -> None:
    shown = as_markdown(report.blocks())
    notes = {int(number) for number in re.findall(r"^- (\d+): ", shown, re.M)}
    used = {int(n) for many in re.findall(r"See notes? ([\d, ]+)\.", shown) for n in many.split(", ")}
    assert notes and used == notes


def test_what_rests_on_a_fact_of_the_patient_stands_with_the_therapy(report: AdviceReport) -> None:
    shown = as_markdown(report.blocks())
    notes = shown.partition("## Notes on several")[2].partition("\n## ")[0]
    assert not re.search(r"\\\[[^\d]", notes)


def test_names_keep_their_capitals_inside_a_sentence(kb: KnowledgeBase, report: AdviceReport) -> None:
    shown = as_markdown(report.blocks())
    assert "hepatitis B, HIV infection" in shown
    assert not re.search(r"hepatitis b\b|\bhiv\b", shown)
    for option in report.advice.judged:
        assert not any(re.search(r" [\d.]+ 1[\];]", reason.text) for reason in option.reasons), (
            "a number without a unit"
        )
    for condition in kb.knowledge.terms.conditions.values():
        assert in_sentence(condition.name)[1:] == condition.name[1:]


@pytest.mark.parametrize(
    ("fact", "label"),
    [
        ("egfr", "Estimated GFR"),
        ("hbsag", "Hepatitis B surface antigen"),
        ("pregnant", "pregnancy"),
        ("largest_mm", "size of the largest deposit"),
        ("medication:warfarin", "taking warfarin"),
        ("allergy:penicillamine", "allergy to penicillamine"),
        ("condition:hepatitis_b", "hepatitis B"),
        ("contraindication:methotrexate", "whether methotrexate was judged contraindicated"),
    ],
)
def test_a_missing_fact_is_named_as_people_say_it(kb: KnowledgeBase, fact: str, label: str) -> None:
    assert fact_label(fact, kb.knowledge) == label
