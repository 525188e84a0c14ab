"""What a picture shows: the links that can be drawn, and which nodes a focus or a route selects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calcinosis_kb.graph.paths import CAUSAL, STRENGTHS, best_by_sign, paths
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE
from calcinosis_kb.knowledge.pathophysiology import Sign, Strength

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = [
    "EASY_NODES",
    "MOST_NODES",
    "Link",
    "Selection",
    "chosen_links",
    "focus_nodes",
    "links",
    "route_nodes",
]

MOST_NODES = 40
"""What a focused picture holds at most: more labels than that cannot be read on a slide."""

EASY_NODES = 24
"""How far a picture is filled up with what stands further off."""


@dataclass(frozen=True)
class Link:
    """One edge of the graph as a picture needs it."""

    id: str
    source: str
    target: str
    sign: Sign
    strength: Strength
    causal: bool


@dataclass(frozen=True)
class Selection:
    """The nodes and links that are shown, and how many neighbours there was no room for."""

    nodes: tuple[str, ...]
    links: tuple[Link, ...]
    left_out: int = 0


def links(graph: MultiDiGraph[str], strength: Strength = "contested") -> tuple[Link, ...]:
    """The edges that are at least this strong, in order of their ids.

    That a study treated calcinosis with a therapy is no mechanism, and a straight line from a therapy to a process says in
    short what its mechanism of action says in steps: neither is drawn.
    """
    allowed = STRENGTHS[: STRENGTHS.index(strength) + 1]
    found = []
    for source, target, id_, edge in graph.edges(keys=True, data=True):
        shortcut = edge["predicate"] == "acts_on" and graph.nodes[source]["kind"] == "therapy"
        if edge["predicate"] != "treats" and not shortcut and edge["strength"] in allowed:
            causal = edge["predicate"] in CAUSAL
            found.append(Link(id_, source, target, edge["sign"], edge["strength"], causal))
    return tuple(sorted(found, key=lambda link: link.id))


def chosen_links(graph: MultiDiGraph[str], edges: Iterable[str]) -> tuple[Link, ...]:
    """These edges as links, also those that `links` leaves out, in order of their ids."""
    wanted = set(edges)
    return tuple(
        Link(id_, source, target, edge["sign"], edge["strength"], edge["predicate"] in CAUSAL)
        for source, target, id_, edge in sorted(graph.edges(keys=True, data=True), key=lambda found: found[2])
        if id_ in wanted
    )


def focus_nodes(graph: MultiDiGraph[str], node: str, strength: Strength = "contested") -> Selection:
    """A node with what leads to it and from it, at most `MOST_NODES`, taken in this order.

    The node; its best path to calcinosis (the strongest weakest link, then the shortest), and for a therapy the best of
    either sign, so that one that acts both ways is seen to; the causes and effects next to
    it, strong before weak; the therapies that work by a mechanism of action shown so far; the causes of its causes, while
    there are fewer than `EASY_NODES`; and what is only associated with it, all of it or, where there is no room, nothing.
    ``left_out`` counts the neighbours that are not shown. Raises `KeyError` for an unknown node.
    """
    if node not in graph:
        raise KeyError(node)
    all_links = links(graph, strength)
    touching = [link for link in all_links if node in (link.source, link.target)]
    touching.sort(key=lambda link: (STRENGTHS.index(link.strength), link.id))
    around = [(link.causal, link.target if link.source == node else link.source) for link in touching]
    shown = [
        node,
        *_best_path(all_links, node),
        *_both_ways(graph, all_links, node),
        *(id_ for causal, id_ in around if causal),
    ]
    shown += _therapies_of(graph, all_links, shown)
    shown = list(dict.fromkeys(shown))[:MOST_NODES]
    causes = {link.source for link in touching if link.causal and link.target == node}
    further = [link.source for link in all_links if link.causal and link.target in causes and link.source not in shown]
    shown += list(dict.fromkeys(further))[: max(0, EASY_NODES - len(shown))]
    associated = list(dict.fromkeys(id_ for causal, id_ in around if not causal and id_ not in shown))
    if len(shown) + len(associated) <= MOST_NODES:
        shown += associated
    missing = {id_ for _, id_ in around} - set(shown)
    return Selection(tuple(shown), _between(all_links, shown, node), len(missing))


def _therapies_of(graph: MultiDiGraph[str], all_links: Iterable[Link], nodes: Iterable[str]) -> list[str]:
    mechanisms = {id_ for id_ in nodes if graph.nodes[id_]["kind"] == "mechanism_of_action"}
    return [
        link.source
        for link in all_links
        if link.target in mechanisms and link.causal and graph.nodes[link.source]["kind"] == "therapy"
    ]


def route_nodes(graph: MultiDiGraph[str], source: str, target: str, strength: Strength = "contested") -> Selection:
    """The paths from one node to another, best first, as long as their nodes are at most `MOST_NODES`.

    ``left_out`` counts the nodes of the paths that there was no room for. Raises `KeyError` for an unknown node.
    """
    known = {link.id: link for link in links(graph, strength)}
    nodes: dict[str, None] = {source: None, target: None}
    edges: dict[str, Link] = {}
    missed: set[str] = set()
    for path in paths(graph, source, target):
        if not all(step.edge in known for step in path.steps):
            continue
        if len({*nodes, *path.nodes}) > MOST_NODES:
            missed.update(path.nodes)
            continue
        nodes.update(dict.fromkeys(path.nodes))
        edges.update({step.edge: known[step.edge] for step in path.steps})
    ordered = tuple(edges[id_] for id_ in sorted(edges))
    return Selection(tuple(nodes) if edges else (), ordered, len(missed - set(nodes)))


def _both_ways(graph: MultiDiGraph[str], all_links: Iterable[Link], node: str) -> list[str]:
    """The nodes of a therapy's best path to calcinosis of either sign; none of another node."""
    if graph.nodes[node]["kind"] != "therapy":
        return []
    known = {link.id for link in all_links}
    drawn = [path for path in paths(graph, node) if all(step.edge in known for step in path.steps)]
    return [id_ for path in best_by_sign(drawn, 1) for id_ in path.nodes]


def _best_path(all_links: Iterable[Link], node: str) -> list[str]:
    import networkx as nx

    causal = [link for link in all_links if link.causal]
    for weakest in range(1, len(STRENGTHS) + 1):
        strong = nx.DiGraph((link.source, link.target) for link in causal if link.strength in STRENGTHS[:weakest])
        if node in strong and OUTCOME_NODE in strong and nx.has_path(strong, node, OUTCOME_NODE):
            return [str(id_) for id_ in nx.shortest_path(strong, node, OUTCOME_NODE)]
    return []


def _between(all_links: Iterable[Link], nodes: Iterable[str], focus: str) -> tuple[Link, ...]:
    """The causal links between nodes, and what is associated with the focus itself."""
    shown = set(nodes)
    return tuple(
        link
        for link in all_links
        if {link.source, link.target} <= shown and (link.causal or focus in (link.source, link.target))
    )
