"""Compare walks of random graphs with networkx."""

from __future__ import annotations

from itertools import islice, pairwise, product
from math import prod
from typing import TYPE_CHECKING

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.graph.paths import paths
from calcinosis_kb.graph.walk import distances, explains, simple_paths
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, polarity
from graphs import TARGET, graphs

if TYPE_CHECKING:
    from networkx import MultiDiGraph


def by_networkx(graph: MultiDiGraph[str], source: str, target: str, longest: int) -> set[tuple[str, ...]]:
    """Return the edge keys of every simple path by networkx and a product over parallel edges."""
    view = nx.subgraph_view(graph, filter_edge=lambda u, v, k: explains(graph, (u, v, k)))
    found: set[tuple[str, ...]] = set()
    if source == target:
        return found
    for nodes in nx.all_simple_paths(view, source, target, cutoff=longest):
        found.update(product(*(list(view[one][other]) for one, other in pairwise(nodes))))
    return found


@given(graphs(), st.integers(1, 8), st.sampled_from(["t0", "p0", "m0", TARGET]))
def test_simple_paths_are_those_of_networkx(graph: MultiDiGraph[str], longest: int, source: str) -> None:
    found = [
        tuple(key for _, _, key in path)
        for path in simple_paths(graph, source, TARGET, lambda hop: explains(graph, hop), max_edges=longest)
    ]
    assert len(found) == len(set(found))
    assert set(found) == by_networkx(graph, source, TARGET, longest)


@given(graphs())
def test_the_sign_of_a_path_is_the_product_of_its_signs(graph: MultiDiGraph[str]) -> None:
    found = paths(graph, "t0")
    for path in found:
        signs = [graph.edges[step.source, step.target, step.edge]["sign"] for step in path.steps]
        assert path.sign == ("+" if prod(1 if sign == "+" else -1 for sign in signs) > 0 else "-")
    signs_found = {path.sign for path in found}
    expected = {frozenset(): "undetermined", frozenset("-"): "lowering", frozenset("+"): "raising"}
    assert polarity(found) == expected.get(frozenset(signs_found), "both")


@given(graphs(), st.sampled_from(["effects", "causes"]), st.none() | st.integers(0, 4))
def test_distances_are_those_of_networkx(graph: MultiDiGraph[str], towards: str, at_most: int | None) -> None:
    plain = nx.DiGraph(graph) if towards == "effects" else nx.DiGraph(graph).reverse()
    expected = dict(nx.single_source_shortest_path_length(plain, "p0", cutoff=at_most))
    assert distances(graph, ["p0"], lambda _: True, towards=towards, at_most=at_most) == expected  # type: ignore[arg-type]


def test_a_path_is_found_without_listing_them_all() -> None:
    """A ladder of parallel edges has 4**200 paths; the first thousand come at once."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for rung in range(200):
        for key in "abcd":
            graph.add_edge(f"{rung:03}", f"{rung + 1:03}", key=key)
    first = list(islice(simple_paths(graph, "000", "200", lambda _: True, max_edges=200), 1000))
    assert len(set(first)) == 1000
    assert all(len(path) == 200 for path in first)


def test_a_dead_end_is_not_entered() -> None:
    """From the middle a hundred thousand paths lead away from the target; none of them is walked."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edge("a", "b", key="right")
    asked: list[str] = []
    for level in range(5):
        for one, other in product(range(10), range(10)):
            graph.add_edge(
                "a" if level == 0 else f"x{level}-{one}", f"x{level + 1}-{other}", key=f"{level}-{one}-{other}"
            )

    def follow(hop: tuple[str, str, str]) -> bool:
        asked.append(hop[2])
        return True

    assert list(simple_paths(graph, "a", "b", follow, max_edges=7)) == [(("a", "b", "right"),)]
    assert set(asked) == {"right"}


def test_a_path_of_the_snapshot_is_the_path_of_the_graph(kb: KnowledgeBase) -> None:
    for option in kb.knowledge.options:
        found = paths(kb.graph, option.id)
        assert found == kb.paths(option.id)
        assert all(isinstance(path, MechanismPath) for path in found)
        keys = {tuple(step.edge for step in path.steps) for path in found}
        assert keys == by_networkx(kb.graph, option.id, TARGET, 7)
