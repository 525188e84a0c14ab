"""A result that is only a bound is used where every value within it is judged alike."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.contents import divides
from calcinosis_kb.intake.options import add_options
from calcinosis_kb.knowledge.terms import Limit
from calcinosis_kb.patients.bound import COMPARATORS, decided, divide, inside

KINDS = ("below", "at_most", "above", "at_least")


@given(
    st.sampled_from(sorted(COMPARATORS)),
    st.integers(0, 20),
    st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 20)), max_size=4),
    st.one_of(st.floats(0, 20), st.integers(0, 20)),
)
def test_where_a_bound_is_decided_every_value_within_it_is_judged_as_one(
    sign: str, bound: int, limits: list[tuple[str, int]], value: float
) -> None:
    comparator = COMPARATORS[sign]
    within = {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}[comparator]
    alike = [
        limit.holds(value) == limit.holds(inside(comparator, bound))
        for limit in (Limit.model_validate({kind: number}) for kind, number in limits)
    ]
    if within and decided(comparator, bound, [divide(kind, number) for kind, number in limits]):
        assert all(alike)


def test_the_limits_are_those_of_rules_and_definitions(kb: KnowledgeBase) -> None:
    found = divides(kb.knowledge, kb.rules)
    assert {divide("below", 30), divide("below", 60)} <= found["egfr"]
    assert {divide("below", 8.4), divide("above", 10.5)} <= found["calcium"]
    assert divide("below", 1.0) in found["neutrophils"]


def read(kb: KnowledgeBase, labs: dict[str, Any]) -> Any:
    return kb.reader.mapping({"patient": {"age": 50, "sex": "female"}, "labs": labs})


@pytest.mark.parametrize(
    "given_", [">60 mL/min", {"comparator": ">", "value": 60, "unit": "mL/min/1.73m2"}, "≥ 60 mL/min"]
)
def test_a_bound_beyond_every_limit_is_a_result(kb: KnowledgeBase, given_: Any) -> None:
    patient = read(kb, {"egfr": given_})
    assert patient.labs["egfr"].shown.startswith(">")
    assert not patient.notes
    found, exact = (
        {option.therapy: (option.verdict, option.state) for option in kb.advise(read(kb, {"egfr": one})).options}
        for one in (given_, "75 mL/min")
    )
    assert found == exact


def test_a_bound_that_a_limit_divides_is_not_known_and_told(kb: KnowledgeBase) -> None:
    patient = read(kb, {"platelets": ">80 10^9/L"})
    assert not patient.labs
    assert [note for note in patient.notes if "Platelets >80 10^9/L is only a bound" in note]


def test_what_every_value_within_a_bound_means_is_kept(kb: KnowledgeBase) -> None:
    patient = read(kb, {"egfr": "<15 mL/min"})
    assert "egfr" not in patient.labs
    assert patient.conditions == ("kidney_failure",)
    assert not patient.conditions_complete
    harmful = {
        option.therapy for option in kb.advise(read(kb, {"egfr": "12 mL/min"})).options if option.verdict == "avoid"
    }
    assert harmful <= {option.therapy for option in kb.advise(patient).options if option.verdict == "avoid"}


@pytest.mark.parametrize(
    "labs",
    [
        {"creatinine": ">2 mg/dL"},
        {"calcium": "8 mg/dL", "albumin": "<3 g/dL"},
        {"alt": {"comparator": ">", "value": 90, "unit": "U/L", "upper_limit": 40}},
    ],
)
def test_nothing_is_calculated_from_a_bound(kb: KnowledgeBase, labs: dict[str, Any]) -> None:
    found = read(kb, labs).labs
    assert not {"egfr", "alt_times_upper_limit"} & found.keys()
    assert all(result.value == 8 for name, result in found.items() if name == "calcium")


@pytest.mark.parametrize("typed", ["crp=<5mg/L", "crp <5 mg/L", "crp<5mg/L", "CRP = < 5 mg/L"])
def test_a_bound_is_typed_as_an_option(kb: KnowledgeBase, typed: str) -> None:
    data: dict[str, Any] = {}
    add_options(data, {"lab": [typed]}, kb.names)
    assert kb.reader.mapping(data).labs["crp"].to_dict() == {"value": 5, "unit": "mg/L", "comparator": "<"}


def test_at_least_is_no_equals_sign(kb: KnowledgeBase) -> None:
    data: dict[str, Any] = {}
    add_options(data, {"lab": ["egfr>=60"]}, kb.names)
    assert kb.reader.mapping(data).labs["egfr"].comparator == ">="
