"""Find edges that contradict themselves, and nodes without edges."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.errors import Problem
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.pathophysiology import Predicate, Sign

__all__ = ["SIGNS", "check_edges", "check_nodes"]

SIGNS: dict[Predicate, Sign] = {
    "causes": "+",
    "contributes_to": "+",
    "has_part": "+",
    "negatively_regulates": "-",
    "positively_regulates": "+",
    "predisposes_to": "+",
    "subclass_of": "+",
    "treats": "-",
}
"""The sign that a predicate implies; the other predicates allow both."""


def check_edges(loaded: Loaded) -> Iterator[Problem]:
    """Find edges from a node to itself, and signs that contradict the predicate (CKB039)."""
    for id_, edge in loaded.knowledge.edges.items():
        if edge.source == edge.target:
            place = loaded.place("edges", id_, "target")
            yield Problem(
                "CKB039", f"{id_} leads from '{edge.source}' to itself", place, fix="name the node that it acts on"
            )
        if edge.sign != SIGNS.get(edge.predicate, edge.sign):
            message = f"{id_} says {edge.source} {edge.predicate} {edge.target}, but its sign is '{edge.sign}'"
            fix = f"write sign: '{SIGNS[edge.predicate]}', or another predicate"
            yield Problem("CKB039", message, loaded.place("edges", id_, "sign"), fix=fix)


def check_nodes(loaded: Loaded) -> Iterator[Problem]:
    """Find nodes without edges, and mechanisms of action without a therapy (CKB040)."""
    edges = loaded.knowledge.edges.values()
    sources, targets = {edge.source for edge in edges}, {edge.target for edge in edges}
    for id_, node in loaded.knowledge.nodes.items():
        place = loaded.place("nodes", id_, "id")
        if id_ not in sources and id_ not in targets:
            message = f"'{id_}' has no edges"
            yield Problem("CKB040", message, place, fix="add an edge, or remove the node", severity="warning")
        elif node.kind == "mechanism_of_action" and id_ not in targets:
            message = f"no therapy has the mechanism '{id_}'"
            fix = "add it under 'mechanisms' of a therapy, or remove the node with its edges"
            yield Problem("CKB040", message, place, fix=fix, severity="warning")
