"""Therapies, tests and conditions as FHIR concepts: a code only where the knowledge base has exactly one, else the name as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.report.fhir.resources import Json

__all__ = ["calcinosis", "condition", "disease", "medication", "test", "therapy"]

_ADDRESSES = {
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "atc": "http://www.whocc.no/atc",
    "snomed": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "icd10": "http://hl7.org/fhir/sid/icd-10",
}
"""The code systems by the addresses that FHIR gives them."""


def therapy(treatment: Therapy) -> Json:
    """Return a therapy with its codes. The code of a substance tells no route, so a drug that acts where it is applied has none."""
    codes = treatment.codes
    by_route = treatment.kind == "drug" and treatment.reach == "local"
    coded = [] if by_route else [*_one("rxnorm", codes.rxnorm), *_one("atc", codes.atc), *_one("snomed", codes.snomed)]
    return {**({"coding": coded} if coded else {}), "text": treatment.name}


def calcinosis(knowledge: Knowledge) -> Json:
    """Return calcinosis cutis, the reason of every answer."""
    known = knowledge.terms.conditions["calcinosis_cutis"]
    return {"coding": list(_one("icd10", known.icd10)), "text": known.name}


def disease(id_: str, knowledge: Knowledge) -> Json:
    """Return a disease that underlies calcinosis. Its ICD-10 codes are prefixes that cover more, and are none of its own."""
    known = knowledge.terms.diseases[id_]
    coded = list(_one("snomed", known.snomed))
    return {**({"coding": coded} if coded else {}), "text": known.name}


def test(id_: str, knowledge: Knowledge) -> Json:
    """Return a test as a coding."""
    known = knowledge.terms.labs[id_]
    return _coding("loinc", known.loinc, known.name)


def condition(id_: str, knowledge: Knowledge) -> Json:
    """Return a condition as a coding. Its ICD-10 codes are prefixes that cover more, and are none of its own."""
    known = knowledge.terms.conditions[id_]
    return _coding("snomed", known.snomed, known.name)


def medication(id_: str, knowledge: Knowledge) -> Json:
    """Return a medicine or class as a coding."""
    known = knowledge.terms.medications.get(id_) or knowledge.therapies[id_]
    return _coding("rxnorm", known.codes.rxnorm, known.name)


def _coding(system: str, codes: Sequence[str], name: str) -> Json:
    return {**next(_one(system, codes), {}), "display": name}


def _one(system: str, codes: Sequence[str]) -> Iterator[Json]:
    """The code of a system, if it is the only one: several are several substances, sites or tests."""
    if len(codes) == 1:
        yield {"system": _ADDRESSES[system], "code": codes[0]}
