"""Build the graph of mechanisms: therapy → mechanism of action → process or mediator → … → dystrophic calcinosis."""

from __future__ import annotations

from typing import Any

import networkx as nx

from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = ["TREATMENTS", "build_graph"]

MEMBERSHIP = "subclass_of"
TREATMENTS = "treatments"
"""The theme of the therapies, which have no file in ``pathophysiology/``."""


def build_graph(knowledge: Knowledge) -> nx.MultiDiGraph[str]:
    """Return a MultiDiGraph with nodes and therapies by id; each edge has its id as key.

    Node attributes: name, kind, description, theme. Edge attributes: predicate, sign, strength, context, claim, sources.
    A member of a family without mechanisms of its own has a ``subclass_of`` edge to the family, and so shares its mechanisms.
    Nodes and edges of an overlay have ``local=True``, and the graph then carries the overlay's hash.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(hash=knowledge.hash)
    if knowledge.overlay:
        graph.graph["overlay"] = knowledge.overlay
    themes = {id_: theme for theme, outline in knowledge.themes.items() for id_ in outline.nodes}
    for id_ in sorted(knowledge.nodes):
        node = knowledge.nodes[id_]
        graph.add_node(id_, name=node.name, kind=node.kind, description=node.description, theme=themes[id_])
    for id_ in sorted(knowledge.therapies):
        therapy = knowledge.therapies[id_]
        graph.add_node(id_, name=therapy.name, kind="therapy", description=therapy.description, theme=TREATMENTS)
    for id_ in sorted(knowledge.edges):
        edge = knowledge.edges[id_]
        attributes: dict[str, Any] = edge.model_dump(exclude={"id", "source", "target"})
        graph.add_edge(edge.source, edge.target, key=id_, **attributes, **_local(knowledge.is_local("edges", id_)))
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
                **_local(knowledge.is_local("therapies", therapy.id)),
            )
    for section in ("nodes", "therapies"):
        for id_ in knowledge.local.get(section, ()):
            graph.nodes[id_]["local"] = True
    return graph


def _local(is_local: bool) -> dict[str, Any]:
    return {"local": True} if is_local else {}
