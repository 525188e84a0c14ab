"""The report of ``graph path``: the paths between two nodes of the map, grouped by kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calcinosis_kb.graph.metapaths import Metapath, Route, metapaths
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.local import local_key
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, polarity
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.citations import cited, node_name, sources_blocks, spaced
from calcinosis_kb.report.graph.neighbours import link_data
from calcinosis_kb.report.report import KnowledgeReport

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["PathsReport"]

_NET = {"-": "lowers", "+": "raises"}


@dataclass(frozen=True)
class PathsReport(KnowledgeReport):
    """The paths between two nodes, printed by ``graph path``."""

    knowledge: Knowledge
    graph: MultiDiGraph[str]
    source: str
    target: str
    found: Sequence[MechanismPath]

    def data(self) -> dict[str, Any]:
        """Every path with all its links, best first; ``metapath`` is its kind."""
        groups = metapaths(self.graph, self.found)
        routes = [_route(route, group) for group in groups for route in group.routes]
        order = {path: number for number, path in enumerate(self.found)}
        routes.sort(key=lambda item: order[item[0]])
        return {
            "source": self.source,
            "target": self.target,
            "polarity": polarity(self.found),
            "metapaths": [{"words": group.words, "paths": len(group.routes)} for group in groups],
            "paths": [data for _, data in routes],
            "sources": cited(self.knowledge, _sources(groups)),
        }

    def blocks(self) -> Iterator[Block]:
        """The net effect of all paths, then the paths by kind, then the sources."""
        groups = metapaths(self.graph, self.found)
        yield Heading(f"{node_name(self.knowledge, self.source)} → {node_name(self.knowledge, self.target)}")
        yield Text(
            f"{polarity(self.found)}: {_counted(self.found, '-', 'lower')}, {_counted(self.found, '+', 'raise')}.",
            style="bold",
        )
        if not self.found:
            yield Text(_nothing(self.knowledge, self.source))
            return
        for group in groups:
            yield Heading(group.words, level=2)
            yield Marked([("→", _described(route)) for route in group.routes])
        yield from sources_blocks(self.knowledge, _sources(groups))

    def table(self) -> Table:
        """One row per path, best first."""
        rows = {
            route.path: (
                _NET[route.path.sign],
                route.signs,
                route.path.strength,
                " > ".join(route.path.nodes),
                " ".join(step.edge for step in route.path.steps),
                group.words,
                " ".join(route.context),
                " ".join(route.sources),
                route.path.words,
            )
            for group in metapaths(self.graph, self.found)
            for route in group.routes
        }
        columns = ("Net", "Signs", "Weakest link", "Nodes", "Edges", "Metapath", "Seen in", "Sources", "Words")
        return Table(columns, [rows[path] for path in self.found])


def _route(route: Route, group: Metapath) -> tuple[MechanismPath, dict[str, Any]]:
    path = route.path
    return path, {
        "nodes": list(path.nodes),
        "edges": [step.edge for step in path.steps],
        "sign": path.sign,
        "signs": route.signs,
        "strength": path.strength,
        "context": list(route.context),
        "sources": list(route.sources),
        "words": path.words,
        "metapath": group.words,
        "links": [link_data(link) for link in route.links],
        **local_key(path.local),
    }


def _counted(found: Sequence[MechanismPath], sign: str, verb: str) -> str:
    number = sum(path.sign == sign for path in found)
    return f"{number} path {verb}s it" if number == 1 else f"{number} paths {verb} it"


def _described(route: Route) -> str:
    signs = " ".join("−" if sign == "-" else "+" for sign in route.signs)
    head = f"{_NET[route.path.sign]} ({signs}; weakest link {route.path.strength}): {route.path.words}"
    return f"{head} Seen in: {spaced(route.context)}. Sources: {', '.join(route.sources) or 'none'}."


def _nothing(knowledge: Knowledge, source: str) -> str:
    therapy = knowledge.therapies.get(source)
    why = f" {therapy.no_mechanism}" if therapy and therapy.no_mechanism else ""
    return f"No causal path of this length leads there.{why}"


def _sources(groups: Sequence[Metapath]) -> set[str]:
    return {source for group in groups for route in group.routes for source in route.sources}
