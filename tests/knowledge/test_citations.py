"""The same publication, however its identifier is written."""

from __future__ import annotations

import pytest

from calcinosis_kb.knowledge.citations import normal_doi, normal_identifier, normal_pmid


@pytest.mark.parametrize(
    "text",
    [
        "10.1016/j.jaad.2019.07.006", "10.1016/J.JAAD.2019.07.006", "doi:10.1016/j.jaad.2019.07.006", "DOI: 10.1016/j.jaad.2019.07.006",
        "https://doi.org/10.1016/j.jaad.2019.07.006", "http://dx.doi.org/10.1016/j.jaad.2019.07.006", " 10.1016%2Fj.jaad.2019.07.006 ",
    ],
)  # fmt: skip
def test_one_doi(text: str) -> None:
    expected = None if "%2F" in text else "10.1016/j.jaad.2019.07.006"  # the slash itself is never written so
    assert normal_doi(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "22801787",
        " 22801787 ",
        "0022801787",
        "PMID 22801787",
        "pmid:22801787",
        "https://pubmed.ncbi.nlm.nih.gov/22801787/",
    ],
)
def test_one_pmid(text: str) -> None:
    assert normal_pmid(text) == "22801787"


@pytest.mark.parametrize("text", ["", "unavailable", "10.1/x", "https://doi.org/", "10.1016"])
def test_what_is_not_a_doi(text: str) -> None:
    assert normal_doi(text) is None


@pytest.mark.parametrize("text", ["", "0", "unavailable", "PMC123", "12 34", "٣٤"])
def test_what_is_not_a_pmid(text: str) -> None:
    assert normal_pmid(text) is None


def test_two_identifiers_can_be_compared() -> None:
    assert normal_identifier("pmid", "PMID: 7") == normal_identifier("pmid", "7")
    assert normal_identifier("pmcid", "PMC7 ") == normal_identifier("pmcid", "pmc7")
    assert normal_identifier("doi", "No DOI") == "no doi"
