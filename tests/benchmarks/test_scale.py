"""Query a graph of 100,000 nodes and 500,000 edges, and compare with networkx's own generic calls.

``pytest -m slow -n 0 -s tests/benchmarks/test_scale.py`` prints the figures of docs/graph-scale.md. The assertions hold within one run:
the two agree on the answer, the memory of an answer is a small part of that of the graph, and a short answer does not need a long search.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import networkx as nx
import psutil
import pytest

from calcinosis_kb.graph.gaps import gaps
from calcinosis_kb.graph.neighbours import neighbours
from calcinosis_kb.graph.walk import CAUSAL, Hop, explains, simple_paths
from large_graph import TARGET, large_graph

if TYPE_CHECKING:
    from networkx import MultiDiGraph

pytestmark = pytest.mark.slow

NODES, EDGES = 100_000, 500_000
THERAPY, MIDDLE = "therapy-0-0", "cell-3-5"


@pytest.fixture(scope="module")
def large() -> Iterator[tuple[MultiDiGraph[str], int]]:
    """The graph, and how many bytes of memory it took."""
    process = psutil.Process()
    before = process.memory_info().rss
    gc.disable()  # millions of dictionaries that stay: looking for garbage among them takes longer than making them
    graph = large_graph(NODES, EDGES)
    gc.freeze()  # and during an answer it would be looked through again and again, which is no part of the answer
    gc.enable()
    assert (len(graph), graph.number_of_edges()) == (NODES, EDGES)
    yield graph, process.memory_info().rss - before
    gc.unfreeze()


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return the answer and its processor seconds, which depend less on other programs than wall-clock time."""
    start = time.process_time()
    answer = work()
    return answer, time.process_time() - start


def held(work: Callable[[], Any]) -> int:
    """Return the peak memory of an answer in bytes, without the graph."""
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def compared(what: str, ours: Callable[[], Any], call: str, theirs: Callable[[], Any], size: int) -> tuple[Any, Any]:
    """Return both answers, print the figures, and assert that ours needs little memory beside the graph."""
    (mine, took), (other, generic), peak = timed(ours), timed(theirs), held(ours)
    print(
        f"\n{what.format(len(mine))}: {took * 1000:.1f} ms, {took / generic:.2f} of {call}; "
        f"{peak / 1e6:.1f} MB, {peak / size:.2%} of the graph's"
    )
    assert peak < size / 10
    return mine, other


@pytest.mark.parametrize("depth", [1, 3])
def test_neighbours(large: tuple[MultiDiGraph[str], int], depth: int) -> None:
    graph, size = large
    links, ego = compared(
        f"{{}} links within {depth} of a node, both ways",
        lambda: [*(found := neighbours(graph, MIDDLE, depth=depth)).incoming, *found.outgoing],
        "ego_graph, downstream only",
        lambda: nx.ego_graph(graph, MIDDLE, radius=depth),
        size,
    )
    assert links
    assert {MIDDLE} | {link.target for _, link in neighbours(graph, MIDDLE, depth=depth).outgoing} == set(ego)


@pytest.mark.parametrize("longest", [5, 7])
def test_bounded_paths(large: tuple[MultiDiGraph[str], int], longest: int) -> None:
    """All paths along every edge are those that networkx finds."""
    graph, size = large
    ours, theirs = compared(
        f"{{}} paths of at most {longest} edges",
        lambda: set(simple_paths(graph, THERAPY, TARGET, lambda _: True, max_edges=longest)),
        "all_simple_edge_paths",
        lambda: set(map(tuple, nx.all_simple_edge_paths(graph, THERAPY, TARGET, cutoff=longest))),
        size,
    )
    assert ours == theirs


def test_the_first_causal_paths_come_one_at_a_time(large: tuple[MultiDiGraph[str], int]) -> None:
    graph, size = large

    def follow(hop: Hop) -> bool:
        return explains(graph, hop)

    view = nx.subgraph_view(graph, filter_edge=lambda u, v, k: explains(graph, (u, v, k)))
    ours, theirs = compared(
        "the first {} causal paths of at most 7 edges",
        lambda: list(islice(simple_paths(graph, THERAPY, TARGET, follow, max_edges=7), 10)),
        "all_simple_edge_paths on a view",
        lambda: list(islice(nx.all_simple_edge_paths(view, THERAPY, TARGET, cutoff=7), 10)),
        size,
    )
    assert len(ours) == len(theirs) == 10


def test_gaps(large: tuple[MultiDiGraph[str], int]) -> None:
    """Compare with the two generic searches that a gap needs at least: ancestors of the target, and descendants of therapies."""
    graph, size = large

    def causal(u: str, v: str, k: str) -> bool:
        return graph[u][v][k]["predicate"] in CAUSAL

    firm = nx.subgraph_view(
        graph, filter_edge=lambda u, v, k: causal(u, v, k) and graph[u][v][k]["strength"] == "established"
    )
    carrying = nx.subgraph_view(graph, filter_edge=causal)
    therapies = [node for node, kind in graph.nodes(data="kind") if kind == "therapy"]

    def generic() -> tuple[set[str], set[str]]:
        return nx.ancestors(firm, TARGET), set(nx.multi_source_dijkstra_path_length(carrying, therapies, weight=None))

    call = "ancestors and multi_source_dijkstra_path_length on views"
    found, (leading, reached) = compared("{} gaps", lambda: gaps(graph, therapies, TARGET), call, generic, size)
    assert {gap.node for gap in found} <= leading
    assert {gap.node for gap in found if gap.kind == "unreached"} == {
        node for node in leading - reached if graph.nodes[node]["kind"] not in ("therapy", "mechanism_of_action")
    }
