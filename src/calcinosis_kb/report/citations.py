"""Sources at the end of a report, and the other words that the reports on the map share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.report.blocks import Block, Heading, Marked

__all__ = ["cited", "node_name", "path_sources", "sources_blocks", "spaced"]


def cited(knowledge: Knowledge, sources: Iterable[str]) -> dict[str, str]:
    """Each source once, sorted, with author, year and where it can be found."""
    return {source: knowledge.cite(source) for source in sorted(set(sources))}


def sources_blocks(knowledge: Knowledge, sources: Iterable[str]) -> Iterator[Block]:
    """The sources as a list, or nothing where there are none."""
    told = cited(knowledge, sources)
    if told:
        yield Heading("Sources", level=2)
        yield Marked([("-", f"{source}: {citation}") for source, citation in told.items()])


def node_name(knowledge: Knowledge, id_: str) -> str:
    """The name of a node or therapy as people read it, marked where it comes from an overlay."""
    section = "therapies" if id_ in knowledge.therapies else "nodes"
    known = knowledge.therapies.get(id_) or knowledge.nodes[id_]
    return f"{known.name}{knowledge.mark(section, id_)}"


def spaced(words: Iterable[str]) -> str:
    """Words of a vocabulary in a line: "human calcinosis, in vitro"."""
    return ", ".join(word.replace("_", " ") for word in words)


def path_sources(knowledge: Knowledge, path: MechanismPath) -> list[str]:
    """The sources of the links of a path, sorted. That a therapy belongs to its family needs none."""
    edges = (knowledge.edges[step.edge] for step in path.steps if step.edge in knowledge.edges)
    return sorted({source for edge in edges for source in edge.sources})
