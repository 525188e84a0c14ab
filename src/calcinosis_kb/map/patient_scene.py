"""Picture a patient's history: one band per state with its mechanisms of action and their targets, calcinosis at the right.

A target of mechanisms in several bands is drawn in each, so that lines leave a band only to calcinosis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from calcinosis_kb.advice.reach import STATES, Reached, State
from calcinosis_kb.graph.paths import paths
from calcinosis_kb.graph.walk import CAUSAL
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE
from calcinosis_kb.knowledge.mechanism_paths import STRENGTHS
from calcinosis_kb.map.layout.layers import place
from calcinosis_kb.map.layout.routing import MARGIN, height_for, trace
from calcinosis_kb.map.layout.text_width import measure, wrap
from calcinosis_kb.map.look import STATES as STROKES
from calcinosis_kb.map.scene import LINE_HEIGHT, PADDING, Scene, SceneBand, SceneEdge, SceneNode
from calcinosis_kb.report.graph.reach import state_title

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["TITLE", "patient_scene"]

TITLE = "What treatment has reached in this patient"
_HEADING = 38.0
_BAND_GAP = 16.0
_ROW_GAP = 8.0
_SIDE = 14.0
_NAMED = 3
"""Therapies named in a box; its text alternative names all."""
_WIDTHS = (250.0, 320.0, 200.0, 150.0)
"""The widest text per column, in pixels: therapies, mechanisms, targets, calcinosis."""


@dataclass
class _Parts:
    """Boxes and lines of the picture before layout."""

    boxes: dict[str, SceneNode] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    home: dict[str, State] = field(default_factory=dict)
    lines: list[SceneEdge] = field(default_factory=list)


def patient_scene(graph: MultiDiGraph[str], reached: Mapping[str, Reached], subtitle: str) -> Scene:
    """Return the scene: each mechanism of action in the band of its state, with the deciding therapies left and its targets right.

    A line to calcinosis represents the best path of the graph from that target.
    """
    parts = _Parts()
    for mechanism, at in reached.items():
        if graph.nodes[mechanism]["kind"] == "mechanism_of_action":
            _add_mechanism(parts, graph, reached, at)
    _add_outcome(parts, graph)
    heights, frames = _stack(parts)
    placed = trace(
        {id_: (box.width, box.height) for id_, box in parts.boxes.items()},
        [(line.source, line.target) for line in parts.lines],
        parts.columns,
        {**heights, OUTCOME_NODE: max(bottom for _, bottom in frames.values()) / 2},
        [[] for _ in parts.lines],
    )
    first = next(iter(heights))
    # Shift the heights of the layout to leave room for the heading of the first band.
    down = placed.centres[first][1] - heights[first] + _HEADING
    boxes = {
        id_: replace(box, x=placed.centres[id_][0], y=round(placed.centres[id_][1] + _HEADING, 1))
        for id_, box in parts.boxes.items()
    }
    right = max(box.x + box.width / 2 for id_, box in boxes.items() if id_ != OUTCOME_NODE) + _SIDE
    left = MARGIN - _SIDE
    bands = tuple(
        SceneBand(state, state_title(state), left, round(top + down, 1), round(right - left, 1), round(bottom - top, 1))
        for state, (top, bottom) in frames.items()
    )
    return Scene(
        tuple(boxes[id_] for id_ in sorted(boxes)),
        tuple(
            replace(line, points=tuple((x, round(y + _HEADING, 1)) for x, y in points))
            for line, points in zip(parts.lines, placed.routes, strict=True)
        ),
        placed.size[0],
        max([placed.size[1] + _HEADING, *(band.y + band.height + MARGIN for band in bands)]),
        title=TITLE,
        focus=(OUTCOME_NODE,),
        bands=bands,
        subtitle=subtitle,
    )


def _add_mechanism(parts: _Parts, graph: MultiDiGraph[str], reached: Mapping[str, Reached], at: Reached) -> None:
    _add(parts, graph, at.node, at.node, 1, at.state, STROKES[at.state].mark)
    therapies = at.by or tuple(therapy for _, others in at.also for therapy in others)
    if therapies:
        id_ = f"{at.node}@therapies"
        names = [graph.nodes[therapy]["name"] for therapy in therapies]
        shown = names if len(names) <= _NAMED + 1 else [*names[:_NAMED], f"and {len(names) - _NAMED} more"]
        lines = wrap("; ".join(shown), _WIDTHS[0], bold=True)
        _box(parts, SceneNode(id_, _listed(names), "therapy", lines, 0, 0, 0, 0, therapies), 0, at.state)
        _line(parts, graph, _how(graph, therapies, at.node), id_, at.node)
    for target, keys in _targets(graph, at.node).items():
        id_ = f"{target}@{at.state}"
        if id_ not in parts.boxes:
            own = reached.get(target)
            _add(parts, graph, id_, target, 2, at.state, STROKES[own.state].mark if own else "")
            _add_onward(parts, graph, id_, target)
        _line(parts, graph, keys, at.node, id_)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{'; '.join(names[:-1])} and {names[-1]}"


def _targets(graph: MultiDiGraph[str], mechanism: str) -> dict[str, tuple[str, ...]]:
    """The targets of a mechanism with the edges to them; another mechanism counts only if there is no other target."""
    found = {
        target: keys
        for target in sorted(graph.successors(mechanism))
        if (keys := tuple(key for key, edge in sorted(graph[mechanism][target].items()) if edge["predicate"] in CAUSAL))
    }
    own = {target: keys for target, keys in found.items() if graph.nodes[target]["kind"] != "mechanism_of_action"}
    return own or found


def _how(graph: MultiDiGraph[str], therapies: tuple[str, ...], mechanism: str) -> tuple[str, ...]:
    """The edges from therapies to a mechanism: their own or their family's, or else through another mechanism that causes it."""
    actors = {*therapies, *(family for therapy in therapies for family in graph.successors(therapy))}
    found = [(source in actors, key) for source, _, key in graph.in_edges(mechanism, keys=True)]
    direct = any(by for by, _ in found)
    return tuple(sorted(key for by, key in found if by or not direct))


