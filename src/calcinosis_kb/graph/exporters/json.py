"""Export the graph as node-link JSON and Cytoscape JSON, by networkx. Absent values are omitted."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["as_text", "cytoscape", "node_link"]


def node_link(graph: MultiDiGraph[str]) -> bytes:
    """Return the graph as node-link JSON, which ``networkx.node_link_graph(…, edges="edges")`` and D3 read."""
    import networkx as nx

    return as_text(nx.node_link_data(graph, edges="edges"))


def cytoscape(graph: MultiDiGraph[str]) -> bytes:
    """Return the graph as Cytoscape JSON, which Cytoscape, Cytoscape.js and ``networkx.cytoscape_graph`` read.

    ``data`` holds the attributes of the whole graph, as a list of pairs of name and value, as networkx writes them.
    """
    import networkx as nx

    return as_text(nx.cytoscape_data(graph))


def as_text(data: Any) -> bytes:
    """Return plain data as indented JSON."""
    return (dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
