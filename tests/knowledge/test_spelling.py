"""Normalise the spellings of a name to one form."""

from __future__ import annotations

import pytest

from calcinosis_kb.knowledge.spelling import international, normalise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Diltiazem", "DILTIAZEM"),
        ("Œsophageal  stricture", "esophageal-stricture"),
        ("anaemia", "anemia"),
        ("aluminium hydroxide", "aluminum hydroxide"),
        ("sodium thiosulphate", "sodium thiosulfate"),
        ("ácido zoledrónico", "acido zoledronico"),
        ("Ｄｉｌｔｉａｚｅｍ", "diltiazem"),
    ],
)
def test_spellings_of_one_name_meet(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), [("ジルチアゼム", "シルチアセム"), ("vitamin K1", "vitamin K2"), ("", "a")])
def test_what_differs_stays_apart(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    ("one", "other"), [("methotrexate", "Metotrexato"), ("methotrexate", "methotrexatum"), ("rituximab", "Rituximab")]
)
def test_the_names_of_a_substance_in_several_languages_meet(one: str, other: str) -> None:
    assert international(one) == international(other) != ""


def test_a_short_name_has_no_international_key() -> None:
    assert international("zinc") == ""
