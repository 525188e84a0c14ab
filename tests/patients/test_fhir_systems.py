"""Code systems are known by the addresses that records of many countries give them."""

from __future__ import annotations

import pytest

from calcinosis_kb.patients.fhir.concept import concept
from calcinosis_kb.patients.fhir.systems import code_system


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://snomed.info/sct", "snomed"),
        ("http://snomed.info/sct/900000000000207008/version/20240201", "snomed"),
        ("https://snomed.info/sct/11000221109/id/228100022110", "snomed"),
        ("http://snomed.info/sct|http://snomed.info/sct/32506021000036107", "snomed"),
        ("https://dmd.nhs.uk/", "snomed"),
        ("http://nzmt.org.nz", "snomed"),
        ("http://hl7.org/fhir/sid/icd-10", "icd10"),
        ("http://hl7.org/fhir/sid/icd-10-cm", "icd10"),
        ("http://hl7.org/fhir/sid/icd-10-nl", "icd10"),
        ("http://fhir.de/CodeSystem/bfarm/icd-10-gm", "icd10"),
        ("http://fhir.de/CodeSystem/dimdi/icd-10-gm", "icd10"),
        ("http://www.saude.gov.br/fhir/r4/CodeSystem/BRCID10", "icd10"),
        ("urn:oid:1.3.6.1.4.1.12559.11.10.1.3.1.44.2", "icd10"),
        ("http://hl7.org/fhir/sid/icd-10-pcs", "icd10pcs"),
        ("http://www.cms.gov/Medicare/Coding/ICD10", "icd10pcs"),
        ("http://fhir.de/CodeSystem/bfarm/atc", "atc"),
        ("http://www.whocc.no/atc/", "atc"),
        ("https://loinc.org/", "loinc"),
        ("http://fhir.de/CodeSystem/icd-10-gm-mehrfachcodierungs-kennzeichen", None),
        ("http://hl7.org/fhir/sid/icd-9-cm", None),
        ("http://hl7.org/fhir/sid/ndc", None),
        ("", None),
    ],
)
def test_a_system_is_known_by_its_address_in_any_country(address: str, expected: str | None) -> None:
    assert code_system(address) == expected


@pytest.mark.parametrize(
    ("written", "expected"), [("H36.0*", "H36.0"), ("E10.30†", "E10.30"), ("I48.-", "I48"), ("Z000", "Z000")]
)
def test_the_marks_of_icd_10_are_no_part_of_a_code(written: str, expected: str) -> None:
    said = concept({"coding": [{"system": "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "code": written}]})
    assert said.codes("icd10") == (expected,)


def test_a_code_of_another_system_keeps_its_signs() -> None:
    said = concept(
        {"coding": [{"system": "http://loinc.org", "code": "718-7"}, {"system": "urn:oid:1.2.3", "code": "A*"}]}
    )
    assert [coding.code for coding in said.codings] == ["718-7", "A*"]


@pytest.mark.parametrize(
    ("display", "name", "kind"),
    [
        ("Asthma (disorder)", "Asthma", "disorder"),
        ("asma (trastorno)", "asma", "disorder"),
        ("bevinding betreffende roken (bevinding)", "bevinding betreffende roken", "finding"),
    ],
)
def test_the_kind_that_an_edition_of_snomed_ct_appends_is_no_part_of_a_name(display: str, name: str, kind: str) -> None:
    said = concept({"coding": [{"system": "http://snomed.info/sct", "code": "195967001", "display": display}]})
    assert said.words == (name,)
    assert said.kinds == {kind}
