"""Draw a scene as SVG, accessible to keyboard and screen reader; the same scene gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from calcinosis_kb.map.layout.text_width import CAPTION_SIZE, FAMILY, FONT_SIZE, measure, wrap
from calcinosis_kb.map.look import DASHES, KINDS, LINES, LOOKS, STATES, LookName, Paint, Relation
from calcinosis_kb.map.scene import LINE_HEIGHT
from calcinosis_kb.map.shapes import Shape, curve, decoration, end, outline
from calcinosis_kb.map.words import MapWords
from calcinosis_kb.report.graph.reach import STATE_WORDS
from calcinosis_kb.report.markup import escape

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from calcinosis_kb.advice.reach import Reached, State
    from calcinosis_kb.knowledge.pathophysiology import Strength
    from calcinosis_kb.map.layout.routing import Point
    from calcinosis_kb.map.scene import Scene, SceneBand, SceneEdge, SceneNode

__all__ = ["MapDrawing", "label"]

_HEAD = 64.0
_LEAST_WIDTH = 760.0
_MARGIN = 24.0


class MapDrawing:
    """A scene drawn in one look. ``reached``: a patient's states, which colour the boxes. ``footer``: text below the legend.

    ``sheet``: headings and texts that stand before the picture where it is printed on sheets of A4.
    """

    def __init__(
        self,
        scene: Scene,
        graph: MultiDiGraph[str],
        *,
        look: LookName = "light",
        reached: Mapping[str, Reached] | None = None,
        footer: str = "",
        sheet: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.words = MapWords(scene, graph, reached or {})
        self.title = scene.title
        self.footer = footer
        self.sheet = sheet
        self._scene = scene
        self._look = LOOKS[look]
        self._states: dict[str, State] = {id_: at.state for id_, at in (reached or {}).items()}

    @property
    def subtitle(self) -> str:
        """Who or what the scene is about."""
        return self._scene.subtitle

    def svg(self) -> str:
        """The SVG document."""
        scene, look = self._scene, self._look
        width = max(scene.width, _LEAST_WIDTH)
        legend, bottom = self._legend(width, _HEAD + scene.height + 10)
        size = f'width="{width:g}" height="{bottom:g}" viewBox="0 0 {width:g} {bottom:g}"'
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="graphics-document" aria-labelledby="map-title"'
            f' aria-describedby="map-words" font-family={quoteattr(FAMILY)} font-size="{FONT_SIZE:g}">',
            f'<title id="map-title">{escape(scene.title)}</title>',
            f'<desc id="map-words">{escape(self.words.summary())}</desc>',
            f"<style>a.node:focus{{outline:3px solid {look.ink};outline-offset:3px}}</style>",
            f'<rect width="{width:g}" height="{bottom:g}" fill="{look.paper}"/>',
            _text(_MARGIN, 32, scene.title, look.ink, size=18, bold=True),
            _text(_MARGIN, 54, " ".join(self._below_title()), look.faint),
            f'<g transform="translate({(width - scene.width) / 2:g} {_HEAD:g})">',
            *(self._band(band) for band in scene.bands),
            '<g role="list" aria-label="Lines">',
            *(self._edge(edge) for edge in scene.edges),
            "</g>",
            '<g role="list" aria-label="Boxes">',
            *(self._node(node) for node in sorted(scene.nodes, key=lambda node: (node.x, node.y, node.id))),
            "</g>",
            "</g>",
            *legend,
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _below_title(self) -> Iterator[str]:
        if self._scene.subtitle:
            yield self._scene.subtitle
        if self._scene.left_out:
            yield self.words.left_out()

    def _band(self, band: SceneBand) -> str:
        paint, style = self._look.states[band.state], STATES[band.state]
        heading = f"{style.mark} {band.name}"
        return (
            f'<rect x="{band.x:g}" y="{band.y:g}" width="{band.width:g}" height="{band.height:g}" rx="12"'
            f' fill="none" stroke="{paint.border}" stroke-width="2"/>'
            f"{_text(band.x + 14, band.y + 27, heading, paint.border, size=20, bold=True)}"
        )

    def _edge(self, edge: SceneEdge) -> str:
        width = 1.0 if edge.chain else min(1.6 + 0.5 * (len(edge.edges) - 1), 5.0)
        line = self._line(edge.points, self.words.relation(edge), width, edge.strength)
        ids = quoteattr(" ".join(edge.edges))
        return f'<g class="edge" role="listitem" data-edges={ids}><title>{escape(self.words.sentence(edge))}</title>{line}</g>'

    def _line(self, points: tuple[Point, ...], relation: Relation, width: float, strength: Strength) -> str:
        sign, kind = LINES[relation]
        colour = self._look.signs[sign]
        dashes = f' stroke-dasharray="{DASHES[strength]}"' if DASHES[strength] else ""
        fill = {"chevron": "none", "ring": self._look.paper}.get(kind, colour)
        border = f' stroke="{colour}" stroke-width="1.6"' if fill != colour else ""
        return (
            f'<path d="{curve(points)}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashes}/>'
            f'<path d="{end(points, kind)}" fill="{fill}"{border}/>'
        )

    def _node(self, node: SceneNode) -> str:
        state = self._states.get(node.node)
        paint = self._look.states[state] if state else self._look.paints[node.kind]
        strong = node.id in self._scene.focus
        id_ = quoteattr(f"node-{node.id}")
        return (
            f'<g role="listitem" transform="translate({node.x:g} {node.y:g})">'
            f'<a class="node" id={id_} href={quoteattr(f"#node-{node.id}")} tabindex="0" data-kind="{node.kind}">'
            f"<title>{escape(self.words.name(node))}</title><desc>{escape(self.words.describe(node))}</desc>"
            f"{_shape(KINDS[node.kind][0], node.width, node.height, paint, state, strong=strong)}"
            f"{''.join(self._label(node, bold=strong or node.kind == 'theme'))}"
            f"{self._badge(node, state) if state and not self._scene.bands else ''}</a></g>"
        )

    def _label(self, node: SceneNode, *, bold: bool) -> Iterator[str]:
        names = len(node.lines) - node.captions
        for number, (y, line) in enumerate(label(node)):
            size, heavy = (FONT_SIZE, bold or node.captions > 0) if number < names else (CAPTION_SIZE, False)
            yield _text(0, y, line, self._look.ink, size=size, bold=heavy, anchor="middle")

    def _badge(self, node: SceneNode, state: State) -> str:
        """The state as a word on the upper border, so that colour is not the only cue."""
        words = f"{STATES[state].mark} {STATE_WORDS[state]}"
        width = round(measure(words, 10.5, bold=True) + 12, 1)
        x, y = -node.width / 2 + 8, -node.height / 2
        border = self._look.states[state].border
        return (
            f'<rect x="{x:g}" y="{y - 8:g}" width="{width:g}" height="16" rx="8" fill="{border}"/>'
            f"{_text(x + 6, y + 4, words, self._look.paper, size=10.5, bold=True)}"
        )

    def _legend(self, width: float, top: float) -> tuple[list[str], float]:
        """The legend of this picture's shapes, borders and lines, and its lower end in pixels."""
        parts = ['<g aria-label="Legend" role="group">']
        x, y = _MARGIN, top + 20
        for drawn, words in self._keys():
            wide = round(44 + measure(words, 12) + 24, 1)
            if x + wide > width - _MARGIN:
                x, y = _MARGIN, y + 24
            parts.append(f'<g transform="translate({x + 18:g} {y:g})">{drawn}</g>')
            parts.append(_text(x + 44, y + 4, words, self._look.ink, size=12))
            x += wide
        y += 14
        for line in wrap(self.footer, width - 2 * _MARGIN, 12):
            y += 17
            parts.append(_text(_MARGIN, y, line, self._look.faint, size=12))
        parts.append("</g>")
        return parts, y + _MARGIN

    def _keys(self) -> Iterator[tuple[str, str]]:
        scene, look = self._scene, self._look
        states = {self._states[node.node] for node in scene.nodes if node.node in self._states}
        for state, style in STATES.items():
            if state in states:
                yield (
                    _shape("box", 30, 16, look.states[state], state, strong=False),
                    f"{style.mark} {STATE_WORDS[state]}",
                )
        kinds = {node.kind for node in scene.nodes if node.node not in self._states or not scene.bands}
        looks: dict[tuple[Shape, Paint], list[str]] = {}
        for kind, (shape, word) in KINDS.items():
            if kind in kinds:
                looks.setdefault((shape, look.paints[kind]), []).append(word)
        for (shape, paint), words in looks.items():
            yield _shape(shape, 30, 16, paint, None, strong=False), ", ".join(words)
        line: tuple[Point, ...] = ((-18.0, 0.0), (18.0, 0.0))
        relations = {self.words.relation(edge) for edge in scene.edges}
        for relation in LINES:
            if relation in relations:
                yield self._line(line, relation, 1.6, "established"), relation
        for strength, dashes in DASHES.items():
            if any(edge.strength == strength for edge in scene.edges):
                dash = f' stroke-dasharray="{dashes}"' if dashes else ""
                yield f'<path d="{curve(line)}" fill="none" stroke="{look.ink}" stroke-width="1.6"{dash}/>', strength


