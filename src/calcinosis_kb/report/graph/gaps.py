"""The report of ``graph gaps``: what leads to calcinosis and no therapy acts on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from calcinosis_kb.graph.gaps import Gap
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.citations import cited, node_name, path_sources, sources_blocks
from calcinosis_kb.report.graph.questions import about, questions_blocks, questions_data
from calcinosis_kb.report.report import KnowledgeReport

__all__ = ["GAP_WORDS", "GapsReport"]

GAP_WORDS = {
    "unreached": "no therapy of this knowledge base reaches it by any path",
    "contested": "therapies reach it only by way of a contested link",
    "indirect": "therapies reach it, but none acts on it itself",
}
"""Each kind of gap in words."""

_MARKS = {"-": "+", "+": "!"}


@dataclass(frozen=True)
class GapsReport(KnowledgeReport):
    """Gaps of the therapies, printed by ``graph gaps``."""

    knowledge: Knowledge
    found: Sequence[tuple[Gap, MechanismPath]]

    def data(self) -> dict[str, Any]:
        """Each gap with its shortest established path to calcinosis."""
        return {
            "gaps": [
                {
                    **asdict(gap),
                    "name": node_name(self.knowledge, gap.node),
                    "node_kind": self.knowledge.nodes[gap.node].kind,
                    "meaning": GAP_WORDS[gap.kind],
                    "path": {"nodes": list(path.nodes), "sign": path.sign, "words": path.words},
                    "sources": path_sources(self.knowledge, path),
                    "questions": about(self.knowledge, gap.node),
                }
                for gap, path in self.found
            ],
            "questions": questions_data(
                self.knowledge, (id_ for gap, _ in self.found for id_ in about(self.knowledge, gap.node))
            ),
            "sources": cited(self.knowledge, (s for _, path in self.found for s in path_sources(self.knowledge, path))),
        }

    def blocks(self) -> Iterator[Block]:
        """The gaps, worst first, each with its path to calcinosis; then the open questions about them and the sources."""
        yield Heading("What leads to calcinosis by established links, and no therapy of this knowledge base acts on")
        for kind, words in GAP_WORDS.items():
            alike = [(gap, path) for gap, path in self.found if gap.kind == kind]
            yield Heading(f"{len(alike)}: {words}", level=2)
            yield Marked([(_MARKS[path.sign], _why(self.knowledge, path)) for _, path in alike])
        yield Text(
            "+ lowers calcinosis, so that a therapy would have to promote it; ! raises it, so that one would have to inhibit it."
        )
        yield Text(
            "A gap shows what this knowledge base lacks, not what does not exist. Exposures that may harm do not count as therapies."
        )
        yield from questions_blocks(
            self.knowledge, (id_ for gap, _ in self.found for id_ in about(self.knowledge, gap.node))
        )
        yield from sources_blocks(
            self.knowledge, (s for _, path in self.found for s in path_sources(self.knowledge, path))
        )

    def table(self) -> Table:
        """One row per gap."""
        rows = [
            (
                gap.kind,
                gap.node,
                node_name(self.knowledge, gap.node),
                str(gap.distance),
                path.sign,
                path.words,
                " ".join(path_sources(self.knowledge, path)),
            )
            for gap, path in self.found
        ]
        return Table(("Gap", "Node", "Name", "Links", "Sign", "Path", "Sources"), rows)


def _why(knowledge: Knowledge, path: MechanismPath) -> str:
    return f"{path.words} ({', '.join(path_sources(knowledge, path))})"
