"""Test results: units by the substance, what follows from other results, and what is never assumed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import InputError, KnowledgeBase
from calcinosis_kb.knowledge.terms import Lab
from calcinosis_kb.patients import units
from calcinosis_kb.patients.derived import bedside_schwartz, ckd_epi_2021
from calcinosis_kb.patients.models import LabResult
from calcinosis_kb.patients.units import UnitError, convert


def lab(kb: KnowledgeBase, given_: dict[str, Any], name: str, **patient: Any) -> LabResult:
    return kb.reader.mapping({"patient": patient, "labs": given_}).labs[name]


@pytest.mark.parametrize(
    ("name", "value", "unit", "expected"),
    [
        ("calcium", 2.5, "mmol/L", 10.02),
        ("calcium", 10.02, "mg/dL", 10.02),
        ("calcium", 100.2, "mg/L", 10.02),
        ("creatinine", 88.42, "µmol/L", 1.0),
        ("creatinine", 88.42, "umol/L", 1.0),
        ("phosphate", 1.0, "mmol/L", 3.097),
        ("albumin", 40, "g/L", 4.0),
        ("haemoglobin", 120, "g/L", 12.0),
        ("neutrophils", 1500, "/uL", 1.5),
        ("platelets", 150, "K/uL", 150),
        ("egfr", 45, "mL/min/1.73 m²", 45),
        ("height", 1.2, "m", 120),
    ],
)
def test_a_result_is_converted(kb: KnowledgeBase, name: str, value: float, unit: str, expected: float) -> None:
    result = lab(kb, {name: {"value": value, "unit": unit}}, name)
    assert result.value == pytest.approx(expected, rel=0.002)
    assert result.unit == kb.knowledge.terms.labs[name].unit


@pytest.mark.parametrize(
    "unit", ["mmol/L", "umol/L", "µmol/l", "nmol/mL", "g/L", "mg/L", "ug/mL", "mcg/dL", "mol/L", "mg/mL"]
)
def test_a_plain_concentration_is_converted_as_pint_does(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(name="Calcium", unit="mg/dL", molar_mass=40.08)
    plain = units.convert(2.5, unit, lab)
    monkeypatch.setattr(units, "_between_concentrations", lambda *_: None)
    assert plain == pytest.approx(units.convert(2.5, unit, lab), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("albumin", "mmol/L"),
        ("calcium", "mm"),
        ("calcium", "furlong per"),
        ("ck", "mg/dL"),
        ("calcium", "U/L"),
        ("calcium", "10^999999999/L"),
        ("calcium", "9**9**9"),
        ("calcium", "degC"),
    ],
)
def test_what_cannot_be_converted_is_an_error_that_says_why(kb: KnowledgeBase, name: str, unit: str) -> None:
    with pytest.raises(InputError) as caught:
        lab(kb, {name: {"value": 5, "unit": unit}}, name)
    (problem,) = caught.value.problems
    assert problem.code == "CKB023"
    assert problem.valid


def test_the_substance_is_needed_between_mass_and_amount(kb: KnowledgeBase) -> None:
    albumin = kb.knowledge.terms.labs["albumin"]
    with pytest.raises(UnitError, match="molar mass"):
        convert(0.6, "mmol/L", albumin)


@given(st.floats(0.5, 20))
def test_there_and_back_is_the_same(kb: KnowledgeBase, value: float) -> None:
    calcium = kb.knowledge.terms.labs["calcium"]
    assert calcium.molar_mass is not None
    in_mmol = value * 10 / calcium.molar_mass
    assert convert(in_mmol, "mmol/L", calcium) == pytest.approx(value)


@given(st.text(max_size=12))
def test_any_unit_is_read_or_refused(kb: KnowledgeBase, unit: str) -> None:
    calcium = kb.knowledge.terms.labs["calcium"]
    try:
        assert isinstance(convert(5.0, unit, calcium), float)
    except UnitError as error:
        assert str(error)


def test_low_calcium_is_corrected_for_low_albumin(kb: KnowledgeBase) -> None:
    given_ = {"calcium": {"value": 8.0, "unit": "mg/dL"}, "albumin": {"value": 25, "unit": "g/L"}}
    result = lab(kb, given_, "calcium")
    assert result.value == pytest.approx(9.2)
    assert result.note is not None
    assert "8 mg/dL measured, corrected for albumin 2.5 g/dL" in result.note
    assert lab(kb, {"calcium": {"value": 8.0, "unit": "mg/dL"}}, "calcium").value == 8.0


@pytest.mark.parametrize(
    ("creatinine", "age", "sex", "expected"),
    [(0.6, 30, "female", 123.8), (0.9, 55, "female", 75.5), (1.0, 50, "male", 91.7), (3.0, 70, "male", 21.7)],
)
def test_ckd_epi(creatinine: float, age: float, sex: str, expected: float) -> None:
    """By hand from the published coefficients: 142 · min(Scr/κ, 1)^α · max(Scr/κ, 1)^−1.200 · 0.9938^age · 1.012 [female]."""
    assert ckd_epi_2021(creatinine, age, sex) == pytest.approx(expected, abs=0.1)


@given(st.floats(0.2, 10), st.floats(0.2, 10), st.integers(18, 100), st.sampled_from(["female", "male"]))
def test_more_creatinine_never_means_more_filtration(one: float, other: float, age: int, sex: str) -> None:
    low, high = sorted((one, other))
    assert ckd_epi_2021(high, age, sex) <= ckd_epi_2021(low, age, sex)
    assert bedside_schwartz(high, 120) <= bedside_schwartz(low, 120)


def test_the_gfr_follows_from_creatinine_only_where_all_is_known(kb: KnowledgeBase) -> None:
    creatinine = {"creatinine": {"value": 2.0, "unit": "mg/dL"}}
    adult = lab(kb, creatinine, "egfr", age=60, sex="female")
    assert adult.note == "from creatinine 2 mg/dL by CKD-EPI 2021"
    child = lab(kb, {**creatinine, "height": {"value": 120, "unit": "cm"}}, "egfr", age=8, sex="male")
    assert child.value == pytest.approx(24.8, abs=0.05)
    for patient in ({"age": 60}, {"sex": "female"}, {"age": 8, "sex": "male"}, {"age": 0.5, "sex": "male"}):
        assert "egfr" not in kb.reader.mapping({"patient": patient, "labs": creatinine}).labs
    measured = {**creatinine, "egfr": {"value": 80, "unit": "mL/min/1.73m2"}}
    assert lab(kb, measured, "egfr", age=60, sex="female").value == 80


def test_an_upper_limit_makes_a_multiple(kb: KnowledgeBase) -> None:
    result = lab(kb, {"alt": {"value": 200, "unit": "U/L", "upper_limit": 40}}, "alt_times_upper_limit")
    assert result.value == 5.0


@pytest.mark.parametrize(
    ("named", "route", "id_"),
    [
        ("sodium thiosulfate", "topical", "sodium_thiosulfate_topical"),
        ("sodium thiosulfate", "intravenous", "sodium_thiosulfate_iv"),
        ("sodium thiosulfate", "intralesional", "sodium_thiosulfate_intralesional"),
        ("sodium thiosulfate", None, "sodium_thiosulfate"),
        ("infliximab", "intravenous", "infliximab"),
        ("infliximab", "intralesional", "intralesional_infliximab"),
    ],
)
def test_the_route_tells_which_therapy_it_was(kb: KnowledgeBase, named: str, route: str | None, id_: str) -> None:
    patient = kb.reader.mapping({"history": [{"therapy": named, "route": route, "outcome": "ineffective"}]})
    assert patient.trials[0].therapy == id_
