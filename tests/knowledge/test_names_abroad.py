"""Medicines are understood by the names that records of other countries give them."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # a salt in one word with its substance, or in the language of the country
        ("Diltiazemhydrochlorid", "diltiazem"),
        ("diltiazem hidrocloruro", "diltiazem"),
        ("metotrexato sódico", "methotrexate"),
        ("Warfarin-Natrium", "warfarin"),
        ("Natriumalendronat", "alendronate"),
        ("metoprololsuccinaat", "metoprolol"),
        ("besilato de amlodipino", "amlodipine"),
        # an acid, and its umlaut written out in capitals
        ("IBANDRONSAEURE", "ibandronate"),
        ("alendronsyre", "alendronate"),
        ("zoledronsyra", "zoledronic_acid"),
        ("acide risédronique", "risedronate"),
        ("ACETYLSALICYLSAEURE", "aspirin"),
        ("acetylsalicylsyre", "aspirin"),
        # brands that are sold in one country
        ("EBETREXAT", "methotrexate"),
        ("Colchimax", "colchicine"),
        ("Dolquine", "hydroxychloroquine"),
        ("Hjertemagnyl", "aspirin"),
        ("Alendros", "alendronate"),
        ("perikon", "st_johns_wort"),
        ("millepertuis", "st_johns_wort"),
    ],
)
def test_a_medicine_is_known_by_its_name_abroad(kb: KnowledgeBase, written: str, expected: str) -> None:
    assert [match.id for reading in kb.names.drugs.known(written) for match in reading.matches] == [expected]


@pytest.mark.parametrize(
    ("written", "never"),
    [
        ("Folinsäure", "folic_acid"),
        ("folinsyre", "folic_acid"),
        ("Natriumchlorid", "sodium_thiosulfate"),
        ("Stadium", ""),
        ("loss", ""),
    ],
)
def test_what_only_looks_like_a_medicine_is_not_taken_for_it(kb: KnowledgeBase, written: str, never: str) -> None:
    found = [match.id for reading in kb.names.drugs.known(written) for match in reading.matches]
    assert never not in found if never else found == []


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        ("METHOTREXAAT INJVLST 15MG/0,6ML(25MG/ML) WWSP PA", ["methotrexate"]),
        ("IBANDRONSAEURE SAN FSPR 3MG", ["ibandronate"]),
        ("EBETREXAT TBL 10MG", ["methotrexate"]),
        ("FENPROCOUMON TABLET 3MG", ["phenprocoumon"]),
        ("CENAMAN DRINK AARDBEI", []),
        ("producto que contiene exactamente salbutamol 200 microgramos/disparo en polvo", ["salbutamol"]),
        ("Product containing precisely methylphenidate hydrochloride 5 milligram/1 each tablet", ["methylphenidate"]),
    ],
)
def test_a_product_is_known_by_the_name_that_it_mentions(kb: KnowledgeBase, product: str, expected: list[str]) -> None:
    assert [match.id for reading in kb.names.mentioned(product) for match in reading.matches] == expected


@pytest.mark.parametrize(
    ("product", "parts"),
    [
        ("ABEVMY 25MG/ML INJECTION, PARENTERAL", 1),
        ("Oxymetazoline hydrochloride 0.05 mg / 1 ml Spray", 1),
        ("perindopril arginine/amlodipine 10 mg/10 mg", 2),
        ("Hydrocortisone 10 MG/ML / Neomycin 3 MG/ML", 2),
    ],
)
def test_a_strength_is_no_part_of_a_combination(kb: KnowledgeBase, product: str, parts: int) -> None:
    read = kb.names.mentioned(product)
    assert len(read) == parts
    assert all(reading.matches for reading in read)
