"""Questions by which mechanism of action a drug acts."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.pathophysiology import Edge
from calcinosis_kb.knowledge.wording import is_plural
from calcinosis_kb.quiz.credit import credited, is_sound
from calcinosis_kb.quiz.draw import Draw
from calcinosis_kb.quiz.question import CHOICES, Choice, Question
from calcinosis_kb.quiz.words import gives_away, named

__all__ = ["mechanism_questions"]


def mechanism_questions(kb: KnowledgeBase, draw: Draw) -> Iterator[Question]:
    """Yield a question for each drug and each of its mechanisms that can be asked, in the order drawn."""
    drugs: dict[str, list[Therapy]] = {}
    for therapy in kb.knowledge.options:
        for edge in kb.knowledge.mechanisms(therapy.id) if therapy.kind == "drug" else ():
            if is_sound(kb.knowledge, edge) and not _told(kb.knowledge, therapy, edge):
                drugs.setdefault(edge.id, []).append(therapy)
    # A family of many drugs is no more likely to be asked of than one drug.
    for id_ in draw.order(drugs, str, lot="mechanism"):
        edge, therapy = kb.knowledge.edges[id_], draw.order(drugs[id_], lambda drug: drug.id, lot=f"drug {id_}")[0]
        wrong = _others(kb, draw, therapy, edge)
        if len(wrong) == CHOICES - 1:
            yield _question(kb, draw, therapy, edge, wrong)


def _told(knowledge: Knowledge, therapy: Therapy, edge: Edge) -> bool:
    """Whether the name of the therapy or of its family gives its mechanism away."""
    family = knowledge.family(therapy.id)
    names = (therapy.name, *([family.name] if family else []))
    return any(gives_away(name, knowledge.nodes[edge.target].name) for name in names)


def _others(kb: KnowledgeBase, draw: Draw, therapy: Therapy, right: Edge) -> list[Edge]:
    """Edges by which other drugs act, by mechanisms that are none of this therapy: those on the same theme first.

    A mechanism that acts on the same node as one of its own, or on what that node leads to, would not be wrong.
    """
    knowledge, graph = kb.knowledge, kb.graph
    own = {
        edge.target
        for id_ in (therapy.id, therapy.family)
        if id_
        for edge in knowledge.therapies[id_].mechanisms
        if edge.predicate == "causes"
    }
    touched = {node for mechanism in own for node in graph.successors(mechanism)}
    touched |= {further for node in touched for further in graph.successors(node)}
    theme = _theme(kb, right.target)
    found: dict[str, Edge] = {}
    for other in knowledge.therapies.values():
        for edge in other.mechanisms if other.kind in ("drug", "family") else ():
            fits = edge.predicate == "causes" and edge.target not in own and credited(knowledge, edge)
            fits = fits and not _told(knowledge, other, edge)
            if fits and touched.isdisjoint(graph.successors(edge.target)):
                found.setdefault(edge.target, edge)
    lot = f"mechanism {therapy.id} {right.id}"
    ordered = draw.order(found.values(), lambda edge: edge.id, lot=lot, first=lambda e: _theme(kb, e.target) != theme)
    return ordered[: CHOICES - 1]


def _theme(kb: KnowledgeBase, mechanism: str) -> str:
    """The theme of the first node that a mechanism acts on."""
    return min((str(kb.graph.nodes[node]["theme"]) for node in kb.graph.successors(mechanism)), default="")


def _question(kb: KnowledgeBase, draw: Draw, therapy: Therapy, edge: Edge, wrong: list[Edge]) -> Question:
    knowledge = kb.knowledge
    name, plural = named(therapy.name), is_plural(therapy.name)
    asked = "do" if plural else "does"
    text = (
        f"By which mechanism {asked} {name} act?"
        if edge.strength == "established"
        else f"By which mechanism {'are' if plural else 'is'} {name} thought to act?"
    )
    choices = [Choice(knowledge.nodes[edge.target].name, right=True)]
    for other in wrong:
        acting = knowledge.therapies[other.source].name
        verb = "act" if is_plural(acting) else "acts"
        choices.append(
            Choice(knowledge.nodes[other.target].name, False, f"{acting} {verb} so: {other.claim}", other.sources)
        )
    belongs = (
        f"{therapy.name} is one of the {named(knowledge.therapies[edge.source].name)}. "
        if edge.source != therapy.id
        else ""
    )
    doubt = " This link is plausible, not established." if edge.strength == "plausible" else ""
    return Question(
        "mechanism",
        edge.target,
        text,
        tuple(draw.order(choices, lambda choice: choice.text, lot=f"order {therapy.id} {edge.id}")),
        f"{belongs}{edge.claim}{doubt}",
        edge.sources,
        about=(therapy.id, edge.target),
    )
