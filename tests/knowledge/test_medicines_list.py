"""The list of medicines: its form, that every class has members, and well-known medicines against the ATC index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from calcinosis_kb import load
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.spelling import normalise
from calcinosis_kb.knowledge.wordlist import WordList

ROOT = Path(__file__).parents[2]
LIST = WordList(ROOT / "knowledge" / "words" / "medicines.tsv")
SLUG = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")

# By the ATC index of 2026-04-25, not by the list: the class of a group that the medicine stands in, "" for a group that nothing reads.
BY_ATC = {
    "losartan": "angiotensin_receptor_blocker",  # C09CA
    "valsartan": "angiotensin_receptor_blocker",
    "olmesartan": "angiotensin_receptor_blocker",
    "perindopril": "ace_inhibitor",  # C09AA
    "carvedilol": "beta_blocker",  # C07AG
    "nebivolol": "beta_blocker",  # C07AB
    "hydrochlorothiazide": "thiazide",  # C03AA
    "indapamide": "thiazide",  # C03BA
    "furosemide": "loop_diuretic",  # C03CA
    "torasemide": "loop_diuretic",
    "spironolactone": "potassium_raising_drug",  # C03DA
    "amiloride": "potassium_raising_drug",  # C03DB
    "hydralazine": "antihypertensive_or_vasodilator",  # C02DB
    "macitentan": "antihypertensive_or_vasodilator",  # C02KX
    "tamsulosin": "alpha_blocker",  # G04CA
    "rosuvastatin": "statin",  # C10AA
    "pravastatin": "statin",
    "fenofibrate": "fibrate",  # C10AB
    "felodipine": "calcium_channel_blocker",  # C08CA
    "lercanidipine": "calcium_channel_blocker",
    "isosorbide mononitrate": "nitrate",  # C01DA
    "phenprocoumon": "vitamin_k_antagonist",  # B01AA
    "acenocoumarol": "vitamin_k_antagonist",
    "enoxaparin": "anticoagulant",  # B01AB
    "edoxaban": "anticoagulant",  # B01AF
    "fondaparinux": "anticoagulant",  # B01AX
    "ibuprofen": "nsaid",  # M01AE
    "diclofenac": "nsaid",  # M01AB
    "celecoxib": "nsaid",  # M01AH
    "diflunisal": "salicylate",  # N02BA
    "clodronic acid": "bisphosphonate",  # M05BA
    "metformin": "antidiabetic_drug",  # A10BA
    "semaglutide": "antidiabetic_drug",  # A10BJ
    "empagliflozin": "antidiabetic_drug",  # A10BK
    "gliclazide": "sulfonylurea",  # A10BB
    "insulin glargine": "insulin",  # A10AE
    "flucloxacillin": "penicillin",  # J01CF
    "cefuroxime": "cephalosporin",  # J01DC
    "gentamicin": "aminoglycoside",  # J01GB
    "tigecycline": "tetracycline",  # J01AA
    "ciprofloxacin": "antibiotic",  # J01MA
    "nitrofurantoin": "antibiotic",  # J01XE
    "sulfadiazine": "sulfa",  # J01EC
    "posaconazole": "azole_antifungal",  # J02AC
    "belimumab": "biologic_dmard",  # L04AG
    "ustekinumab": "biologic_dmard",  # L04AC
    "golimumab": "tnf_inhibitor",  # L04AB
    "filgotinib": "jak_inhibitor",  # L04AF
    "sirolimus": "immunosuppressant",  # L04AH
    "levonorgestrel": "hormonal_contraceptive",  # G03AC
    "primidone": "enzyme_inducing_antiepileptic",  # N03AA
    "ferrous fumarate": "iron",  # B03AA
    "magaldrate": "antacid_or_iron",  # A02AD
    "clobetasol": "topical_corticosteroids",  # D07AD
    "paracetamol": "",  # N02BE
    "levothyroxine": "",  # H03AA
    "pregabalin": "",  # N02BF
    "famotidine": "",  # A02BA
    "levetiracetam": "",  # N03AX
    "sodium polystyrene sulfonate": "",  # V03AE
    "salbutamol": "",  # R03AC
    "lithium": "",  # N05AN
}


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(load().knowledge)


def test_the_list_has_its_form(names: Names) -> None:
    known = names.knowledge.therapies.keys() | names.knowledge.terms.medications.keys()
    words = []
    for line in LIST:
        assert len(line) == len(("word", "ids", "classes")), line
        word, ids, classes = line
        words.append(word)
        assert word == normalise(word)
        assert all(SLUG.fullmatch(id_) for one in ids.split("|") for id_ in one.split("+")), line
        assert set(classes.split()) <= known, line
    assert words == sorted(set(words))


def test_the_list_says_where_it_comes_from() -> None:
    head = [line for line in LIST.path.read_text("utf-8").splitlines() if line.startswith("#")]
    for source in (
        "drug-named-entity-recognition 2.0.9",
        "MIT",
        "CC0",
        "WHO Collaborating Centre",
        "European Medicines Agency",
    ):
        assert any(source in line for line in head), source


def test_every_class_that_a_rule_reads_has_members(names: Names) -> None:
    read = {
        id_
        for path in (ROOT / "rules").rglob("*.yaml")
        for clause in re.findall(r"\b(?:medication|allergy): *\{name: *(\[[^]]*\]|\S+?)\}", path.read_text("utf-8"))
        for id_ in re.findall(r"[a-z0-9_]+", clause)
    }
    knowledge = names.knowledge
    members = {above for _, _, classes in LIST for above in classes.split()}
    members |= {above for term in knowledge.terms.medications.values() for above in term.broader}
    members |= {above for therapy in knowledge.therapies.values() for above in (*therapy.classes, therapy.family or "")}
    named = {id_ for _, ids, _ in LIST for id_ in re.split(r"[|+]", ids)}
    # Allergens, a diluent, a food and a plant are no medicines that a list of names could hold.
    single = {"murine_protein", "polysorbate_80", "sulfite", "intravenous_lidocaine_diluent", "grapefruit"}
    assert sorted((read & knowledge.terms.medications.keys()) - members - named - single) == []


@pytest.mark.parametrize(("medicine", "class_"), BY_ATC.items())
def test_a_well_known_medicine_is_in_its_class(names: Names, medicine: str, class_: str) -> None:
    (reading,) = names.treatments(medicine)
    (match,) = reading.matches
    if class_:
        assert class_ in names.classes(match)
    else:
        assert reading.state == "recognised" and not match.classes


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Aredia", "pamidronate"),
        ("Aclasta", "zoledronic_acid"),
        ("MabThera", "rituximab"),
        ("pamidronate disodium", "pamidronate"),
    ],
)
def test_a_brand_or_a_salt_is_its_substance(names: Names, written: str, meant: str) -> None:
    assert names.treatments(written)[0].ids == (meant,)


def test_a_name_that_hides_the_form_is_not_guessed(names: Names) -> None:
    for written in ("dexamethasone", "betamethasone", "fluticasone"):
        assert names.treatments(written)[0].state == "ambiguous", written
