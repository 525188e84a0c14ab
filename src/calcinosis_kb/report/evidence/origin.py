"""What every exported file says of itself: title, version and hash of the knowledge, licence and notice."""

from __future__ import annotations

from dataclasses import dataclass

from calcinosis_kb.advice.answer import NOTICE
from calcinosis_kb.graph.exporters.content import LICENCE
from calcinosis_kb.graph.exporters.json_ld import NAMESPACE
from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = ["LICENCE_NAME", "TITLE", "Origin", "name"]

TITLE = "Evidence on treatments of calcinosis cutis"
LICENCE_NAME = "CC-BY-4.0"


@dataclass(frozen=True)
class Origin:
    """The knowledge that an export was made from. ``overlay`` is the hash of the overlay, if there is one."""

    version: str
    hash: str
    overlay: str | None
    licence: str = LICENCE
    notice: str = NOTICE

    @classmethod
    def of(cls, knowledge: Knowledge) -> Origin:
        return cls(knowledge.version, knowledge.hash, knowledge.overlay)

    @property
    def urn(self) -> str:
        """The name of exactly this content."""
        return f"{NAMESPACE}evidence/{self.hash}{f'/{self.overlay}' if self.overlay else ''}"


def name(table: str, id_: str) -> str:
    """Return the name of a record as a URI. A therapy has the name that it has in the exports of the graph.

    >>> name("therapies", "colchicine"), name("results", "balin-2012/1")
    ('urn:calcinosis-kb:colchicine', 'urn:calcinosis-kb:results/balin-2012/1')
    """
    return f"{NAMESPACE}{id_}" if table == "therapies" else f"{NAMESPACE}{table}/{id_}"
