"""Select the edges and nodes of a picture: drawable edges, the surroundings of a node, paths between nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calcinosis_kb.graph.paths import paths
from calcinosis_kb.graph.walk import CAUSAL
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE
from calcinosis_kb.knowledge.mechanism_paths import STRENGTHS, best_by_sign
from calcinosis_kb.knowledge.pathophysiology import Sign, Strength

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = [
    "EASY_NODES",
    "MOST_NODES",
    "DrawnEdge",
    "Selection",
    "chosen_edges",
    "drawn_edges",
    "focus_nodes",
    "route_nodes",
]

MOST_NODES = 40
"""The most nodes of a focused picture: more labels cannot be read on a slide."""

EASY_NODES = 24
"""The number of nodes up to which a picture is filled with more distant nodes."""


@dataclass(frozen=True)
class DrawnEdge:
    """An edge of the graph with the attributes that pictures need."""

    id: str
    source: str
    target: str
    sign: Sign
    strength: Strength
    causal: bool


@dataclass(frozen=True)
class Selection:
    """The nodes and edges to draw, and the number of neighbours without room."""

    nodes: tuple[str, ...]
    edges: tuple[DrawnEdge, ...]
    left_out: int = 0


def drawn_edges(graph: MultiDiGraph[str], strength: Strength = "contested") -> tuple[DrawnEdge, ...]:
    """Return the drawable edges of at least this strength, in order of id.

    Two kinds of edge are not drawn: that a study treated calcinosis with a therapy, which is no mechanism; and a direct edge from a
    therapy to a process, which its mechanism of action shows in steps.
    """
    allowed = STRENGTHS[: STRENGTHS.index(strength) + 1]
    found = []
    for source, target, id_, attributes in graph.edges(keys=True, data=True):
        shortcut = attributes["predicate"] == "acts_on" and graph.nodes[source]["kind"] == "therapy"
        if attributes["predicate"] != "treats" and not shortcut and attributes["strength"] in allowed:
            found.append(_drawn(source, target, id_, attributes))
    return tuple(sorted(found, key=lambda edge: edge.id))


def chosen_edges(graph: MultiDiGraph[str], ids: Iterable[str]) -> tuple[DrawnEdge, ...]:
    """Return these edges, including those that `drawn_edges` leaves out, in order of id."""
    wanted = set(ids)
    found = (edge for edge in graph.edges(keys=True, data=True) if edge[2] in wanted)
    return tuple(_drawn(*edge) for edge in sorted(found, key=lambda edge: edge[2]))


def _drawn(source: str, target: str, id_: str, attributes: Mapping[str, Any]) -> DrawnEdge:
    causal = attributes["predicate"] in CAUSAL
    return DrawnEdge(id_, source, target, attributes["sign"], attributes["strength"], causal)


def focus_nodes(graph: MultiDiGraph[str], node: str, strength: Strength = "contested") -> Selection:
    """Select a node with its causes and effects, at most `MOST_NODES` nodes, in this order of priority.

    The node; its best path to calcinosis (strongest weakest edge, then shortest), and for a therapy the best path of each sign;
    its direct causes and effects, strong before weak; the therapies that act by a mechanism of action selected so far; the causes
    of its causes, while there are fewer than `EASY_NODES`; and its associations, all or none. ``left_out`` counts the neighbours
    that are not shown. Raises `KeyError` for an unknown node.
    """
    if node not in graph:
        raise KeyError(node)
    every = drawn_edges(graph, strength)
    touching = [edge for edge in every if node in (edge.source, edge.target)]
    touching.sort(key=lambda edge: (STRENGTHS.index(edge.strength), edge.id))
    around = [(edge.causal, edge.target if edge.source == node else edge.source) for edge in touching]
    shown = [
        node,
        *_best_path(every, node),
        *_both_ways(graph, every, node),
        *(id_ for causal, id_ in around if causal),
    ]
    shown += _therapies_of(graph, every, shown)
    shown = list(dict.fromkeys(shown))[:MOST_NODES]
    causes = {edge.source for edge in touching if edge.causal and edge.target == node}
    further = [edge.source for edge in every if edge.causal and edge.target in causes and edge.source not in shown]
    shown += list(dict.fromkeys(further))[: max(0, EASY_NODES - len(shown))]
    associated = list(dict.fromkeys(id_ for causal, id_ in around if not causal and id_ not in shown))
    if len(shown) + len(associated) <= MOST_NODES:
        shown += associated
    missing = {id_ for _, id_ in around} - set(shown)
    return Selection(tuple(shown), _between(every, shown, node), len(missing))


def _therapies_of(graph: MultiDiGraph[str], every: Iterable[DrawnEdge], nodes: Iterable[str]) -> list[str]:
    mechanisms = {id_ for id_ in nodes if graph.nodes[id_]["kind"] == "mechanism_of_action"}
    return [
        edge.source
        for edge in every
        if edge.target in mechanisms and edge.causal and graph.nodes[edge.source]["kind"] == "therapy"
    ]


def route_nodes(graph: MultiDiGraph[str], source: str, target: str, strength: Strength = "contested") -> Selection:
    """Select the paths from one node to another, best first, up to `MOST_NODES` nodes.

    ``left_out`` counts the nodes of paths without room. Raises `KeyError` for an unknown node.
    """
    known = {edge.id: edge for edge in drawn_edges(graph, strength)}
    nodes: dict[str, None] = {source: None, target: None}
    edges: dict[str, DrawnEdge] = {}
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


def _both_ways(graph: MultiDiGraph[str], every: Iterable[DrawnEdge], node: str) -> list[str]:
    """The nodes of a therapy's best paths to calcinosis, one per sign; nothing for another kind of node."""
    if graph.nodes[node]["kind"] != "therapy":
        return []
    known = {edge.id for edge in every}
    drawn = [path for path in paths(graph, node) if all(step.edge in known for step in path.steps)]
    return [id_ for path in best_by_sign(drawn, 1) for id_ in path.nodes]


def _best_path(every: Iterable[DrawnEdge], node: str) -> list[str]:
    import networkx as nx

    causal = [edge for edge in every if edge.causal]
    for weakest in range(1, len(STRENGTHS) + 1):
        strong = nx.DiGraph((edge.source, edge.target) for edge in causal if edge.strength in STRENGTHS[:weakest])
        if node in strong and OUTCOME_NODE in strong and nx.has_path(strong, node, OUTCOME_NODE):
            return [str(id_) for id_ in nx.shortest_path(strong, node, OUTCOME_NODE)]
    return []


def _between(every: Iterable[DrawnEdge], nodes: Iterable[str], focus: str) -> tuple[DrawnEdge, ...]:
    """The causal edges between nodes, and the associations of the focus."""
    shown = set(nodes)
    return tuple(
        edge
        for edge in every
        if {edge.source, edge.target} <= shown and (edge.causal or focus in (edge.source, edge.target))
    )
