"""The expected response: what each report weighs for a patient, and the pull to the mean of all treatments."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.expected import DISCOUNTS, Discounts, ResponseModel
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Citation, Counts, Result, Stratum, Study
from calcinosis_kb.knowledge.person import Person

THERAPY = "minocycline"


def base(kb: KnowledgeBase, *results: dict[str, Any], design: str = "case_series") -> Knowledge:
    """The knowledge with these results, one study each, as its only studies."""
    studies = {}
    for number, given_ in enumerate(results):
        result = Result(**{
            "therapy": THERAPY, "agent": "a", "finding": "f", "confidence": "seen_abstract",
            "populations": ("systemic_sclerosis",), "direction": "mixed", **given_,
        })  # fmt: skip
        id_ = f"study-{number}"
        studies[id_] = Study(id=id_, citation=Citation(), design=design, results=(result,), seen=("page",))
    # Not a copy, which would keep the findings that the knowledge has cached.
    whole = {name: getattr(kb.knowledge, name) for name in Knowledge.model_fields}
    return Knowledge.model_construct(**{**whole, "studies": studies})


def model(kb: KnowledgeBase, *results: dict[str, Any], **discounts: float) -> ResponseModel:
    """A model of `base` in which every treatment responds in half of the patients, as if seen in four."""
    found = ResponseModel(base(kb, *results), Discounts(**discounts) if discounts else DISCOUNTS)
    found.mean, found.worth = 0.5, 4.0
    return found


def response(kb: KnowledgeBase, *results: dict[str, Any], person: Person = Person(), **discounts: float) -> float:  # noqa: B008
    return model(kb, *results, **discounts).expect(THERAPY, person).response


SSC = Person(diseases=frozenset({"systemic_sclerosis"}))
ALL_OF_TEN = {"n": 10, "responded": 10, "direction": "benefit"}


def test_without_a_report_it_is_the_mean_of_all_treatments(kb: KnowledgeBase) -> None:
    expected = model(kb, {"therapy": "rituximab", **ALL_OF_TEN}).expect(THERAPY, SSC)
    assert (expected.response, expected.worth) == (0.5, 0)


def test_one_of_one_is_not_all(kb: KnowledgeBase) -> None:
    one = response(kb, {"n": 1, "responded": 1, "direction": "benefit"}, person=SSC)
    assert one == pytest.approx((0.5 * 4 + 0.5) / (4 + 0.5), abs=1e-4), "a single case weighs half"


@pytest.mark.parametrize(
    ("diseases", "population", "weight"),
    [
        ({"systemic_sclerosis"}, "systemic_sclerosis", 1),
        ({"limited_ssc_crest"}, "systemic_sclerosis", 1),
        ({"dermatomyositis"}, "juvenile_dermatomyositis", 0.5),
        ({"systemic_sclerosis"}, "sle", 0.25),
        ({"systemic_sclerosis"}, "tumoral_calcinosis", 0),
        ({"tumoral_calcinosis"}, "systemic_sclerosis", 0),
        ({"tumoral_calcinosis"}, "scrotal_calcinosis", 0),
        (set(), "systemic_sclerosis", 0.25),
    ],
)
def test_a_report_weighs_by_its_disease(kb: KnowledgeBase, diseases: set[str], population: str, weight: float) -> None:
    found = response(kb, {**ALL_OF_TEN, "populations": (population,)}, person=Person(diseases=frozenset(diseases)))
    assert found == pytest.approx((2 + 10 * weight) / (4 + 10 * weight), abs=1e-4)


@pytest.mark.parametrize(
    ("result", "person", "weight"),
    [
        ({"combined_with": ("rituximab",)}, {}, 0.5),
        ({"domains": ("ulcer",)}, {"features": frozenset({"pain"})}, 0.5),
        ({"domains": ("ulcer", "symptoms")}, {"features": frozenset({"pain"})}, 1),
        ({"domains": ()}, {"features": frozenset({"pain"})}, 1),
        ({"ages": ("child",)}, {"ages": "adult"}, 0.5),
        ({"ages": ("child",)}, {}, 1),
        ({"lesions": ("universalis",)}, {"pattern": "localized"}, 0.5),
        ({"lesions": ("universalis",)}, {"pattern": "multifocal"}, 1),
        ({"lesions": ("universalis", "localized")}, {"pattern": "localized"}, 1),
    ],
)
def test_what_is_known_to_differ_is_discounted_and_what_is_unknown_is_not(
    kb: KnowledgeBase, result: dict[str, Any], person: dict[str, Any], weight: float
) -> None:
    whom = Person(diseases=SSC.diseases, **person)
    assert response(kb, {**ALL_OF_TEN, **result}, person=whom) == pytest.approx(
        (2 + 10 * weight) / (4 + 10 * weight), abs=1e-4
    )


def test_a_mixed_cohort_counts_whole_only_where_it_tells_its_patients_apart(kb: KnowledgeBase) -> None:
    mixed = {"n": 10, "responded": 5, "populations": ("systemic_sclerosis", "sle")}
    apart = {**mixed, "strata": (Stratum(disease="systemic_sclerosis", n=4, responded=4, direction="benefit"),)}
    assert model(kb, mixed).expect(THERAPY, SSC).worth == pytest.approx(10 * 0.5)
    # Four of the disease whole; of the other six nobody knows which disease they had.
    assert model(kb, apart).expect(THERAPY, SSC).worth == pytest.approx(4 + 6 * 0.5)
    assert response(kb, apart, person=SSC) > response(kb, mixed, person=SSC)


def test_a_direction_without_counts_enters_by_direction_and_number(kb: KnowledgeBase) -> None:
    helped = {"n": 8, "direction": "benefit"}
    failed = {"n": 8, "direction": "no_benefit"}
    assert response(kb, failed, person=SSC) < 0.5 < response(kb, helped, person=SSC)
    assert model(kb, helped).expect(THERAPY, SSC).worth == pytest.approx(4), "half of eight"


def test_halving_and_doubling_keep_weights_between_none_and_whole() -> None:
    assert DISCOUNTS.scaled(0.5).group == 0.25
    assert (DISCOUNTS.scaled(2).group, DISCOUNTS.scaled(2).connective) == (1, 0.5)


@given(st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_more_responders_never_lower_it(kb: KnowledgeBase, treated: int, responded: int, adult: bool) -> None:
    treated, responded = max(treated, responded, 1), min(treated, responded)
    whom = Person(diseases=SSC.diseases, ages="adult" if adult else None)
    fewer = model(kb, {"n": treated, "outcomes": Counts(partial=responded, none=treated - responded)})
    more = model(kb, {"n": treated + 1, "outcomes": Counts(partial=responded + 1, none=treated - responded)})
    one, other = fewer.expect(THERAPY, whom), more.expect(THERAPY, whom)
    assert 0 <= one.response <= 1 and one.interval[0] <= one.response <= one.interval[1]
    if treated >= 3:  # below, another patient also turns single cases into a series
        assert other.response >= one.response


def test_the_prior_comes_from_all_treatments_and_is_worth_a_few_patients(kb: KnowledgeBase) -> None:
    found = kb.advisor.responses
    assert 0.3 < found.mean < 0.9
    assert 1 <= found.worth <= 19
