"""Primary results per study and per disease."""

from __future__ import annotations

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.primary import POOLED, Cell, StudyRow, by_disease, by_study


def test_the_pooled_row_is_the_pooled_response(kb: KnowledgeBase) -> None:
    for option in kb.knowledge.options:
        rows = by_study(kb.knowledge, option.id)
        response = kb.knowledge.evidence(option.id).response
        pooled = [(row.responded, row.treated) for row in rows if row.study == POOLED]
        assert pooled == ([(response.responded, response.treated)] if response.treated else []), option.id
        for row in rows:
            if row.interval:
                assert row.treated and row.responded is not None
                assert row.interval[0] <= row.responded / row.treated + 1e-4, row.study
                assert row.responded / row.treated <= row.interval[1] + 1e-4, row.study


def test_a_study_that_does_not_account_for_its_patients_has_no_interval(kb: KnowledgeBase) -> None:
    row = next(row for row in by_study(kb.knowledge, "diltiazem") if row.study == "balin-2012")
    assert row == StudyRow("balin-2012", 2012, "mixed", None, 17, None)


def test_a_study_counts_once_per_disease(kb: KnowledgeBase) -> None:
    cells = by_disease(kb.knowledge)
    assert Cell("acetic_acid_iontophoresis", "systemic_sclerosis", "no_benefit", 1, 3) in cells
    assert len(cells) == len({cell[:3] for cell in cells})
