"""The report of ``graph patient``: which mechanisms a patient's treatments have reached, and with what result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict

from calcinosis_kb.advice.answer import NOTICE, Advice
from calcinosis_kb.advice.reach import STATES, Reached, State
from calcinosis_kb.advice.stamp import KnowledgeDocument, RulesDocument
from calcinosis_kb.graph.paths import paths
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.local import Local, local_key
from calcinosis_kb.knowledge.mechanism_paths import polarity
from calcinosis_kb.patients.document import PatientDocument
from calcinosis_kb.report.advice import version_line
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.citations import node_name
from calcinosis_kb.report.patient import patient_blocks
from calcinosis_kb.report.report import Report

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["STATE_WORDS", "ReachDocument", "ReachReport", "state_title"]

STATE_WORDS: Mapping[State, str] = {
    "failed": "tried and failed",
    "ongoing": "being tried now",
    "helped": "tried and helped",
    "tried": "taken, not judged",
    "cannot_tell": "not known whether tried",
    "new": "not tried, offered",
    "untouched": "not tried, not offered",
}
"""Each state in words, for every table, heading, picture and legend."""

_MARKS: Mapping[State, str] = {
    "failed": "✗",
    "ongoing": "→",
    "helped": "+",
    "tried": "-",
    "cannot_tell": "?",
    "new": "+",
    "untouched": "-",
}

_ALIKE: Mapping[str, str] = {}
_NEAR = 4
"""Maximum number of links from a therapy through its family and mechanisms of action to a target."""


def state_title(state: State) -> str:
    """Return the words of a state as a heading.

    >>> state_title("new")
    'Not tried, offered'
    """
    return STATE_WORDS[state].capitalize()


class OthersDocument(TypedDict):
    """Other therapies that act on a node, by their own state."""

    state: State
    by: list[str]


class ReachedDocument(Local):
    """The state of one node of the map."""

    node: str
    name: str
    kind: str
    state: State
    by: list[str]
    """The therapies that give the node its state."""
    also: list[OthersDocument]
    acts_on: list[str]
    """The targets of a mechanism of action."""
    sources: list[str]


class ReachDocument(TypedDict):
    """The nodes of the map that one patient's treatments have reached."""

    schema: Literal["calcinosis-kb/reach/1"]
    knowledge: KnowledgeDocument
    rules: RulesDocument
    engines: list[str]
    patient: PatientDocument
    nodes: list[ReachedDocument]
    sources: dict[str, str]
    """The citation of each source."""
    notice: str


