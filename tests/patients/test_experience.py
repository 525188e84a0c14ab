"""Collect the published patients: from the cases, and from the patients that studies describe."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.knowledge.models import Citation
from calcinosis_kb.knowledge.person import age_group
from calcinosis_kb.patients.experience import Experience, failures
from calcinosis_kb.patients.models import Trial
from calcinosis_kb.patients.published import NextGiven
from calcinosis_kb.patients.published_experience import course, experiences
from strategies import ROOT

CASES = ROOT / "knowledge" / "cases"


def test_every_case_with_a_next_therapy_is_in_the_base_once(kb: KnowledgeBase) -> None:
    ids = [experience.id for experience in kb.experience]
    assert len(ids) == len(set(ids))
    known = {path.stem for path in CASES.glob("*.yaml") if "next_therapy" in path.read_text(encoding="utf-8")}
    assert known <= set(ids)
    assert all(experience.given for experience in kb.experience)


def test_a_case_cites_itself_unless_its_report_is_a_study(kb: KnowledgeBase) -> None:
    cases = [one for one in kb.experience if (CASES / f"{one.id}.yaml").exists()]
    assert {one.study is None for one in cases} == {True, False}
    assert all((one.citation is None) is (one.study is not None) for one in cases)
    assert all(not one.seen for one in cases if one.study is not None)


def test_the_patients_of_studies_are_in_the_base(kb: KnowledgeBase) -> None:
    """Unless the same report is among the cases, so that no patient counts twice."""
    of_cases = {experience.study for experience in kb.experience if (CASES / f"{experience.id}.yaml").exists()}
    described = {id_ for id_, study in kb.knowledge.studies.items() if study.patients}
    assert described - of_cases
    for id_ in described:
        own = [experience for experience in kb.experience if experience.study == id_]
        given = [patient for patient in kb.knowledge.studies[id_].patients if patient.given]
        assert len(own) == len(given) or id_ in of_cases


def test_a_patient_of_a_study_keeps_all_that_is_told_of_them(kb: KnowledgeBase) -> None:
    ages = {
        patient.age: age_group(patient.age) for study in kb.knowledge.studies.values() for patient in study.patients
    }
    checked = 0
    for experience in kb.experience:
        study, _, number = experience.id.rpartition("-")
        if (CASES / f"{experience.id}.yaml").exists():
            continue
        told = kb.knowledge.studies[study].patients[int(number) - 1]
        assert experience == Experience(
            id=f"{study}-{number}", report=study, study=study, diseases=told.diseases, ages=ages[told.age] or told.ages,
            pattern=told.pattern, failed=told.failed, given=told.given, direction=told.direction,
        )  # fmt: skip
        checked += 1
    assert checked > 50


def test_what_failed_for_calcinosis_is_named_once_and_what_is_not_understood_not_at_all() -> None:
    def trial(therapy: str | None, purpose: str = "calcinosis", outcome: str = "ineffective") -> Trial:
        return Trial(named="x", kind="therapy", therapy=therapy, purpose=purpose, outcome=outcome)

    trials = [
        trial("warfarin"), trial("warfarin", "unclear"), trial(None), trial("diltiazem", "other"), trial("colchicine", outcome="effective"),
        trial("bisphosphonate", outcome="not_tolerated"),
    ]  # fmt: skip
    assert failures(trials) == ("bisphosphonate", "warfarin")


def test_a_case_that_cannot_be_read_hinders_no_other(kb: KnowledgeBase) -> None:
    good = (CASES / "abramowicz-2015-1.yaml").read_text(encoding="utf-8")
    documents = [
        parse(good, "cases/good.yaml"),
        parse(good.replace("therapy: pamidronate", "drug: pamidronate"), "cases/bad.yaml"),
        parse(good.replace("juvenile_dermatomyositis", "a disease unheard of"), "cases/strange.yaml"),
    ]
    found = {experience.id for experience in experiences(kb.knowledge, documents, kb.reader)}
    assert "good" in found
    assert "bad" not in found


@pytest.mark.parametrize(
    ("given", "came"),
    [
        ({"outcome": "partial"}, "benefit"),
        ({"outcome": "partial", "outcome_direction": "unknown"}, "benefit"),
        ({"outcome": "none", "outcome_direction": "mixed"}, "mixed"),
        ({"outcome": "none"}, "no_benefit"),
        ({"outcome": "worsened"}, "harm"),
        ({"outcome_direction": "harm"}, "harm"),
        ({"outcome_direction": "unknown"}, None),
        ({"outcome": "a word unheard of"}, None),
        ({}, None),
    ],
)
def test_what_came_of_the_next_therapy_is_read_from_direction_or_outcome(
    kb: KnowledgeBase, given: dict[str, str], came: str | None
) -> None:
    assert course(NextGiven(therapy="rituximab", **given), kb.names) == came


def test_a_published_patient_is_told_whole(kb: KnowledgeBase) -> None:
    known = {experience.id: experience for experience in kb.experience}
    assert known["abdelrazek-2019-1"] == Experience(
        id="abdelrazek-2019-1",
        report="abdelrazek-2019",
        study="abdelrazek-2019",
        diseases=("tumoral_calcinosis",),
        ages="adult",
        pattern="tumoral",
        given=("surgical_excision",),
        direction="benefit",
    )
    # Of a report that is no study of the base, the case tells where it is and what of it was seen.
    report = "https://doi.org/10.1186/s40001-022-00693-0"
    assert known["anon-2022-mda5-1"] == Experience(
        id="anon-2022-mda5-1",
        report="anon-2022-mda5",
        citation=Citation(year=2022, doi=report.removeprefix("https://doi.org/")),
        seen=(report,),
        diseases=("dermatomyositis",),
        ages="adult",
        pattern="multifocal",
        given=("tofacitinib",),
    )
