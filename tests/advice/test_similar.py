"""Find the published patients who are most like a patient."""

from __future__ import annotations

import re
from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.similar import SHOWN, WEIGHTS, SimilarPatient, similar
from calcinosis_kb.evaluation.own_report import own_report
from calcinosis_kb.evaluation.published import read_published
from calcinosis_kb.patients.experience import Experience
from strategies import ROOT

CASES = ROOT / "knowledge" / "cases"

PATIENT: dict[str, Any] = {
    "patient": {"age": 50},
    "diseases": ["limited_ssc_crest"],
    "calcinosis": {"pattern": "localized"},
    "history": [
        {"therapy": "pamidronate", "outcome": "ineffective"},
        {"therapy": "nifedipine", "for": "underlying_disease", "outcome": "ineffective"},
        {"therapy": "colchicine", "outcome": "effective"},
    ],
}


def published(id_: str, **about: Any) -> Experience:
    return Experience(id=id_, report=id_, given=("rituximab",), **about)


POOL = (
    published("a", diseases=("systemic_sclerosis",)),
    published("b", diseases=("mixed_ctd",), ages="adult", pattern="localized", failed=("pamidronate", "nifedipine")),
    published("c", diseases=("limited_ssc_crest",), ages="child", pattern="universalis", failed=("zoledronic_acid",)),
    published("d", diseases=("scrotal_calcinosis",), ages="adult", pattern="localized", failed=("pamidronate",)),
    published("e", diseases=("sle",), ages="adult", failed=("colchicine", "unspecified_medical_treatment")),
)


def found(kb: KnowledgeBase, **without: Any) -> dict[str, SimilarPatient]:
    nearest = similar(kb.knowledge, POOL, kb.reader.mapping(PATIENT), **without)
    return {one.experience.id: one for one in nearest}


def test_likeness_counts_what_is_shared(kb: KnowledgeBase) -> None:
    """A shared disease or group is needed; a family counts as one failure; what helped, or was for something else, is none."""
    assert {id_: (one.likeness, [str(shared) for shared in one.shared]) for id_, one in found(kb).items()} == {
        "b": (4, ["group: systemic_sclerosis", "age: adult", "pattern: localized", "failed: bisphosphonate"]),
        "c": (4, ["disease: limited_ssc_crest", "failed: bisphosphonate"]),
        "a": (3, ["disease: systemic_sclerosis"]),
    }
    assert list(found(kb)) == ["b", "c", "a"]


def test_a_report_can_be_left_out(kb: KnowledgeBase) -> None:
    assert list(found(kb, without=frozenset({"b"}))) == ["c", "a"]
    assert list(found(kb, most=1)) == ["b"]


def test_the_json_is_as_documented(kb: KnowledgeBase) -> None:
    for path in sorted(CASES.glob("*.yaml")):
        nearest = similar(kb.knowledge, kb.experience, kb.reader.file(str(path)))
        assert 0 < len(nearest) <= SHOWN
        for one in nearest:
            document = one.to_dict()
            assert list(document) == ["case", "shared", "next", "outcome", "study"]
            assert document["shared"] and document["next"]
            assert document["study"] is None or document["study"] in kb.knowledge.studies
            assert (document["study"] is None) is (one.experience.citation is not None)


def test_a_case_is_never_like_its_own_report(kb: KnowledgeBase) -> None:
    for case in read_published(CASES, kb.reader):
        assert case.patient is not None
        own = own_report(case, kb.names, kb.experience)
        every = similar(kb.knowledge, kb.experience, case.patient, without=own, most=None)
        assert every
        assert case.report not in {one.experience.report for one in every}
        assert not own & {one.experience.study for one in every}


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml"))[::7], ids=lambda path: path.stem)
def test_the_order_of_the_pool_changes_nothing(kb: KnowledgeBase, path: Any) -> None:
    patient = kb.reader.file(str(path))
    one = similar(kb.knowledge, kb.experience, patient, most=None)
    assert one == similar(kb.knowledge, tuple(reversed(kb.experience)), patient, most=None)


def test_the_weights_are_those_of_the_documentation() -> None:
    page = (ROOT / "docs" / "advice.md").read_text(encoding="utf-8")
    table = page.partition("| shared | counts |\n| --- | --- |\n")[2].partition("\n\n")[0]
    assert [int(row) for row in re.findall(r"\| (\d+) \|$", table, re.MULTILINE)] == list(WEIGHTS.values())
