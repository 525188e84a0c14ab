"""The report of ``graph neighbours``: the links into and out of a node of the map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from calcinosis_kb.graph.neighbours import Link, Neighbourhood
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge
from calcinosis_kb.knowledge.local import local_key
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.citations import cited, node_name, sources_blocks, spaced
from calcinosis_kb.report.report import KnowledgeReport

__all__ = ["NeighboursReport", "link_data", "link_words"]


@dataclass(frozen=True)
class NeighboursReport(KnowledgeReport):
    """The neighbourhood of a node, printed by ``graph neighbours``."""

    knowledge: Knowledge
    found: Neighbourhood

    def data(self) -> dict[str, Any]:
        """The links into and out of the node; ``distance`` is the number of edges from the node."""
        both = (*self.found.incoming, *self.found.outgoing)
        return {
            "node": self.found.node,
            "name": node_name(self.knowledge, self.found.node),
            "incoming": [{"distance": near, **link_data(link)} for near, link in self.found.incoming],
            "outgoing": [{"distance": near, **link_data(link)} for near, link in self.found.outgoing],
            "sources": cited(self.knowledge, (source for _, link in both for source in link.sources)),
        }

    def blocks(self) -> Iterator[Block]:
        """The node, the links into it, the links out of it, and the sources."""
        known = self.knowledge.therapies.get(self.found.node) or self.knowledge.nodes[self.found.node]
        yield Heading(node_name(self.knowledge, self.found.node))
        yield Text(f"{self.found.node} ({known.kind.replace('_', ' ')}). {known.description or ''}".strip())
        for title, links in (("What leads to it", self.found.incoming), ("What it leads to", self.found.outgoing)):
            for near in sorted({near for near, _ in links}):
                yield Heading(title if near == 1 else f"{title}, {near} links away", level=2)
                yield Marked([("→", link_words(link)) for at, link in links if at == near])
            if not links:
                yield Heading(title, level=2)
                yield Text("No edge of the graph.")
        every = (source for _, link in (*self.found.incoming, *self.found.outgoing) for source in link.sources)
        yield from sources_blocks(self.knowledge, every)

    def table(self) -> Table:
        """Both directions in one table, one row per edge."""
        sides: Sequence[tuple[str, tuple[tuple[int, Link], ...]]] = (
            ("in", self.found.incoming),
            ("out", self.found.outgoing),
        )
        rows = [
            (
                side,
                str(near),
                link.edge,
                link.source,
                link.predicate,
                link.target,
                link.sign,
                link.strength,
                " ".join(link.context),
                " ".join(link.sources),
                link.claim,
                "yes" if link.local else "",
            )
            for side, links in sides
            for near, link in links
        ]
        columns = (
            "Side", "Distance", "Edge", "Source", "Predicate", "Target", "Sign", "Strength", "Seen in", "Sources", "Claim", "Local",
        )  # fmt: skip
        return Table(columns, rows)


def link_data(link: Link) -> dict[str, Any]:
    """Return an edge as plain data, with ``local`` only if it comes from an overlay."""
    data = asdict(link)
    return {**{key: value for key, value in data.items() if key != "local"}, **local_key(link.local)}


def link_words(link: Link) -> str:
    """Return an edge in one line: + means that more of the source leads to more of the target, − to less."""
    sign = "−" if link.sign == "-" else "+"
    sources = ", ".join(link.sources) or "none"
    mark = LOCAL if link.local else ""
    return f"{link.words} ({sign}, {link.strength}; {link.edge}). Seen in: {spaced(link.context)}. Sources: {sources}.{mark}"
