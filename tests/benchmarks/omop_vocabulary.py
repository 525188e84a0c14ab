"""What a synthetic OMOP database writes: real concepts and codes, in the order in which they are common.

`omop_concepts.csv` holds the concepts whose OMOP id was read in a public source: products and ingredients of RxNorm from
the drug tree of MIT-LCP/mimic-omop and the id pairs of OHDSI/KnowledgeBase, diseases and tests from the cohort
definitions of OHDSI/PhenotypeLibrary and StudyProtocolSandbox, units, further tests and what is none of ours from the
vocabulary of OHDSI/EunomiaDatasets (Synthea27Nj). Every other code is one of the project's own vocabulary; its concept then has
an id above 2,000,000,000, which OMOP leaves to local concepts. How common a thing is and how high a result is are
assumptions, made to have a database of a likely shape, and say nothing about patients.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from statistics import NormalDist
from typing import Any, NamedTuple, TypeVar

from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = ["Tables", "tables"]

Row = TypeVar("Row")
CONCEPTS = Path(__file__).with_name("omop_concepts.csv")
LOCAL = 2_000_000_000
COLUMNS = (
    "concept_id",
    "concept_name",
    "domain_id",
    "vocabulary_id",
    "concept_class_id",
    "standard_concept",
    "concept_code",
)

Tables = dict[str, tuple[str, list[tuple[Any, ...]]]]
"""By name of a table: its columns with types, and its rows."""


class Disease(NamedTuple):
    """A disease of the population: its condition (None: idiopathic), its family, its share, the age and sex of those who have it."""

    id: str | None
    family: str
    share: float
    youngest: int
    age: float
    spread: float
    women: float


DISEASES = (
    Disease("limited_ssc_crest", "ssc", 0.26, 16, 60, 12, 0.85),
    Disease("systemic_sclerosis", "ssc", 0.18, 16, 56, 13, 0.8),
    Disease("dermatomyositis", "myositis", 0.14, 16, 54, 14, 0.68),
    Disease("juvenile_dermatomyositis", "myositis", 0.08, 3, 15, 6, 0.65),
    Disease("sle", "lupus", 0.08, 10, 44, 14, 0.9),
    Disease("mixed_ctd", "ssc", 0.06, 12, 47, 13, 0.85),
    Disease("overlap", "ssc", 0.04, 14, 50, 13, 0.85),
    Disease("other_ctd", "lupus", 0.05, 16, 55, 15, 0.8),
    Disease("polymyositis", "myositis", 0.02, 16, 55, 13, 0.65),
    Disease("chronic_kidney_disease_stage_5", "kidney", 0.06, 18, 62, 13, 0.42),
    Disease(None, "none", 0.03, 3, 40, 18, 0.5),
)
COMMON_CONDITIONS = (
    "hypertension", "raynaud_phenomenon", "interstitial_lung_disease", "digital_ulcer", "osteoporosis",
    "anaemia", "chronic_kidney_disease", "oesophageal_dysmotility", "pulmonary_arterial_hypertension", "cellulitis", "depression",
    "diabetes_mellitus", "heart_failure", "atrial_fibrillation", "urinary_tract_infection", "nephrolithiasis", "venous_thromboembolism",
    "peptic_ulcer", "asthma", "ischaemic_heart_disease", "obesity", "sulfa_allergy", "heart_block", "hepatitis_b", "latent_tuberculosis",
)  # fmt: skip
NO_COMORBIDITY = {"calcinosis_cutis", "dystrophic_calcinosis", "pregnancy"}
COMMON_DRUGS = {
    "ssc": (
        "nifedipine", "amlodipine", "sildenafil", "mycophenolate", "hydroxychloroquine", "aspirin", "bosentan", "diltiazem",
        "methotrexate", "systemic_corticosteroids", "atorvastatin", "iloprost", "alendronate", "rituximab", "minocycline",
    ),
    "myositis": (
        "systemic_corticosteroids", "methotrexate", "hydroxychloroquine", "intravenous_immunoglobulin", "azathioprine", "mycophenolate",
        "alendronate", "diltiazem", "rituximab", "tofacitinib", "pamidronate", "ciclosporin", "aspirin", "infliximab",
    ),
    "lupus": (
        "hydroxychloroquine", "systemic_corticosteroids", "azathioprine", "mycophenolate", "aspirin", "methotrexate", "warfarin",
        "atorvastatin", "anifrolumab", "cyclophosphamide", "tacrolimus", "diltiazem",
    ),
    "kidney": (
        "metoprolol", "atorvastatin", "aspirin", "aluminium_hydroxide", "warfarin", "amlodipine", "bisoprolol", "clopidogrel",
        "sodium_thiosulfate", "digoxin", "apixaban", "denosumab",
    ),
    "none": ("aspirin", "simvastatin", "amlodipine", "metoprolol", "doxycycline", "diltiazem", "alendronate"),
}  # fmt: skip
UNKNOWN_CONDITIONS = ("LOCAL-4711", "Zust. n. Bestrahlung", "X99.99")
UNKNOWN_DRUGS = ("00000000000", "STUDY DRUG 12 OR PLACEBO", "Rezeptur nach Anweisung")


class Lab(NamedTuple):
    """A test: its typical level and spread, as a share where the distribution is skewed, its limits, and how many have it.

    ``units`` are a spelling, the UCUM code of its concept (None: concept 0), the factor from the project's unit, and decimals.
    """

    id: str
    common: float
    typical: float
    spread: float
    skewed: bool
    lowest: float
    highest: float
    units: tuple[tuple[str, str | None, float, int], ...]


class Finding(NamedTuple):
    """A test whose result is a word; the share of the rarer word."""

    id: str
    common: float
    rare: str
    other: str
    share: float


def _same(decimals: int, *spellings: str, concept: str | None) -> tuple[tuple[str, str | None, float, int], ...]:
    return tuple((spelling, concept, 1.0, decimals) for spelling in spellings)


def _molar(
    mass: float, scale: int, decimals: int, *spellings: str, concept: str
) -> tuple[tuple[str, str | None, float, int], ...]:
    """Spellings of moles per litre of what the project gives in mg/dL."""
    return tuple((spelling, concept, 10 * scale / mass, decimals) for spelling in spellings)


def _labs(knowledge: Knowledge) -> tuple[Lab, ...]:
    mass = {id_: lab.molar_mass or 1.0 for id_, lab in knowledge.terms.labs.items()}
    grams = _same(1, "mg/dL", "mg/dl", "MG/DL", concept="mg/dL")
    enzyme = (*_same(0, "U/L", "IU/L", "U/l", concept="[U]/L"), *_same(0, "U/L", concept=None))
    cells, platelets = (
        (
            *_same(decimals, "10*9/L", "x10^9/L", "G/L", concept="10*9/L"),
            *_same(decimals, "10*3/uL", "K/uL", concept="10*3/uL"),
        )
        for decimals in (1, 0)
    )
    return (
        Lab("egfr", 0.75, 78, 21, False, 4, 140, (
            *_same(0, "mL/min/{1.73_m2}", "mL/min/1.73m2", "ml/min/1.73 m2", concept="mL/min/1.73.m2"),
            *_same(0, "mL/min", concept="mL/min"),
        )),
        Lab("creatinine", 0.85, 0.85, 0.3, True, 0.3, 14, (
            *_same(2, "mg/dL", "mg/dl", "MG/DL", concept="mg/dL"),
            *_molar(mass["creatinine"], 1000, 0, "umol/L", "µmol/L", concept="umol/L"),
        )),
        Lab("calcium", 0.7, 9.4, 0.45, False, 6, 14, (*grams, *_molar(mass["calcium"], 1, 2, "mmol/L", "mmol/l", concept="mmol/L"))),
        Lab("phosphate", 0.5, 3.6, 0.6, False, 1, 12, (*grams, *_molar(mass["phosphate"], 1, 2, "mmol/L", concept="mmol/L"))),
        Lab("alt", 0.7, 24, 0.55, True, 4, 2000, enzyme),
        Lab("alkaline_phosphatase", 0.4, 75, 0.35, True, 15, 900, enzyme),
        Lab("ck", 0.5, 95, 0.7, True, 10, 30000, enzyme),
        Lab("crp", 0.6, 3.5, 1.1, True, 0.2, 350, _same(1, "mg/L", "mg/l", "MG/L", concept="mg/L")),
        Lab("esr", 0.4, 18, 0.7, True, 1, 140, _same(0, "mm/h", "mm/hr", "mm", concept="mm/h")),
        Lab("inr", 0.2, 1.1, 0.22, True, 0.8, 9, (*_same(1, "{INR}", "1", "", concept=None), *_same(1, "ratio", concept="{ratio}"))),
        Lab("haemoglobin", 0.85, 12.9, 1.5, False, 5, 19, (
            *_same(1, "g/dL", "g/dl", concept="g/dL"), ("g/L", "g/L", 10.0, 0), ("mmol/L", "mmol/L", 1e4 / mass["haemoglobin"], 1),
        )),
        Lab("platelets", 0.7, 265, 0.28, True, 8, 900, platelets),
        Lab("neutrophils", 0.5, 4.4, 0.35, True, 0.1, 30, cells),
        Lab("lymphocytes", 0.5, 1.6, 0.4, True, 0.1, 12, cells),
        Lab("albumin", 0.5, 4.1, 0.4, False, 1.5, 5.6, (*_same(1, "g/dL", concept="g/dL"), ("g/L", "g/L", 10.0, 0))),
        Lab("potassium", 0.6, 4.2, 0.4, False, 2.4, 7, _same(1, "mmol/L", "mEq/L", "meq/L", concept="mmol/L")),
        Lab("bilirubin", 0.5, 0.6, 0.45, True, 0.1, 25, (*grams, *_molar(mass["bilirubin"], 1000, 0, "umol/L", concept="umol/L"))),
        Lab("systolic_blood_pressure", 0.7, 126, 16, False, 75, 220, _same(0, "mm[Hg]", "mmHg", concept="mm[Hg]")),
        Lab("height", 0.3, 164, 9, False, 85, 205, _same(0, "cm", concept="cm")),
    )  # fmt: skip


FINDINGS = (
    Finding("hbsag", 0.35, "Positive", "Negative", 0.02),
    Finding("anti_hbc", 0.25, "Reactive", "Non-reactive", 0.07),
    Finding("ana", 0.3, "Positive (qualifier value)", "Negative (qualifier value)", 0.85),
    Finding("anti_scl_70", 0.25, "positive", "negative", 0.2),
    Finding("pregnancy_test", 0.05, "POS", "NEG", 0.05),
)
SHIFTS = (
    ("egfr", "kidney", 0.16), ("creatinine", "kidney", 6.0), ("phosphate", "kidney", 1.6), ("haemoglobin", "kidney", 0.82),
    ("ck", "myositis", 3.0), ("alt", "myositis", 1.6), ("calcium", "kidney", 0.95), ("lymphocytes", "lupus", 0.65),
)  # fmt: skip
"""By which factor a disease moves the typical level of a test."""


class _Concepts:
    """The concepts of the database: those read from the file, and local ones for codes whose OMOP id is not known."""

    def __init__(self) -> None:
        with CONCEPTS.open(encoding="utf-8", newline="") as file:
            self.known = {int(row["concept_id"]): row for row in csv.DictReader(file)}
        self.by_code = {(row["vocabulary_id"], row["concept_code"]): id_ for id_, row in self.known.items()}
        self.rows: list[tuple[Any, ...]] = [
            (id_, *(row[column] or None for column in COLUMNS[1:])) for id_, row in self.known.items()
        ]
        self.maps_to: list[tuple[int, int]] = []

    def of(self, vocabulary: str, code: str, name: str, domain: str, standard: str | None = None) -> int:
        """The id of a code, a local one if none is known."""
        if (vocabulary, code) not in self.by_code:
            self._add(LOCAL + len(self.rows), vocabulary, code, name, domain, standard)
        return self.by_code[vocabulary, code]

    def omop(self, id_: int, name: str, domain: str, vocabulary: str) -> int:
        """An OMOP id whose code in its vocabulary is not known."""
        if id_ not in self.known and id_ not in self.by_code.values():
            self.by_code[vocabulary, f"code of {name}, unknown"] = id_
            self.rows.append((id_, name, domain, vocabulary, "Undefined", "S", ""))
        return id_

    def _add(self, id_: int, vocabulary: str, code: str, name: str, domain: str, standard: str | None) -> None:
        self.by_code[vocabulary, code] = id_
        self.rows.append((id_, name, domain, vocabulary, "Undefined", standard, code))

    def others(self, domain: str, vocabulary: str, ours: set[int]) -> Iterator[dict[str, str]]:
        """Concepts of the file that the project does not name."""
        for id_, row in self.known.items():
            if row["domain_id"] == domain and row["vocabulary_id"] == vocabulary and id_ not in ours:
                yield row


def tables(knowledge: Knowledge) -> Tables:
    """The vocabulary of the database, and the lists that its rows are drawn from."""
    concepts = _Concepts()
    found: Tables = {}
    found.update(_conditions(knowledge, concepts))
    found.update(_drugs(knowledge, concepts))
    found.update(_measurements(knowledge, concepts))
    found.update(_rest(knowledge, concepts))
    share, diseases = 0.0, []
    for rank, disease in enumerate(DISEASES, start=1):
        until = share + disease.share if rank < len(DISEASES) else 1.1
        diseases.append(
            (
                rank,
                disease.id,
                disease.family,
                share,
                until,
                disease.youngest,
                disease.age,
                disease.spread,
                disease.women,
            )
        )
        share = until
    found["disease"] = (
        "rank INTEGER, disease_id VARCHAR, family VARCHAR, from_share DOUBLE, to_share DOUBLE, youngest INTEGER, age DOUBLE, "
        "age_spread DOUBLE, women DOUBLE", diseases,
    )  # fmt: skip
    found["vocabulary_concept"] = (
        ", ".join(f"{column} {'INTEGER' if column == 'concept_id' else 'VARCHAR'}" for column in COLUMNS),
        concepts.rows,
    )
    found["maps_to"] = ("concept_id_1 INTEGER, concept_id_2 INTEGER", sorted(set(concepts.maps_to)))
    return found


def _conditions(knowledge: Knowledge, concepts: _Concepts) -> Tables:
    named: dict[str, Any] = {**knowledge.terms.conditions, **knowledge.terms.diseases}
    codes = {id_: _condition_codes(term, concepts) for id_, term in named.items()}
    ours = {row[0] for rows in codes.values() for row in rows}
    others = [
        [(int(row["concept_id"]), row["concept_code"], int(row["concept_id"]))]
        for row in concepts.others("Condition", "SNOMED", ours)
    ]
    conditions = [id_ for id_ in knowledge.terms.conditions if id_ not in NO_COMORBIDITY]
    common = [codes[id_] for id_ in (*_ordered(COMMON_CONDITIONS, conditions),) if codes[id_]]
    unknown = [[(0, text, 0)] for text in UNKNOWN_CONDITIONS]
    lists: dict[str, list[list[tuple[int, str, int]]]] = {
        "calcinosis": [codes["calcinosis_cutis"], codes["dystrophic_calcinosis"]],
        "other": _woven(common, others, unknown),
    }
    lists.update({disease.id: [codes[disease.id]] for disease in DISEASES if disease.id})
    return _code_tables("condition", lists, "concept_id INTEGER, source_value VARCHAR, source_concept_id INTEGER")


def _condition_codes(term: Any, concepts: _Concepts) -> list[tuple[int, str, int]]:
    """Up to six ways to write a condition: standard concept, source code, source concept."""
    standard = [concepts.of("SNOMED", code, term.name, "Condition", "S") for code in term.snomed or ()]
    standard += [
        concepts.omop(omop, term.name, "Condition", "SNOMED") for omop in term.omop or () if omop not in standard
    ]
    code_of = {row[0]: row[6] for row in concepts.rows}
    rows = [(concept, code_of[concept] or term.name, concept) for concept in standard]
    for code in (term.icd10 or ())[:4]:
        source = concepts.of("ICD10CM", code, f"{term.name} ({code})", "Condition")
        if standard:
            concepts.maps_to.append((source, standard[0]))
        rows.append((standard[0] if standard else 0, code, source))
    return rows[-6:]


def _drugs(knowledge: Knowledge, concepts: _Concepts) -> Tables:
    named: dict[str, Any] = {**knowledge.terms.medications, **knowledge.therapies}
    codes: dict[str, list[tuple[int, str]]] = {}
    ours: set[int] = set()
    for id_, term in named.items():
        ingredients = [concepts.of("RxNorm", code, term.name, "Drug", "S") for code in _codes(term, "rxnorm")]
        if not ingredients:
            ingredients = [concepts.of("ATC", code, term.name, "Drug") for code in _codes(term, "atc")]
        products = [
            int(row["concept_id"]) for row in concepts.known.values()
            if row["ingredients"] and int(row["ingredients"].split()[0]) in ingredients
        ]  # fmt: skip
        code_of = {row[0]: row[6] for row in concepts.rows}
        # Most prescriptions name a product; its ingredient alone is rarer.
        codes[id_] = [(concept, code_of[concept]) for concept in (*products[:12], *ingredients)]
        ours.update((*products, *ingredients))
    others = [[(int(row["concept_id"]), row["concept_code"])] for row in concepts.others("Drug", "RxNorm", ours)]
    unknown = [[(0, text)] for text in UNKNOWN_DRUGS]
    lists = {
        family: _woven([codes[id_] for id_ in _ordered(first, sorted(codes)) if codes[id_]], others, unknown)
        for family, first in COMMON_DRUGS.items()
    }
    found = _code_tables("drug", lists, "concept_id INTEGER, source_value VARCHAR")
    ancestors = [
        (int(ancestor), id_)
        for id_, row in concepts.known.items()
        if row["ingredients"]
        for ancestor in row["ingredients"].split()
    ]
    itself = [(id_, id_) for id_, row in concepts.known.items() if row["concept_class_id"] == "Ingredient"]
    found["ancestor"] = ("ancestor_concept_id INTEGER, descendant_concept_id INTEGER", ancestors + itself)
    return found


def _measurements(knowledge: Knowledge, concepts: _Concepts) -> Tables:
    labs: list[tuple[Any, ...]] = []
    units: list[tuple[Any, ...]] = []
    for number, lab in enumerate(_labs(knowledge)):
        loinc = knowledge.terms.labs[lab.id].loinc or ()
        labs.append((
            number, lab.id, lab.common, lab.typical, lab.spread, lab.skewed, lab.lowest, lab.highest, None, None, None, len(lab.units),
        ))  # fmt: skip
        for variant, (spelling, ucum, times, decimals) in enumerate(lab.units):
            concept, code = _test(lab.id, loinc, "Moles" if "mol" in spelling else "Mass", knowledge, concepts)
            unit = concepts.of("UCUM", ucum, ucum, "Unit", "S") if ucum else 0
            units.append((lab.id, variant, spelling or None, unit, times, decimals, concept, code))
    for number, finding in enumerate(FINDINGS, start=len(labs)):
        # The level is a standard normal deviate: its quantile by the share of the rarer word.
        limit = NormalDist().inv_cdf(1 - finding.share)
        labs.append(
            (number, finding.id, finding.common, 0.0, 1.0, False, -9.0, 9.0, finding.rare, finding.other, limit, 1)
        )
        concept, code = _test(finding.id, knowledge.terms.labs[finding.id].loinc or (), "Presence", knowledge, concepts)
        units.append((finding.id, 0, None, 0, 1.0, 0, concept, code))
    return {
        "lab": (
            "number INTEGER, id VARCHAR, common DOUBLE, typical DOUBLE, spread DOUBLE, skewed BOOLEAN, lowest DOUBLE, highest DOUBLE, "
            "finding VARCHAR, otherwise VARCHAR, positive_from DOUBLE, variants INTEGER", labs,
        ),
        "lab_unit": (
            "lab VARCHAR, variant INTEGER, unit VARCHAR, unit_concept_id INTEGER, times DOUBLE, decimals INTEGER, "
            "concept_id INTEGER, loinc VARCHAR", units,
        ),
        "lab_shift": ("lab VARCHAR, family VARCHAR, factor DOUBLE", list(SHIFTS)),
    }  # fmt: skip


def _test(id_: str, loinc: Sequence[str], property_: str, knowledge: Knowledge, concepts: _Concepts) -> tuple[int, str]:
    """The concept of a test that measures this property, else its first one."""
    known = [(concepts.by_code["LOINC", code], code) for code in loinc if ("LOINC", code) in concepts.by_code]
    for concept, code in known:
        if f"[{property_}" in concepts.known.get(concept, {}).get("concept_name", ""):
            return concept, code
    code = known[0][1] if known else loinc[0]
    return concepts.of("LOINC", code, knowledge.terms.labs[id_].name, "Measurement", "S"), code


def _rest(knowledge: Knowledge, concepts: _Concepts) -> Tables:
    procedures: list[tuple[Any, ...]] = []
    for id_, therapy in knowledge.therapies.items():
        codes = [("SNOMED", code) for code in _codes(therapy, "snomed")] + [
            ("ICD10PCS", code) for code in _codes(therapy, "icd10pcs")[:5]
        ]
        for vocabulary, code in codes:
            concept = concepts.of(vocabulary, code, knowledge.therapies[id_].name, "Procedure", "S")
            procedures.append((len(procedures) + 1, concept, code, concept))
    allergies = [
        (rank, int(row["concept_id"]), row["concept_code"])
        for rank, row in enumerate(
            (row for row in concepts.known.values() if row["concept_name"].startswith("Allergy to")), start=1
        )
    ]
    columns = "rank INTEGER, concept_id INTEGER, source_value VARCHAR"
    return {
        "procedure_code": (f"{columns}, source_concept_id INTEGER", procedures),
        "allergy_code": (columns, allergies),
    }


def _codes(term: Any, system: str) -> list[str]:
    return list(getattr(term.codes, system, None) or ()) if term.codes else []


def _ordered(first: Iterable[str], every: Sequence[str]) -> list[str]:
    """Every id once, the common ones first."""
    return list(dict.fromkeys([*(id_ for id_ in first if id_ in every), *every]))


def _woven(ours: list[Row], others: list[Row], unknown: list[Row]) -> list[Row]:
    """One list of ranks: after four of ours one that is none of ours, and here and there one that no code tells."""
    groups = [ours[at : at + 4] for at in range(0, len(ours), 4)]
    woven = [
        item
        for group, other in zip_longest(groups, others, fillvalue=None)
        for item in chain(group or (), [other] if other else ())
    ]
    for place, item in enumerate(unknown):
        woven.insert(12 * (place + 1), item)
    return woven


def _code_tables(kind: str, lists: dict[str, list[list[Any]]], columns: str) -> Tables:
    """The lists as two tables: the size of each, and its codes by rank and variant."""
    rows = [
        (name, rank, variant, len(variants), *code)
        for name, ranked in lists.items()
        for rank, variants in enumerate(ranked, start=1)
        for variant, code in enumerate(variants)
    ]
    return {
        f"{kind}_list": ("list VARCHAR, size INTEGER", [(name, len(ranked)) for name, ranked in lists.items()]),
        f"{kind}_code": (f"list VARCHAR, rank INTEGER, variant INTEGER, variants INTEGER, {columns}", rows),
    }
