"""Which nodes of the map a patient's treatments have reached, and with what result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.graph.walk import CAUSAL
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.patients.models import FOR_CALCINOSIS, TOO_LITTLE, Trial

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["STATES", "STATE_BY_STANDING", "Reached", "State", "reach"]

State = Literal["failed", "ongoing", "helped", "tried", "cannot_tell", "new", "untouched"]
STATES: tuple[State, ...] = get_args(State)
"""States of a node, in order of precedence: the first that holds is its state.

failed: a therapy that acts on it was tried for calcinosis and did nothing, or made it worse. ongoing: one is being taken for
calcinosis now. helped: one worked, in part or for a time. tried: one was taken, and what it did to calcinosis was not judged
(another purpose, too little, stopped for an adverse event, outcome not recorded). cannot_tell: one may have been taken; the
record does not say. new: none was taken, and at least one is offered. untouched: none was taken and none is offered.
"""

TARGETS = frozenset({"mechanism_of_action", "mediator", "pathophysiology_process", "cell", "tissue_change"})
"""The kinds of node that a treatment can reach; a symptom such as pain is not among them."""

STATE_BY_STANDING: Mapping[str, State] = {
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
"""State by standing. Any other standing means not taken: "new" if the therapy is offered, else "untouched"."""

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
    """The state of one node.

    ``by`` are the therapies that give it this state, sorted; ``also`` are the other therapies that act on it, by their own
    state (for an untouched node, those that are not offered).
    """

    node: str
    state: State
    by: tuple[str, ...]
    also: tuple[tuple[State, tuple[str, ...]], ...] = ()


def reach(knowledge: Knowledge, graph: MultiDiGraph[str], advice: Advice) -> dict[str, Reached]:
    """Return the state of every therapy, every mechanism of action and every direct target of these, by node id.

    A therapy acts through its mechanisms of action (its family's if it has none of its own), through the mechanisms that these
    cause, on their targets, and on whatever the graph says it acts on. A family has the state of its members. A history that
    names only a family ("a bisphosphonate") has tried the family; for each member the state is "cannot_tell".
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
    """The state of each judged therapy, and of each family that the history names.

    If a therapy was taken more than once, a failure outweighs every other outcome.
    """
    trials = [trial for trial in advice.patient.trials if trial.given]
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
    return STATE_BY_STANDING.get(item.standing) or ("new" if item.offered else "untouched")


def _of_trial(trial: Trial) -> State:
    """The state after one trial, consistent with rules/standing.yaml: another purpose or too small a dose shows nothing."""
    state = _OF_OUTCOME.get(trial.outcome, "tried")
    if trial.purpose not in FOR_CALCINOSIS or (state == "failed" and trial.adequacy in TOO_LITTLE):
        return "tried"
    return "tried" if state == "ongoing" and trial.purpose != "calcinosis" else state


def _acted_on(knowledge: Knowledge, graph: MultiDiGraph[str], therapy: str) -> set[str]:
    """The mechanisms of action of a therapy, the mechanisms that these cause, and the targets of all of them."""
    mechanisms = knowledge.mechanisms(therapy)
    queue = [edge.target for edge in mechanisms]
    # The source of an inherited mechanism is the family.
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
