"""Write text into GitHub's Markdown: nothing of a record or of the knowledge acts as markup or becomes a link."""

from __future__ import annotations

import re

from calcinosis_kb.report.blocks import Text
from calcinosis_kb.report.render import as_markdown

__all__ = ["plain"]

_LINKS = re.compile(r":(?=//)|(?<=www)\.|@", re.IGNORECASE)
"""What GitHub makes a link of without any markup."""


def plain(text: str) -> str:
    r"""Return a text as Markdown that shows it as it is, on one line.

    >>> plain("a*b* <i>\n[x](http://y)")
    'a\\*b\\* &lt;i> \\[x\\](http\\://y)'
    """
    return _LINKS.sub(r"\\\g<0>", as_markdown([Text(" ".join(text.split()))]))
