"""What a user types, as a node of the graph."""

from __future__ import annotations

import pytest

from calcinosis_kb import InputError, KnowledgeBase
from calcinosis_kb.graph import search
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


@pytest.mark.parametrize(
    ("named", "node"),
    [
        ("b_cell", "b_cell"),
        ("B cells", None),
        ("IL-6", "il6"),
        ("Interleukin-1β", "il1b"),
        ("CD73", "nt5e"),
        ("TNAP", "alkaline_phosphatase"),
        ("tumor necrosis factor", "tnf"),
        ("calcinosis", "dystrophic_calcinosis"),
        ("Cardizem", "diltiazem"),
        ("MabThera", "rituximab"),
        ("ppi", "ppi"),
        ("JDM", None),
        ("nifedipin", "nifedipine"),
        ("nifedipne", None),
        ("omeprazole", "proton_pump_inhibitor"),
        ("metformin", None),
        ("Hypoxia", "tissue_hypoxia"),
        ("ischaemia", None),
        ("and", None),
        ("", None),
    ],
)
def test_a_node_is_understood_as_it_is_typed(kb: KnowledgeBase, named: str, node: str | None) -> None:
    names = NodeNames(kb.knowledge, kb.names)
    if node is not None:
        assert names.node(named) == node
        return
    with pytest.raises(InputError) as error:
        names.node(named)
    problem = error.value.problems[0]
    assert problem.code == "CKB085"
    near = {"B cells": "b_cell", "JDM": "male_sex", "nifedipne": "nifedipine", "ischaemia": "tissue_hypoxia"}
    if named in near:
        assert near[named] in (*problem.nearest, *problem.valid)


def test_every_node_is_found_by_its_id_and_by_its_name(kb: KnowledgeBase) -> None:
    names = NodeNames(kb.knowledge, kb.names)
    for id_, node in kb.knowledge.nodes.items():
        assert names.node(id_) == id_
        assert names.node(node.name.upper()) == id_
    for id_ in sorted(kb.knowledge.nodes)[::15]:
        assert id_ in {hit.id for hit in search(kb.knowledge, kb.knowledge.nodes[id_].name).hits}
