"""The report of ``graph without``: which therapies depend on one node or edge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calcinosis_kb.graph.neighbours import link
from calcinosis_kb.graph.without import Loss
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.citations import cited, node_name, path_sources, sources_blocks
from calcinosis_kb.report.report import KnowledgeReport

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["WithoutReport"]


@dataclass(frozen=True)
class WithoutReport(KnowledgeReport):
    """The effect of removing a node or edge, printed by ``graph without``."""

    knowledge: Knowledge
    graph: MultiDiGraph[str]
    removed: str
    found: Sequence[Loss]

    def data(self) -> dict[str, Any]:
        """Each affected therapy with the paths that it loses."""
        return {
            "without": self.removed,
            "name": _name_of(self.knowledge, self.graph, self.removed),
            "therapies": [
                {
                    "therapy": loss.therapy,
                    "name": node_name(self.knowledge, loss.therapy),
                    "rationale_lost": loss.rationale_lost,
                    "polarity_before": loss.before,
                    "polarity_after": loss.after,
                    "paths_left": len(loss.left),
                    "lost": [_lost(self.knowledge, path) for path in loss.lost],
                }
                for loss in self.found
            ],
            "sources": cited(
                self.knowledge,
                (s for loss in self.found for path in loss.lost for s in path_sources(self.knowledge, path)),
            ),
        }

    def blocks(self) -> Iterator[Block]:
        """The therapies that lose their rationale, those whose polarity changes, and those that only lose a path."""
        yield Heading(f"Without {_name_of(self.knowledge, self.graph, self.removed)}")
        lost = sum(loss.rationale_lost for loss in self.found)
        turned = sum(loss.turned and not loss.rationale_lost for loss in self.found)
        yield Text(
            f"Left without any path that lowers calcinosis: {lost} of {len(self.knowledge.options)} therapies of this knowledge base. "
            f"Polarity changed: {turned} more. Fewer paths: {len(self.found) - lost - turned} more.",
            style="bold",
        )
        if not self.found:
            yield Text("No path of a therapy to calcinosis passes through it.")
            return
        yield Table(
            ("Therapy", "What changes", "Before", "After", "Lost", "Left"),
            [
                (
                    node_name(self.knowledge, loss.therapy),
                    "rationale lost" if loss.rationale_lost else "polarity changes" if loss.turned else "fewer paths",
                    loss.before,
                    loss.after,
                    str(len(loss.lost)),
                    str(len(loss.left)),
                )
                for loss in self.found
            ],
            ratios=(22, 17, 13, 13, 5, 5),
        )
        paths = [_strongest(loss) for loss in self.found if loss.turned or loss.rationale_lost]
        if paths:
            yield Heading("The lost path (the strongest, if there are several)", level=2)
            yield Marked([("→", f"{path.words} ({', '.join(path_sources(self.knowledge, path))})") for path in paths])
        yield Text(f"'calcinosis-kb graph without {self.removed} --format json' lists every lost path.")
        yield from sources_blocks(
            self.knowledge, (source for path in paths for source in path_sources(self.knowledge, path))
        )


def _lost(knowledge: Knowledge, path: MechanismPath) -> dict[str, Any]:
    return {
        "nodes": list(path.nodes),
        "sign": path.sign,
        "strength": path.strength,
        "words": path.words,
        "sources": path_sources(knowledge, path),
    }


def _strongest(loss: Loss) -> MechanismPath:
    """The strongest lost path; if the rationale is lost, the strongest that lowers calcinosis."""
    return next(path for path in loss.lost if path.sign == "-" or not loss.rationale_lost)


def _name_of(knowledge: Knowledge, graph: MultiDiGraph[str], removed: str) -> str:
    """The name of a node, or the sentence of an edge."""
    if removed in graph:
        return node_name(knowledge, removed)
    hop = next(hop for hop in graph.edges(keys=True) if hop[2] == removed)
    return f"the link: {link(graph, hop).words} ({removed})"
