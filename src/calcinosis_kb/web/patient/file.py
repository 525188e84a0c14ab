"""The answer to one patient as one HTML file that needs no server: rows, reasons, checks and sources."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from markupsafe import Markup

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.report.reasoning import reasoning
from calcinosis_kb.web.patient.answer import Answer
from calcinosis_kb.web.templating import Links, environment

__all__ = ["answer_html"]


class _NoLinks(Links):
    """Writes no address: there is no server behind a file."""

    static = True

    def __call__(self, path: str) -> str:  # noqa: ARG002
        return ""


def answer_html(kb: KnowledgeBase, advice: Advice) -> str:
    """Return the answer as one HTML file, whose policy allows its own style and nothing else."""
    style = files("calcinosis_kb.web").joinpath("assets/style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    answer = Answer(advice, {}, stale=False, before=None, why=None, ticked=frozenset(), special=())
    items = [item for row in answer.screen.rows for item in row.items]
    whys = {item.therapy.id: reasoning(kb.advisor.explain(advice, item.therapy.id), advice) for item in items}
    template = environment().get_template("patient/file.html")
    return template.render(
        answer=answer, whys=whys, kb=kb, link=_NoLinks(), style=Markup(style), style_hash=f"sha256-{digest}"
    )
