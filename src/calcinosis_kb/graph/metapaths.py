"""Group paths by their kinds of nodes and links, and list the evidence for each link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calcinosis_kb.graph.neighbours import Link, link
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["Metapath", "Route", "metapaths", "route"]


@dataclass(frozen=True)
class Route:
    """A path with the evidence for each link."""

    path: MechanismPath
    links: tuple[Link, ...]

    @property
    def signs(self) -> str:
        """The sign of each link in order, such as "+--"; their product is the sign of the path."""
        return "".join(link.sign for link in self.links)

    @property
    def context(self) -> tuple[str, ...]:
        """The contexts in which the links were seen, sorted."""
        return tuple(sorted({context for link in self.links for context in link.context}))

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of all links, sorted."""
        return tuple(sorted({source for link in self.links for source in link.sources}))


@dataclass(frozen=True)
class Metapath:
    """Routes through the same kinds of node by the same kinds of link.

    ``parts`` alternates kinds of node and verbs: therapy, acts by, mechanism_of_action, inhibits, mediator, …
    """

    parts: tuple[str, ...]
    routes: tuple[Route, ...]

    @property
    def words(self) -> str:
        """The parts as one line: "therapy – acts by – mechanism of action – inhibits – cell"."""
        return " – ".join(part.replace("_", " ") for part in self.parts)


def route(graph: MultiDiGraph[str], path: MechanismPath) -> Route:
    """Return the path with context, claim and sources of each link. Raises `KeyError` for a link that is not in the graph."""
    return Route(path, tuple(link(graph, (step.source, step.target, step.edge)) for step in path.steps))


def metapaths(graph: MultiDiGraph[str], found: Iterable[MechanismPath]) -> tuple[Metapath, ...]:
    """Group paths by metapath, in order of the paths (best first).

    >>> from calcinosis_kb import load
    >>> kb = load()
    >>> print(metapaths(kb.graph, kb.paths("surgical_excision"))[0].words)
    therapy – acts by – mechanism of action – inhibits – tissue change – causes – disease
    """
    groups: dict[tuple[str, ...], list[Route]] = {}
    for path in found:
        parts = [graph.nodes[path.nodes[0]]["kind"]]
        for step in path.steps:
            parts += [step.verb, graph.nodes[step.target]["kind"]]
        groups.setdefault(tuple(parts), []).append(route(graph, path))
    return tuple(Metapath(parts, tuple(routes)) for parts, routes in groups.items())
