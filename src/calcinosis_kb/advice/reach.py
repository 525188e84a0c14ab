"""What a patient's treatments have reached in the graph of mechanisms, and what they have not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from calcinosis_kb.advice.answer import Advice, Judgement
from calcinosis_kb.advice.facts import PURPOSES
from calcinosis_kb.graph.walk import CAUSAL
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.patients.models import Trial

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["STATES", "Reached", "State", "reach"]

State = Literal["failed", "ongoing", "helped", "tried", "cannot_tell", "new", "untouched"]
STATES: tuple[State, ...] = get_args(State)
"""From what has been learnt about a mechanism to what has not been tried; the first that holds is a node's state.

failed: a therapy that acts on it was tried for calcinosis and did nothing, or made it worse. ongoing: one is being taken for
calcinosis now. helped: one worked, in part or for a time. tried: one was taken, and what it did to calcinosis was not judged
(another purpose, too little, stopped for an adverse event, outcome not recorded). cannot_tell: one may have been taken, and the
record does not say; unknown is not no. new: none was taken, and one that is offered would be the first. untouched: none was
taken and none is offered.
"""

TARGETS = frozenset({"mechanism_of_action", "mediator", "pathophysiology_process", "cell", "tissue_change"})
"""The kinds of node that a treatment can reach: easing pain is no mechanism of calcinosis."""

_OF_STANDING: Mapping[str, State] = {
    "failed": "failed",
    "ongoing": "ongoing",
    "worked": "helped",
    "partial": "helped",
    "recurred": "helped",
    "inadequate": "tried",
    "not_tolerated": "tried",
    "other_purpose": "tried",
    "cannot_tell": "cannot_tell",
}
"""What is in no line was not taken: new where it is offered, else untouched."""

_OF_OUTCOME: Mapping[str, State] = {
    "ineffective": "failed",
    "worse": "failed",
    "ongoing": "ongoing",
    "effective": "helped",
    "partial": "helped",
    "recurred": "helped",
}


@dataclass(frozen=True)
class Reached:
    """How far treatment has come at one node.

    ``by`` are the therapies that make it so, sorted; ``also`` are the others that act on it, by their own state (so for an
    untouched node those that are not offered).
    """

    node: str
    state: State
    by: tuple[str, ...]
    also: tuple[tuple[State, tuple[str, ...]], ...] = ()


def reach(knowledge: Knowledge, graph: MultiDiGraph[str], advice: Advice) -> dict[str, Reached]:
    """The state of every therapy, of every mechanism of action and of what these act on directly, by node id.

    A therapy acts by its own mechanisms of action, by its family's where it has none, by those that these bring about, on
    their targets, and on what the graph says it acts on. A family has the state that its members give it; a history that
    names only a family ("a bisphosphonate") has tried the family, and cannot tell which member.
    """
    own = dict(_states(knowledge, advice))
    acting: dict[str, set[str]] = {}
    for therapy in own:
        for node in (therapy, *_acted_on(knowledge, graph, therapy)):
            acting.setdefault(node, set()).add(therapy)
        family = knowledge.therapies[therapy].family
        if family:
            acting.setdefault(family, set()).add(therapy)
    nodes = {*acting, *(id_ for id_, node in knowledge.nodes.items() if node.kind == "mechanism_of_action")}
    return {node: _reached(node, acting.get(node, set()), own) for node in sorted(nodes)}


def _states(knowledge: Knowledge, advice: Advice) -> Iterator[tuple[str, State]]:
    """The state of each therapy that is judged, and of each family that the history names.

    Where a therapy was taken more than once, what failed stays failed though its standing is another.
    """
    trials = [trial for trial in advice.patient.trials if trial.outcome != "contraindicated"]
    taken: dict[str, set[State]] = {drug.id: {"tried"} for drug in advice.patient.medications or ()}
    for trial in trials:
        if trial.therapy:
            taken.setdefault(trial.therapy, set()).add(_of_trial(trial))
    for item in advice.judged:
        yield item.therapy.id, min({_of_standing(item), *taken.get(item.therapy.id, ())}, key=STATES.index)
    for family in sorted(
        taken.keys() & {id_ for id_, therapy in knowledge.therapies.items() if therapy.kind == "family"}
    ):
        yield family, min(taken[family], key=STATES.index)


def _of_standing(item: Judgement) -> State:
    return _OF_STANDING.get(item.standing) or ("new" if item.offered else "untouched")


def _of_trial(trial: Trial) -> State:
    """As rules/standing.yaml has it for a therapy: another purpose and too small a dose judge nothing."""
    state = _OF_OUTCOME.get(trial.outcome, "tried")
    if trial.purpose not in PURPOSES or (state == "failed" and trial.adequacy == "inadequate"):
        return "tried"
    return "tried" if state == "ongoing" and trial.purpose != "calcinosis" else state


def _acted_on(knowledge: Knowledge, graph: MultiDiGraph[str], therapy: str) -> set[str]:
    """The mechanisms of action of a therapy, those that they bring about, and the targets of all of them."""
    mechanisms = knowledge.mechanisms(therapy)
    queue = [edge.target for edge in mechanisms]
    # By its family where the mechanisms are the family's.
    actors = {therapy, *(edge.source for edge in mechanisms)}
    found = {
        edge.target for id_ in actors for edge in knowledge.therapies[id_].mechanisms if edge.predicate == "acts_on"
    }
    while queue:
        mechanism = queue.pop()
        if mechanism in found:
            continue
        found.add(mechanism)
        for _, target, edge in graph.out_edges(mechanism, data=True):
            if edge["predicate"] not in CAUSAL:
                continue
            if graph.nodes[target]["kind"] == "mechanism_of_action":
                queue.append(target)
            else:
                found.add(target)
    return {node for node in found if graph.nodes[node]["kind"] in TARGETS}


def _reached(node: str, acting: set[str], own: Mapping[str, State]) -> Reached:
    by_state = [(state, tuple(sorted(t for t in acting if own[t] == state))) for state in STATES]
    present = [(state, therapies) for state, therapies in by_state if therapies]
    if not present or present[0][0] == "untouched":
        return Reached(node, "untouched", (), also=tuple(present))
    return Reached(node, *present[0], also=tuple(present[1:]))
