"""The map as SVG that eyes, keyboard and screen reader reach: the same scene gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from calcinosis_kb.graph.lettering import FAMILY, FONT_SIZE, measure, wrap
from calcinosis_kb.graph.scene import LINE_HEIGHT
from calcinosis_kb.report.map_colours import KINDS, LOOKS, STATES, Look, LookName, Paint, Shape
from calcinosis_kb.report.map_words import edge_words, node_name, node_words, scene_words

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from calcinosis_kb.graph.layered import Point
    from calcinosis_kb.graph.scene import Scene, SceneEdge, SceneNode

__all__ = ["as_svg", "curve", "head", "outline"]

_DASHES = {"established": "", "plausible": "8 5", "contested": "2 4"}
_HEAD = 64.0
_LEAST_WIDTH = 760.0
_MARGIN = 24.0


def as_svg(
    scene: Scene,
    graph: MultiDiGraph[str],
    *,
    look: LookName = "light",
    states: Mapping[str, str] | None = None,
    footer: str = "",
) -> str:
    """The scene as an SVG document.

    ``states`` says of some boxes what a patient's history makes of them (the keys of
    `calcinosis_kb.report.map_colours.STATES`); ``footer`` stands below the legend. Raises `InputError` (CKB054) where the
    font is missing that the texts are measured with.
    """
    states = states or {}
    paint = LOOKS[look]
    width = max(scene.width, _LEAST_WIDTH)
    legend, bottom = _legend(scene, paint, states, width, _HEAD + scene.height + 10, footer)
    size = f'width="{width:g}" height="{bottom:g}" viewBox="0 0 {width:g} {bottom:g}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="graphics-document" aria-labelledby="map-title"'
        f' aria-describedby="map-words" font-family={quoteattr(FAMILY)} font-size="{FONT_SIZE:g}">',
        f'<title id="map-title">{escape(scene.title)}</title>',
        f'<desc id="map-words">{escape(scene_words(scene))}</desc>',
        f"<style>a.node:focus{{outline:3px solid {paint.ink};outline-offset:3px}}</style>",
        f'<rect width="{width:g}" height="{bottom:g}" fill="{paint.paper}"/>',
        _text(_MARGIN, 32, scene.title, paint.ink, size=18, bold=True),
        *([_text(_MARGIN, 54, _left_out(scene), paint.faint)] if scene.left_out else []),
        f'<g transform="translate({(width - scene.width) / 2:g} {_HEAD:g})">',
        '<g role="list" aria-label="Lines">',
        *(_edge(edge, scene, graph, paint) for edge in scene.edges),
        "</g>",
        '<g role="list" aria-label="Boxes">',
        *(_node(node, scene, graph, paint, states) for node in sorted(scene.nodes, key=_reading_order)),
        "</g>",
        "</g>",
        *legend,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def outline(shape: Shape, width: float, height: float) -> str:
    """The outline of a box about the origin, as the ``d`` of a path."""
    x, y = width / 2, height / 2
    if shape == "hexagon":
        return f"M{-x:g} 0L{-x + 9:g} {-y:g}H{x - 9:g}L{x:g} 0L{x - 9:g} {y:g}H{-x + 9:g}Z"
    if shape == "octagon":
        return f"M{-x:g} {-y + 8:g}l8 -8H{x - 8:g}l8 8V{y - 8:g}l-8 8H{-x + 8:g}l-8 -8Z"
    if shape == "slant":
        return f"M{-x + 8:g} {-y:g}H{x:g}L{x - 8:g} {y:g}H{-x:g}Z"
    if shape == "stack":
        return f"M{-x:g} {-y:g}H{x:g}V{y:g}H{-x:g}ZM{-x + 4:g} {y + 4:g}H{x + 4:g}V{-y + 4:g}"
    if shape == "tab":
        return f"M{-x:g} {-y:g}H{x:g}V{y:g}H{-x:g}ZM{-x + 5:g} {-y:g}V{y:g}M{x - 5:g} {-y:g}V{y:g}"
    radius = {"pill": min(y, 22.0), "round": 9.0, "box": 0.0}[shape]
    if not radius:
        return f"M{-x:g} {-y:g}H{x:g}V{y:g}H{-x:g}Z"
    arc = f"a{radius:g} {radius:g} 0 0 1"
    return (
        f"M{-x + radius:g} {-y:g}H{x - radius:g}{arc} {radius:g} {radius:g}V{y - radius:g}{arc} {-radius:g} {radius:g}"
        f"H{-x + radius:g}{arc} {-radius:g} {-radius:g}V{-y + radius:g}{arc} {radius:g} {-radius:g}Z"
    )


def curve(points: tuple[Point, ...]) -> str:
    """A smooth line through the points, level at each of them, as the ``d`` of a path."""
    told = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (x + to_x) / 2
        level = y == to_y
        told.append(f"H{to_x:g}" if level else f"C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}")
    return "".join(told)


def head(points: tuple[Point, ...], sign: str) -> str:
    """The end of a line: an arrow for '+', a bar for '-', both for both, as the ``d`` of a path."""
    x, y = points[-1]
    step = 1 if points[-1][0] >= points[-2][0] else -1
    arrow = f"M{x:g} {y:g}L{x - 11 * step:g} {y - 5:g}V{y + 5:g}Z"
    bar = f"M{x - step:g} {y - 7:g}H{x - 4 * step:g}V{y + 7:g}H{x - step:g}Z"
    if sign == "both":
        shifted = x - 5 * step
        return f"{bar}M{shifted:g} {y:g}L{shifted - 11 * step:g} {y - 5:g}V{y + 5:g}Z"
    return arrow if sign == "+" else bar


def _reading_order(node: SceneNode) -> tuple[float, float, str]:
    return node.x, node.y, node.id


def _left_out(scene: Scene) -> str:
    return f"{scene.left_out} more nodes had no room."


def _edge(edge: SceneEdge, scene: Scene, graph: MultiDiGraph[str], look: Look) -> str:
    colour = look.signs[edge.sign]
    width = min(1.6 + 0.5 * (len(edge.edges) - 1), 5.0)
    dashes = f' stroke-dasharray="{_DASHES[edge.strength]}"' if _DASHES[edge.strength] else ""
    words = escape(edge_words(edge, scene, graph))
    return (
        f'<g class="edge" role="listitem" data-edges={quoteattr(" ".join(edge.edges))}><title>{words}</title>'
        f'<path d="{curve(edge.points)}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashes}/>'
        f'<path d="{head(edge.points, edge.sign)}" fill="{colour}"/></g>'
    )


def _node(node: SceneNode, scene: Scene, graph: MultiDiGraph[str], look: Look, states: Mapping[str, str]) -> str:
    state = states.get(node.id)
    paint = look.states[state] if state else look.paints[node.kind]
    first = -(len(node.lines) - 1) / 2 * LINE_HEIGHT + FONT_SIZE * 0.36
    bold = node.id in scene.focus or node.kind == "theme"
    lines = [
        _text(0, first + number * LINE_HEIGHT, line, look.ink, bold=bold and number < len(node.lines), anchor="middle")
        for number, line in enumerate(node.lines)
    ]
    id_ = quoteattr(f"node-{node.id}")
    return (
        f'<g role="listitem" transform="translate({node.x:g} {node.y:g})">'
        f'<a class="node" id={id_} href={quoteattr(f"#node-{node.id}")} tabindex="0" data-kind="{node.kind}">'
        f"<title>{escape(node_name(node, states))}</title><desc>{escape(node_words(node, scene, graph))}</desc>"
        f"{_shape(KINDS[node.kind][0], node.width, node.height, paint, state, strong=node.id in scene.focus)}"
        f"{''.join(lines)}</a></g>"
    )


def _shape(shape: Shape, width: float, height: float, paint: Paint, state: str | None, *, strong: bool) -> str:
    border = STATES[state].width if state else (3.0 if strong else 1.6)
    dashes = f' stroke-dasharray="{STATES[state].dashes}"' if state and STATES[state].dashes else ""
    return (
        f'<path d="{outline(shape, width, height)}" fill="{paint.fill}" stroke="{paint.border}"'
        f' stroke-width="{border:g}"{dashes}/>'
    )


def _text(
    x: float, y: float, words: str, colour: str, *, size: float = FONT_SIZE, bold: bool = False, anchor: str = "start"
) -> str:
    extra = (f' font-size="{size:g}"' if size != FONT_SIZE else "") + (' font-weight="bold"' if bold else "")
    where = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x:g}" y="{y:g}" fill="{colour}"{extra}{where}>{escape(words)}</text>'


def _legend(
    scene: Scene, look: Look, states: Mapping[str, str], width: float, top: float, footer: str
) -> tuple[list[str], float]:
    """What the shapes, borders and lines mean, of those that are in the picture, and where it ends."""
    parts = ['<g aria-label="Legend" role="group" font-size="12">']
    x, y = _MARGIN, top + 20
    for drawn, words in _keys(scene, look, states):
        wide = 44 + measure(words, 12) + 24
        if x + wide > width - _MARGIN:
            x, y = _MARGIN, y + 24
        parts.append(f'<g transform="translate({x + 18:g} {y:g})">{drawn}</g>')
        parts.append(_text(x + 44, y + 4, words, look.ink, size=12))
        x += round(wide, 1)
    y += 14
    for line in wrap(footer, width - 2 * _MARGIN, 12):
        y += 17
        parts.append(_text(_MARGIN, y, line, look.faint, size=12))
    parts.append("</g>")
    return parts, y + _MARGIN


def _keys(scene: Scene, look: Look, states: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    shown = {states[node.id] for node in scene.nodes if node.id in states}
    for state, style in STATES.items():
        if state in shown:
            yield _shape("box", 30, 16, look.states[state], state, strong=False), f"{style.mark} {style.word}"
    words: dict[str, str] = {}
    for kind, (_, word) in KINDS.items():
        if any(node.kind == kind and node.id not in states for node in scene.nodes):
            key = str(KINDS[kind][0]) + look.paints[kind].border
            words[key] = f"{words[key]}, {word}" if key in words else word
    for kind, (shape, _) in KINDS.items():
        key = shape + look.paints[kind].border
        if key in words:
            yield _shape(shape, 30, 16, look.paints[kind], None, strong=False), words.pop(key)
    line: tuple[Point, ...] = ((-18.0, 0.0), (18.0, 0.0))
    for sign, word in (("+", "raises"), ("-", "lowers"), ("both", "some raise, some lower")):
        if any(edge.sign == sign for edge in scene.edges):
            colour = look.signs[sign]
            yield (
                f'<path d="{curve(line)}" fill="none" stroke="{colour}" stroke-width="1.6"/>'
                f'<path d="{head(line, sign)}" fill="{colour}"/>',
                word,
            )
    for strength, dashes in _DASHES.items():
        if any(edge.strength == strength for edge in scene.edges):
            dash = f' stroke-dasharray="{dashes}"' if dashes else ""
            yield f'<path d="{curve(line)}" fill="none" stroke="{look.ink}" stroke-width="1.6"{dash}/>', strength
