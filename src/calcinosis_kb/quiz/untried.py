"""Questions which treatment would be new for a published patient: by a mechanism that nothing tried before has."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import ReportedPatient, Study
from calcinosis_kb.knowledge.pathophysiology import Edge
from calcinosis_kb.knowledge.wording import agreeing, is_plural
from calcinosis_kb.quiz.credit import credited, is_sound, read_patients
from calcinosis_kb.quiz.draw import Draw
from calcinosis_kb.quiz.patient import described, patient_key
from calcinosis_kb.quiz.question import CHOICES, Choice, Question
from calcinosis_kb.quiz.words import listed, named

__all__ = ["untried_questions"]


def untried_questions(kb: KnowledgeBase, draw: Draw) -> Iterator[Question]:
    """Yield a question for each published patient of whose treatments every mechanism is known, in the order drawn."""
    knowledge = kb.knowledge
    patients = [
        (study, patient)
        for study, patient in read_patients(knowledge)
        if patient.failed and all(_mechanisms(knowledge, id_) for id_ in patient.failed)
    ]
    for study, patient in draw.order(patients, lambda pair: patient_key(*pair), lot="untried"):
        lot = f"untried {patient_key(study, patient)}"
        new = draw.order(_new(kb, patient), str, lot=f"new {lot}")[:1]
        old = draw.order(_old(knowledge, patient), str, lot=f"old {lot}")[: CHOICES - 1]
        if new and len(old) == CHOICES - 1:
            yield _question(knowledge, draw, study, patient, new[0], old)


def _mechanisms(knowledge: Knowledge, therapy: str) -> dict[str, Edge]:
    """Every mechanism of a therapy, of its family and of its members, each with an edge to it."""
    related = (therapy, knowledge.therapies[therapy].family, *knowledge.members(therapy))
    every = (edge for id_ in related if id_ for edge in knowledge.therapies[id_].mechanisms)
    return {edge.target: edge for edge in every if edge.predicate == "causes"}


def _reached(knowledge: Knowledge, patient: ReportedPatient) -> dict[str, str]:
    """The mechanisms of what was tried before, each with a therapy that has it."""
    return {mechanism: id_ for id_ in patient.failed for mechanism in _mechanisms(knowledge, id_)}


def _new(kb: KnowledgeBase, patient: ReportedPatient) -> list[str]:
    """The drugs whose mechanisms, one of them sound, act on nothing on which those tried before act."""
    knowledge, graph = kb.knowledge, kb.graph
    reached = _reached(knowledge, patient)
    touched = {node for mechanism in reached for node in graph.successors(mechanism)}
    return [
        therapy.id
        for therapy in knowledge.options
        if therapy.kind == "drug"
        and any(is_sound(knowledge, edge) for edge in knowledge.mechanisms(therapy.id))
        and all(
            mechanism not in reached and touched.isdisjoint(graph.successors(mechanism))
            for mechanism in _mechanisms(knowledge, therapy.id)
        )
    ]


def _old(knowledge: Knowledge, patient: ReportedPatient) -> list[str]:
    """The drugs and procedures all of whose mechanisms were tried before, one of them by credited edges of both."""
    reached = _reached(knowledge, patient)
    return [
        therapy.id
        for therapy in knowledge.options
        if therapy.kind in ("drug", "procedure")
        and not {therapy.id, therapy.family}.intersection(patient.failed)
        and set(_mechanisms(knowledge, therapy.id)) <= set(reached)
        and _shared(knowledge, therapy.id, reached)
    ]


def _shared(knowledge: Knowledge, therapy: str, reached: dict[str, str]) -> str | None:
    """A mechanism that credited edges give both a therapy and one that was tried before."""
    for edge in knowledge.mechanisms(therapy):
        tried = reached.get(edge.target)
        if tried and credited(knowledge, edge) and credited(knowledge, _mechanisms(knowledge, tried)[edge.target]):
            return edge.target
    return None


def _question(
    knowledge: Knowledge, draw: Draw, study: Study, patient: ReportedPatient, new: str, old: list[str]
) -> Question:
    reached = _reached(knowledge, patient)
    edge = next(edge for edge in knowledge.mechanisms(new) if is_sound(knowledge, edge))
    choices = [Choice(knowledge.therapies[new].name, right=True)]
    for id_ in old:
        mechanism = _shared(knowledge, id_, reached)
        assert mechanism is not None
        tried = knowledge.therapies[reached[mechanism]].name
        name = knowledge.therapies[id_].name
        acts = f"{agreeing('acts by', name)} {named(knowledge.nodes[mechanism].name)}"
        own = next(edge for edge in knowledge.mechanisms(id_) if edge.target == mechanism)
        choices.append(
            Choice(
                name, False, f"{name} {acts}, as {named(tried)} {'do' if is_plural(tried) else 'does'}.", own.sources
            )
        )
    name = knowledge.therapies[new].name
    tried = listed([named(knowledge.therapies[id_].name) for id_ in patient.failed])
    key = patient_key(study, patient)
    return Question(
        "patient",
        study.id,
        f"{described(knowledge, patient)} Tried before without enough effect, or stopped: {tried}. "
        "Which of these acts by a mechanism that nothing tried before has?",
        tuple(draw.order(choices, lambda choice: choice.text, lot=f"order untried {key}")),
        f"{name} {agreeing('acts by', name)} {named(knowledge.nodes[edge.target].name)}. {edge.claim} "
        "A new mechanism does not mean that it would help.",
        (*edge.sources, study.id),
        about=(new, *patient.failed),
    )
