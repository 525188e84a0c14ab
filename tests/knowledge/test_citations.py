"""The same publication, however its identifiers are written, and how it is cited."""

from __future__ import annotations

import pytest

from calcinosis_kb.knowledge.citations import (
    bare_doi,
    curie,
    normal_doi,
    normal_identifier,
    normal_pmid,
    short_citation,
)  # fmt: skip
from calcinosis_kb.knowledge.models import Citation, Reference


@pytest.mark.parametrize(
    "text",
    [
        "10.1016/J.jaad.2019.07.006", " doi:10.1016/J.jaad.2019.07.006", "DOI: 10.1016/J.jaad.2019.07.006",
        "https://doi.org/10.1016/J.jaad.2019.07.006", "http://dx.doi.org/10.1016/J.jaad.2019.07.006 ",
    ],
)  # fmt: skip
def test_one_doi(text: str) -> None:
    assert bare_doi(text) == "10.1016/J.jaad.2019.07.006"
    assert normal_doi(text) == "10.1016/j.jaad.2019.07.006"


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


@pytest.mark.parametrize("text", ["", "unavailable", "10.1/x", "https://doi.org/", "10.1016", "10.1016%2Fj.jaad"])
def test_what_is_not_a_doi(text: str) -> None:
    assert bare_doi(text) is normal_doi(text) is None


@pytest.mark.parametrize("text", ["", "0", "unavailable", "PMC123", "12 34", "123456789", "٣٤"])
def test_what_is_not_a_pmid(text: str) -> None:
    assert normal_pmid(text) is None


def test_two_identifiers_can_be_compared() -> None:
    assert normal_identifier("pmid", "PMID: 7") == normal_identifier("pmid", "7")
    assert normal_identifier("pmcid", "PMC7 ") == normal_identifier("pmcid", "pmc7")
    assert normal_identifier("doi", "No DOI") == "no doi"


@pytest.mark.parametrize(
    ("publication", "text", "id_"),
    [
        (Citation(first_author="A", year=2020, title="T", pmid="7", doi="10.1234/x"), "A, 2020, T, PMID 7", "PMID:7"),
        (Citation(journal="J", title="T", doi="10.1234/x", pmcid="PMC7"), "J, T, doi:10.1234/x", "PMC:7"),
        (Citation(), "a-2020", None),
        (Reference(title="T", authority="label", publisher="P", year=2020), "P, 2020, T", None),
    ],
)
def test_a_publication_in_words_and_as_a_curie(publication: Citation | Reference, text: str, id_: str | None) -> None:
    assert short_citation(publication, "a-2020") == text
    assert curie(publication) == id_
