"""Save a map as SVG, as PNG (by resvg) or as PDF (by svglib and reportlab).

Both converters need no system library, draw with the font that was measured, and are deterministic; text in the PDF can be
selected and searched. cairosvg would do both, but needs the system's cairo and writes a date into the PDF.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from calcinosis_kb.documents.writing import write_file
from calcinosis_kb.map.layout.text_width import font_files

if TYPE_CHECKING:
    from calcinosis_kb.map.svg import MapDrawing

__all__ = ["WRITERS", "libraries", "save"]

_LAYOUT = ("igraph", "matplotlib", "PIL")
_WRITING = {".png": ("resvg_py",), ".pdf": ("reportlab", "svglib")}

_ZOOM = 2.0
"""Pixels of the PNG per pixel of the SVG: sharp on a slide."""


def libraries(suffix: str) -> tuple[str, ...]:
    """Return the libraries of the extra ``pictures`` that this suffix needs; the page needs those of the layout."""
    return (*_LAYOUT, *_WRITING.get(suffix.lower(), ()))


def save(drawing: MapDrawing, path: Path) -> list[Path]:
    """Write the picture and its text alternative (the same name with .txt added), and return both paths.

    The suffix is one of `WRITERS`. Raises `InputError` (CKB057) if a file cannot be written. Writing is atomic.
    """
    words = path.with_name(f"{path.name}.txt")
    picture = WRITERS[path.suffix.lower()](drawing)
    write_file(path, picture)
    write_file(words, drawing.words.text_alternative(drawing.footer).encode())
    return [path, words]


def _svg(drawing: MapDrawing) -> bytes:
    return drawing.svg().encode()


def _png(drawing: MapDrawing) -> bytes:
    import resvg_py

    fonts = [str(file) for file in font_files()]
    return bytes(resvg_py.svg_to_bytes(svg_string=drawing.svg(), font_files=fonts, skip_system_fonts=True, zoom=_ZOOM))


def _pdf(drawing: MapDrawing) -> bytes:
    from reportlab.graphics import renderPDF
    from reportlab.pdfgen.canvas import Canvas
    from svglib.svglib import register_font, svg2rlg

    # svglib warns about every title and description, which a PDF cannot hold.
    logging.getLogger("svglib").setLevel(logging.ERROR)
    regular, bold = font_files()
    register_font("DejaVu Sans", str(regular))
    register_font("DejaVu Sans", str(bold), weight="bold")
    drawn = svg2rlg(io.BytesIO(drawing.svg().encode()))
    assert drawn is not None, "our own SVG can be read"
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(drawn.width, drawn.height), invariant=1)
    canvas.setTitle(drawing.title)
    canvas.setSubject(drawing.words.summary())
    renderPDF.draw(drawn, canvas, 0, 0)
    canvas.save()
    return stream.getvalue()


WRITERS: dict[str, Callable[[MapDrawing], bytes]] = {".svg": _svg, ".png": _png, ".pdf": _pdf}
"""The function per suffix that makes the bytes of a file."""