def label(node: SceneNode) -> list[tuple[float, str]]:
    """Return the lines of a box's label with their vertical offsets from its centre."""
    first = -(len(node.lines) - 1) / 2 * LINE_HEIGHT + FONT_SIZE * 0.36
    return [(round(first + number * LINE_HEIGHT, 2), line) for number, line in enumerate(node.lines)]


def _shape(shape: Shape, width: float, height: float, paint: Paint, state: State | None, *, strong: bool) -> str:
    border = STATES[state].width if state else (3.0 if strong else 1.6)
    dashes = f' stroke-dasharray="{STATES[state].dashes}"' if state and STATES[state].dashes else ""
    line = f'stroke="{paint.border}" stroke-width="{border:g}"{dashes}'
    more = decoration(shape, width, height)
    return f'<path d="{outline(shape, width, height)}" fill="{paint.fill}" {line}/>' + (
        f'<path d="{more}" fill="none" {line}/>' if more else ""
    )


def _text(
    x: float, y: float, words: str, colour: str, *, size: float = FONT_SIZE, bold: bool = False, anchor: str = "start"
) -> str:
    extra = (f' font-size="{size:g}"' if size != FONT_SIZE else "") + (' font-weight="bold"' if bold else "")
    where = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{round(x, 2):g}" y="{round(y, 2):g}" fill="{colour}"{extra}{where}>{escape(words)}</text>'
