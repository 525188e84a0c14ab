"""Lay out every view of the page in advance, so that the browser computes no layout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from calcinosis_kb.graph.build import TREATMENTS
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE
from calcinosis_kb.knowledge.stories import pointed_at
from calcinosis_kb.map.page_style import line_class
from calcinosis_kb.map.scene import (
    Scene,
    SceneEdge,
    SceneNode,
    chosen,
    focus,
    overview,
    part,
    part_view,
    route,
    theme,
    whole,
)
from calcinosis_kb.map.shapes import curve
from calcinosis_kb.map.words import MapWords

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from calcinosis_kb.base import KnowledgeBase

__all__ = ["PATIENT_VIEW", "Progress", "all_scenes", "menu", "view_data"]

PATIENT_VIEW = "patient"
_START = "overview"
_WHOLE = "whole"

Progress = Callable[[int, int], None]
"""Called with the number of views done and the number of all views."""


def all_scenes(kb: KnowledgeBase, progress: Progress | None = None) -> dict[str, Scene]:
    """Return every view by its key in the page's address: the overview, the whole map, each theme, each node with its neighbours, each
    therapy with its paths to calcinosis (if any), and each story.

    """
    views = _views(kb)
    scenes = {}
    for done, (key, lay_out) in enumerate(views.items(), 1):
        scene = lay_out()
        if scene.nodes:
            scenes[key] = scene
        if progress:
            progress(done, len(views))
    return scenes


def _views(kb: KnowledgeBase) -> dict[str, Callable[[], Scene]]:
    knowledge, graph = kb.knowledge, kb.graph
    return {
        _START: partial(overview, knowledge, graph),
        _WHOLE: partial(whole, graph),
        **{
            key: partial(part, knowledge, graph, id_)
            for id_ in knowledge.outline.parts
            if (key := part_view(knowledge, id_)).startswith("part:")
        },
        **{f"theme:{id_}": partial(theme, knowledge, graph, id_) for id_ in (*knowledge.themes, TREATMENTS)},
        **{f"focus:{id_}": partial(focus, graph, id_) for id_ in sorted(graph)},
        **{f"route:{id_}": partial(route, graph, id_, OUTCOME_NODE) for id_ in sorted(knowledge.therapies)},
        **{f"story:{id_}": partial(_story, kb, id_) for id_ in sorted(knowledge.stories)},
    }


def _story(kb: KnowledgeBase, id_: str) -> Scene:
    story = kb.knowledge.stories[id_]
    pointed = [pointed_at(kb.knowledge, sentence) for sentence in story.sentences]
    nodes = dict.fromkeys(node for nodes, _ in pointed for node in nodes)
    edges = dict.fromkeys(edge for _, edges in pointed for edge in edges)
    return chosen(kb.graph, nodes, edges, story.title)


def menu(views: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return the views of the menu, in groups."""
    keys = list(views)
    return [
        *(("", [key]) for key in keys if key in (PATIENT_VIEW, _START, _WHOLE)),
        ("Parts", [key for key in keys if key.startswith("part:")]),
        ("Themes", [key for key in keys if key.startswith("theme:")]),
        ("Stories", [key for key in keys if key.startswith("story:")]),
    ]


def view_data(
    scene: Scene, graph: MultiDiGraph[str], nodes: Mapping[str, int], edges: Mapping[str, int]
) -> dict[str, Any]:
    """Return a scene as numbers: nodes as [node, x, y, width, height], edges as [edges, source, target, class, path]."""
    words = MapWords(scene, graph, {})
    data: dict[str, Any] = {
        "title": scene.title,
        "width": round(scene.width),
        "height": round(scene.height),
        "nodes": [
            [nodes[node.id], round(node.x), round(node.y), round(node.width), round(node.height)]
            for node in sorted(scene.nodes, key=_reading_order)
        ],
        "edges": [_edge(edge, line_class(words.relation(edge), edge.strength), nodes, edges) for edge in scene.edges],
    }
    if scene.focus:
        data["centre"] = nodes[scene.focus[0]]
    if scene.left_out:
        data["leftOut"] = scene.left_out
    return data


def _reading_order(node: SceneNode) -> tuple[float, float, str]:
    return node.x, node.y, node.id


def _edge(edge: SceneEdge, style: str, nodes: Mapping[str, int], edges: Mapping[str, int]) -> list[Any]:
    path = curve(tuple((round(x), round(y)) for x, y in edge.points))
    return [[edges[id_] for id_ in edge.edges], nodes[edge.source], nodes[edge.target], style, path]
