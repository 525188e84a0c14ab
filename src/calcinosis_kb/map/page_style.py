"""Shapes, line ends, style sheet and legend of the page."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from calcinosis_kb.map.layout.text_width import FAMILY, FONT_SIZE
from calcinosis_kb.map.look import DASHES, KINDS, LINES, LOOKS, STATES, Look, Relation
from calcinosis_kb.map.scene import SceneNode
from calcinosis_kb.map.shapes import Shape, curve, decoration, end, outline
from calcinosis_kb.map.svg import label
from calcinosis_kb.report.graph.reach import STATE_WORDS
from calcinosis_kb.report.markup import escape

__all__ = ["colour_names", "legend", "line_class", "markers", "scene_style", "shape", "shape_name", "shape_of"]

_SIGN_CLASSES = {"+": "raises", "-": "lowers", "both": "either", "acts": "acts"}
_OPEN_ENDS = ("chevron", "ring")
"""Line ends that are drawn as outlines."""


def line_class(relation: Relation, strength: str) -> str:
    """Return the CSS classes of a line."""
    sign, kind = LINES[relation]
    return f"line {_SIGN_CLASSES[sign]} {kind} {strength}"


def shape_name(node: SceneNode) -> str:
    """Return the element id of a box's shape. One node has several shapes: a box is higher in a view with more lines."""
    return f"shape-{node.id}-{round(node.height)}"


def shape(node: SceneNode) -> str:
    """Return the SVG element of a box centred on the origin, which the page copies into each view that needs this height."""
    return f'<g id={quoteattr(shape_name(node))} class="node kind-{node.kind}">{shape_of(node)}</g>'


def shape_of(node: SceneNode) -> str:
    """Return the outline and the label of a box, centred on the origin."""
    names = len(node.lines) - node.captions
    lines = "".join(
        f'<text class="{"name" if number < names else "caption"}" y="{y:g}">{escape(line)}</text>'
        for number, (y, line) in enumerate(label(node))
    )
    kind = KINDS[node.kind][0]
    size = node.width, node.height
    more = decoration(kind, *size)
    decorated = f'<path class="box open" d="{more}"/>' if more else ""
    return f'<path class="box" d="{outline(kind, *size)}"/>{decorated}{lines}'


def markers() -> str:
    """Return the SVG markers of the line ends, drawn as in the pictures."""
    kinds = dict.fromkeys(LINES.values())
    drawn = []
    for sign, kind in kinds:
        name, way = _SIGN_CLASSES[sign], "open" if kind in _OPEN_ENDS else "filled"
        drawn.append(
            f'<marker id="{name}-{kind}" class="end {name} {way}" orient="auto" markerUnits="userSpaceOnUse"'
            f' viewBox="-24 -10 26 20" markerWidth="26" markerHeight="20">'
            f'<path d="{end(((-20.0, 0.0), (0.0, 0.0)), kind)}"/></marker>'
        )
    return "".join(drawn)


def colour_names() -> list[str]:
    """Return the names of the CSS variables for the colours."""
    return [name for name, _ in _variables(LOOKS["light"])]


def _variables(look: Look) -> Iterator[tuple[str, str]]:
    yield from (("--paper", look.paper), ("--ink", look.ink), ("--faint", look.faint))
    for name, paints in (("kind", look.paints), ("state", look.states)):
        for id_, paint in paints.items():
            yield f"--{name}-{id_}-fill", paint.fill
            yield f"--{name}-{id_}-border", paint.border
    for sign, colour in look.signs.items():
        yield f"--{_SIGN_CLASSES[sign]}", colour


def scene_style() -> str:
    """Return the style sheet of the map in all looks, with the colours of the pictures."""
    light, dark, print_ = (
        "{" + "".join(f"{name}:{value};" for name, value in _variables(LOOKS[look])) + "}"
        for look in ("light", "dark", "print")
    )
    rules = [
        f":root{light}",
        f"@media (prefers-color-scheme:dark){{:root{dark}}}",
        f':root[data-theme="light"]{light}',
        f':root[data-theme="dark"]{dark}',
        f"@media print{{:root,:root[data-theme]{print_}}}",
        f"svg text{{font-family:{FAMILY};font-size:{FONT_SIZE:g}px;fill:var(--ink);text-anchor:middle}}",
        ".ground{fill:var(--paper)}",
        "svg .note{font-size:11px;text-anchor:start}",
        ".box{stroke-width:1.6}",
        ".mark{font-weight:bold;font-size:17px;paint-order:stroke;stroke:var(--paper);stroke-width:4px}",
        ".line{fill:none;stroke-width:1.6}",
        ".kind-theme .name{font-weight:bold}",
    ]
    for kind in KINDS:
        rules.append(f".kind-{kind} .box{{fill:var(--kind-{kind}-fill);stroke:var(--kind-{kind}-border)}}")
    for id_, state in STATES.items():
        rules.append(
            f".state-{id_}{{--state:var(--state-{id_}-border)}}.state-{id_} .box{{fill:var(--state-{id_}-fill);"
            f"stroke:var(--state);stroke-width:{state.width:g};stroke-dasharray:{state.dashes or 'none'}}}"
        )
    rules.append(".box.open{fill:none}")
    for name in _SIGN_CLASSES.values():
        rules.append(f".line.{name}{{stroke:var(--{name})}}.end.{name} path{{fill:var(--{name})}}")
        rules.append(f".end.open.{name} path{{fill:var(--paper);stroke:var(--{name});stroke-width:1.6}}")
    for sign, kind in dict.fromkeys(LINES.values()):
        name = _SIGN_CLASSES[sign]
        rules.append(f".line.{name}.{kind}{{marker-end:url(#{name}-{kind})}}")
    rules += [f".line.{strength}{{stroke-dasharray:{dashes or 'none'}}}" for strength, dashes in DASHES.items()]
    return "\n".join(rules)


_LEGEND_LINE = ((-19.0, 0.0), (19.0, 0.0))


def legend(*, patient: bool) -> str:
    """Return the legend of shapes and lines as an HTML list; for a patient also of the marks."""
    items = [
        *(
            (_key_box("box", f"state-{state}"), f"{STATES[state].mark} {word}")
            for state, word in STATE_WORDS.items()
            if patient
        ),
        *((_key_box(outlined, f"kind-{kind}"), word) for kind, (outlined, word) in KINDS.items()),
        *((_key_line(line_class(relation, "established")), relation) for relation in LINES),
        *((_key_line(line_class("raises", strength)), strength) for strength in DASHES),
    ]
    drawn = (
        f'<li><svg viewBox="-21 -14 42 28" aria-hidden="true">{picture}</svg>{escape(words)}</li>'
        for picture, words in items
    )
    return f"<ul>{''.join(drawn)}</ul>"


def _key_box(outlined: Shape, style: str) -> str:
    return f'<g class="{style}"><path class="box" d="{outline(outlined, 38, 24)}"/></g>'


def _key_line(style: str) -> str:
    return f'<path class="{style}" d="{curve(_LEGEND_LINE)}"/>'
