"""What counts as a treatment in a gap, for every command that names gaps."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.graph import gaps, treatments
from calcinosis_kb.report.coverage import CoverageReport


def test_exposures_and_comparators_close_no_gap(kb: KnowledgeBase) -> None:
    left = set(kb.knowledge.therapies) - set(treatments(kb.knowledge))
    assert {kb.knowledge.therapies[id_].kind for id_ in left} == {"exposure", "comparator"}


def test_coverage_and_gaps_count_the_same_therapies(kb: KnowledgeBase) -> None:
    """As many gaps as there can be: no therapy but exposures."""
    exposures = {id_: one.model_copy(update={"kind": "exposure"}) for id_, one in kb.knowledge.therapies.items()}
    knowledge = kb.knowledge.model_copy(update={"therapies": exposures})
    open_ = gaps(kb.graph, treatments(knowledge))
    assert {gap.kind for gap in open_} == {"unreached"}
    assert len(open_) > len(gaps(kb.graph, treatments(kb.knowledge)))
    assert [gap["node"] for gap in CoverageReport(knowledge, kb.rules, kb.graph).data()["graph_gaps"]] == [
        gap.node for gap in open_
    ]


@pytest.mark.parametrize("unknown", [("nowhere", "infliximab"), ("dystrophic_calcinosis", "nothing")])
def test_an_unknown_target_or_therapy_is_an_error(kb: KnowledgeBase, unknown: tuple[str, str]) -> None:
    target, therapy = unknown
    with pytest.raises(KeyError):
        gaps(kb.graph, [therapy], target)
