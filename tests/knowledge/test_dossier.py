"""Account for every item of the evidence dossier: encoded, merged, or left out with a reason."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from calcinosis_kb import KnowledgeBase
from strategies import ROOT, STUDIES

LEDGER: dict[str, Any] = yaml.load((STUDIES / "dossier.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
COUNTS = {
    "studies": 123, "additions_studies": 12, "corrections": 15, "therapy_facts": 20, "added_guidelines": 14, "added_cohorts": 13,
    "added_outcome_measures": 5, "added_trials": 8, "added_not_verified": 9, "therapies": 68, "nodes": 153,
    "nodes_that_are_therapies": 29, "edges": 382, "questions": 19, "guidelines": 31, "cohorts": 7,
    "outcome_measures": 5, "not_verified": 15, "seed_claims": 6, "safety": 629, "safety_merged": 67,
    "safety_added": 97, "compatible_in_pregnancy": 6, "unsourced_but_expected": 44, "unsourced_now_sourced": 2,
    "codes": 125, "cases": 28,
}  # fmt: skip
ONTOLOGY_TERMS = 192
"""What the dossier holds: a line that is dropped from the ledger is missed here."""


def test_the_ledger_is_whole() -> None:
    assert {section: len(items) for section, items in LEDGER.items()} == COUNTS
    assert sum(len(items) for items in LEDGER["studies"].values()) == 191
    assert sum(len(items) for items in LEDGER["additions_studies"].values()) == 18
    assert sum(len(said) for said in LEDGER["therapy_facts"].values()) == 54
    assert sum(LEDGER["unsourced_but_expected"].values()) == 131


@pytest.mark.parametrize("study", LEDGER["studies"])
def test_every_result_of_a_study_is_encoded(kb: KnowledgeBase, study: str) -> None:
    encoded = {result.therapy for result in kb.knowledge.studies[study].results}
    wanted = {therapy for therapies in LEDGER["studies"][study].values() for therapy in therapies.split()}
    assert wanted <= encoded


@pytest.mark.parametrize("study", LEDGER["additions_studies"])
def test_every_added_result_stands_under_its_therapy(kb: KnowledgeBase, study: str) -> None:
    encoded = {item: result.therapy for result in kb.knowledge.studies[study].results for item in result.items}
    assert LEDGER["additions_studies"][study].items() <= encoded.items()


@pytest.mark.parametrize("item", LEDGER["corrections"])
def test_every_correction_stands_in_its_file(item: str) -> None:
    held = LEDGER["corrections"][item]
    text = (ROOT / held["in"]).read_text(encoding="utf-8")
    assert " ".join(held["says"].split()) in " ".join(text.split())


@pytest.mark.parametrize("therapy", LEDGER["therapy_facts"])
def test_every_added_fact_stands_with_its_therapy(therapy: str) -> None:
    text = " ".join((ROOT / "knowledge" / "therapies" / f"{therapy}.yaml").read_text(encoding="utf-8").split())
    assert [words for words in LEDGER["therapy_facts"][therapy] if " ".join(words.split()) not in text] == []


def test_every_therapy_is_encoded_with_a_mechanism_and_a_source_or_says_why_not(kb: KnowledgeBase) -> None:
    known = kb.knowledge
    assert set(LEDGER["therapies"].values()) <= set(known.therapies)
    for id_ in LEDGER["therapies"].values():
        therapy = known.therapies[id_]
        # Exposures and comparators are no treatments, so they need no mechanism of action.
        if therapy.kind not in ("exposure", "comparator"):
            assert known.mechanisms(id_) or therapy.no_mechanism, id_
        found = [finding for one in (id_, *known.members(id_)) for finding in known.findings(one)]
        assert found or therapy.no_evidence or any(known.statements(id_)), id_


def test_the_graph_is_whole(kb: KnowledgeBase) -> None:
    known = kb.knowledge
    assert set(LEDGER["nodes"]) <= set(known.nodes)
    assert set(LEDGER["nodes_that_are_therapies"]) <= set(known.therapies)
    assert set(LEDGER["edges"]) <= set(known.edges)
    assert set(LEDGER["questions"]) <= set(known.questions)
    terms = {*LEDGER["nodes"], *LEDGER["nodes_that_are_therapies"]}
    holders = [known.nodes.get(id_) or known.therapies[id_] for id_ in sorted(terms)]
    assert sum(len(holder.ontology) for holder in holders) == ONTOLOGY_TERMS


def test_guidelines_and_cohorts_are_encoded(kb: KnowledgeBase) -> None:
    known = kb.knowledge
    assert set(LEDGER["guidelines"].values()) <= set(known.guidelines)
    kinds = {"study": set(known.studies), "reference": set(known.references)}
    assert all(cohort in kinds[kind] for cohort, kind in LEDGER["cohorts"].items())
    added = {*LEDGER["added_guidelines"].values(), *LEDGER["added_cohorts"].values()}
    assert added <= set(known.authorities)


def test_registered_trials_are_encoded(kb: KnowledgeBase) -> None:
    for id_ in LEDGER["added_trials"].values():
        assert kb.knowledge.references[id_].trial, id_


def test_measures_and_what_could_not_be_verified_are_told_and_not_encoded() -> None:
    page = (ROOT / "docs" / "measures-and-gaps.md").read_text(encoding="utf-8")
    for measure in (*LEDGER["outcome_measures"], *LEDGER["added_outcome_measures"]):
        assert f"`{measure}`" in page
    for item in (*LEDGER["not_verified"], *LEDGER["added_not_verified"]):
        assert item in page


def test_the_claims_of_the_case_report_stand_with_its_therapies(kb: KnowledgeBase) -> None:
    for therapy in LEDGER["seed_claims"]:
        claims = [claim for claim in kb.knowledge.therapies[therapy].claims if "nunes-2019" in claim.sources]
        assert any(claim.check for claim in claims), therapy


def test_every_safety_fact_is_a_rule_with_a_source(kb: KnowledgeBase) -> None:
    rules = {rule.id: rule for rule in kb.rules.verdict_rules}
    assert set(LEDGER["safety"]) | set(LEDGER["safety_merged"].values()) <= set(rules)
    assert all(rules[id_].sources and rules[id_].at.startswith("rules/safety/") for id_ in LEDGER["safety"])
    for therapy in LEDGER["compatible_in_pregnancy"]:
        own = (rule for rule in rules.values() if rule.therapies == (therapy,))
        assert any("compatible with pregnancy" in rule.because for rule in own), therapy


def test_every_added_safety_fact_is_held_by_rules_with_a_source(kb: KnowledgeBase) -> None:
    rules = {rule.id: rule for rule in kb.rules.verdict_rules}
    for fact, held_by in LEDGER["safety_added"].items():
        for id_ in held_by.split():
            assert rules[id_].sources and rules[id_].at.startswith("rules/safety/"), fact


def test_what_has_a_source_now_names_a_fact() -> None:
    whole, in_part = LEDGER["unsourced_now_sourced"]["whole"], LEDGER["unsourced_now_sourced"]["in_part"]
    assert (len(whole), len(in_part)) == (36, 22)
    assert len({*whole, *in_part} & LEDGER["safety_added"].keys()) == 58


def test_low_sources_exclude_nothing(kb: KnowledgeBase) -> None:
    for rule in kb.rules.verdict_rules:
        if rule.effect in ("avoid", "caution", "against", "not_applicable"):
            assert any(kb.knowledge.authorities[source] != "low" for source in rule.sources), rule.id


def test_every_code_is_encoded(kb: KnowledgeBase) -> None:
    """By system: what FHIR and OMOP records carry must be found somewhere in therapies or terms."""
    systems = ("rxnorm", "atc", "omop", "icd10", "loinc", "snomed", "icd10pcs")
    known = kb.knowledge
    holders: list[Any] = [therapy.codes for therapy in known.therapies.values()]
    holders += [term.codes for term in known.terms.medications.values()]
    holders += [*known.terms.labs.values(), *known.terms.conditions.values(), *known.terms.diseases.values()]
    held = {f"{system}:{code}" for holder in holders for system in systems for code in getattr(holder, system, ())}
    missing = {f"{id_} {code}" for id_, codes in LEDGER["codes"].items() for code in codes if code not in held}
    assert missing == set()


def test_every_published_case_is_encoded() -> None:
    assert {path.stem for path in (ROOT / "knowledge" / "cases").glob("*.yaml")} >= set(LEDGER["cases"])
