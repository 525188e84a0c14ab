"""Read test results: unit conversion per substance, derived results, and what is never assumed."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import InputError, KnowledgeBase
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.knowledge.terms import Lab
from calcinosis_kb.patients.derived import bedside_schwartz, ckd_epi_2021
from calcinosis_kb.patients.models import LabResult
from calcinosis_kb.patients.units import UnitError, convert, units_of
from calcinosis_kb.rules.facts import canonical


def lab_of(kb: KnowledgeBase, given_: dict[str, Any], name: str, **patient: Any) -> LabResult:
    labs = kb.reader.mapping({"patient": patient, "labs": given_}).labs
    return labs.get(name) or labs[name.replace(" ", "_")]


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
        ("haemoglobin", 7.5, "mmol/L", 12.08),
        ("calcium", 5, "meq/L", 10.02),
        ("potassium", 4.1, "mEq/L", 4.1),
        ("egfr", 45, "mL/min/{1.73_m2}", 45),
        ("egfr", 45, "mL/min per 1.73 m2", 45),
        ("systolic_blood_pressure", 120, "mm[Hg]", 120),
        ("inr", 2.5, "{INR}", 2.5),
        ("alt", 40, "[iU]/L", 40),
        ("heart_rate", 60, "{beats}/min", 60),
        ("heart_rate", 60, "1/min", 60),
        ("neutrophils", 0.4, "10e9/L", 0.4),
        ("neutrophils", 0.4, "x10E9/L", 0.4),
        ("neutrophils", 0.4, "10*9/L", 0.4),
        ("neutrophils", 0.4, "10⁹/L", 0.4),
        ("neutrophils", 0.4, "10*6/mL", 0.4),
        ("neutrophils", 0.4, "10*3/uL", 0.4),
        ("neutrophils", 400, "cells/mm3", 0.4),
        ("neutrophils", 400, "/mm³", 0.4),
        ("haemoglobin", 9, "G/DL", 9),
        ("calcium", 2.5, "mmol·L⁻¹", 10.02),
        ("height", 48, "[in_i]", 121.92),
    ],
)
def test_a_result_is_converted(kb: KnowledgeBase, name: str, value: float, unit: str, expected: float) -> None:
    result = lab_of(kb, {name: {"value": value, "unit": unit}}, name)
    assert result.value == pytest.approx(expected, rel=0.002)
    assert result.unit == kb.knowledge.terms.labs[name].unit


PINT: Any = pint.UnitRegistry(cache_folder=None)
CALCIUM = Lab(name="Calcium", unit="mg/dL", molar_mass=40.08, valence=2)
NEUTROPHILS = Lab(name="Neutrophils", unit="10^9/L")


@given(
    st.floats(0.01, 1000),
    st.sampled_from(["", "m", "u", "n", "p"]),
    st.sampled_from(["mol", "g"]),
    st.sampled_from(["", "d", "c", "m", "u"]),
)
def test_a_concentration_is_converted_as_pint_does(value: float, prefix: str, kind: str, volume: str) -> None:
    quantity = PINT.Quantity(value, f"{prefix}{kind}/{volume}L")
    mass = quantity * PINT.Quantity(40.08, "g/mol") if kind == "mol" else quantity
    assert convert(value, f"{prefix}{kind}/{volume}L", CALCIUM) == pytest.approx(mass.to("mg/dL").magnitude, rel=1e-9)


@given(
    st.floats(0.01, 1000),
    st.integers(0, 12),
    st.sampled_from(["10*{}", "10^{}", "10**{}", "10e{}", "10E{}", "x10^{}", "X10E{}", "x 10 ^ {}", "1e{}"]),
    st.sampled_from(["", "cells", " ", "{cells}"]),
    st.sampled_from([("L", 0), ("dL", -1), ("mL", -3), ("uL", -6), ("µL", -6), ("mm3", -6), ("mm³", -6), ("mm^3", -6)]),
)
def test_a_count_is_a_power_of_ten_in_a_volume(
    value: float, power: int, form: str, noun: str, volume: tuple[str, int]
) -> None:
    unit = f"{form.format(power)}{noun}/{volume[0]}"
    assert convert(value, unit, NEUTROPHILS) == pytest.approx(value * 10.0 ** (power - volume[1] - 9), rel=1e-9)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("albumin", "mmol/L"),
        ("phosphate", "mEq/L"),
        ("creatinine_clearance", "mL/min/{1.73_m2}"),
        ("egfr", "mL/min/m2"),
        ("inr", "%"),
        ("neutrophils", "109/L"),
        ("neutrophils", "0.4 10e9/L"),
        ("neutrophils", "X10-3/uL"),
        ("neutrophils", "M/uL"),
        ("calcium", "2*mg/dL"),
        ("calcium", "9⁹⁹⁹⁹⁹⁹⁹⁹⁹"),
        ("calcium", "(" * 200),
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
        lab_of(kb, {name: {"value": 5, "unit": unit}}, name)
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


PIECES = [
    "mol",
    "g",
    "u",
    "m",
    "L",
    "/",
    "*",
    "^",
    "10",
    "9",
    "⁹",
    "⁻",
    "e",
    "{",
    "}",
    "1.73_m2",
    "[iU]",
    "(",
    "%",
    "-",
]


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.data())
def test_any_unit_is_read_or_refused(kb: KnowledgeBase, unit: str, data: st.DataObject) -> None:
    lab = data.draw(st.sampled_from([lab for lab in kb.knowledge.terms.labs.values() if not lab.values]))
    try:
        assert isinstance(convert(5.0, unit, lab), float)
    except UnitError as error:
        assert str(error)


def test_the_units_of_a_test_are_read_and_told(kb: KnowledgeBase) -> None:
    for lab in kb.knowledge.terms.labs.values():
        for unit in units_of(lab) if not lab.values else ():
            assert convert(1.0, unit, lab) > 0
    with pytest.raises(InputError) as caught:
        lab_of(kb, {"creatinine": 1.2}, "creatinine")
    (problem,) = caught.value.problems
    assert (problem.code, problem.valid) == ("CKB022", ("mg/dL", "mg/L", "mmol/L", "µmol/L"))
    assert problem.fix is not None and "1.2 mg/dL" in problem.fix


def test_a_result_in_words_is_read_as_a_quantity(kb: KnowledgeBase) -> None:
    assert lab_of(kb, {"neutrophils": "0.4 10e9/L"}, "neutrophils").value == 0.4
    assert lab_of(kb, {"Hb": "7.5 mmol/L"}, "haemoglobin").note == "from 7.5 mmol/L"
    for text in ("8,3 mg/dL", "> 60 mL/min", "1 2 mg/dL", "high", "1.2"):
        with pytest.raises(InputError):
            kb.reader.mapping({"labs": {"calcium": text}})


@pytest.mark.parametrize("given_", [{"egfr": 20, "gfr": 90}, {"gfr": 20, "GFR": 20}])
def test_one_test_under_two_names_is_refused(kb: KnowledgeBase, given_: dict[str, float]) -> None:
    with pytest.raises(InputError) as caught:
        kb.reader.mapping({"labs": {name: {"value": value, "unit": "mL/min"} for name, value in given_.items()}})
    assert [problem.code for problem in caught.value.problems] == ["CKB047"]
    text = "labs:\n  hbsag: positive\n  hepatitis b surface antigen: negative\n"
    with pytest.raises(InputError) as caught:
        kb.reader.document(parse(text, "p.yaml"))
    (problem,) = caught.value.problems
    assert str(problem.place) == "p.yaml:3:32"
    assert "p.yaml:2:10" in problem.message


@pytest.mark.parametrize(
    ("name", "written", "finding"),
    [
        ("hbsag", "neg", "negative"),
        ("hbsag", "-", "negative"),
        ("hbsag", "not detected", "negative"),
        ("hbsag", "Non-reactive", "negative"),
        ("hbsag", "reactive", "positive"),
        ("hbsag", "+", "positive"),
        ("ecg", "WNL", "normal"),
        ("lipids", "elevated", "abnormal"),
        ("tpmt", "low", "abnormal"),
        ("tpmt", "high", None),
        ("hbsag", "weakly positive", None),
        ("hbsag", "elevated", None),
        ("hbsag", True, None),
        ("vitamin d", 12, None),
        ("vitamin d", {"value": 12, "unit": "ng/mL"}, None),
    ],
)
def test_a_finding_is_read_where_its_meaning_is_sure(
    kb: KnowledgeBase, name: str, written: Any, finding: str | None
) -> None:
    if finding is not None:
        assert lab_of(kb, {name: written}, name).finding == finding
        return
    with pytest.raises(InputError) as caught:
        kb.reader.mapping({"labs": {name: written}})
    (problem,) = caught.value.problems
    assert problem.code == "CKB024"
    assert set(problem.valid) in ({"positive", "negative"}, {"normal", "abnormal"})


@pytest.mark.parametrize(
    "data",
    [
        {"patient": {"age": True}},
        {"calcinosis": {"largest_mm": True}},
        {"history": [{"therapy": "diltiazem", "months": True}]},
        {"history": [{"therapy": "diltiazem", "ended": True}]},
        {"labs": {"alt": {"value": True, "unit": "U/L"}}},
        {"labs": {"alt": {"value": 80, "unit": "U/L", "upper_limit": True}}},
    ],
)
def test_true_is_no_number(kb: KnowledgeBase, data: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        kb.reader.mapping(data)
    assert {problem.code for problem in caught.value.problems} == {"CKB011"}


def test_a_limit_is_compared_before_rounding(kb: KnowledgeBase) -> None:
    """CKD-EPI gives 29.97 here, which is shown as it is and is below 30; so is what is shown as 30."""
    derived = lab_of(kb, {"creatinine": {"value": 2.5353, "unit": "mg/dL"}}, "egfr", age=50, sex="male")
    assert derived.value == pytest.approx(ckd_epi_2021(2.5353, 50, "male"), abs=1e-9)
    assert canonical(29.99997) == 29.99997
    assert LabResult("egfr", value=29.99997, unit="mL/min").shown == "30 mL/min"
    for value, below in ((34.97, True), (34.99997, True), (35, False)):
        advice = kb.advise({"diseases": ["crest"], "labs": {"egfr": {"value": value, "unit": "mL/min"}}})
        assert (advice.judgement("zoledronic_acid").verdict == "avoid") is below


def test_a_calcium_that_is_corrected_is_not_corrected_again(kb: KnowledgeBase) -> None:
    albumin = {"albumin": {"value": 25, "unit": "g/L"}, "calcium": {"value": 2.0, "unit": "mmol/L"}}
    for name in ("corrected calcium", "Adjusted calcium", "29265-6", "calcium corrected for albumin"):
        result = lab_of(kb, {name: {"value": 2.1, "unit": "mmol/L"}, **albumin}, "calcium")
        assert result.value == pytest.approx(8.4168)
        assert result.note == "corrected for albumin by the laboratory"


HUGE: dict[str, dict[str, Any]] = {
    "spaces in a dose": {"history": [{"therapy": "diltiazem", "dose": f"30{' ' * 250}x"}]},
    "spaces in a duration": {"history": [{"therapy": "diltiazem", "duration": f"about{' ' * 250}x"}]},
    "a long duration": {"history": [{"therapy": "diltiazem", "duration": "1 " * 50_000}]},
    "a long history": {"history": [{"therapy": "quxumab"}] * 20_000},
    "many unknown words": {"conditions": [f"word {number} of none" for number in range(40_000)]},
    "many tests": {"labs": {f"test {number}": 1 for number in range(20_000)}},
    "a long unit": {"labs": {"calcium": {"value": 1, "unit": "9" * 100_000}}},
    "a long name": {"medications": ["x" * 100_000]},
}


@pytest.mark.parametrize("what", HUGE)
def test_what_is_without_measure_ends_at_once(kb: KnowledgeBase, what: str) -> None:
    start = time.process_time()
    with contextlib.suppress(InputError):
        kb.reader.mapping(HUGE[what])
    assert time.process_time() - start < 2


def test_low_calcium_is_corrected_for_low_albumin(kb: KnowledgeBase) -> None:
    given_ = {"calcium": {"value": 8.0, "unit": "mg/dL"}, "albumin": {"value": 25, "unit": "g/L"}}
    result = lab_of(kb, given_, "calcium")
    assert result.value == pytest.approx(9.2)
    assert result.note is not None
    assert "8 mg/dL measured, corrected for albumin 2.5 g/dL" in result.note
    assert lab_of(kb, {"calcium": {"value": 8.0, "unit": "mg/dL"}}, "calcium").value == 8.0


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
    adult = lab_of(kb, creatinine, "egfr", age=60, sex="female")
    assert adult.note == "from creatinine 2 mg/dL by CKD-EPI 2021"
    child = lab_of(kb, {**creatinine, "height": {"value": 120, "unit": "cm"}}, "egfr", age=8, sex="male")
    assert child.value == pytest.approx(24.8, abs=0.05)
    for patient in ({"age": 60}, {"sex": "female"}, {"age": 8, "sex": "male"}, {"age": 0.5, "sex": "male"}):
        assert "egfr" not in kb.reader.mapping({"patient": patient, "labs": creatinine}).labs
    measured = {**creatinine, "egfr": {"value": 80, "unit": "mL/min/1.73m2"}}
    assert lab_of(kb, measured, "egfr", age=60, sex="female").value == 80


def test_an_upper_limit_makes_a_multiple(kb: KnowledgeBase) -> None:
    result = lab_of(kb, {"alt": {"value": 200, "unit": "U/L", "upper_limit": 40}}, "alt_times_upper_limit")
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


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        (LabResult("phosphate", value=4.9552, unit="mg/dL"), "4.96 mg/dL"),
        (LabResult("platelets", value=20.0, unit="10^9/L", comparator="<"), "<20 10^9/L"),
        (LabResult("ratio", value=1.125, unit="1"), "1.12"),
        (LabResult("hbsag", finding="negative"), "negative"),
    ],
)
def test_a_result_is_shown_with_two_decimals_its_sign_and_unit(result: LabResult, shown: str) -> None:
    assert result.shown == shown


def test_what_is_no_unit_is_named(kb: KnowledgeBase) -> None:
    with pytest.raises(UnitError, match="'zyx' is not a unit that can be read"):
        convert(1.0, "zyx", kb.knowledge.terms.labs["creatinine"])
