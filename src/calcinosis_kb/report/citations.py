"""Citations at the end of a report, and other texts that the reports on the map share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.report.blocks import Block, Heading, Marked

__all__ = ["cited", "node_name", "path_sources", "sources_blocks", "spaced"]


def cited(knowledge: Knowledge, sources: Iterable[str]) -> dict[str, str]:
    """Return each source once, sorted by id, with its citation: author, year and where to find it."""
    return {source: knowledge.cite(source) for source in sorted(set(sources))}


def sources_blocks(knowledge: Knowledge, sources: Iterable[str]) -> Iterator[Block]:
    """A list of the sources with their citations; no block if there are none."""
    citations = cited(knowledge, sources)
    if citations:
        yield Heading("Sources", level=2)
        yield Marked([("-", f"{source}: {citation}") for source, citation in citations.items()])


def node_name(knowledge: Knowledge, id_: str) -> str:
    """Return the name of a node or therapy, marked if it comes from an overlay."""
    section = "therapies" if id_ in knowledge.therapies else "nodes"
    known = knowledge.therapies.get(id_) or knowledge.nodes[id_]
    return f"{known.name}{knowledge.mark(section, id_)}"


def spaced(words: Iterable[str]) -> str:
    """Join words of a vocabulary: "human calcinosis, in vitro"."""
    return ", ".join(word.replace("_", " ") for word in words)


def path_sources(knowledge: Knowledge, path: MechanismPath) -> list[str]:
    """Return the sources of the links of a path, sorted. The link from a therapy to its family has no source."""
    edges = (knowledge.edges[step.edge] for step in path.steps if step.edge in knowledge.edges)
    return sorted({source for edge in edges for source in edge.sources})
