"""Judge offers by the words of a record, beside and without the rules."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.evaluation.hazards import (
    BLEEDING,
    DIALYSIS,
    HAZARDS,
    HEART_FAILURE,
    HYPERCALCAEMIA,
    KIDNEYS,
    OESOPHAGUS,
    PACEMAKER,
    PREGNANT,
    TRANSPLANT,
    ULCER,
    Hazard,
    hazards,
)

WORDS = {
    KIDNEYS: ("end-stage renal disease on haemodialysis", "ESRD", "CKD stage 5", "kidney failure"),
    DIALYSIS: ("haemodialysis", "on dialysis", "CAPD", "CKD 5D"),
    TRANSPLANT: ("renal transplant recipient", "kidney transplant"),
    PREGNANT: ("pregnancy", "pregnant"),
    OESOPHAGUS: ("achalasia", "oesophageal stricture"),
    HEART_FAILURE: ("congestive heart failure", "CHF"),
    ULCER: ("peptic ulcer",),
    BLEEDING: ("haemophilia",),
    HYPERCALCAEMIA: ("hypercalcaemia", "hypercalcemia"),
    PACEMAKER: ("pacemaker", "implanted defibrillator"),
    r"\bc[iy]c?losporin": ("ciclosporin",),
}
"""How a record may say each fact of the table."""


def test_the_table_holds_only_what_the_base_says(kb: KnowledgeBase) -> None:
    """Each row names therapies of the base, and a source of a rule about them."""
    rules = (*kb.rules.verdict_rules,)
    for hazard in HAZARDS:
        for id_ in hazard.unsafe:
            assert id_ in kb.knowledge.therapies
            assert any(hazard.source in rule.sources and id_ in (*rule.therapies, *rule.families) for rule in rules), (
                hazard
            )


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: f"{hazard.unsafe[0]}-{hazard.source}")
def test_no_answer_offers_what_the_table_calls_unsafe(kb: KnowledgeBase, hazard: Hazard) -> None:
    """Also folded away: however the record says it, and in either sort of disease."""
    for disease in ("limited_ssc_crest", "juvenile_dermatomyositis"):
        first, *others = hazard.words
        for word in WORDS[first]:
            record = [word, *(WORDS[other][0] for other in others)]
            unsafe = hazards(record, kb.knowledge)
            assert {option for id_ in hazard.unsafe for option in kb.knowledge.members(id_) or (id_,)} <= set(unsafe)
            patient = {
                "patient": {"age": 40, "sex": "female"},
                "diseases": [disease],
                "conditions": [word],
                "medications": record[1:],
                "history": [],
            }
            offered = {item.therapy.id for item in kb.advise(patient).options}
            assert offered.isdisjoint(unsafe), (disease, word)


def test_a_denial_is_no_hazard(kb: KnowledgeBase) -> None:
    assert hazards(["no dialysis", "not pregnant", "peptic ulcer excluded", "hypertension"], kb.knowledge) == {}
