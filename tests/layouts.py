"""The same scene drawn by other public layouts, straight from box to box: what ours is compared with."""

from __future__ import annotations

import igraph
import networkx as nx

from calcinosis_kb.graph.routing import Point
from calcinosis_kb.graph.scene import Scene

__all__ = ["kamada_kawai", "multipartite"]

Routes = list[tuple[Point, ...]]


def multipartite(scene: Scene) -> Routes:
    """networkx's layout in layers; it is given our columns, and orders each by the ids."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for node in scene.nodes:
        graph.add_node(node.id, layer=node.x)
    places = nx.multipartite_layout(graph, subset_key="layer")
    return _straight(scene, {id_: (float(x), float(y)) for id_, (x, y) in places.items()})


def kamada_kawai(scene: Scene) -> Routes:
    """igraph's layout by springs, which knows no layers."""
    ids = [node.id for node in scene.nodes]
    index = {id_: number for number, id_ in enumerate(ids)}
    graph = igraph.Graph(len(ids), [(index[edge.source], index[edge.target]) for edge in scene.edges])
    layout = graph.layout_kamada_kawai()
    return _straight(scene, {id_: (x, y) for id_, (x, y) in zip(ids, layout.coords, strict=True)})


def _straight(scene: Scene, places: dict[str, Point]) -> Routes:
    return [(places[edge.source], places[edge.target]) for edge in scene.edges]
