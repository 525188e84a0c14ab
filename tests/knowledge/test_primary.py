"""Primary results per study and per disease."""

from __future__ import annotations

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.grading import LEAST_FOR_SHARE
from calcinosis_kb.knowledge.primary import POOLED, Cell, by_disease, by_study


def test_the_pooled_row_is_the_pooled_response(kb: KnowledgeBase) -> None:
    for option in kb.knowledge.options:
        rows = by_study(kb.knowledge, option.id)
        response = kb.knowledge.evidence(option.id).response
        pooled = [(row.responded, row.treated) for row in rows if row.study == POOLED]
        assert pooled == ([(response.responded, response.treated)] if response.treated else []), option.id


def test_few_patients_and_studies_that_do_not_account_for_theirs_have_no_interval(kb: KnowledgeBase) -> None:
    rows = [row for therapy in kb.knowledge.therapies for row in by_study(kb.knowledge, therapy)]
    for row in rows:
        if row.interval:
            assert row.responded is not None and (row.treated or 0) >= LEAST_FOR_SHARE and not row.not_stated
            assert row.interval[0] <= row.responded / (row.treated or 1) + 1e-4, row.study
            assert row.responded / (row.treated or 1) <= row.interval[1] + 1e-4, row.study
    assert any(row.interval for row in rows)


def test_what_is_partly_stated_is_kept(kb: KnowledgeBase) -> None:
    row = next(row for row in by_study(kb.knowledge, "diltiazem") if row.study == "balin-2012")
    assert (row.responded, row.treated, row.not_stated, row.interval) == (9, 17, 8, None)
    areas = next(row for row in by_study(kb.knowledge, "co2_laser") if row.study == "bottomley-1996")
    assert (areas.responded, areas.treated) == (None, 6), "treated areas are not patients"


def test_a_family_shows_its_members(kb: KnowledgeBase) -> None:
    for family in ("bisphosphonate", "sodium_thiosulfate"):
        rows = by_study(kb.knowledge, family)
        members = [row.therapy for member in kb.knowledge.members(family) for row in by_study(kb.knowledge, member)]
        assert [row.therapy for row in rows if row.therapy != family] == members
        assert len(set(members)) > 2


def test_a_study_counts_once_per_disease(kb: KnowledgeBase) -> None:
    cells = by_disease(kb.knowledge)
    assert Cell("acetic_acid_iontophoresis", "systemic_sclerosis", "no_benefit", 1, 3) in cells
    assert len(cells) == len({cell[:3] for cell in cells})
