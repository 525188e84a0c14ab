"""Read codes of medicines, conditions and tests, and ask what a drug or class belongs to."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.reading import Match


def shown(matches: tuple[Match, ...] | None) -> list[str] | None:
    return None if matches is None else [f"{match.kind} {match.id}" for match in matches]


@pytest.mark.parametrize(
    ("system", "code", "meant"),
    [
        ("rxnorm", "3443", ["therapy diltiazem"]),
        ("atc", "C08DB01", ["therapy diltiazem"]),
        ("atc", "c08db01", ["therapy diltiazem"]),
        ("omop", "1328165", ["therapy diltiazem"]),
        ("cvx", "140", ["medication vaccine"]),
        ("rxnorm", "C08DB01", []),  # a code of another system
        ("atc", "M05BA", []),  # a group is no substance
        ("cvx", "3443", []),
    ],
)
def test_a_code_means_a_medicine_in_its_system(kb: KnowledgeBase, system: str, code: str, meant: list[str]) -> None:
    assert shown(kb.names.coded_drug(system, code)) == meant


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("Z79.4", ["medication insulin"]),
        ("z794", ["medication insulin"]),
        ("Z79.52", ["therapy systemic_corticosteroids"]),
        ("Z79.01", ["medication anticoagulant"]),
        ("Z79.83", ["family bisphosphonate"]),
        ("Z79.899", []),  # a medicine is taken, and it is none of ours
        ("Z79", None),  # it does not say which
        ("I10", None),
    ],
)
def test_a_code_says_that_a_medicine_is_in_use(kb: KnowledgeBase, code: str, meant: list[str] | None) -> None:
    assert shown(kb.names.drug_use(code)) == meant


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("M05BA", ["family bisphosphonate"]),
        ("M05BA04", ["family bisphosphonate"]),
        ("m05ba04", ["family bisphosphonate"]),
        ("C08", ["medication antihypertensive_or_vasodilator", "family calcium_channel_blocker"]),
        ("L04AB", ["medication biologic_dmard", "family tnf_inhibitor", "medication immunosuppressant"]),
        ("L04", ["medication immunosuppressant"]),
        ("A10", ["medication antidiabetic_drug"]),
        ("N02BE01", None),
        ("V03", None),
        ("zz", None),
    ],
)
def test_a_group_of_substances_is_what_all_of_them_are(kb: KnowledgeBase, code: str, meant: list[str] | None) -> None:
    assert shown(kb.names.drug_group(code)) == meant


@pytest.mark.parametrize(
    ("system", "code", "meant"),
    [
        ("snomed", "77386006", ["condition pregnancy"]),
        ("snomed", "89155008", ["disease systemic_sclerosis"]),
        ("omop", "4062098", ["condition calcinosis_cutis"]),
        ("omop", "134442", ["disease systemic_sclerosis"]),
        ("omop", "77386006", []),
        ("loinc", "77386006", []),
    ],
)
def test_a_code_means_a_condition_in_its_system(kb: KnowledgeBase, system: str, code: str, meant: list[str]) -> None:
    assert shown(kb.names.coded_conditions(system, code)) == meant


def test_a_code_means_a_test_in_its_system(kb: KnowledgeBase) -> None:
    assert kb.names.coded_labs("loinc", "33914-3") == ("egfr",)
    assert kb.names.coded_labs("omop", "3016723") == ("creatinine",)
    assert kb.names.coded_labs("omop", "33914-3") == ()


def test_a_product_is_named_by_its_code(kb: KnowledgeBase) -> None:
    assert kb.names.product("1037045") == "dabigatran etexilate 150 MG Oral Capsule"
    assert kb.names.product("10370450") is None
    assert kb.names.product("") is None


@pytest.mark.parametrize(
    ("match", "label", "classes", "families"),
    [
        (Match("therapy", "rituximab"), "Rituximab", ["biologic_dmard", "immunosuppressant", "unspecified_medical_treatment"], []),
        (Match("family", "bisphosphonate"), "Bisphosphonates", [], []),
        (Match("medication", "aspirin"), "Aspirin", ["salicylate", "nsaid"], []),
        (Match("other", "golimumab", ("tnf_inhibitor",)), "golimumab", ["tnf_inhibitor"], ["tnf_inhibitor"]),
        (Match("other", "insulin_lispro", ("insulin",)), "insulin lispro", ["insulin", "antidiabetic_drug"], []),
    ],
)  # fmt: skip
def test_a_drug_has_a_name_classes_and_families(
    kb: KnowledgeBase, match: Match, label: str, classes: list[str], families: list[str]
) -> None:
    assert kb.names.label(match) == label
    assert kb.names.classes(match) == (match.id, *classes)
    assert kb.names.families(match) == tuple(families)


def test_what_a_class_may_stand_for(kb: KnowledgeBase) -> None:
    assert kb.names.could_be("tnf_inhibitor") == ("adalimumab", "etanercept", "infliximab")
    assert {"rituximab", "methotrexate"} < set(kb.names.could_be("immunosuppressant"))
    assert {"alendronate", "bisphosphonate", "zoledronic_acid"} < kb.names.overlapping("bisphosphonate")
    assert "diltiazem" not in kb.names.overlapping("bisphosphonate")
    assert kb.names.lowest(["bisphosphonate", "alendronate", "nsaid", "aspirin", "aspirin"]) == (
        "alendronate",
        "aspirin",
    )


@pytest.mark.parametrize(
    ("named", "route", "meant"),
    [
        ("diltiazem", None, "therapy diltiazem"),
        ("diltiazem", "topical", "therapy diltiazem_topical"),
        ("STS", None, "family sodium_thiosulfate"),
        ("golimumab", None, None),  # in no vocabulary of its own
        ("Caduet", None, None),  # two
        ("CTX", None, None),  # one of several
        ("MTX/HCQ", None, None),
        ("xyz", None, None),
    ],
)
def test_a_name_stands_for_one_drug(kb: KnowledgeBase, named: str, route: str | None, meant: str | None) -> None:
    match = kb.names.drug(named, route)
    assert (match and f"{match.kind} {match.id}") == meant


@pytest.mark.parametrize(
    ("past", "lasts"),
    [
        (Match("condition", "breast_cancer"), ["condition breast_cancer"]),
        (Match("condition", "malignancy_active"), ["condition malignancy_history"]),
        (Match("condition", "hepatitis_b_active"), ["condition hepatitis_b"]),
        (Match("condition", "tuberculosis"), []),
        (Match("disease", "sle"), ["disease sle"]),
    ],
)
def test_what_still_counts_of_a_condition_that_is_past(kb: KnowledgeBase, past: Match, lasts: list[str]) -> None:
    assert shown(kb.names.lasting(past)) == lasts
