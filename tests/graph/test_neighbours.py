"""Neighbours of a node, on random graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb.graph import neighbours
from graphs import graphs

if TYPE_CHECKING:
    from networkx import MultiDiGraph


@given(graphs(), st.integers(1, 4))
def test_neighbours_are_symmetrical(graph: MultiDiGraph[str], depth: int) -> None:
    around = {node: neighbours(graph, node, depth=depth) for node in graph}
    one = {node: neighbours(graph, node) for node in graph}
    for found in one.values():
        for _, link in found.outgoing:
            assert (1, link) in one[link.target].incoming
        for _, link in found.incoming:
            assert (1, link) in one[link.source].outgoing
    for node, found in around.items():
        # Downstream of a node at some distance: the node lies upstream of the far end, no further away.
        for near, link in found.outgoing:
            back = {link_back: far for far, link_back in around[link.target].incoming}
            assert link.source == node or near > 1
            assert 1 <= near <= depth
            assert back[link] == 1
        edges = [link.edge for _, link in found.outgoing]
        assert len(edges) == len(set(edges))
