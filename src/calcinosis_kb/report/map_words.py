"""What the map says in words: of each box, of each line, and of the whole as a nested list, its text twin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from calcinosis_kb.report.map_colours import KINDS, STATES

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from calcinosis_kb.graph.scene import Scene, SceneEdge, SceneNode

__all__ = ["SIGN_WORDS", "edge_words", "node_name", "node_words", "scene_words", "text_twin"]

SIGN_WORDS = {"+": "raises", "-": "lowers", "both": "raises and lowers"}


def node_name(node: SceneNode, states: Mapping[str, str]) -> str:
    """What a box is called aloud: its name, its kind and, for a patient, its state."""
    kind = KINDS[node.kind][1]
    state = f", {STATES[states[node.id]].word}" if node.id in states else ""
    return f"{node.name}, {kind}{state}"


def node_words(node: SceneNode, scene: Scene, graph: MultiDiGraph[str]) -> str:
    """A box described: what it is, what leads to it and what it leads to in this picture."""
    names = {one.id: one.name for one in scene.nodes}
    parts = []
    if node.members:
        parts.append("Holds " + ", ".join(graph.nodes[id_]["name"] for id_ in node.members) + ".")
    elif graph.nodes[node.id].get("description"):
        parts.append(graph.nodes[node.id]["description"])
    causes = [names[edge.source] for edge in scene.edges if edge.target == node.id]
    effects = [f"{SIGN_WORDS[edge.sign]} {names[edge.target]}" for edge in scene.edges if edge.source == node.id]
    if causes:
        parts.append(f"From: {', '.join(causes)}.")
    if effects:
        parts.append(f"It {', '.join(effects)}.")
    return " ".join(parts)


def edge_words(edge: SceneEdge, scene: Scene, graph: MultiDiGraph[str]) -> str:
    """A line as a sentence: between what, by which sign, how sure, and the claim that it stands for."""
    names = {node.id: node.name for node in scene.nodes}
    between = f"{names[edge.source]} {SIGN_WORDS[edge.sign]} {names[edge.target]}"
    if len(edge.edges) > 1:
        return f"{between}: {len(edge.edges)} links, the strongest {edge.strength}."
    claims = {key: data["claim"] for _, _, key, data in graph.edges(keys=True, data=True) if key in edge.edges}
    return f"{between} ({edge.strength}). {claims[edge.edges[0]]}"


def scene_words(scene: Scene) -> str:
    """The picture in a sentence or two, for its description."""
    left = f" {scene.left_out} more nodes had no room." if scene.left_out else ""
    return f"{len(scene.nodes)} boxes and {len(scene.edges)} lines, causes left and effects right.{left}"


def text_twin(scene: Scene, graph: MultiDiGraph[str], states: Mapping[str, str]) -> str:
    """The picture as a nested list in Markdown: each box from left to right, below it each line that leaves it."""
    lines = [f"# {scene.title}", "", scene_words(scene), ""]
    for node in sorted(scene.nodes, key=lambda node: (node.x, node.y, node.id)):
        lines.append(f"- {node_name(node, states)}")
        lines += [f"  - {edge_words(edge, scene, graph)}" for edge in scene.edges if edge.source == node.id]
    return "\n".join(lines) + "\n"
