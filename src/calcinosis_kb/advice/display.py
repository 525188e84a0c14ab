"""Show the first screen of an answer at a Python prompt and in a notebook."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calcinosis_kb.advice.answer import Advice

__all__ = ["as_html", "as_markdown", "as_text"]


def as_text(advice: Advice) -> str:
    """Return the first screen as plain text, of at most 40 lines."""
    # Both modules read answers, and an answer shows itself with them.
    from calcinosis_kb.advice.layout import lay_out
    from calcinosis_kb.advice.screen import screen

    return "\n".join(line.text for line in lay_out(screen(advice), advice))


def as_html(advice: Advice) -> str:
    """Return the first screen as HTML in which every text is only text."""
    return f"<pre>{html.escape(as_text(advice))}</pre>"


def as_markdown(advice: Advice) -> str:
    """Return the first screen as a block of Markdown that is shown as it is."""
    text = as_text(advice)
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text}\n{fence}"
