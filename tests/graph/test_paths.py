"""Paths and polarity over the graph of mechanisms."""

from __future__ import annotations

import networkx as nx
import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.mechanism_paths import best_by_sign, polarity


def test_the_graph_is_a_multidigraph_with_signed_sourced_edges(kb: KnowledgeBase) -> None:
    assert isinstance(kb.graph, nx.MultiDiGraph)
    for _, _, data in kb.graph.edges(data=True):
        assert data["sign"] in "+-"
        assert data["sources"] or data["predicate"] == "subclass_of"


@pytest.mark.parametrize(
    ("therapy", "expected"),
    [("rituximab", "lowering"), ("warfarin", "both"), ("diltiazem", "lowering"), ("surgical_excision", "lowering")],
)
def test_polarity(kb: KnowledgeBase, therapy: str, expected: str) -> None:
    assert polarity(kb.paths(therapy)) == expected


def test_warfarin_raises_by_matrix_gla_protein_and_lowers_by_gla(kb: KnowledgeBase) -> None:
    signs = {path.nodes[-4]: path.sign for path in kb.paths("warfarin") if len(path.nodes) <= 7}
    assert signs["mgp"] == "+"
    assert signs["gla"] == "-"


def test_a_member_acts_by_its_family(kb: KnowledgeBase) -> None:
    assert kb.paths("alendronate")[0].nodes[:2] == ("alendronate", "bisphosphonate")


def test_the_sign_is_the_product_of_its_edges(kb: KnowledgeBase) -> None:
    for option in kb.knowledge.options:
        for path in kb.paths(option.id):
            product = 1
            for step in path.steps:
                product *= 1 if step.sign == "+" else -1
            assert path.sign == ("+" if product > 0 else "-")
            assert path.words.endswith(f"{'raise' if product > 0 else 'lower'} it.")


def test_an_unknown_node_is_an_error(kb: KnowledgeBase) -> None:
    with pytest.raises(KeyError):
        kb.paths("rituximab", "nowhere")


@pytest.mark.parametrize("most", [1, 2, 100])
def test_the_best_by_sign_are_the_first_of_each_sign(kb: KnowledgeBase, most: int) -> None:
    found = kb.paths("warfarin")
    shown = best_by_sign(found, most)
    for sign in "-+":
        assert [path for path in shown if path.sign == sign] == [path for path in found if path.sign == sign][:most]
    assert [path.sign for path in shown] == sorted((path.sign for path in shown), key="-+".index)
    assert best_by_sign(iter(found), most) == shown
