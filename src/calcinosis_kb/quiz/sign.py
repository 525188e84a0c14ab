"""Questions whether a path should lower or raise calcification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.graph.paths import paths
from calcinosis_kb.graph.walk import CAUSAL
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, polarity
from calcinosis_kb.knowledge.pathophysiology import Sign
from calcinosis_kb.knowledge.wording import agreeing, is_plural
from calcinosis_kb.quiz.credit import sound_path
from calcinosis_kb.quiz.draw import Draw, in_turns
from calcinosis_kb.quiz.question import CHOICES, Choice, Question
from calcinosis_kb.quiz.words import gives_away, in_text, named

__all__ = ["sign_questions"]

_SIGNS: tuple[Sign, Sign] = ("-", "+")
_ON = {"mediator": {"-": "lowers", "+": "raises"}, "cell": {"-": "inhibits", "+": "promotes"}}
"""What a therapy does to each kind of node by way of which it is asked."""
_ONWARD = {"-": "counteracts", "+": "promotes"}
_EFFECT = {"-": "lower", "+": "raise"}
_MECHANISM = "mechanism_of_action"
_LONGEST = 4
"""The edges from a node to calcinosis that can still be kept in mind."""


class _Way(NamedTuple):
    """A therapy that acts by way of a node: the path to it, and on from it to calcinosis."""

    therapy: str
    node: str
    reach: MechanismPath
    on: MechanismPath


def sign_questions(kb: KnowledgeBase, draw: Draw) -> Iterator[Question]:
    """Yield questions on a therapy by way of a node, and on four mediators, in turns, in the order drawn."""
    onward, ways = _known(kb)
    # A node on which many therapies act is no more likely to be asked of than another.
    drawn = [draw.order(ways[node], lambda way: way.therapy, lot=f"way {node}")[0] for node in ways]
    by_way = (_by_way(kb, draw, way) for way in draw.order(drawn, lambda way: way.node, lot="way"))
    among = _among(kb, draw, onward)
    yield from in_turns(among, by_way) if draw.seed % 2 else in_turns(by_way, among)


@lru_cache(1)
def _known(kb: KnowledgeBase) -> tuple[Mapping[str, MechanismPath], Mapping[str, Sequence[_Way]]]:
    """The paths on from each mediator and cell to calcinosis, and the ways of therapies by each; all sets are drawn from these."""
    nodes = [id_ for id_, node in kb.knowledge.nodes.items() if node.kind in _ON]
    onward = {id_: path for id_ in nodes if (path := _one_way(kb, id_)) is not None}
    ways: dict[str, list[_Way]] = {}
    for therapy in kb.knowledge.options:
        for way in _ways(kb, therapy.id, onward):
            if not gives_away(therapy.name, kb.knowledge.nodes[way.node].name):
                ways.setdefault(way.node, []).append(way)
    return onward, ways


def _one_way(kb: KnowledgeBase, node: str) -> MechanismPath | None:
    """The best short and sound path from a node to calcinosis, if all its paths have one sign and none of its causal edges is contested."""
    if any(_contested(edge) for *_, edge in kb.graph.out_edges(node, data=True)):
        return None
    found = paths(kb.graph, node)
    if polarity(found) not in ("lowering", "raising"):
        return None
    return next((path for path in found if len(path.steps) <= _LONGEST and sound_path(kb.knowledge, path)), None)


def _contested(edge: Mapping[str, Any]) -> bool:
    return edge["strength"] == "contested" and edge["predicate"] in CAUSAL


def _ways(kb: KnowledgeBase, therapy: str, onward: Mapping[str, MechanismPath]) -> Iterator[_Way]:
    """The mediators and cells on which a therapy's mechanisms act, where no contested edge joins the same nodes."""
    found: dict[str, MechanismPath] = {}
    for path in kb.paths(therapy):
        mechanism = next((at for at, id_ in enumerate(path.nodes) if kb.graph.nodes[id_]["kind"] == _MECHANISM), None)
        if mechanism is not None:
            reach = MechanismPath(path.steps[: mechanism + 1])
            found.setdefault(reach.nodes[-1], reach)
    for node, reach in found.items():
        if node not in onward:
            continue
        between = kb.graph.subgraph({*reach.nodes, node}).edges(data=True)
        known = {path.sign for path in paths(kb.graph, therapy, node)}
        if sound_path(kb.knowledge, reach) and len(known) == 1 and not any(_contested(edge) for *_, edge in between):
            yield _Way(therapy, node, reach, onward[node])


