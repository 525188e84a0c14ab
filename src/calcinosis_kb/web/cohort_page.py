"""The summary of a screen as one HTML file that needs neither a server nor a script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from importlib.resources import files

from markupsafe import Markup

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.report.blocks import Block
from calcinosis_kb.report.cohort import TITLE, Section
from calcinosis_kb.web.templating import environment

__all__ = ["summary_html"]


def summary_html(
    kb: KnowledgeBase, opening: Iterable[Block], sections: Iterable[Section], pictures: Mapping[str, bytes]
) -> str:
    """Return the page. Its policy allows its own style and pictures, and nothing else."""
    style = files("calcinosis_kb.web").joinpath("assets/style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    shown = [(section, base64.b64encode(pictures[section.picture]).decode()) for section in sections]
    return (
        environment()
        .get_template("cohort.html")
        .render(
            title=TITLE,
            opening=list(opening),
            sections=shown,
            kb=kb,
            style=Markup(style),
            style_hash=f"sha256-{digest}",
        )
    )
