"""Export the graph as GraphML and GEXF, by networkx.

Neither format has lists or nulls: lists become JSON text, absent values are omitted.
"""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["gexf", "graphml"]

# Characters that XML 1.0 forbids, and the carriage return, which every reader turns into a line feed.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_GEXF = "http://www.gexf.net/1.2draft"


def graphml(graph: MultiDiGraph[str]) -> bytes:
    """Return the graph as GraphML; the key of an edge is its id. Raises `InputError` (CKB058) for a character that XML cannot hold."""
    import networkx as nx

    out = io.BytesIO()
    nx.write_graphml_xml(_flat(graph), out)
    return out.getvalue()


def gexf(graph: MultiDiGraph[str]) -> bytes:
    """Return the graph as GEXF 1.2, without networkx's date; names become labels. Raises `InputError` (CKB058) as `graphml` does."""
    from networkx.readwrite.gexf import GEXFWriter

    flat = _flat(graph)
    for _, attributes in flat.nodes(data=True):
        attributes["label"] = attributes.pop("name")
    for _, _, key, attributes in flat.edges(keys=True, data=True):
        attributes["id"] = key
    about = {name: flat.graph.pop(name) for name in list(flat.graph)}
    written = GEXFWriter(flat, version="1.2draft").xml
    meta = written.find("meta")
    meta.attrib.clear()
    meta.clear()
    for name, text in (("creator", about["name"]), ("description", json.dumps(about)), ("keywords", about["license"])):
        ElementTree.SubElement(meta, name).text = text
    ElementTree.indent(written)
    data: bytes = ElementTree.tostring(written, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _flat(graph: MultiDiGraph[str]) -> MultiDiGraph[str]:
    """Return a copy with every value as text."""
    flat = graph.copy()
    bags: list[dict[str, Any]] = [flat.graph]
    for id_, attributes in flat.nodes(data=True):
        _check(id_)
        bags.append(attributes)
    for _, _, key, attributes in flat.edges(keys=True, data=True):
        _check(key)
        bags.append(attributes)
    for bag in bags:
        for name, value in bag.items():
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            _check(text)
            bag[name] = text
    return flat


def _check(text: str) -> None:
    bad = _UNWRITABLE.search(text)
    if bad:
        message = f"XML cannot hold the character {bad[0]!r} of {text[:60]!r}"
        raise InputError((Problem("CKB058", message, fix="export to .json, which holds it, or correct the text"),))
