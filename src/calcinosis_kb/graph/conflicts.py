"""Find where sources disagree: links of both signs, contested claims, and therapies that act both ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calcinosis_kb.graph.neighbours import Link, link
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, polarity
from calcinosis_kb.knowledge.pathophysiology import Question

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["Conflicts", "Dispute", "TwoWays", "conflicts"]


@dataclass(frozen=True)
class Dispute:
    """A node about which sources disagree.

    ``opposed``: links of both signs into the node from the same other node. ``contested``: links into or out of it with a contested
    claim. ``questions``: ids of the open questions about it.
    """

    node: str
    opposed: tuple[Link, ...]
    contested: tuple[Link, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True)
class TwoWays:
    """A therapy with some paths that lower the target and others that raise it, and the open questions about it."""

    therapy: str
    lowering: tuple[MechanismPath, ...]
    raising: tuple[MechanismPath, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Conflicts:
    """All disputes. ``questions`` has the id of every open question, even if no link is contested."""

    disputes: tuple[Dispute, ...]
    two_ways: tuple[TwoWays, ...]
    questions: tuple[str, ...]


def conflicts(
    graph: MultiDiGraph[str], found: Mapping[str, Sequence[MechanismPath]], questions: Iterable[Question] = ()
) -> Conflicts:
    """Return the nodes and therapies in dispute, by id.

    ``found`` holds each therapy's paths to the target. A contested link is listed at its target, and also at its source if there are
    open questions about the source.

    >>> from calcinosis_kb import load
    >>> kb = load()
    >>> found = conflicts(kb.graph, {"warfarin": kb.paths("warfarin")}, kb.knowledge.questions.values())
    >>> found.two_ways[0].questions
    ('gla_driver_or_response',)
    """
    about: dict[str, list[str]] = {}
    every = sorted(questions, key=lambda question: question.id)
    for question in every:
        for node in question.nodes:
            about.setdefault(node, []).append(question.id)
    disputes = (
        Dispute(
            node, _opposed(graph, node), _contested(graph, node, of_its_own=node in about), tuple(about.get(node, ()))
        )
        for node in sorted(graph)
    )
    return Conflicts(
        tuple(dispute for dispute in disputes if dispute.opposed or dispute.contested),
        tuple(
            TwoWays(therapy, *_by_sign(found[therapy]), _asked(graph, found[therapy], about))
            for therapy in sorted(found)
            if polarity(found[therapy]) == "both"
        ),
        tuple(question.id for question in every),
    )


def _asked(
    graph: MultiDiGraph[str], found: Sequence[MechanismPath], about: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """The open questions about a therapy and about the family through which it acts."""
    therapies = {node for path in found for node in path.nodes if graph.nodes[node]["kind"] == "therapy"}
    return tuple(sorted({question for therapy in therapies for question in about.get(therapy, ())}))


def _by_sign(found: Sequence[MechanismPath]) -> tuple[tuple[MechanismPath, ...], tuple[MechanismPath, ...]]:
    return tuple(path for path in found if path.sign == "-"), tuple(path for path in found if path.sign == "+")


def _opposed(graph: MultiDiGraph[str], node: str) -> tuple[Link, ...]:
    return tuple(
        link(graph, (source, node, key))
        for source in sorted(graph.pred[node])
        if len({edge["sign"] for edge in graph[source][node].values()}) == 2
        for key in sorted(graph[source][node])
    )


def _contested(graph: MultiDiGraph[str], node: str, *, of_its_own: bool) -> tuple[Link, ...]:
    hops = [*graph.in_edges(node, keys=True), *(graph.out_edges(node, keys=True) if of_its_own else ())]
    return tuple(
        link(graph, (source, target, key))
        for source, target, key in sorted(hops, key=lambda hop: hop[2])
        if graph[source][target][key]["strength"] == "contested"
    )
