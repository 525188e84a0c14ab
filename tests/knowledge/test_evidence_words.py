"""Evidence in words: no percentage of few patients, no lesions as patients."""

from __future__ import annotations

import itertools
import re

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.evidence_words import counts_words, evidence_words, finding_interval, patients_words
from calcinosis_kb.knowledge.grading import LEAST_FOR_SHARE

DISEASES = ("limited_ssc_crest", "dermatomyositis", "juvenile_dermatomyositis", "sle", "tumoral_calcinosis")


def test_fewer_than_five_patients_have_no_percentage(kb: KnowledgeBase) -> None:
    shown = 0
    for disease, option in itertools.product(DISEASES, kb.knowledge.options):
        evidence = kb.knowledge.evidence(option.id, frozenset({disease}))
        words = evidence_words(evidence)
        assert "%" not in words or evidence.response.treated >= LEAST_FOR_SHARE, option.id
        assert "%" not in patients_words(evidence)
        shown += "%" in words
    assert shown, "some therapy has a percentage in some disease"


def test_no_interval_of_a_single_result_of_few_patients(kb: KnowledgeBase) -> None:
    findings = [finding for option in kb.knowledge.options for finding in kb.knowledge.findings(option.id)]
    with_interval = [finding for finding in findings if finding_interval(finding)]
    assert with_interval and all((finding.treated or 0) >= LEAST_FOR_SHARE for finding in with_interval)


def test_more_never_responded_than_were_treated(kb: KnowledgeBase) -> None:
    """Treated areas of patients are not patients: "17 of 6" cannot be."""
    for therapy in kb.knowledge.therapies:
        for finding in kb.knowledge.findings(therapy):
            found = re.fullmatch(r"(\d+)(?: \+ \?)? of (\d+)", counts_words(finding))
            assert found is None or int(found[1]) <= int(found[2]), finding.study.id
    [areas] = kb.knowledge.findings("co2_laser")[:1]
    assert areas.result.counted and counts_words(areas) == "6 treated"


@pytest.mark.parametrize(
    ("therapy", "words"),
    [
        ("sodium_thiosulfate_iv", r"\d\d, better"),
        ("rituximab", r"\d+ of \d\d better"),
        ("treprostinil", r"1\d, mixed"),
        ("baricitinib", "course not stated"),
        ("denosumab", "none reported"),
    ],
)
def test_the_patients_come_before_the_few_whose_responders_were_counted(
    kb: KnowledgeBase, therapy: str, words: str
) -> None:
    evidence = kb.knowledge.evidence(therapy, frozenset({"limited_ssc_crest"}))
    assert re.fullmatch(words, patients_words(evidence))
