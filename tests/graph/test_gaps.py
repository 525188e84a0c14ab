"""Gaps, compared with brute force on random graphs, and what counts as a treatment in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.graph import gaps, simple_paths
from calcinosis_kb.graph.gaps import established_way, treatments
from calcinosis_kb.graph.walk import Hop, carries
from calcinosis_kb.report.coverage import CoverageReport
from graphs import TARGET, THERAPIES, graphs

if TYPE_CHECKING:
    from networkx import MultiDiGraph


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


@given(graphs())
def test_gaps_agree_with_every_path_listed(graph: MultiDiGraph[str]) -> None:
    def strength(hop: Hop) -> str:
        return str(graph.edges[hop]["strength"])

    def leads(source: str, target: str, allowed: set[str]) -> bool:
        def follow(hop: Hop) -> bool:
            return carries(graph, hop) and strength(hop) in allowed

        return next(simple_paths(graph, source, target, follow, max_edges=len(graph)), None) is not None

    every, firm = {"established", "plausible", "contested"}, {"established", "plausible"}
    expected = {}
    for node in ("p0", "p1", "p2"):
        if not leads(node, TARGET, {"established"}):
            continue
        reached = any(leads(therapy, node, every) for therapy in THERAPIES)
        firmly = any(leads(therapy, node, firm) for therapy in THERAPIES)
        acting = {*THERAPIES, *(m for m in ("m0", "m1") if any(leads(t, m, firm) for t in THERAPIES))}
        direct = any(
            source in acting and carries(graph, (source, node, key)) and strength((source, node, key)) in firm
            for source, _, key in graph.in_edges(node, keys=True)
        )
        if not direct:
            expected[node] = "indirect" if firmly else "contested" if reached else "unreached"
    found = gaps(graph, THERAPIES)
    assert {gap.node: gap.kind for gap in found} == expected
    for gap in found:
        way = established_way(graph, gap)
        assert (way.nodes[0], way.nodes[-1], way.strength) == (gap.node, TARGET, "established")
        assert len(way.steps) == gap.distance


def test_the_pyrophosphate_makers_are_a_gap(kb: KnowledgeBase) -> None:
    found = {gap.node: gap.kind for gap in gaps(kb.graph, treatments(kb.knowledge))}
    assert found["enpp1"] == "unreached"
    assert found["extracellular_atp"] == "contested"
    assert found["mgp"] == "indirect"
    assert "tnf" not in found
    assert "hydroxyapatite_deposit" not in found
