"""What a worker of the server holds: the knowledge base and the templates."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from jinja2 import Environment

from calcinosis_kb.base import KnowledgeBase, load
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.rules.loader import RuleBook
from calcinosis_kb.web.settings import Settings
from calcinosis_kb.web.templating import Links, environment

__all__ = ["Service", "version_of"]


def version_of(knowledge: Knowledge, rules: RuleBook) -> str:
    """Return the hash over knowledge, rules and overlay."""
    parts = (knowledge.version, knowledge.hash, rules.hash, knowledge.overlay or "")
    return "-".join(part for part in parts if part)


class Service:
    """Answers and renders; one per worker, used by one thread at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.warning = ""
        """What every page says on top: that the files on disk are broken, say."""
        self.kb: KnowledgeBase = load(
            engines=settings.engines, knowledge=settings.knowledge, rules=settings.rules, overlay=settings.overlay
        )

    @cached_property
    def environment(self) -> Environment:
        """The templates."""
        return environment()

    @cached_property
    def version(self) -> str:
        """The hash over knowledge, rules and overlay by which a page or answer is known to be current (its ETag)."""
        return version_of(self.kb.knowledge, self.kb.rules)

    def render(self, template: str, path: str, links: Links | None = None, **values: Any) -> str:
        """Return a page: ``path`` is its own address, ``links`` how it writes the addresses of others (as they are, by default)."""
        always = {"kb": self.kb, "settings": self.settings, "warning": self.warning}
        shown = {**always, "path": path, "link": links or Links(), **values}
        return self.environment.get_template(template).render(shown)
