"""Describe a map in words: each box, each line, and the whole as a nested list, its text alternative."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from calcinosis_kb.knowledge.wording import agreeing
from calcinosis_kb.map.look import KINDS, Relation
from calcinosis_kb.report.graph.reach import STATE_WORDS

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from calcinosis_kb.advice.reach import Reached
    from calcinosis_kb.map.scene import Scene, SceneEdge, SceneNode

__all__ = ["MapWords"]

_SIGNS: dict[str, Relation] = {"+": "raises", "-": "lowers", "both": "raises and lowers"}


class MapWords:
    """Descriptions of one scene. ``reached``: a patient's state of each node, empty without a patient."""

    def __init__(self, scene: Scene, graph: MultiDiGraph[str], reached: Mapping[str, Reached]) -> None:
        self._scene = scene
        self._graph = graph
        self._reached = reached
        self._names = {node.id: node.name for node in scene.nodes}
        self._several = {node.id for node in scene.nodes if len(node.members) > 1 and node.kind == "therapy"}

    @cached_property
    def _edges(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """Target and attributes of each edge."""
        return {key: (target, edge) for _, target, key, edge in self._graph.edges(keys=True, data=True)}

    def relation(self, edge: SceneEdge) -> Relation:
        """The meaning of a line; for a bundle of edges with different meanings, only the sign."""
        if edge.chain:
            return _SIGNS[edge.sign]
        relations = {self._relation(id_) for id_ in edge.edges}
        return relations.pop() if len(relations) == 1 else _SIGNS[edge.sign]

    def _relation(self, id_: str) -> Relation:
        target, edge = self._edges[id_]
        if edge["predicate"] == "subclass_of":
            return "is one of"
        if edge["predicate"] == "has_part":
            return "includes"
        if edge["predicate"] == "associated_with":
            return "goes with more" if edge["sign"] == "+" else "goes with less"
        if edge["predicate"] == "causes" and self._graph.nodes[target]["kind"] == "mechanism_of_action":
            return "acts by"
        return _SIGNS[edge["sign"]]

    def name(self, node: SceneNode) -> str:
        """The accessible name of a box: name, kind and, for a patient, state."""
        at = self._reached.get(node.node)
        return f"{node.name}, {KINDS[node.kind][1]}{f', {STATE_WORDS[at.state]}' if at else ''}"

    def describe(self, node: SceneNode) -> str:
        """The accessible description of a box: what it is, the patient's therapies that reach it, and its lines in this picture."""
        parts = []
        if node.members:
            parts.append(f"Holds {', '.join(self._graph.nodes[id_]['name'] for id_ in node.members)}.")
        elif self._graph.nodes[node.node].get("description"):
            parts.append(self._graph.nodes[node.node]["description"])
        at = self._reached.get(node.node)
        if at and at.by and not node.members and node.node not in at.by:
            parts.append(f"By {', '.join(self._graph.nodes[therapy]['name'] for therapy in at.by)}.")
        causes = [self._names[edge.source] for edge in self._scene.edges if edge.target == node.id]
        if causes:
            parts.append(f"Lines come from {', '.join(causes)}.")
        effects = [edge for edge in self._scene.edges if edge.source == node.id]
        if effects:
            sentences = (f"{self.relation(edge)} {self._names[edge.target]}" for edge in effects)
            parts.append(f"It {', '.join(sentences)}.")
        return " ".join(parts)

    def sentence(self, edge: SceneEdge) -> str:
        """A line as a sentence: its two boxes, sign, strength and claim."""
        relation = self.relation(edge)
        source = self._names[edge.source]
        verb = "act by" if relation == "acts by" and edge.source in self._several else agreeing(relation, source)
        between = f"{source} {verb} {self._names[edge.target]}"
        if edge.chain:
            between_them = (self._graph.nodes[self._edges[id_][0]]["name"] for id_ in edge.edges[:-1])
            way = f", by way of {', '.join(between_them)}" if len(edge.edges) > 1 else ""
            return f"{between}{way} ({edge.strength} at the weakest)."
        if len(edge.edges) > 1:
            return f"{between}: {len(edge.edges)} links, {edge.strength} at best."
        return f"{between} ({edge.strength}). {self._edges[edge.edges[0]][1]['claim']}"

    def summary(self) -> str:
        """The picture in a sentence or two."""
        left = f" {self.left_out()}" if self._scene.left_out else ""
        return f"{len(self._scene.nodes)} boxes and {len(self._scene.edges)} lines, causes left, effects right.{left}"

    def left_out(self) -> str:
        """The number of nodes that are not shown, in words."""
        return f"{self._scene.left_out} more nodes are not shown."

    def text_alternative(self, footer: str) -> str:
        """The picture as a nested Markdown list: boxes from left to right, each with its outgoing lines."""
        return "\n".join([f"# {self._scene.title}", "", self.summary(), "", *self._boxes(), "", footer, ""])

    def _boxes(self) -> Iterator[str]:
        for node in sorted(self._scene.nodes, key=lambda node: (node.x, node.y, node.id)):
            yield f"- {self.name(node)}"
            for edge in self._scene.edges:
                if edge.source == node.id:
                    yield f"  - {self.sentence(edge)}"
