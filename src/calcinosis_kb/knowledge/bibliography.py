"""Number the sources that a text cites, and list them with what is known of each and how much of it was read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from calcinosis_kb.knowledge.citations import full_citation
from calcinosis_kb.knowledge.pathophysiology import Confidence

if TYPE_CHECKING:
    from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = ["READ", "Bibliography", "SourceDocument", "source_document", "split_at_sources"]

_ID = re.compile(r"\b([a-z][a-z0-9]*(?:-[a-z0-9]+)+)\b")

READ = {
    "seen_full_text": "read: full text",
    "seen_abstract": "read: abstract",
    "seen_secondary": "not read itself, known from another source",
    "textbook": "textbook",
    "label": "official product text",
    "reference": "reference page",
    "literature": "publication",
    "low": "machine-written or uncredited page",
    "project": "written by this project, from the others",
}
"""How much of a study or guideline was read, and of what kind any other source is, in words."""


class SourceDocument(TypedDict):
    """A source that is cited."""

    id: str
    citation: str
    doi: str | None
    authority: str
    """label, literature, reference, low (machine-written or uncredited) or project (this project)."""
    read: Confidence | None
    """How much of a study or guideline was read; null for other sources."""


def source_document(knowledge: Knowledge, source: str) -> SourceDocument:
    """Return what is known of a source, as plain data."""
    publication = knowledge.publication(source)
    return {
        "id": source,
        "citation": knowledge.cite(source),
        "doi": publication.doi if publication else None,
        "authority": knowledge.authorities.get(source, "literature"),
        "read": knowledge.read(source),
    }


def split_at_sources(knowledge: Knowledge, text: str) -> Iterator[tuple[str, bool]]:
    """Return the parts of a text of the knowledge base, each with whether it is the id of a source."""
    for part in _ID.split(text):
        yield part, knowledge.publication(part) is not None


class Bibliography:
    """The sources of one text, numbered in the order in which they are cited first. This project is never among them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        """The ids of the sources in the order of their numbers."""
        return iter(self._numbers)

    def cite(self, sources: Iterable[str]) -> str:
        """Return the numbers of some sources, as " [1, 3]"; empty if there are none."""
        known = self.knowledge.authorities
        named = (source for source in dict.fromkeys(sources) if known.get(source) != "project")
        numbers = sorted(self._numbers.setdefault(source, len(self._numbers) + 1) for source in named)
        return f" [{', '.join(map(str, numbers))}]" if numbers else ""

    def number(self, text: str) -> str:
        """Return a text of the knowledge base with the ids of sources in it as numbers."""
        parts = split_at_sources(self.knowledge, text)
        return "".join(self.cite([part]).strip() if is_source else part for part, is_source in parts)

    def entries(self, most: int | None = None) -> list[str]:
        """Return the list of the sources: "[1] Robertson 2003, Ann Rheum Dis, doi:10.…; read: abstract".

        Of what is longer than ``most`` characters the title or journal is cut, never the identifier.
        """
        return [f"[{number}] {self.entry(source, most)}" for source, number in self._numbers.items()]

    def entry(self, source: str, most: int | None = None) -> str:
        """Return one source with its identifier and how much of it was read."""
        knowledge = self.knowledge
        publication = knowledge.publication(source)
        read = READ[knowledge.read(source) or knowledge.authorities.get(source, "literature")]
        end = f"; {read}{knowledge.mark('sources', source)}"
        cited = full_citation(publication, None if most is None else most - len(end)) if publication else ""
        return f"{cited or 'unnamed report'}{end}"