def _add(parts: _Parts, graph: MultiDiGraph[str], id_: str, node_id: str, column: int, home: State, mark: str) -> None:
    node = graph.nodes[node_id]
    lines = wrap(f"{mark} {node['name']}", _WIDTHS[column], bold=True)
    _box(parts, SceneNode(id_, node["name"], node["kind"], lines, 0, 0, 0, 0), column, home)


def _box(parts: _Parts, node: SceneNode, column: int, home: State) -> None:
    width = max(measure(line, bold=True) for line in node.lines) + 2 * PADDING[0]
    height = len(node.lines) * LINE_HEIGHT + PADDING[1]
    parts.boxes[node.id] = replace(node, width=round(width, 1), height=height)
    parts.columns[node.id] = column
    parts.home[node.id] = home


def _line(parts: _Parts, graph: MultiDiGraph[str], keys: tuple[str, ...], source: str, target: str) -> None:
    edges = [edge for _, _, key, edge in graph.edges(keys=True, data=True) if key in keys]
    signs = {edge["sign"] for edge in edges}
    sign: Literal["+", "-", "both"] = "both" if len(signs) == 2 else edges[0]["sign"]
    strength = min((edge["strength"] for edge in edges), key=STRENGTHS.index)
    parts.lines.append(SceneEdge(keys, source, target, sign, strength, ()))


def _add_onward(parts: _Parts, graph: MultiDiGraph[str], id_: str, target: str) -> None:
    found = paths(graph, target)
    if found:
        keys = tuple(step.edge for step in found[0].steps)
        strength = found[0].strength
        parts.lines.append(SceneEdge(keys, id_, OUTCOME_NODE, found[0].sign, strength, (), chain=True))


def _add_outcome(parts: _Parts, graph: MultiDiGraph[str]) -> None:
    node = graph.nodes[OUTCOME_NODE]
    lines = wrap(node["name"], _WIDTHS[3], bold=True)
    width = max(measure(line, bold=True) for line in lines) + 2 * PADDING[0]
    arriving = sum(line.target == OUTCOME_NODE for line in parts.lines)
    height = max(len(lines) * LINE_HEIGHT + 2 * PADDING[1], height_for(arriving))
    parts.boxes[OUTCOME_NODE] = SceneNode(
        OUTCOME_NODE, node["name"], node["kind"], lines, 0, 0, round(width, 1), round(height, 1)
    )
    parts.columns[OUTCOME_NODE] = 3


def _stack(parts: _Parts) -> tuple[dict[str, float], dict[State, tuple[float, float]]]:
    """The height of each box and the vertical extent of each band. Bands are laid out separately, one below the other."""
    heights: dict[str, float] = {}
    frames: dict[State, tuple[float, float]] = {}
    top = 0.0
    for state in STATES:
        members = [id_ for id_, home in parts.home.items() if home == state]
        if not members:
            continue
        inside = [(line.source, line.target, 1.0) for line in parts.lines if line.target != OUTCOME_NODE]
        placed = place(
            {id_: (parts.boxes[id_].width, parts.boxes[id_].height) for id_ in members},
            [arc for arc in inside if parts.home[arc[0]] == state],
            layers={id_: parts.columns[id_] for id_ in members},
            gap=_ROW_GAP,
        )
        start = top + _HEADING - MARGIN
        heights |= {id_: start + y for id_, (_, y) in placed.centres.items()}
        bottom = start + placed.size[1] - MARGIN + _SIDE
        frames[state] = (top, bottom)
        top = bottom + _BAND_GAP
    return heights, frames
