"""Escape text for XML and SVG."""

from __future__ import annotations

from xml.sax import saxutils

from calcinosis_kb.characters import visible

__all__ = ["escape"]


def escape(text: str) -> str:
    r"""Escape a text for XML; control characters, which XML cannot contain, are spelt out.

    >>> escape("a<b\x1b")
    'a&lt;b\\x1b'
    """
    return saxutils.escape(visible(text))
