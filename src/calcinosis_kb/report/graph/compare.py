"""The report of ``graph compare``: the mechanisms and paths of two therapies side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calcinosis_kb.graph.compare import Sides, TherapyComparison
from calcinosis_kb.graph.metapaths import route
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.citations import cited, node_name, sources_blocks
from calcinosis_kb.report.report import KnowledgeReport

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["CompareReport"]


@dataclass(frozen=True)
class CompareReport(KnowledgeReport):
    """A comparison of two therapies, printed by ``graph compare``."""

    knowledge: Knowledge
    graph: MultiDiGraph[str]
    found: TherapyComparison

    def data(self) -> dict[str, Any]:
        """Shared and separate mechanisms, processes and paths; the paths begin at the mechanism of action."""
        return {
            "first": self.found.first,
            "second": self.found.second,
            "target": self.found.target,
            "polarity": {self.found.first: self.found.polarities[0], self.found.second: self.found.polarities[1]},
            **{
                name: {"shared": list(sides.shared), "first": list(sides.first), "second": list(sides.second)}
                for name, sides in (("mechanisms", self.found.mechanisms), ("processes", self.found.processes))
            },
            "paths": {
                side: [_path(self.graph, path) for path in getattr(self.found.paths, side)]
                for side in ("shared", "first", "second")
            },
            "sources": cited(self.knowledge, _sources(self.graph, self.found)),
        }

    def blocks(self) -> Iterator[Block]:
        """A table of both therapies, then the paths in words, then the sources."""
        first, second = (node_name(self.knowledge, therapy) for therapy in (self.found.first, self.found.second))
        yield Heading(f"{first} and {second}")
        yield Text(f"{first}: {self.found.polarities[0]}. {second}: {self.found.polarities[1]}.", style="bold")
        yield Table(
            ("", "Both", f"Only {first}", f"Only {second}"),
            [
                ("Mechanisms", *_named(self.knowledge, self.found.mechanisms)),
                ("Processes", *_named(self.knowledge, self.found.processes)),
                ("Paths", *(str(len(getattr(self.found.paths, side))) for side in ("shared", "first", "second"))),
            ],
            ratios=(10, 23, 23, 23),
        )
        if not (self.found.paths.first or self.found.paths.second):
            yield Text(
                "The graph shows no difference between them; study results may differ ('calcinosis-kb therapy')."
            )
        for title, paths in (
            ("Paths of both", self.found.paths.shared),
            (f"Paths of {first} only", self.found.paths.first),
            (f"Paths of {second} only", self.found.paths.second),
        ):
            if paths:
                yield Heading(title, level=2)
                yield Marked([("→", _described(self.graph, path)) for path in paths])
        yield from sources_blocks(self.knowledge, _sources(self.graph, self.found))


def _path(graph: MultiDiGraph[str], path: MechanismPath) -> dict[str, Any]:
    described = route(graph, path)
    return {
        "nodes": list(path.nodes),
        "edges": [step.edge for step in path.steps],
        "sign": path.sign,
        "signs": described.signs,
        "strength": path.strength,
        "context": list(described.context),
        "sources": list(described.sources),
        "words": path.words,
    }


def _named(knowledge: Knowledge, sides: Sides[str]) -> tuple[str, ...]:
    every = (sides.shared, sides.first, sides.second)
    return tuple("; ".join(node_name(knowledge, id_) for id_ in ids) or "–" for ids in every)


def _described(graph: MultiDiGraph[str], path: MechanismPath) -> str:
    return f"{path.words} (weakest link {path.strength}; {', '.join(route(graph, path).sources)})"


def _sources(graph: MultiDiGraph[str], found: TherapyComparison) -> set[str]:
    every = (*found.paths.shared, *found.paths.first, *found.paths.second)
    return {source for path in every for source in route(graph, path).sources}
