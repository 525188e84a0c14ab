"""Export the graph as Mermaid, Graphviz DOT and CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from calcinosis_kb.graph.exporters.content import EDGE_LISTS, NODE_LISTS

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["COLUMNS", "dot", "mermaid", "table"]

_ARROWS = {("+", True): "-->", ("-", True): "--x", ("+", False): "-.->", ("-", False): "-.-x"}
"""Mermaid's arrow by sign and by whether the edge is established. The label has both in words."""
_STYLES = {"established": "solid", "plausible": "dashed", "contested": "dotted"}
_SPECIAL = re.compile(r"[^\w .,()+/:–-]")

COLUMNS = (
    "record", "id", "name", "kind", "theme", "description", *NODE_LISTS,
    "source", "predicate", "target", "sign", "strength", *EDGE_LISTS, "claim", "confidence", "effect", "direction",
)  # fmt: skip
"""The columns of the CSV. ``record`` tells node rows from edge rows."""


def mermaid(graph: MultiDiGraph[str]) -> bytes:
    """Return the graph as a Mermaid flowchart. Each node's id is in a comment, since it may not be a valid Mermaid id."""
    numbers = {id_: f"n{number}" for number, id_ in enumerate(graph)}
    return "".join(f"{line}\n" for line in _flowchart(graph, numbers)).encode()


def _flowchart(graph: MultiDiGraph[str], numbers: dict[str, str]) -> Iterator[str]:
    yield "flowchart LR"
    for name, value in graph.graph.items():
        yield f"  %% {name}: {json.dumps(value)}"
    for id_, attributes in graph.nodes(data=True):
        yield f"  %% {numbers[id_]}: {json.dumps(id_)}"
        yield f'  {numbers[id_]}["{_entities(attributes["name"])}"]'
    for source, target, attributes in graph.edges(data=True):
        sign, strength = attributes["sign"], attributes["strength"]
        arrow = _ARROWS[sign, strength == "established"]
        label = f"{attributes['predicate'].replace('_', ' ')} ({sign}, {strength})"
        yield f'  {numbers[source]} {arrow}|"{label}"| {numbers[target]}'


def _entities(text: str) -> str:
    """Escape a text for a quoted Mermaid label: special characters become numbered entities."""
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", text)


def dot(graph: MultiDiGraph[str]) -> bytes:
    """Return the graph in Graphviz DOT. Every attribute is text: a list is JSON, a line feed ``\\n``."""
    lines = ["digraph {", "  rankdir=LR"]
    lines += [f"  {name}={_quoted(value)}" for name, value in graph.graph.items()]
    for id_, attributes in graph.nodes(data=True):
        lines.append(f"  {_quoted(id_)} [label={_quoted(attributes['name'])}, {_attributes(attributes)}]")
    for source, target, key, attributes in graph.edges(keys=True, data=True):
        head = "tee" if attributes["sign"] == "-" else "normal"
        drawn = f"key={_quoted(key)}, arrowhead={head}, style={_STYLES[attributes['strength']]}"
        lines.append(f"  {_quoted(source)} -> {_quoted(target)} [{drawn}, {_attributes(attributes)}]")
    return "\n".join([*lines, "}", ""]).encode()


def _attributes(attributes: dict[str, Any]) -> str:
    return ", ".join(f"{name}={_quoted(value)}" for name, value in attributes.items() if name != "name")


def _quoted(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(plain, escaped)
    return f'"{text}"'


def table(graph: MultiDiGraph[str]) -> bytes:
    """Return nodes, then edges, as one CSV with `COLUMNS`. A list is JSON, an absent value an empty cell."""
    out = io.StringIO(newline="")
    rows = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    rows.writeheader()
    for id_, attributes in graph.nodes(data=True):
        rows.writerow({"record": "node", "id": id_, **_cells(attributes)})
    for source, target, key, attributes in graph.edges(keys=True, data=True):
        ends = {"source": source, "target": target}
        rows.writerow({"record": "edge", "id": key, **ends, **_cells(attributes)})
    return out.getvalue().encode()


def _cells(attributes: dict[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in attributes.items()
    }
