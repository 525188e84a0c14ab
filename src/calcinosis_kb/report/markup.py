"""Text inside SVG."""

from __future__ import annotations

from xml.sax import saxutils

from calcinosis_kb.characters import visible

__all__ = ["escape"]


def escape(text: str) -> str:
    r"""A text as XML holds it; the control characters that XML cannot hold are spelt out.

    >>> escape("a<b\x1b")
    'a&lt;b\\x1b'
    """
    return saxutils.escape(visible(text))
