"""Paths grouped by metapath, on random graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given

from calcinosis_kb.graph import metapaths, paths
from graphs import graphs

if TYPE_CHECKING:
    from networkx import MultiDiGraph


@given(graphs())
def test_metapaths_part_the_paths_and_keep_their_order(graph: MultiDiGraph[str]) -> None:
    found = paths(graph, "t0")
    groups = metapaths(graph, found)
    assert sorted(found.index(route.path) for group in groups for route in group.routes) == list(range(len(found)))
    firsts = [found.index(group.routes[0].path) for group in groups]
    assert firsts == sorted(firsts)
    for group in groups:
        assert [found.index(route.path) for route in group.routes] == sorted(
            found.index(route.path) for route in group.routes
        )
        for route in group.routes:
            kinds = [graph.nodes[node]["kind"] for node in route.path.nodes]
            assert list(group.parts[::2]) == kinds
            assert (route.signs.count("-") % 2 == 1) == (route.path.sign == "-")
            assert set(route.sources) == {source for link in route.links for source in link.sources}
