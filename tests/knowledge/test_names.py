"""Map what clinicians type to therapies."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase


@pytest.mark.parametrize(
    ("named", "id_"),
    [
        ("diltiazem", "diltiazem"),
        ("Diltiazem HCl 60 mg", "diltiazem"),
        ("CARDIZEM", "diltiazem"),
        ("Cardizem CD 120 mg daily", "diltiazem"),
        ("rxnorm:3443", "diltiazem"),
        ("3443", "diltiazem"),
        ("C08DB01", "diltiazem"),
        ("atc:L01FA01", "rituximab"),
        ("zoledronate", "zoledronic_acid"),
        ("Pamidronate disodium", "pamidronate"),
        ("excision", "surgical_excision"),
        ("bisphosphonates", "bisphosphonate"),
        ("CCB", "calcium_channel_blocker"),
        ("cyclosporine", "ciclosporin"),
        ("D-penicillamine", "penicillamine"),
        ("glucocorticoids", "systemic_corticosteroids"),
    ],
)
def test_a_name_is_understood(kb: KnowledgeBase, named: str, id_: str) -> None:
    match = kb.names.drug(named)
    assert match is not None
    assert match.id == id_


def test_every_therapy_is_found_by_each_of_its_names(kb: KnowledgeBase) -> None:
    for id_, therapy in kb.knowledge.therapies.items():
        codes = (*therapy.codes.rxnorm, *therapy.codes.atc)
        for name in (id_, therapy.name, *therapy.aliases, *therapy.brands, *codes):
            match = kb.names.drug(name)
            assert match is not None, name
            assert match.id == id_, name


@pytest.mark.parametrize("named", ["dilitazem", "ritximab", "zoledronc acid"])
def test_a_slip_of_the_pen_is_reported_with_the_nearest(kb: KnowledgeBase, named: str) -> None:
    assert kb.names.drug(named) is None
    assert kb.names.nearest_drugs(named)


def test_what_is_not_understood_is_kept(kb: KnowledgeBase) -> None:
    patient = {
        "history": [{"therapy": "Wundermittel"}],
        "medications": ["metopolol"],
        "conditions": ["hart failure"],
        "labs": {"kreatinin": {"value": 1, "unit": "mg/dL"}},
        "calcinosis": {"sites": ["along the old scar"]},
    }
    kept = {(item.where, item.named) for item in kb.reader.mapping(patient).unresolved}
    assert kept == {
        ("history", "Wundermittel"),
        ("medications", "metopolol"),
        ("conditions", "hart failure"),
        ("labs", "kreatinin"),
        ("sites", "along the old scar"),
    }


def test_an_unreadable_condition_is_asked_about(kb: KnowledgeBase) -> None:
    advice = kb.advise({"history": [], "conditions": ["hepatitis b actve"], "medications": [], "allergies": []})
    checks = {check.fact for check in advice.judgement("rituximab").check_first}
    assert "condition:hepatitis_b_active" in checks