def _by_way(kb: KnowledgeBase, draw: Draw, way: _Way) -> Question:
    """What a therapy should do to calcification by way of one node: the two signs of the path in all four combinations."""
    therapy, node = kb.knowledge.therapies[way.therapy], kb.knowledge.nodes[way.node]
    name, through = named(therapy.name), in_text(node.name, node.kind)
    they = "they" if is_plural(therapy.name) else "it"
    does = {sign: f"{agreeing(_ON[node.kind][sign], therapy.name)} {through}" for sign in _SIGNS}
    then = {sign: f"{agreeing(_ONWARD[sign], through)} calcification" for sign in _SIGNS}
    choices = []
    for first, second in product(_SIGNS, _SIGNS):
        effect = _EFFECT["-" if first != second else "+"]
        text = f"{they.capitalize()} {does[first]}, which {then[second]}: so {they} should {effect} it."
        facts = [
            *([f"{name} {does[way.reach.sign]}"] if first != way.reach.sign else []),
            *([f"{through} {then[way.on.sign]}"] if second != way.on.sign else []),
        ]
        why = f"In fact {' and '.join(facts)}." if facts else ""
        choices.append(Choice(text, not facts, why))
    return Question(
        "sign",
        way.node,
        f"By way of {through}, what should {name} do to calcification?",
        tuple(draw.order(choices, lambda choice: choice.text, lot=f"order {way.therapy} {way.node}")),
        f"{_without_end(way.reach)}. {_without_end(way.on)}.",
        _sources(kb, way.reach, way.on),
        about=(way.therapy, way.node),
    )


def _among(kb: KnowledgeBase, draw: Draw, onward: Mapping[str, MechanismPath]) -> Iterator[Question]:
    """Which of four mediators should raise calcification, or lower it."""
    nodes = kb.knowledge.nodes
    by_sign = {
        sign: [id_ for id_, path in onward.items() if path.sign == sign and nodes[id_].kind == "mediator"]
        for sign in _SIGNS
    }
    asked = [(sign, node) for sign in _SIGNS for node in by_sign[sign]]
    for sign, node in draw.order(asked, lambda pair: pair[1], lot="among"):
        others = draw.order(by_sign["+" if sign == "-" else "-"], str, lot=f"among {node}")[: CHOICES - 1]
        if len(others) < CHOICES - 1:
            continue
        choices = [Choice(nodes[node].name, right=True)]
        choices += [Choice(nodes[id_].name, False, onward[id_].words, _sources(kb, onward[id_])) for id_ in others]
        yield Question(
            "sign",
            node,
            f"Which of these should {_EFFECT[sign]} calcification?",
            tuple(draw.order(choices, lambda choice: choice.text, lot=f"order {node}")),
            onward[node].words,
            _sources(kb, onward[node]),
            about=(node,),
        )


def _without_end(path: MechanismPath) -> str:
    """A path in words, without the conclusion about calcinosis."""
    return path.words.rpartition(". So ")[0]


def _sources(kb: KnowledgeBase, *found: MechanismPath) -> tuple[str, ...]:
    edges = (kb.knowledge.edges[step.edge] for path in found for step in path.steps if step.edge in kb.knowledge.edges)
    return tuple(dict.fromkeys(source for edge in edges for source in edge.sources))