@dataclass(frozen=True)
class ReachReport(Report):
    """The reach of a patient's treatments, printed by ``graph patient``."""

    knowledge: Knowledge
    graph: MultiDiGraph[str]
    advice: Advice
    reached: Mapping[str, Reached]

    def data(self) -> ReachDocument:
        """Every node with its state and therapies, and the versions and notice of every clinical answer."""
        nodes: list[ReachedDocument] = [
            {
                "node": node,
                "name": self.graph.nodes[node]["name"],
                "kind": self.graph.nodes[node]["kind"],
                "state": at.state,
                "by": list(at.by),
                "also": [{"state": state, "by": list(therapies)} for state, therapies in at.also],
                "acts_on": _targets(self.graph, node, self.reached),
                "sources": _sources(self.graph, node, at),
                **local_key(self.knowledge.is_local("nodes", node) or self.knowledge.is_local("therapies", node)),
            }
            for node, at in self.reached.items()
        ]
        return {
            "schema": "calcinosis-kb/reach/1",
            "knowledge": {"version": self.advice.knowledge.version, "hash": self.advice.knowledge.hash},
            "rules": {"hash": self.advice.rules_hash},
            "engines": list(self.advice.engines),
            "patient": self.advice.patient.to_dict(),
            "nodes": nodes,
            "sources": {source: self.knowledge.cite(source) for node in nodes for source in node["sources"]},
            "notice": NOTICE,
        }

    def blocks(self) -> Iterator[Block]:
        """A summary, then each mechanism of action with its therapies, each target, and the sources."""
        kinds = {node: self.graph.nodes[node]["kind"] for node in self.reached}
        mechanisms = {node: at for node, at in self.reached.items() if kinds[node] == "mechanism_of_action"}
        targets = {
            node: at for node, at in self.reached.items() if kinds[node] not in ("mechanism_of_action", "therapy")
        }
        yield from patient_blocks(self.advice.patient, self.knowledge)
        yield Heading("What treatment has reached in the map, at a glance")
        yield Marked(
            [
                (mark, f"{state_title(state)}: {'; '.join(names)}.")
                for state, mark in _MARKS.items()
                if (
                    names := [node_name(self.knowledge, node) for node in mechanisms if mechanisms[node].state == state]
                )
            ]
        )
        yield Heading("By mechanism of action")
        yield Table(
            ("State", "Mechanism", "Acts on", "Therapies"),
            [
                (
                    STATE_WORDS[at.state],
                    node_name(self.knowledge, node),
                    "; ".join(node_name(self.knowledge, target) for target in _targets(self.graph, node, self.reached)),
                    _therapies(self.knowledge, at),
                )
                for node, at in _ordered(mechanisms)
            ],
            ratios=(14, 20, 20, 26),
        )
        yield Heading("By target")
        yield Table(
            ("State", "Target", "Therapies"),
            [
                (
                    STATE_WORDS[at.state],
                    node_name(self.knowledge, node),
                    _therapies(self.knowledge, at, _directions(self.graph, node, at)),
                )
                for node, at in _ordered(targets)
            ],
            ratios=(14, 26, 40),
        )
        yield Text("'calcinosis-kb graph gaps' lists what no therapy acts on, whoever the patient is.")
        yield Text("")
        yield Text(NOTICE, style="italic")
        yield Text(version_line(self.advice), style="dim")
        yield Heading("Sources", level=2)
        sources = {source for node, at in self.reached.items() for source in _sources(self.graph, node, at)}
        yield Marked([("-", f"{source}: {self.knowledge.cite(source)}") for source in sorted(sources)])


def _ordered(reached: Mapping[str, Reached]) -> list[tuple[str, Reached]]:
    return sorted(reached.items(), key=lambda item: (STATES.index(item[1].state), item[0]))


def _therapies(knowledge: Knowledge, at: Reached, directions: Mapping[str, str] = _ALIKE) -> str:
    parts = [_names(knowledge, at.by, directions)] if at.by else []
    for state, therapies in at.also:
        parts.append(f"{STATE_WORDS[state]}: {_names(knowledge, therapies, directions)}")
    return " · ".join(parts) or "none"


def _names(knowledge: Knowledge, therapies: tuple[str, ...], directions: Mapping[str, str]) -> str:
    return "; ".join(f"{node_name(knowledge, therapy)}{directions.get(therapy, '')}" for therapy in therapies)


def _directions(graph: MultiDiGraph[str], node: str, at: Reached) -> Mapping[str, str]:
    """The direction of each therapy at a node that some lower and others raise; no words if all act alike.

    A failed therapy says little about one that acts the opposite way.
    """
    acting = (*at.by, *(therapy for _, therapies in at.also for therapy in therapies))
    found = {therapy: polarity(paths(graph, therapy, node, max_edges=_NEAR)) for therapy in acting}
    if not {"lowering", "raising"} <= set(found.values()):
        return _ALIKE
    words = {"lowering": " (lowers it)", "raising": " (raises it)"}
    return {therapy: words.get(direction, "") for therapy, direction in found.items()}


def _targets(graph: MultiDiGraph[str], node: str, reached: Mapping[str, Reached]) -> list[str]:
    """The targets of a mechanism of action; none for any other node."""
    if graph.nodes[node]["kind"] != "mechanism_of_action":
        return []
    return sorted(target for target in graph.successors(node) if target in reached)


def _sources(graph: MultiDiGraph[str], node: str, at: Reached) -> list[str]:
    """The sources of the edges from the therapies, their families and the mechanisms to the node."""
    acting = {*at.by, *(therapy for _, therapies in at.also for therapy in therapies)}
    acting |= {family for therapy in acting for family in graph.successors(therapy)}
    found: set[str] = set()
    for source, _, edge in graph.in_edges(node, data=True):
        if source in acting or graph.nodes[source]["kind"] == "mechanism_of_action":
            found.update(edge["sources"])
    return sorted(found)
