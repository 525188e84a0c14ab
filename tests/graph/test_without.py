"""Removal of a node or edge, compared with paths of the graph without it, and on the base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.graph import paths, polarity, without
from graphs import THERAPIES, graphs

if TYPE_CHECKING:
    from networkx import MultiDiGraph


@given(graphs(), st.integers(1, 8))
def test_without_agrees_with_the_graph_from_which_it_is_removed(graph: MultiDiGraph[str], longest: int) -> None:
    found = {therapy: paths(graph, therapy, max_edges=longest) for therapy in THERAPIES}
    things = [*(key for _, _, key in graph.edges(keys=True)), "m0", "p0"]
    for removed in things:
        rest = graph.copy()
        if removed in rest:
            rest.remove_node(removed)
        else:
            source, target, _ = next(hop for hop in graph.edges(keys=True) if hop[2] == removed)
            rest.remove_edge(source, target, key=removed)
        losses = {loss.therapy: loss for loss in without(removed, found)}
        for therapy in THERAPIES:
            left = paths(rest, therapy, max_edges=longest)
            if therapy not in losses:
                assert left == found[therapy]
                continue
            loss = losses[therapy]
            assert list(loss.left) == left
            assert (loss.before, loss.after) == (polarity(found[therapy]), polarity(left))
            lowered = any(path.sign == "-" for path in found[therapy])
            assert loss.rationale_lost == (lowered and not any(path.sign == "-" for path in left))


def test_without_gla_warfarin_has_no_rationale_and_vitamin_k2_turns(kb: KnowledgeBase) -> None:
    every = {option.id: kb.paths(option.id) for option in kb.knowledge.options}
    told = [(loss.therapy, loss.before, loss.after, loss.rationale_lost) for loss in without("gla", every)]
    assert told == [("warfarin", "both", "raising", True), ("vitamin_k2", "both", "lowering", False)]
