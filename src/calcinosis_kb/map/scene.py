"""Scenes: laid-out pictures of the graph as data, with positioned boxes and the points of lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from calcinosis_kb.graph.build import TREATMENTS
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE
from calcinosis_kb.knowledge.mechanism_paths import STRENGTHS
from calcinosis_kb.knowledge.pathophysiology import Strength
from calcinosis_kb.map.layout.layers import place
from calcinosis_kb.map.layout.routing import Placement, Point, Size, height_for
from calcinosis_kb.map.layout.text_width import FONT_SIZE, measure, wrap
from calcinosis_kb.map.selection import DrawnEdge, chosen_edges, drawn_edges, focus_nodes, route_nodes

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = [
    "LINE_HEIGHT",
    "PADDING",
    "Scene",
    "SceneBand",
    "SceneEdge",
    "SceneNode",
    "chosen",
    "focus",
    "overview",
    "part",
    "part_of",
    "part_view",
    "route",
    "theme",
    "theme_name",
    "whole",
]

PADDING = (12.0, 9.0)
LINE_HEIGHT = 17.0
_TEXT_WIDTH = 150.0
_PART, _THEME = "part-", "theme-"
"""What the ids of folded boxes begin with."""
OVERVIEW = "From causes to calcinosis"
"""The title of the first view."""


@dataclass(frozen=True)
class SceneNode:
    """A box: its centre and size in pixels, and the lines of its label, of which the last ``captions`` are small print.

    ``members``: the nodes of a box for several nodes, such as a folded theme, and ``opens`` the view that unfolds it. A node that
    is drawn several times has a suffix in each id: ``tnf@new``.
    """

    id: str
    name: str
    kind: str
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    members: tuple[str, ...] = ()
    captions: int = 0
    opens: str = ""

    @property
    def node(self) -> str:
        """The id of the node in the graph, or of the theme."""
        return self.id.partition("@")[0]


@dataclass(frozen=True)
class SceneEdge:
    """A line from box to box. ``edges``: ids of the edges that it represents; ``strength``: that of the strongest.

    The edges of a ``chain`` form a path: its sign is their product, its strength that of the weakest.
    """

    edges: tuple[str, ...]
    source: str
    target: str
    sign: Literal["+", "-", "both"]
    strength: Strength
    points: tuple[Point, ...]
    chain: bool = False


@dataclass(frozen=True)
class SceneBand:
    """A frame round the boxes of one state: upper left corner and size in pixels."""

    state: str
    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Scene:
    """Boxes and lines within ``width`` × ``height`` pixels; ``left_out``: number of neighbours without room."""

    nodes: tuple[SceneNode, ...]
    edges: tuple[SceneEdge, ...]
    width: float
    height: float
    title: str = ""
    focus: tuple[str, ...] = ()
    left_out: int = 0
    bands: tuple[SceneBand, ...] = ()
    subtitle: str = ""


def overview(knowledge: Knowledge, graph: MultiDiGraph[str], strength: Strength = "contested") -> Scene:
    """Return the parts of the map, each folded into one box, and bundled causal edges."""
    return _folded(knowledge, graph, {id_: _PART + _part(knowledge, graph, id_) for id_ in graph}, strength, OVERVIEW)


def part(knowledge: Knowledge, graph: MultiDiGraph[str], part: str, strength: Strength = "contested") -> Scene:
    """Return one part with its themes, each folded into one box, the other parts folded, and calcinosis. Raises `KeyError`."""
    name = knowledge.outline.parts[part].name
    shown = {
        id_: _THEME + graph.nodes[id_]["theme"] if _part(knowledge, graph, id_) == part else within
        for id_, within in _around(knowledge, graph).items()
    }
    return _folded(knowledge, graph, {**shown, OUTCOME_NODE: OUTCOME_NODE}, strength, name)


def theme(knowledge: Knowledge, graph: MultiDiGraph[str], theme: str, strength: Strength = "contested") -> Scene:
    """Return one theme with its nodes, the other themes of its part folded, and the other parts folded. Raises `KeyError`."""
    own = part_of(knowledge, theme)
    shown = {
        id_: id_
        if graph.nodes[id_]["theme"] == theme
        else _THEME + graph.nodes[id_]["theme"]
        if _part(knowledge, graph, id_) == own
        else within
        for id_, within in _around(knowledge, graph).items()
    }
    return _folded(knowledge, graph, {**shown, OUTCOME_NODE: OUTCOME_NODE}, strength, theme_name(knowledge, theme))


def _around(knowledge: Knowledge, graph: MultiDiGraph[str]) -> dict[str, str]:
    """The box of each node where its part is folded."""
    return {id_: _PART + _part(knowledge, graph, id_) for id_ in graph}


def part_view(knowledge: Knowledge, part: str) -> str:
    """Return the key of the view that opens a part; where it has only one theme, that of the theme."""
    themes = [theme for theme in (*knowledge.themes, TREATMENTS) if part_of(knowledge, theme) == part]
    return f"part:{part}" if len(themes) > 1 else f"theme:{themes[0]}"


def part_of(knowledge: Knowledge, theme: str) -> str:
    """Return the part to which a theme belongs."""
    return knowledge.outline.therapies if theme == TREATMENTS else knowledge.themes[theme].part


def _part(knowledge: Knowledge, graph: MultiDiGraph[str], node: str) -> str:
    return part_of(knowledge, graph.nodes[node]["theme"])


def focus(graph: MultiDiGraph[str], node: str, strength: Strength = "contested") -> Scene:
    """Return a node with its causes and effects, chosen by `calcinosis_kb.map.selection.focus_nodes`. Raises `KeyError`."""
    chosen = focus_nodes(graph, node, strength)
    title = f"{graph.nodes[node]['name']}: what leads to it and what it leads to"
    return _scene(_nodes(graph, chosen.nodes), chosen.edges, title, (node,), chosen.left_out)


def route(graph: MultiDiGraph[str], source: str, target: str, strength: Strength = "contested") -> Scene:
    """Return the paths between two nodes; an empty scene if there is none. Raises `KeyError` for an unknown node."""
    chosen = route_nodes(graph, source, target, strength)
    title = f"{graph.nodes[source]['name']} → {graph.nodes[target]['name']}"
    return _scene(_nodes(graph, chosen.nodes), chosen.edges, title, (source, target), chosen.left_out)


def whole(graph: MultiDiGraph[str], strength: Strength = "contested") -> Scene:
    """Return all causal edges with their nodes and therapies: a view for search and zoom, too large to read at once."""
    shown = [edge for edge in drawn_edges(graph, strength) if edge.causal]
    touched = sorted({end for edge in shown for end in (edge.source, edge.target)})
    return _scene(_nodes(graph, touched), shown, "Everything that acts on calcinosis", (), len(graph) - len(touched))


def chosen(graph: MultiDiGraph[str], nodes: Iterable[str], edges: Iterable[str], title: str) -> Scene:
    """Return these nodes, these edges of any predicate, and the causal edges between the nodes. Raises `KeyError`."""
    shown = dict.fromkeys(nodes)
    between = [edge.id for edge in drawn_edges(graph) if edge.causal and edge.source in shown and edge.target in shown]
    return _scene(_nodes(graph, shown), chosen_edges(graph, [*edges, *between]), title, (), 0)


def _folded(
    knowledge: Knowledge, graph: MultiDiGraph[str], shown: Mapping[str, str], strength: Strength, title: str
) -> Scene:
    """Return the scene in which the box of each node is that in ``shown``: its own, or one of a theme or part."""
    held: dict[str, list[str]] = {}
    for id_ in graph:
        held.setdefault(shown[id_], []).append(id_)
    folded = {box: members for box, members in held.items() if box not in graph}
    nodes = _nodes(graph, [id_ for id_ in graph if shown[id_] == id_])
    nodes += [_folded_box(knowledge, box, members) for box, members in sorted(folded.items())]
    between = [
        DrawnEdge(edge.id, shown[edge.source], shown[edge.target], edge.sign, edge.strength, edge.causal)
        for edge in drawn_edges(graph, strength)
        if edge.causal and shown[edge.source] != shown[edge.target]
    ]
    opened = {box for box in held if not box.startswith(_PART)}
    if opened:
        # Lines between the other parts would hide their lines to this one.
        between = [edge for edge in between if opened.intersection((edge.source, edge.target))]
    return _scene(nodes, between, title, (), 0)


def _folded_box(knowledge: Knowledge, box: str, members: Sequence[str]) -> SceneNode:
    if box.startswith(_PART):
        part = box.removeprefix(_PART)
        name, opens = knowledge.outline.parts[part].name, part_view(knowledge, part)
    else:
        theme = box.removeprefix(_THEME)
        name, opens = theme_name(knowledge, theme), f"theme:{theme}"
    held = wrap(_held(knowledge, members), _TEXT_WIDTH)
    box_ = _node(box, name, "theme", (*wrap(name, _TEXT_WIDTH, bold=True), *held), tuple(members), opens)
    return replace(box_, captions=len(held))


def _held(knowledge: Knowledge, members: Iterable[str]) -> str:
    """What a folded box holds: therapies as counted by 'calcinosis-kb therapies', families, and other nodes."""
    ids = set(members)
    counts = [
        (len(ids.intersection(option.id for option in knowledge.options)), "therapies"),
        (sum(knowledge.therapies[id_].kind == "family" for id_ in ids.intersection(knowledge.therapies)), "families"),
        (len(ids.difference(knowledge.therapies)), "nodes"),
    ]
    return ", ".join(f"{number} {word}" for number, word in counts if number)


def theme_name(knowledge: Knowledge, theme: str) -> str:
    """Return the name of a theme, also of that of the therapies."""
    return "Therapies" if theme == TREATMENTS else knowledge.themes[theme].name


def _nodes(graph: MultiDiGraph[str], ids: Iterable[str]) -> list[SceneNode]:
    nodes = []
    for id_ in ids:
        node = graph.nodes[id_]
        nodes.append(_node(id_, node["name"], node["kind"], wrap(node["name"], _TEXT_WIDTH)))
    return nodes


def _node(
    id_: str, name: str, kind: str, lines: tuple[str, ...], members: tuple[str, ...] = (), opens: str = ""
) -> SceneNode:
    # Measured in bold, the widest form that may be drawn.
    width = max(measure(line, FONT_SIZE, bold=True) for line in lines) + 2 * PADDING[0]
    height = len(lines) * LINE_HEIGHT + 2 * PADDING[1]
    return SceneNode(id_, name, kind, lines, 0, 0, round(width, 1), height, members, opens=opens)


def _scene(
    nodes: Iterable[SceneNode], shown: Iterable[DrawnEdge], title: str, focus: tuple[str, ...], left_out: int
) -> Scene:
    ordered = {node.id: node for node in sorted(nodes, key=lambda node: node.id)}
    bundles: dict[tuple[str, str], list[DrawnEdge]] = {}
    for edge in shown:
        bundles.setdefault((edge.source, edge.target), []).append(edge)
    keys = sorted(bundles)
    leaving, arriving = Counter(source for source, _ in keys), Counter(target for _, target in keys)
    for id_, node in ordered.items():
        height = max(node.height, round(height_for(max(leaving[id_], arriving[id_])), 1))
        ordered[id_] = replace(node, height=height)
    sizes: Mapping[str, Size] = {id_: (node.width, node.height) for id_, node in ordered.items()}
    placed = place(sizes, [(*key, _weight(key, bundles[key])) for key in keys], last=OUTCOME_NODE)
    return Scene(
        tuple(_placed(node, placed) for node in ordered.values()),
        tuple(_edge(key, bundles[key], points) for key, points in zip(keys, placed.routes, strict=True)),
        *placed.size,
        title=title,
        focus=focus,
        left_out=left_out,
    )


def _weight(key: tuple[str, str], bundle: Iterable[DrawnEdge]) -> float:
    """The weight of drawing an arc from left to right: low for effects of calcinosis, higher for stronger edges."""
    if key[0] == OUTCOME_NODE:
        return 0.01
    if key[1] == OUTCOME_NODE:
        return 1000.0
    return sum((3 - STRENGTHS.index(edge.strength)) * (2 if edge.causal else 1) for edge in bundle)


def _placed(node: SceneNode, placed: Placement) -> SceneNode:
    x, y = placed.centres[node.id]
    return replace(node, x=x, y=y)


def _edge(key: tuple[str, str], bundle: list[DrawnEdge], points: tuple[Point, ...]) -> SceneEdge:
    signs = {edge.sign for edge in bundle}
    strength = min((edge.strength for edge in bundle), key=STRENGTHS.index)
    sign = "both" if len(signs) == 2 else bundle[0].sign
    return SceneEdge(tuple(edge.id for edge in bundle), *key, sign, strength, points)
