"""Paths from a therapy to a target: their signs, their weakest link, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, get_args

from pydantic import BaseModel, ConfigDict

from calcinosis_kb.graph.walk import CAUSAL, Hop, explains, simple_paths
from calcinosis_kb.graph.wording import MEMBER, agreeing, inside, is_plural, verb
from calcinosis_kb.knowledge.knowledge import LOCAL, OUTCOME_NODE
from calcinosis_kb.knowledge.pathophysiology import Sign, Strength

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = [
    "CAUSAL",
    "MAX_EDGES",
    "STRENGTHS",
    "MechanismPath",
    "Polarity",
    "Step",
    "best_by_sign",
    "paths",
    "polarity",
    "step",
]

MAX_EDGES = 7
"""Longer chains are guesses upon guesses. Warfarin's two opposite actions on calcinosis take five and six edges."""

Polarity = Literal["lowering", "raising", "both", "undetermined"]
STRENGTHS: tuple[Strength, ...] = get_args(Strength)
"""From strong to weak."""


class Step(BaseModel):
    """One edge of a path."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    edge: str
    source: str
    target: str
    sign: Sign
    strength: Strength
    subject: str
    verb: str
    object: str
    local: bool = False

    @property
    def words(self) -> str:
        """The link as a sentence without its stop."""
        return f"{self.subject} {agreeing(self.verb, self.subject)} {self.object}"


class MechanismPath(BaseModel):
    """A chain of edges. ``sign`` is the product of theirs: '-' lowers the target, '+' raises it."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    steps: tuple[Step, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        return (self.steps[0].source, *(step.target for step in self.steps))

    @property
    def sign(self) -> Sign:
        return "-" if sum(step.sign == "-" for step in self.steps) % 2 else "+"

    @property
    def local(self) -> bool:
        """Whether a link is from an overlay."""
        return any(step.local for step in self.steps)

    @property
    def strength(self) -> Strength:
        """That of the weakest edge."""
        return max((step.strength for step in self.steps), key=STRENGTHS.index)

    @property
    def words(self) -> str:
        """The path as a sentence, each link with its doubt, and marked where a link is from an overlay."""
        subject = text = self.steps[0].subject
        joint = " "
        for step in self.steps:
            doubt = "" if step.strength == "established" else f" ({step.strength})"
            if step.verb == MEMBER:
                text, joint = f"{text}{joint if joint != ' ' else ', '}one of the {step.object},", " "
            else:
                # A member of a family stays the subject of what its family does.
                acting = subject if joint == " " else step.subject
                text, joint = f"{text}{joint}{agreeing(step.verb, acting)} {step.object}{doubt}", ", which "
        effect = "lower" if self.sign == "-" else "raise"
        return f"{text}. So {'they' if is_plural(subject) else 'it'} should {effect} it.{LOCAL if self.local else ''}"


def paths(
    graph: MultiDiGraph[str], therapy: str, target: str = OUTCOME_NODE, *, max_edges: int = MAX_EDGES
) -> list[MechanismPath]:
    """All simple causal paths of at most ``max_edges`` edges, best first: strongest weakest link, then shortest.

    An edge straight from a therapy to a deeper node is left out where its mechanism of action leads there in steps, and
    parallel edges give a path each. Raises `KeyError` for a node that is not in the graph.
    """
    for node in (therapy, target):
        if node not in graph:
            raise KeyError(node)
    hops = simple_paths(graph, therapy, target, lambda hop: explains(graph, hop), max_edges=max_edges)
    found = (MechanismPath(steps=tuple(step(graph, hop) for hop in chain)) for chain in hops)
    return sorted(found, key=_order)


def best_by_sign(found: Iterable[MechanismPath], most: int) -> tuple[MechanismPath, ...]:
    """The first ``most`` paths of each sign, those that lower the target before those that raise it.

    >>> best_by_sign([], 1)
    ()
    """
    every = tuple(found)
    return tuple(path for sign in "-+" for path in [one for one in every if one.sign == sign][:most])


def polarity(found: Iterable[MechanismPath]) -> Polarity:
    """What the paths together say the therapy should do to their target.

    >>> polarity([])
    'undetermined'
    """
    signs = {path.sign for path in found}
    if not signs:
        return "undetermined"
    if len(signs) == 2:
        return "both"
    return "lowering" if "-" in signs else "raising"


def step(graph: MultiDiGraph[str], hop: Hop) -> Step:
    """An edge as a step, with the words of its sentence. Raises `KeyError` for an unknown edge."""
    source, target, key = hop
    edge = graph[source][target][key]
    names = graph.nodes[source].get("name", source), graph.nodes[target].get("name", target)
    return Step(
        edge=key,
        source=source,
        target=target,
        sign=edge["sign"],
        strength=edge["strength"],
        subject=names[0],
        verb=verb(edge["predicate"], edge["sign"], graph.nodes[target].get("kind")),
        object=inside(names[1].partition(", dystrophic")[0]),
        local=any(part.get("local", False) for part in (edge, graph.nodes[source], graph.nodes[target])),
    )


def _order(path: MechanismPath) -> tuple[int, int, tuple[str, ...], tuple[str, ...]]:
    return (
        STRENGTHS.index(path.strength),
        len(path.steps),
        path.nodes,
        tuple(step.edge for step in path.steps),
    )
