"""Save a map as SVG, as PNG (by resvg) or as PDF (by svglib and reportlab).

The PDF of a patient is two sheets of A4: what is open and what was tried by name, then the picture.

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
from calcinosis_kb.map.layout.text_width import font_files, wrap

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

    from calcinosis_kb.map.svg import MapDrawing

__all__ = ["LAYOUT", "WRITERS", "libraries", "save"]

LAYOUT = ("igraph", "matplotlib", "PIL")
"""The libraries that lay a map out."""
_WRITING = {".png": ("resvg_py",), ".pdf": ("reportlab", "svglib")}

_A4 = (595.28, 841.89)
_EDGE, _PRINT_SIZE = 36.0, 9.0
"""A sheet of paper, its margin, and the size of letters on it, in points."""
_FONTS = ("DejaVu Sans Regular", "DejaVu Sans Strong")

_ZOOM = 2.0
"""Pixels of the PNG per pixel of the SVG: sharp on a slide."""


def libraries(suffix: str) -> tuple[str, ...]:
    """Return the libraries of the extra ``pictures`` that this suffix needs; the page needs those of the layout."""
    return (*LAYOUT, *_WRITING.get(suffix.lower(), ()))


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
    canvas = Canvas(stream, pagesize=_A4 if drawing.sheet else (drawn.width, drawn.height), invariant=1)
    canvas.setTitle(drawing.title)
    canvas.setSubject(drawing.words.summary())
    if drawing.sheet:
        _write_sheet(canvas, drawing)
        scale = min((side - 2 * _EDGE) / size for side, size in zip(_A4, (drawn.width, drawn.height), strict=True))
        canvas.translate((_A4[0] - drawn.width * scale) / 2, _A4[1] - _EDGE - drawn.height * scale)
        canvas.scale(scale, scale)
    renderPDF.draw(drawn, canvas, 0, 0)
    canvas.save()
    return stream.getvalue()


def _write_sheet(canvas: Canvas, drawing: MapDrawing) -> None:
    """Write the texts of a sheet of A4, from its top: the title, each heading with its text, and the footer."""
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in zip(_FONTS, font_files(), strict=True):
        registerFont(TTFont(name, str(file)))
    texts = [(drawing.title, drawing.subtitle), *drawing.sheet, ("", drawing.footer)]
    height = _A4[1] - _EDGE
    for heading, text in texts:
        for line, bold in ((heading, True), *((line, False) for line in wrap(text, _A4[0] - 2 * _EDGE, _PRINT_SIZE))):
            height -= _PRINT_SIZE * 1.4
            canvas.setFont(_FONTS[bold], _PRINT_SIZE)
            canvas.drawString(_EDGE, height, line)
        height -= _PRINT_SIZE * 0.7
    canvas.showPage()


WRITERS: dict[str, Callable[[MapDrawing], bytes]] = {".svg": _svg, ".png": _png, ".pdf": _pdf}
"""The function per suffix that makes the bytes of a file."""
