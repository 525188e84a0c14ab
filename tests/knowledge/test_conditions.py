"""Read conditions as clinicians write them: what each word implies, and the word list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase, load
from calcinosis_kb.knowledge.conditionnames import ConditionNames
from calcinosis_kb.knowledge.integrity import crosscheck
from calcinosis_kb.knowledge.loader import load_knowledge
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.spelling import normalise
from calcinosis_kb.knowledge.terms import TERMS, Bound, Condition
from strategies import ROOT

LIST = ROOT / "knowledge" / "words" / "conditions.tsv"
SNOMED = ROOT / "knowledge" / "words" / "snomed.tsv"
CODE = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?")

# A word, what it must imply, and what it must not.
IMPLIED = """
ESRD                        | kidney_failure renal_impairment_severe renal_impairment chronic_kidney_disease | dialysis
end-stage renal disease on haemodialysis | dialysis kidney_failure renal_impairment_severe | peritoneal_dialysis
on dialysis                 | kidney_failure renal_impairment_severe renal_or_hepatic_impairment | haemodialysis
CAPD                        | peritoneal_dialysis dialysis                            | haemodialysis
stage 4 CKD                 | chronic_kidney_disease renal_impairment_severe          | kidney_failure
CKD G3a                     | renal_impairment_moderate_to_severe                     | renal_impairment_severe
CKD                         | chronic_kidney_disease kidney_disease                   | renal_impairment
CKD 2                       | chronic_kidney_disease                                  | renal_impairment
chronic renal failure       | chronic_kidney_disease renal_impairment                 | renal_impairment_severe
s/p kidney transplant       | kidney_transplant                                       | renal_impairment
lupus nephritis             | kidney_disease                                          | renal_impairment
scleroderma renal crisis    | kidney_disease                                          | acute_kidney_injury malignant_hypertension
AKI                         | renal_impairment                                        | chronic_kidney_disease
cirrhosis                   | hepatic_impairment liver_disease                        | hepatic_impairment_severe
NASH                        | liver_disease                                           | hepatic_impairment
PBC                         | liver_disease                                           | cirrhosis hepatic_impairment
hepatitis C                 | liver_disease                                           | hepatic_impairment hepatitis_b
HFrEF                       | heart_failure left_ventricular_dysfunction              | left_ventricular_dysfunction_severe
HFpEF                       | heart_failure heart_disease                             | left_ventricular_dysfunction
NYHA III                    | heart_failure_nyha_iii_iv heart_failure_moderate_to_severe | heart_failure_nyha_iv
severe heart failure        | cardiomyopathy_or_severe_heart_failure                  | heart_failure_nyha_iii_iv
MI                          | ischaemic_heart_disease                                 | recent_stroke_or_myocardial_infarction
CVA                         | cardiovascular_risk_factor                              | recent_stroke_or_myocardial_infarction
AF                          | heart_disease                                           | atrial_fibrillation_with_accessory_pathway
DVT                         | venous_thromboembolism thrombosis_risk_factor           | antiphospholipid_syndrome
APS                         | thrombosis_risk_factor antiphospholipid_antibodies      | venous_thromboembolism
active TB                   | tuberculosis active_severe_infection active_infection   | latent_tuberculosis
LTBI                        | latent_tuberculosis                                     | tuberculosis active_infection
sepsis                      | active_severe_infection active_infection                | recurrent_infection
cellulitis                  | active_infection                                        | active_severe_infection
HIV                         | hiv                                                     | severe_immunodeficiency
AIDS                        | hiv severe_immunodeficiency                             | active_severe_infection
breast cancer               | malignancy_history                                      | malignancy_active
metastatic breast cancer    | malignancy_active malignancy_history                    | bone_metastases
bone metastases             | malignancy_active osteosarcoma_risk                     | paget_disease
multiple myeloma            | hyperviscosity_or_paraproteinaemia malignancy_history   | malignancy_active
neutropenia                 | cytopenia                                               | blood_dyscrasia
agranulocytosis             | cytopenia blood_dyscrasia                               | thrombocytopenia
multiple sclerosis          | demyelinating_disease                                   | progressive_multifocal_leukoencephalopathy
current smoker              | smoker cardiovascular_risk_factor                       | former_smoker
ex-smoker                   | smoker                                                  | cardiovascular_risk_factor
T2DM                        | diabetes_mellitus cardiovascular_risk_factor            | ischaemic_heart_disease
GERD                        | gastro_oesophageal_reflux                               | oesophageal_emptying_disorder
achalasia                   | oesophageal_emptying_disorder oesophageal_dysmotility   | oesophageal_stricture
gout                        | gout                                                    | acute_gout
secondary hyperparathyroidism | hyperparathyroidism                                   | primary_hyperparathyroidism hypercalcaemia
watermelon stomach          | gastric_antral_vascular_ectasia                         | gastrointestinal_bleeding_history
PVOD                        | pulmonary_arterial_hypertension pulmonary_hypertension  | venous_thromboembolism
"""
ROWS = [tuple(part.strip() for part in line.split("|")) for line in IMPLIED.strip().splitlines()]


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load()


@pytest.fixture(scope="module")
def names(kb: KnowledgeBase) -> ConditionNames:
    return Names(kb.knowledge).conditions


def implied(names: ConditionNames, text: str) -> set[str]:
    found = {match.id for reading in names.read_all(text) for match in reading.matches if match.kind == "condition"}
    return {above for id_ in found for above in names.knowledge.ancestors("conditions", id_)}


@pytest.mark.parametrize(("word", "wanted", "denied"), ROWS, ids=[row[0] for row in ROWS])
def test_a_word_implies_what_is_always_true_of_it(names: ConditionNames, word: str, wanted: str, denied: str) -> None:
    meant = implied(names, word)
    assert set(wanted.split()) <= meant
    assert not meant.intersection(denied.split())
    assert {*wanted.split(), *denied.split()} <= names.terms.keys()


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("ESRD", "N18.6"),
        ("CKD 4", "N18.4"),
        ("heart failure", "I50.9"),
        ("on dialysis", "Z99.2"),
        ("renal transplant", "Z94.0"),
        ("APS", "D68.61"),
        ("PE", "I26.99"),
        ("latent TB", "Z22.7"),
        ("hypercalcemia", "E83.52"),
        ("GORD", "K21.9"),
        ("multiple sclerosis", "G35"),
    ],
)
def test_a_code_says_what_its_name_says(names: ConditionNames, word: str, code: str) -> None:
    assert implied(names, code) == implied(names, word) != set()


def test_what_is_vague_leaves_the_rest_open(kb: KnowledgeBase) -> None:
    for recorded, open_ in {
        "chronic_kidney_disease": "renal_impairment_severe",
        "heart_failure_severe": "heart_failure_nyha_iii_iv",
        "myocardial_infarction": "recent_stroke_or_myocardial_infarction",
        "stroke": "recent_stroke_or_myocardial_infarction",
        "kidney_transplant": "renal_impairment",
        "lupus_nephritis": "renal_impairment",
        "primary_biliary_cholangitis": "hepatic_impairment",
        "cirrhosis": "hepatic_impairment_severe",
        "pneumonia": "active_severe_infection",
        "hiv": "severe_immunodeficiency",
        "oesophageal_dysmotility": "oesophageal_emptying_disorder",
        "hypoparathyroidism": "hypocalcaemia",
        "thrombocytopenia": "blood_dyscrasia",
        "smoker": "cardiovascular_risk_factor",
    }.items():
        assert open_ in kb.knowledge.overlapping("conditions", recorded), recorded


def test_no_condition_is_a_kind_of_itself(kb: KnowledgeBase) -> None:
    terms = kb.knowledge.terms.conditions

    def climb(id_: str, below: tuple[str, ...]) -> None:
        assert id_ not in below, " → ".join((*below, id_))
        for broader in terms[id_].broader:
            climb(broader, (*below, id_))

    for id_ in terms:
        climb(id_, ())


def test_no_name_belongs_to_two_conditions(kb: KnowledgeBase) -> None:
    owners: dict[str, set[str]] = {}
    for id_, term in kb.knowledge.terms.conditions.items():
        for name in (id_, term.name, *term.aliases):
            owners.setdefault(normalise(name), set()).add(id_)
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


def conditions(clause: Any) -> Iterator[str]:
    """The conditions that a clause names, however deep."""
    if isinstance(clause, list | tuple):
        for part in clause:
            yield from conditions(part)
    elif isinstance(clause, dict):
        for kind, inner in clause.items():
            if kind == "condition":
                yield from [inner["name"]] if isinstance(inner["name"], str) else inner["name"]
            else:
                yield from conditions(inner)


def test_every_condition_that_a_rule_reads_can_be_written(kb: KnowledgeBase, names: ConditionNames) -> None:
    read = {id_ for rule in kb.rules.verdict_rules for clause in rule.when for id_ in conditions(clause)}
    assert len(read) > 100
    for id_ in read:
        assert id_ in implied(names, kb.knowledge.terms.conditions[id_].name), id_


@pytest.mark.parametrize(
    ("condition", "lab", "bound"),
    [
        ("renal_impairment", "egfr", Bound(below=60)),
        ("renal_impairment_severe", "egfr", Bound(below=30)),
        ("kidney_failure", "egfr", Bound(below=15)),
        ("hypocalcaemia", "calcium", Bound(below=8.4)),
        ("hypercalcaemia", "calcium", Bound(above=10.5)),
        ("marked_thrombocytopenia", "platelets", Bound(below=100)),
    ],
)
def test_a_severity_is_a_bound(kb: KnowledgeBase, condition: str, lab: str, bound: Bound) -> None:
    assert kb.knowledge.terms.conditions[condition].defined_by[lab] == bound


def test_a_bound_of_no_test_is_reported() -> None:
    loaded = load_knowledge(ROOT / "knowledge")
    terms = loaded.knowledge.terms
    made = {**terms.conditions, "osteomalacia": Condition(name="Osteomalacia", defined_by={"egfrr": Bound(below=60)})}
    changed = terms.model_copy(update={"conditions": made})
    loaded.contents = [(document, TERMS, changed) for document, kind, _ in loaded.contents if kind is TERMS]
    problems = [problem for problem in crosscheck(loaded) if problem.code == "CKB014"]
    assert [problem.nearest for problem in problems] == [("egfr",)]


def test_the_list_has_its_form() -> None:
    lines = LIST.read_text("utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    assert lines[: len(head)] == head
    assert "public domain" in " ".join(head)
    rows = [line.split("\t") for line in lines[len(head) :]]
    assert 20_000 < len(rows) <= 40_000
    assert LIST.stat().st_size < 2_000_000
    assert all(first[0] < second[0] for first, second in pairwise(rows))
    for row in rows:
        word, codes = row
        assert word == normalise(word)
        assert (3 if word.isascii() else 2) <= len(word) <= 80
        same = codes.removeprefix("=")
        assert same == normalise(same) if same != codes else all(CODE.fullmatch(code) for code in codes.split("|")), row


def test_a_word_of_the_list_reaches_the_rules(names: ConditionNames) -> None:
    """Read by its code: surely, or as what it may be; or recognised and without consequence."""
    for text, condition in {
        "carcinoma of vocal cord": "malignancy_history",
        "acute pyelonephritis": "urinary_tract_infection",
        "zoster keratitis": "herpes_zoster_active",
        "hereditary hypogammaglobulinemia": "severe_immunodeficiency",
    }.items():
        assert condition in implied(names, text), text
    (asplenia,) = names.read_all("splenectomy")
    assert "severe_immunodeficiency" in asplenia.may_be
    (syndrome,) = names.read_all("Down syndrome")
    assert (syndrome.state, syndrome.ids, syndrome.may_be) == ("recognised", (), ())


def test_every_code_of_the_list_is_a_number_with_a_word_that_is_understood(kb: KnowledgeBase) -> None:
    lines = [line.split("\t") for line in SNOMED.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert all(re.fullmatch("[0-9]{6,18}", code) for code, _ in lines)
    assert [code for code, _ in lines] == sorted({code for code, _ in lines})
    not_understood = [word for _, word in lines if not all(one.understood for one in kb.names.conditions.known(word))]
    assert not_understood == []


@pytest.mark.parametrize(
    ("named", "ids", "may_be"),
    [
        ("snomed: 38341003", {"hypertension"}, set()),
        ("SNOMED CT: 84114007", {"heart_failure"}, set()),
        ("snomed: 22298006", {"myocardial_infarction"}, {"acute_myocardial_infarction"}),
        ("Malignant tumor of trachea", {"malignancy_history"}, {"malignancy_active"}),
        ("Squamous cell carcinoma of lung", {"malignancy_history"}, {"malignancy_active"}),
        ("History of malignant neoplasm of larynx", {"malignancy_history"}, {"malignancy_active"}),
        ("Benign neoplasm of bronchus", set(), set()),
        ("Sprain of ankle", set(), set()),
        ("Facial laceration", set(), set()),
        ("Fracture of forearm", set(), {"fracture_recent"}),
        ("Fracture of hip due to osteoporosis", {"osteoporosis"}, {"fracture_recent"}),
        ("Mitral valve regurgitation", {"valvular_heart_disease"}, set()),
        ("Carcinoma in situ of cervix", set(), set()),
    ],
)
def test_a_code_or_a_kind_at_a_place_is_read(kb: KnowledgeBase, named: str, ids: set[str], may_be: set[str]) -> None:
    readings = kb.names.condition(named)
    assert all(reading.understood for reading in readings)
    assert {id_ for reading in readings for id_ in reading.ids} == ids
    assert may_be <= {id_ for reading in readings for id_ in reading.may_be}


@pytest.mark.parametrize("named", ["snomed: 999999999", "Frobnication of ankle", "Syndrome of carcinoma from ankle"])
def test_what_no_list_has_is_not_understood(kb: KnowledgeBase, named: str) -> None:
    assert not all(reading.understood for reading in kb.names.condition(named))
