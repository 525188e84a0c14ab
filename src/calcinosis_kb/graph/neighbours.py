"""List the edges upstream and downstream of a node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calcinosis_kb.graph.paths import step
from calcinosis_kb.graph.walk import Hop, distances
from calcinosis_kb.knowledge.mechanism_paths import STRENGTHS
from calcinosis_kb.knowledge.pathophysiology import Sign, Strength

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["Link", "Neighbourhood", "link", "neighbours"]


@dataclass(frozen=True)
class Link:
    """An edge with all its attributes; ``words`` is the link as a sentence without a full stop."""

    edge: str
    source: str
    target: str
    predicate: str
    sign: Sign
    strength: Strength
    context: tuple[str, ...]
    claim: str
    sources: tuple[str, ...]
    words: str
    local: bool = False
    """Whether it comes from an overlay."""


@dataclass(frozen=True)
class Neighbourhood:
    """The links upstream and downstream of a node, each with its distance from the node in edges (1 is adjacent)."""

    node: str
    incoming: tuple[tuple[int, Link], ...]
    outgoing: tuple[tuple[int, Link], ...]


def neighbours(graph: MultiDiGraph[str], node: str, *, depth: int = 1) -> Neighbourhood:
    """Return every edge within ``depth`` edges upstream and downstream of a node, nearest and strongest first.

    Associations and treatment claims are included. Raises `KeyError` for an unknown node.

    >>> from calcinosis_kb import load
    >>> for _, link in neighbours(load().graph, "b_cell").incoming[:1]:
    ...     print(link.words)
    CD20-directed B-cell depletion inhibits B cell
    """
    if node not in graph:
        raise KeyError(node)
    causes = distances(graph, [node], lambda _: True, towards="causes", at_most=depth - 1)
    effects = distances(graph, [node], lambda _: True, at_most=depth - 1)
    incoming = ((near + 1, hop) for reached, near in causes.items() for hop in graph.in_edges(reached, keys=True))
    outgoing = ((near + 1, hop) for reached, near in effects.items() for hop in graph.out_edges(reached, keys=True))
    return Neighbourhood(node, tuple(_links(graph, incoming)), tuple(_links(graph, outgoing)))


def link(graph: MultiDiGraph[str], hop: Hop) -> Link:
    """Return an edge as a link. Raises `KeyError` for an unknown edge."""
    source, target, key = hop
    edge = graph[source][target][key]
    return Link(
        edge=key,
        source=source,
        target=target,
        predicate=edge["predicate"],
        sign=edge["sign"],
        strength=edge["strength"],
        context=tuple(edge["context"]),
        claim=edge["claim"],
        sources=tuple(edge["sources"]),
        words=step(graph, hop).words,
        local=edge.get("local", False),
    )


def _links(graph: MultiDiGraph[str], hops: Iterator[tuple[int, Hop]]) -> Iterator[tuple[int, Link]]:
    found = [(near, link(graph, hop)) for near, hop in hops]
    yield from sorted(found, key=lambda item: (item[0], STRENGTHS.index(item[1].strength), item[1].edge))
