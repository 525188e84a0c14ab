"""The report of ``graph conflicts``: where sources disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from calcinosis_kb.graph.conflicts import Conflicts, Dispute, TwoWays
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table
from calcinosis_kb.report.citations import cited, node_name, path_sources, sources_blocks
from calcinosis_kb.report.graph.neighbours import link_data, link_words
from calcinosis_kb.report.graph.questions import questions_blocks, questions_data
from calcinosis_kb.report.report import KnowledgeReport

__all__ = ["ConflictsReport", "by_family"]


@dataclass(frozen=True)
class ConflictsReport(KnowledgeReport):
    """Conflicts in the map, printed by ``graph conflicts``."""

    knowledge: Knowledge
    found: Conflicts

    def data(self) -> dict[str, Any]:
        """Nodes in dispute, therapies with opposite paths, and the open questions."""
        return {
            "nodes": [
                {
                    "node": dispute.node,
                    "name": node_name(self.knowledge, dispute.node),
                    "opposed": [link_data(link) for link in dispute.opposed],
                    "contested": [link_data(link) for link in dispute.contested],
                    "questions": list(dispute.questions),
                }
                for dispute in self.found.disputes
            ],
            "therapies": [
                {
                    "therapy": item.therapy,
                    "name": node_name(self.knowledge, item.therapy),
                    "lowering": [_path(self.knowledge, path) for path in item.lowering],
                    "raising": [_path(self.knowledge, path) for path in item.raising],
                    "questions": list(item.questions),
                    "why": f"calcinosis-kb graph path {item.therapy}",
                }
                for item in self.found.two_ways
            ],
            "questions": questions_data(self.knowledge, self.found.questions),
            "sources": cited(self.knowledge, _disputed(self.knowledge, self.found)),
        }

    def blocks(self) -> Iterator[Block]:
        """Therapies with opposite paths, nodes in dispute with the claim of each source, open questions, sources."""
        yield Heading("Therapies that should lower calcinosis by one path and raise it by another")
        for alike in by_family(self.knowledge, self.found.two_ways):
            names = ", ".join(node_name(self.knowledge, item.therapy) for item in alike)
            yield Heading(f"{names} (why: calcinosis-kb graph path {alike[0].therapy})", level=2)
            yield Marked(list(_ways(self.knowledge, alike[0])))
        yield Heading("Nodes on which sources disagree")
        for dispute in self.found.disputes:
            yield Heading(f"{node_name(self.knowledge, dispute.node)} ({dispute.node})", level=2)
            yield Marked(list(_sides(self.knowledge, dispute)))
        yield from questions_blocks(self.knowledge, self.found.questions)
        yield from sources_blocks(self.knowledge, _disputed(self.knowledge, self.found))

    def table(self) -> Table:
        """One row per disputed link, and one per path of a therapy with opposite paths."""
        rows = [
            (
                "link",
                dispute.node,
                link.edge,
                link.sign,
                link.claim,
                " ".join(dispute.questions),
                " ".join(link.sources),
            )
            for dispute in self.found.disputes
            for link in (*dispute.opposed, *dispute.contested)
        ]
        rows += [
            (
                "therapy",
                item.therapy,
                "",
                path.sign,
                path.words,
                " ".join(item.questions),
                " ".join(path_sources(self.knowledge, path)),
            )
            for item in self.found.two_ways
            for path in (*item.lowering, *item.raising)
        ]
        return Table(("What", "Node", "Edge", "Sign", "Claim", "Questions", "Sources"), rows)


def _path(knowledge: Knowledge, path: MechanismPath) -> dict[str, Any]:
    return {
        "nodes": list(path.nodes),
        "strength": path.strength,
        "words": path.words,
        "sources": path_sources(knowledge, path),
    }


def by_family(knowledge: Knowledge, every: Sequence[TwoWays]) -> list[list[TwoWays]]:
    """Return the therapies in groups that act through the same family."""
    groups: dict[str, list[TwoWays]] = {}
    for item in every:
        family = item.lowering[0].nodes[1]
        groups.setdefault(family if family in knowledge.therapies else item.therapy, []).append(item)
    return list(groups.values())


def _ways(knowledge: Knowledge, item: TwoWays) -> Iterator[tuple[str, str]]:
    for mark, paths in (("+", item.lowering), ("!", item.raising)):
        best = paths[0]
        more = f" And {len(paths) - 1} more." if len(paths) > 1 else ""
        yield mark, f"{best.words}{more} ({', '.join(path_sources(knowledge, best))})"
    for id_ in item.questions:
        yield "?", knowledge.questions[id_].question


def _sides(knowledge: Knowledge, dispute: Dispute) -> Iterator[tuple[str, str]]:
    for link in dispute.opposed:
        yield "!", f"Both signs: {link_words(link)} {link.claim}"
    for link in dispute.contested:
        yield "→", f"{link_words(link)} {link.claim}"
    for id_ in dispute.questions:
        yield "?", knowledge.questions[id_].question


def _disputed(knowledge: Knowledge, found: Conflicts) -> set[str]:
    links = (link for dispute in found.disputes for link in (*dispute.opposed, *dispute.contested))
    paths = (path for item in found.two_ways for path in (*item.lowering, *item.raising))
    return {source for link in links for source in link.sources} | {
        source for path in paths for source in path_sources(knowledge, path)
    }
