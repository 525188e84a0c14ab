"""Draw a scene as SVG inside a page: its style sheet is the page's ``picture.css``, and each box is a link."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from calcinosis_kb.map.page_style import line_class, markers, shape_of
from calcinosis_kb.map.shapes import curve
from calcinosis_kb.map.words import MapWords
from calcinosis_kb.report.markup import escape

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from calcinosis_kb.map.scene import Scene

__all__ = ["inline_picture", "line_ends"]


def line_ends() -> str:
    """Return the SVG element with the ends of lines, which a page needs once for all its pictures."""
    return f'<svg class="line-ends" width="0" height="0" aria-hidden="true"><defs>{markers()}</defs></svg>'


def inline_picture(scene: Scene, graph: MultiDiGraph[str], address: Callable[[str], str]) -> str:
    """Return the SVG element; ``address`` returns that of the page of a node or therapy. The page needs `line_ends` too."""
    words = MapWords(scene, graph, {})
    size = f'width="{scene.width:g}" height="{scene.height:g}" viewBox="0 0 {scene.width:g} {scene.height:g}"'
    return "".join(
        [
            f'<svg class="map-picture" {size} role="group" aria-label={quoteattr(f"{scene.title}. {words.summary()}")}>',
            '<g aria-hidden="true">',
            *(
                f'<path class="{line_class(words.relation(edge), edge.strength)}" d="{curve(edge.points)}">'
                f"<title>{escape(words.sentence(edge))}</title></path>"
                for edge in scene.edges
            ),
            "</g>",
            *(
                f"<a href={quoteattr(address(node.node))} aria-label={quoteattr(words.name(node))}{_current(scene, node.id)}>"
                f'<g class="node kind-{node.kind}" transform="translate({node.x:g} {node.y:g})">{shape_of(node)}</g></a>'
                for node in sorted(scene.nodes, key=lambda node: (node.x, node.y, node.id))
            ),
            "</svg>",
        ]
    )


def _current(scene: Scene, id_: str) -> str:
    return ' aria-current="true"' if id_ in scene.focus else ""
