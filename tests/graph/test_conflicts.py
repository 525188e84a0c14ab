"""Disputes, compared with brute force on random graphs, and on the base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.graph import conflicts, paths, polarity
from graphs import THERAPIES, graphs

if TYPE_CHECKING:
    from networkx import MultiDiGraph


@given(graphs())
def test_conflicts_hold_every_pair_of_both_signs_and_every_contested_link(graph: MultiDiGraph[str]) -> None:
    found = conflicts(graph, {therapy: paths(graph, therapy) for therapy in THERAPIES})
    opposed = {
        key
        for source, target, key in graph.edges(keys=True)
        if {edge["sign"] for edge in graph[source][target].values()} == {"+", "-"}
    }
    contested = {key for _, _, key, strength in graph.edges(keys=True, data="strength") if strength == "contested"}
    assert {link.edge for dispute in found.disputes for link in dispute.opposed} == opposed
    assert {link.edge for dispute in found.disputes for link in dispute.contested} == contested
    assert [item.therapy for item in found.two_ways] == [t for t in THERAPIES if polarity(paths(graph, t)) == "both"]


def test_every_therapy_that_points_both_ways_is_told_with_its_questions(kb: KnowledgeBase) -> None:
    found = conflicts(kb.graph, {o.id: kb.paths(o.id) for o in kb.knowledge.options}, kb.knowledge.questions.values())
    two_ways = {item.therapy: item for item in found.two_ways}
    assert two_ways["warfarin"].questions == ("gla_driver_or_response",)
    assert "bisphosphonate_osteoclast" in two_ways["alendronate"].questions
    assert set(found.questions) == set(kb.knowledge.questions)
    disputes = {dispute.node: dispute for dispute in found.disputes}
    assert disputes["diltiazem"].questions == ("diltiazem_target",)
    assert {link.target for link in disputes["diltiazem"].contested} == {
        "intracellular_calcium_influx",
        "dystrophic_calcinosis",
    }
