"""Random patients, the number of examples, and the path of the seed patient."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.facts import REPRODUCTIVE
from calcinosis_kb.knowledge.person import FERTILE_AGES
from calcinosis_kb.rules.durable import available

ENGINES = ["durable_rules 2.0.28", "reference"] if available() else ["reference"]
"""What judges here: durable_rules as published does not import on Python 3.13, and then the reference answers alone."""

ROOT = Path(__file__).resolve().parents[1]
SEED = ROOT / "knowledge" / "cases" / "nunes-2019-1.yaml"
STUDIES = ROOT / "docs" / "studies"


def examples(thorough: int) -> settings:
    """Set the number of random examples: this many in a thorough run, else a fortieth of them, at least 20."""
    if settings.get_current_profile_name() == "thorough":
        return settings(max_examples=thorough)
    return settings(max_examples=max(20, thorough // 40))


def patients(kb: KnowledgeBase) -> st.SearchStrategy[dict[str, Any]]:
    """Random patient files over the whole vocabulary, with each part sometimes missing."""
    terms = kb.knowledge.terms
    drugs = sorted({*kb.knowledge.therapies, *terms.medications})
    treatment = st.fixed_dictionaries(
        {"therapy": st.sampled_from(drugs), "outcome": st.sampled_from(sorted(terms.outcomes))},
        optional={
            "for": st.sampled_from(sorted(terms.purposes)),
            "dose": st.sampled_from(["30 mg/day", "360 mg/day", "low"]),
            "months": st.integers(1, 60),
        },
    )
    labs: dict[str, st.SearchStrategy[Any]] = {}
    for name, lab in terms.labs.items():
        if lab.values:
            labs[name] = st.sampled_from(lab.values)
        elif lab.possible:
            value = st.floats(*lab.possible, allow_nan=False)
            labs[name] = st.fixed_dictionaries({"value": value, "unit": st.just(lab.unit)})
    made = st.fixed_dictionaries(
        {},
        optional={
            "patient": st.fixed_dictionaries(
                {},
                optional={
                    "age": st.integers(0, 100),
                    "sex": st.sampled_from(["female", "male"]),
                    "pregnant": st.booleans(),
                },
            ),
            "diseases": st.lists(st.sampled_from(sorted(terms.diseases)), max_size=2, unique=True),
            "calcinosis": st.fixed_dictionaries(
                {},
                optional={
                    "pattern": st.sampled_from(sorted(terms.patterns)),
                    "features": st.lists(st.sampled_from(sorted(terms.features)), unique=True),
                    "sites": st.lists(st.sampled_from(sorted(terms.sites)), max_size=3, unique=True),
                },
            ),
            "history_complete": st.booleans(),
            # Distinct durations keep two random trials of one drug from contradicting each other.
            "history": st.lists(treatment, max_size=5, unique_by=lambda entry: entry["therapy"]),
            "medications": st.lists(st.sampled_from(drugs), max_size=4, unique=True),
            "conditions": st.lists(st.sampled_from(sorted(terms.conditions)), max_size=4, unique=True),
            "conditions_complete": st.booleans(),
            "allergies": st.lists(st.sampled_from(drugs), max_size=2, unique=True),
            "labs": st.fixed_dictionaries({}, optional=labs),
        },
    )
    return made.map(_possible)


def _possible(patient: dict[str, Any]) -> dict[str, Any]:
    """Drop impossible combinations, such as a pregnant man."""
    person = patient.get("patient", {})
    if person.get("sex") != "male" and FERTILE_AGES[0] <= person.get("age", FERTILE_AGES[0]) <= FERTILE_AGES[1]:
        return patient
    nobody = {"pregnancy", "could_become_pregnant_without_effective_contraception", *REPRODUCTIVE}
    conditions = [name for name in patient.get("conditions", []) if name not in nobody]
    return {**patient, "conditions": conditions} if "conditions" in patient else patient
