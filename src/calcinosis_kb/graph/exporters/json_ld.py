"""Export the graph as JSON-LD: nodes as Biolink entities, edges as associations and also as plain triples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calcinosis_kb.graph.exporters.biolink import PREDICATES, PREFIXES, category, curie
from calcinosis_kb.graph.exporters.json import as_text

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["NAMESPACE", "direction", "json_ld"]

NAMESPACE = "urn:calcinosis-kb:"
"""The namespace of the ids of this knowledge base. Ontology terms cannot replace them: many nodes have none, and three routes of
thiosulfate share one."""

_OURS = {"calcinosis": NAMESPACE, "dcterms": "http://purl.org/dc/terms/", "schema": "http://schema.org/"}
_CONTEXT: dict[str, Any] = {
    # JSON-LD accepts an address that ends in "_" as a prefix only with "@prefix"
    **{prefix: {"@id": address, "@prefix": True} for prefix, address in {**PREFIXES, **_OURS}.items()},
    "name": "rdfs:label",
    "description": "dcterms:description",
    "category": {"@id": "biolink:category", "@type": "@id"},
    "exact": {"@id": "skos:exactMatch", "@type": "@id"},
    "broad": {"@id": "skos:broadMatch", "@type": "@id"},
    "narrow": {"@id": "skos:narrowMatch", "@type": "@id"},
    "related": {"@id": "skos:relatedMatch", "@type": "@id"},
    "kind": "calcinosis:kind",
    "theme": "calcinosis:theme",
    "subject": {"@id": "rdf:subject", "@type": "@id"},
    "biolink_predicate": {"@id": "rdf:predicate", "@type": "@id"},
    "object": {"@id": "rdf:object", "@type": "@id"},
    "relation": {"@id": "biolink:relation", "@type": "@id"},
    "object_direction_qualifier": "biolink:object_direction_qualifier",
    "predicate": "calcinosis:predicate",
    "sign": "calcinosis:sign",
    "strength": "calcinosis:strength",
    "context": {"@id": "calcinosis:context", "@container": "@set"},
    "claim": "calcinosis:claim",
    "confidence": "calcinosis:confidence",
    "sources": {"@id": "calcinosis:source", "@container": "@set"},
    "publications": {"@id": "biolink:publications", "@type": "@id", "@container": "@set"},
    "effect": "calcinosis:effect",
    "direction": "calcinosis:direction",
    "version": "schema:version",
    "hash": "calcinosis:hash",
    "license": {"@id": "dcterms:license", "@type": "@id"},
}


def json_ld(graph: MultiDiGraph[str]) -> bytes:
    """Return the graph as JSON-LD 1.1.

    A node is ``calcinosis:ID`` with its Biolink category; an edge is a ``biolink:Association`` with ``rdf:subject``,
    ``rdf:predicate`` and ``rdf:object``, as KGX writes RDF. A plain triple goes with it, whose predicate is the exact relation of the
    Relation Ontology if there is one.
    """
    entities = {id_: _entity(id_, attributes) for id_, attributes in graph.nodes(data=True)}
    associations = []
    for source, target, key, attributes in graph.edges(keys=True, data=True):
        known = PREDICATES[attributes["predicate"]]
        object_ = f"calcinosis:{target}"
        reached = entities[source].setdefault(known.relation or known.biolink, [])
        if {"@id": object_} not in reached:
            reached.append({"@id": object_})
        association = {
            "@id": f"calcinosis:edge/{key}",
            "@type": "biolink:Association",
            "subject": f"calcinosis:{source}",
            "biolink_predicate": known.biolink,
            "object": object_,
            "relation": known.relation,
            "object_direction_qualifier": direction(attributes["predicate"], attributes["sign"]),
            **attributes,
        }
        associations.append({name: value for name, value in association.items() if value is not None})
    about = {"@id": "calcinosis:graph", "@type": "schema:Dataset", **graph.graph}
    return as_text({"@context": _CONTEXT, "@graph": [about, *entities.values(), *associations]})


def direction(predicate: str, sign: str) -> str | None:
    """Return Biolink's ``object_direction_qualifier`` of an edge, or None if its predicate takes none.

    >>> direction("acts_on", "-"), direction("positively_regulates", "+"), direction("causes", "+")
    ('decreased', 'upregulated', None)
    """
    known = PREDICATES[predicate]
    if not known.directed:
        return None
    if known.biolink == "biolink:regulates":
        return "upregulated" if sign == "+" else "downregulated"
    return "increased" if sign == "+" else "decreased"


def _entity(id_: str, attributes: dict[str, Any]) -> dict[str, Any]:
    matches = {match: [curie(term) for term in attributes[match]] for match in ("exact", "broad", "narrow", "related")}
    kind = category(attributes["kind"], attributes["exact"])
    return {"@id": f"calcinosis:{id_}", "@type": kind, **attributes, "category": kind, **matches}
