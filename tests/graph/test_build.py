"""The graph that the knowledge makes."""

from __future__ import annotations

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.graph.build import MEMBERSHIP, TREATMENTS, build_graph


def test_every_node_and_therapy_is_there_with_its_theme(kb: KnowledgeBase) -> None:
    graph = build_graph(kb.knowledge)
    assert set(graph) == {*kb.knowledge.nodes, *kb.knowledge.therapies}
    assert {id_ for id_, theme in graph.nodes(data="theme") if theme == TREATMENTS} == set(kb.knowledge.therapies)
    assert graph.graph == {"hash": kb.knowledge.hash}


def test_a_member_is_linked_to_its_family_unless_it_acts_by_itself(kb: KnowledgeBase) -> None:
    graph = build_graph(kb.knowledge)
    members = {source for source, _, edge in graph.edges(data=True) if edge["predicate"] == MEMBERSHIP}
    assert "alendronate" in members
    for option in kb.knowledge.options:
        acts = any(edge.predicate == "causes" for edge in option.mechanisms)
        assert (option.id in members) == bool(option.family and not acts), option.id
