"""Export the graph as KGX: a folder with ``nodes.tsv`` and ``edges.tsv`` in the columns of the Biolink Model, and ``about.json``.

The columns are those of https://biolink.github.io/kgx/kgx_format.html. Items of a list are separated by ``|``. KGX has no quotes, so
a backslash, tab, line feed, carriage return or vertical bar inside a value is escaped as ``\\\\``, ``\\t``, ``\\n``, ``\\r`` and ``\\p``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calcinosis_kb.graph.exporters.biolink import PREDICATES, category, curie
from calcinosis_kb.graph.exporters.json import as_text
from calcinosis_kb.graph.exporters.json_ld import direction

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["kgx"]

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "|": "\\p"})


def kgx(graph: MultiDiGraph[str]) -> dict[str, bytes]:
    """Return the files of the folder by name. Node ids have the prefix ``calcinosis:``; exact matches become ``xref``."""
    nodes = [_node(id_, attributes) for id_, attributes in graph.nodes(data=True)]
    edges = [_edge(*edge) for edge in graph.edges(keys=True, data=True)]
    return {"nodes.tsv": _table(nodes), "edges.tsv": _table(edges), "about.json": as_text(dict(graph.graph))}


def _node(id_: str, attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"calcinosis:{id_}",
        "category": [category(attributes["kind"], attributes["exact"])],
        "name": attributes["name"],
        "description": attributes.get("description"),
        "xref": [curie(term) for term in attributes["exact"]],
        "broad_xref": [curie(term) for term in attributes["broad"]],
        "narrow_xref": [curie(term) for term in attributes["narrow"]],
        "related_xref": [curie(term) for term in attributes["related"]],
        "kind": attributes["kind"],
        "theme": attributes.get("theme"),
    }


def _edge(source: str, target: str, key: str, attributes: dict[str, Any]) -> dict[str, Any]:
    known = PREDICATES[attributes["predicate"]]
    asserted = attributes["strength"] == "established"
    return {
        "id": f"calcinosis:{key}",
        "subject": f"calcinosis:{source}",
        "predicate": known.biolink,
        "object": f"calcinosis:{target}",
        "category": ["biolink:Association"],
        "relation": known.relation,
        "knowledge_level": "knowledge_assertion" if asserted else "not_provided",
        "agent_type": "not_provided",
        "object_direction_qualifier": direction(attributes["predicate"], attributes["sign"]),
        "publications": attributes["publications"],
        "original_predicate": f"calcinosis:{attributes['predicate']}",
        **{name: attributes.get(name) for name in ("sign", "strength", "context", "claim", "confidence", "sources")},
        **{name: attributes.get(name) for name in ("effect", "direction")},
    }


def _table(rows: list[dict[str, Any]]) -> bytes:
    lines = ["\t".join(rows[0])] if rows else []
    lines += ["\t".join(_cell(value) for value in row.values()) for row in rows]
    return "".join(f"{line}\n" for line in lines).encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    values = value if isinstance(value, list) else [value]
    return "|".join(one.translate(_ESCAPES) for one in values)
