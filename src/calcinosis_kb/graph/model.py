"""The graph of mechanisms: therapy → mechanism of action → process or mediator → … → dystrophic calcinosis."""

from __future__ import annotations

from typing import Any

import networkx as nx

from calcinosis_kb.knowledge.library import Knowledge

__all__ = ["build_graph"]

MEMBERSHIP = "subclass_of"


def build_graph(knowledge: Knowledge) -> nx.MultiDiGraph[str]:
    """A MultiDiGraph with the nodes and therapies by id and the edges by their id as key.

    Node attributes: name, kind, description. Edge attributes: predicate, sign, strength, context, claim, sources.
    A member of a family has a ``subclass_of`` edge to it (and so shares its mechanisms), unless it has its own.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(hash=knowledge.hash)
    for id_ in sorted(knowledge.nodes):
        node = knowledge.nodes[id_]
        graph.add_node(id_, name=node.name, kind=node.kind, description=node.description)
    for id_ in sorted(knowledge.therapies):
        therapy = knowledge.therapies[id_]
        graph.add_node(id_, name=therapy.name, kind="therapy", description=therapy.description)
    for id_ in sorted(knowledge.edges):
        edge = knowledge.edges[id_]
        attributes: dict[str, Any] = edge.model_dump(exclude={"id", "source", "target"})
        graph.add_edge(edge.source, edge.target, key=id_, **attributes)
    for therapy in knowledge.options:
        if therapy.family and not any(edge.predicate == "causes" for edge in therapy.mechanisms):
            graph.add_edge(
                therapy.id,
                therapy.family,
                key=f"{therapy.id}-{MEMBERSHIP}-{therapy.family}",
                predicate=MEMBERSHIP,
                sign="+",
                strength="established",
                context=("review_or_rationale",),
                claim=f"{therapy.name} belongs to {knowledge.therapies[therapy.family].name}.",
                sources=(),
            )
    return graph
