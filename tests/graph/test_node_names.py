"""What a user types, as a node of the graph."""

from __future__ import annotations

import pytest

from calcinosis_kb import InputError, KnowledgeBase
from calcinosis_kb.graph.node_names import NodeNames


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ("b_cell", "b_cell"),
        ("B cell", "b_cell"),
        ("calcinosis", "dystrophic_calcinosis"),
        ("Coumadin", "warfarin"),
        ("IL1B", "il1b"),
        ("ÉNPP1", "enpp1"),
    ],
)
def test_names_are_understood(kb: KnowledgeBase, typed: str, node: str) -> None:
    assert NodeNames(kb.knowledge, kb.names).node(typed) == node


@pytest.mark.parametrize(("typed", "near"), [("warfrin", "warfarin"), ("b_cel", "b_cell")])
def test_an_unknown_name_offers_the_nearest(kb: KnowledgeBase, typed: str, near: str) -> None:
    with pytest.raises(InputError) as caught:
        NodeNames(kb.knowledge, kb.names).node(typed)
    problem = caught.value.problems[0]
    assert problem.code == "CKB085"
    assert near in problem.nearest
