"""Lay out a scene with other public layouts and straight lines, for comparison with ours."""

from __future__ import annotations

import igraph
import networkx as nx

from calcinosis_kb.map.layout.routing import Point
from calcinosis_kb.map.scene import Scene

__all__ = ["Points", "kamada_kawai", "lines", "multipartite", "run_through"]

Points = dict[str, Point]
"""Where the middle of each box is, in pixels of our picture."""


def multipartite(scene: Scene) -> Points:
    """networkx's layout in layers; it is given our columns, and keeps each in the order of the ids."""
    columns: dict[float, list[str]] = {}
    for node in scene.nodes:
        columns.setdefault(node.x, []).append(node.id)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(node.id for node in scene.nodes)
    places = nx.multipartite_layout(graph, subset_key={x: columns[x] for x in sorted(columns)})
    return _to_size(scene, {id_: (float(x), float(y)) for id_, (x, y) in places.items()})


def kamada_kawai(scene: Scene) -> Points:
    """igraph's layout by springs, which knows nothing of causes and effects."""
    ids = [node.id for node in scene.nodes]
    index = {id_: number for number, id_ in enumerate(ids)}
    graph = igraph.Graph(len(ids), [(index[edge.source], index[edge.target]) for edge in scene.edges])
    return _to_size(scene, {id_: (x, y) for id_, (x, y) in zip(ids, graph.layout_kamada_kawai().coords, strict=True)})


def _to_size(scene: Scene, points: Points) -> Points:
    """Stretched to the size of our picture, so that the same boxes have the same room."""
    lows = [min(point[axis] for point in points.values()) for axis in (0, 1)]
    spans = [max(point[axis] for point in points.values()) - low or 1.0 for axis, low in zip((0, 1), lows, strict=True)]
    size = (scene.width, scene.height)
    return {
        id_: ((x - lows[0]) / spans[0] * size[0], (y - lows[1]) / spans[1] * size[1]) for id_, (x, y) in points.items()
    }


def lines(scene: Scene, points: Points) -> list[tuple[Point, Point]]:
    return [(points[edge.source], points[edge.target]) for edge in scene.edges]


def run_through(scene: Scene, points: Points) -> int:
    """How many times a straight line runs through a box that it does not belong to."""
    found = 0
    for edge, ((x, y), (to_x, to_y)) in zip(scene.edges, lines(scene, points), strict=True):
        on_the_way = [(x + (to_x - x) * at / 64, y + (to_y - y) * at / 64) for at in range(65)]
        for node in scene.nodes:
            if node.id not in (edge.source, edge.target):
                middle = points[node.id]
                found += any(
                    abs(px - middle[0]) < node.width / 2 and abs(py - middle[1]) < node.height / 2
                    for px, py in on_the_way
                )
    return found
