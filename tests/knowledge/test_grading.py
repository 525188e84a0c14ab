"""Level, direction and response are derived as the documentation says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.grading import Finding, derive, pool, wilson
from calcinosis_kb.knowledge.models import Citation, Counts, ReportedPatient, Result, Stratum, Study
from calcinosis_kb.knowledge.terms import Design


def finding(design: str = "case_series", level: int = 4, patients: bool = True, **result: Any) -> Finding:
    made = Result(therapy="x", agent="x", finding="x", confidence="seen_abstract", **result)
    study = Study(id="s", citation=Citation(), design=design, results=(made,), seen=())
    return Finding(study, made, Design(name=design, level=level, patients=patients))


@given(st.integers(1, 500), st.data())
def test_the_interval_holds_the_share_and_stays_inside(n: int, data: st.DataObject) -> None:
    responded = data.draw(st.integers(0, n))
    low, high = wilson(responded, n)
    assert 0 <= low <= responded / n + 1e-4
    assert responded / n - 1e-4 <= high <= 1


def test_a_partly_stated_series_is_not_pooled() -> None:
    balin = finding(n=17, outcomes=Counts(partial=9))
    assert (balin.not_stated, balin.poolable) == (8, False)
    assert pool([balin]).treated == 0


def test_patients_without_a_stated_outcome_are_no_failures() -> None:
    series = finding(n=10, outcomes=Counts(complete=1, partial=2, none=3))
    assert (series.treated, series.responded, series.not_stated) == (6, 3, 4)


def test_responders_without_the_split_count(kb: KnowledgeBase) -> None:
    palmieri = next(f for f in kb.knowledge.findings("diltiazem") if f.study.id == "palmieri-1995")
    assert (palmieri.responded, palmieri.treated, palmieri.poolable) == (4, 4, True)


def test_reviews_are_shown_and_not_added() -> None:
    review = finding("systematic_review", patients=False, n=100, responded=68, direction="benefit")
    assert pool([review]).treated == 0


def test_a_trial_decides_over_case_reports() -> None:
    trial = finding("rct", 2, direction="no_benefit")
    report = finding("case_report", 4, direction="benefit", n=1, outcomes=Counts(partial=1))
    evidence = derive([trial, report])
    assert (evidence.level, evidence.direction) == (2, "no_benefit")


def test_observations_that_disagree_are_mixed() -> None:
    evidence = derive([finding(direction="benefit"), finding("retrospective_cohort", 3, direction="no_benefit")])
    assert (evidence.level, evidence.direction) == (3, "mixed")


@pytest.mark.parametrize(
    ("therapy", "diseases", "direct"),
    [
        ("rituximab", {"limited_ssc_crest"}, True),
        ("rituximab", {"systemic_sclerosis"}, True),
        ("alendronate", {"limited_ssc_crest"}, False),
        ("infliximab", {"juvenile_dermatomyositis"}, True),
        ("alendronate", {"juvenile_dermatomyositis"}, False),  # fewer than three patients
    ],
)
def test_directness_follows_the_disease(kb: KnowledgeBase, therapy: str, diseases: set[str], direct: bool) -> None:
    assert kb.knowledge.evidence(therapy, frozenset(diseases)).direct is direct


def test_a_local_therapy_is_indirect_for_universal_disease(kb: KnowledgeBase) -> None:
    crest = frozenset({"limited_ssc_crest"})
    assert kb.knowledge.evidence("surgical_excision", crest).direct
    assert not kb.knowledge.evidence("surgical_excision", crest, universal=True).direct


def test_harm_elsewhere_does_not_grade_the_treatment(kb: KnowledgeBase) -> None:
    used = {f.study.id for f in kb.knowledge.evidence("warfarin").findings}
    assert not used & {"warfarin-valvular", "warfarin-nonuremic"}


def report(id_: str, treated: int, responded: int, *overlaps: str) -> Finding:
    result = finding(direction="mixed", n=treated, outcomes=Counts(partial=responded, none=treated - responded)).result
    study = Study(id=id_, citation=Citation(), design="case_series", overlaps=overlaps, results=(result,), seen=())
    return Finding(study, result, Design(name="case_series", level=4, patients=True))


OVERLAPPING = {
    "apart": ([report("a", 9, 8), report("b", 12, 10)], (21, 18, 2)),
    "the later says it": ([report("a", 9, 8), report("b", 12, 10, "a")], (12, 10, 1)),
    "the earlier says it": ([report("a", 9, 8, "b"), report("b", 12, 10)], (12, 10, 1)),
    "through a third": ([report("a", 9, 8, "b"), report("b", 12, 10), report("c", 20, 5, "b")], (20, 5, 1)),
    "of the same size": ([report("a", 9, 8), report("b", 9, 7, "a")], (9, 8, 1)),
    "beside another group": ([report("a", 9, 8), report("b", 12, 10, "a"), report("c", 5, 1)], (17, 11, 2)),
    "with a study of another therapy": ([report("a", 9, 8, "z"), report("b", 12, 10)], (21, 18, 2)),
    "two results of one study": ([report("a", 9, 8), report("a", 3, 1), report("b", 10, 10, "a")], (12, 9, 1)),
}
"""Reports, with the treated, the responders and the groups that are pooled."""


@pytest.mark.parametrize("case", OVERLAPPING)
def test_patients_of_reports_that_overlap_count_once(case: str) -> None:
    reports, pooled = OVERLAPPING[case]
    response = pool(reports)
    assert (response.treated, response.responded, response.groups) == pooled
    assert derive(reports).patients == pooled[0]


def test_a_study_that_cannot_be_pooled_still_joins_its_overlaps() -> None:
    """a and c share patients with b, so they may share them with each other."""
    partly = finding(n=9, outcomes=Counts(partial=1))
    bridge = Finding(partly.study.model_copy(update={"id": "b"}), partly.result, partly.design)
    found = [report("a", 4, 1, "b"), bridge, report("c", 6, 2, "b")]
    assert not bridge.poolable
    assert (pool(found).treated, pool(found).responded) == (6, 2)


SSC, LUPUS = frozenset({"systemic_sclerosis"}), frozenset({"sle"})


def test_a_mixed_cohort_speaks_for_a_disease_only_by_its_patients() -> None:
    mixed = finding(n=10, responded=5, direction="mixed", populations=("systemic_sclerosis", "sle"))
    assert mixed.within(SSC) is None
    told = finding(
        n=10,
        responded=5,
        direction="mixed",
        populations=("systemic_sclerosis", "sle"),
        strata=(Stratum(disease="systemic_sclerosis", n=4, responded=4, direction="benefit"),),
    )
    part = told.within(SSC)
    assert part is not None and told.within(LUPUS) is None
    assert (part.result.n, part.responded, part.result.direction, part.patients) == (4, 4, "benefit", 4)


def test_part_of_a_cohort_without_a_number_is_one_patient_and_is_shown_as_not_stated() -> None:
    told = finding(
        n=6,
        direction="no_benefit",
        populations=("systemic_sclerosis", "sle"),
        strata=(Stratum(disease="sle", direction="no_benefit"),),
    )
    part = told.within(LUPUS)
    assert part is not None
    assert (part.patients, part.counted_patients) == (1, 0)
    evidence = derive([told], direct=[part])
    assert not evidence.direct


def test_a_combination_is_no_evidence_for_one_of_its_therapies() -> None:
    together = finding(n=12, responded=10, direction="benefit", populations=("sle",), combined_with=("y",))
    alone = finding(n=4, responded=0, direction="no_benefit", populations=("sle",))
    assert together.within(LUPUS) is None and not together.poolable
    assert derive([together, alone]).direction == "no_benefit"
    assert derive([together]).direction == "benefit", "nothing else is known"


def test_what_had_failed_before_the_report_began_is_history() -> None:
    failed = finding("case_report", n=1, outcomes=Counts(none=1), direction="no_benefit", populations=("sle",))
    person = ReportedPatient(diseases=("sle",), failed=("x",), given=("y",))
    history = replace(failed, study=failed.study.model_copy(update={"patients": (person,)}))
    helped = finding(n=3, responded=2, direction="benefit", populations=("sle",))
    assert history.is_history and not failed.is_history
    assert derive([history, helped], direct=[history, helped]).direction == "benefit"
    assert derive([history]).direction == "no_benefit", "nothing else is known"


@pytest.mark.parametrize(("harmed", "direction"), [(4, "harm"), (2, "mixed")])
def test_harm_in_most_of_the_patients_is_harm(harmed: int, direction: str) -> None:
    worse = finding(n=harmed, direction="harm")
    better = finding(n=3, direction="benefit")
    assert derive([worse, better]).direction == direction


def test_a_trial_elsewhere_outweighs_uncontrolled_reports_in_the_disease() -> None:
    trial = finding("rct", 2, n=20, direction="no_benefit", populations=("sle",))
    reports = finding(n=5, direction="benefit", populations=("systemic_sclerosis",))
    found = derive([trial, reports], direct=[reports])
    assert (found.direct, found.seen) == (False, "no_benefit")


@pytest.mark.parametrize(
    ("results", "seen"),
    [
        ([{"n": 3, "direction": "mixed"}], "in_disease"),
        ([{"n": 2, "direction": "benefit"}], "elsewhere"),
        ([{"n": 5}], "outcome_not_stated"),
        ([{"n": 5, "direction": "benefit", "endpoint": "prevention"}], "outcome_not_stated"),
        ([{"n": 5, "direction": "harm", "endpoint": "other_calcification"}], "mechanism_only"),
        ([], "mechanism_only"),
    ],
)
def test_what_was_seen_follows_from_the_patients_of_the_disease(results: list[dict[str, Any]], seen: str) -> None:
    found = [finding(populations=("sle",), **result) for result in results]
    direct = [part for one in found if (part := one.within(LUPUS))]
    assert derive(found, direct=direct).seen == seen


@pytest.mark.parametrize(
    ("therapy", "diseases", "counts"),
    [
        ("methotrexate", {"tumoral_calcinosis"}, False),
        ("surgical_excision", {"iatrogenic_calcinosis"}, True),
        ("acetazolamide", {"limited_ssc_crest"}, False),
        ("acetazolamide", {"tumoral_calcinosis"}, True),
    ],
)
def test_another_cause_speaks_only_through_treatments_of_the_deposit(
    kb: KnowledgeBase, therapy: str, diseases: set[str], counts: bool
) -> None:
    seen = kb.knowledge.evidence(therapy, frozenset(diseases)).seen
    assert (seen in ("in_disease", "elsewhere")) is counts, seen


def test_results_on_different_things_in_the_same_patients_count_them_once() -> None:
    size = finding(n=2, outcomes=Counts(none=2), direction="no_benefit", populations=("sle",), domains=("deposit",))
    pain = finding(n=2, direction="benefit", populations=("sle",), domains=("symptoms",))
    pain = replace(pain, study=size.study)
    evidence = derive([size, pain], direct=[size, pain])
    assert (evidence.patients, evidence.direct) == (2, False)
