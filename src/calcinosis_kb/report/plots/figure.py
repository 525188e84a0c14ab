"""Reproducible matplotlib figures: the same data gives the same bytes. Imports matplotlib only when drawing."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from calcinosis_kb.documents.writing import write_file
from calcinosis_kb.errors import InputError, Problem

__all__ = ["DIRECTIONS", "LIBRARIES", "SUFFIXES", "figure", "rendered", "save"]

LIBRARIES = ("matplotlib",)

SUFFIXES = (".svg", ".png", ".pdf")
# Okabe and Ito's colours, darkened for contrast with white; the marker repeats the difference in grey.
DIRECTIONS: dict[str, tuple[str, str, str]] = {
    "benefit": ("#0072B2", "o", "benefit"),
    "mixed": ("#B35900", "D", "mixed"),
    "no_benefit": ("#5A5A5A", "s", "no benefit"),
    "harm": ("#A3007A", "X", "harm"),
    "not_stated": ("#767676", "$?$", "course not read"),
}
"""Colour, marker and words of each direction."""


def figure(path: Path, width: float, height: float) -> Any:
    """Return an empty figure of ``width`` by ``height`` inches that can be saved to ``path``.

    Raises `InputError` (CKB028) unless the suffix is one of `SUFFIXES`.
    """
    if path.suffix.lower() not in SUFFIXES:
        message = f"a picture cannot be written as '{path.suffix or path.name}'"
        raise InputError((Problem("CKB028", message, valid=SUFFIXES, fix="end the name with one of them"),))
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcParams.update({"svg.hashsalt": "calcinosis-kb", "svg.fonttype": "none", "font.size": 10})
    return Figure(figsize=(width, height), layout="constrained")


def save(drawn: Any, path: Path, made_with: str) -> None:
    """Write a figure in the format of the suffix; its metadata says what it was made with. Raises `InputError` (CKB057)."""
    write_file(path, rendered(drawn, path.suffix.lower(), made_with))


def rendered(drawn: Any, suffix: str, made_with: str | None = None) -> bytes:
    """A figure in the format of a suffix, without date and version of matplotlib, so that its bytes are reproducible."""
    stamps: dict[str, dict[str, str | None]] = {
        ".pdf": {"CreationDate": None, "Subject": made_with},
        ".png": {"Software": None, **({"Description": made_with} if made_with else {})},
        ".svg": {"Date": None, "Description": made_with},
    }
    stream = io.BytesIO()
    drawn.savefig(stream, format=suffix[1:], dpi=160, metadata=stamps[suffix])
    return stream.getvalue()
