"""What an export contains: the graph with its ontology terms, its publications and its licence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calcinosis_kb.knowledge.citations import curie
from calcinosis_kb.knowledge.knowledge import Knowledge

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from calcinosis_kb.knowledge.pathophysiology import OntologyTerm

__all__ = ["EDGE_LISTS", "LICENCE", "NODE_LISTS", "content", "plain"]

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
NODE_LISTS = ("exact", "broad", "narrow", "related")
"""The list attributes of a node: its ontology terms, by type of match."""
EDGE_LISTS = ("context", "sources", "publications")
"""The list attributes of an edge."""


def content(graph: MultiDiGraph[str], knowledge: Knowledge) -> MultiDiGraph[str]:
    """Return a copy of the graph for export: absent values are omitted, and sequences are lists.

    A node gains its ontology terms (`NODE_LISTS`); an edge gains ``publications``, those of its sources that have a PMID, PMCID
    or DOI. The graph carries name, version and hash of the knowledge, and the licence.
    """
    import networkx as nx

    whole: MultiDiGraph[str] = nx.MultiDiGraph(
        name="calcinosis-kb", version=knowledge.version, hash=knowledge.hash, license=LICENCE
    )
    for id_, attributes in graph.nodes(data=True):
        known = knowledge.nodes.get(id_) or knowledge.therapies[id_]
        whole.add_node(id_, **plain(attributes), **_matches(known.ontology))
    for source, target, key, attributes in graph.edges(keys=True, data=True):
        publications = (knowledge.publication(source) for source in attributes["sources"])
        found = [id_ for id_ in (curie(publication) for publication in publications if publication) if id_]
        whole.add_edge(source, target, key, **plain(attributes), publications=found)
    return whole


def plain(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes without absent values, and tuples as lists.

    >>> plain({"claim": "Less pain.", "effect": None, "context": ("animal",)})
    {'claim': 'Less pain.', 'context': ['animal']}
    """
    held = {name: value for name, value in attributes.items() if value is not None}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in held.items()}


def _matches(terms: tuple[OntologyTerm, ...]) -> dict[str, list[str]]:
    return {match: [term.id for term in terms if term.match == match] for match in NODE_LISTS}
