"""What is not recorded and could change the answer, as data requirements: which resource, of which code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from calcinosis_kb.advice.questions import Question, fact_label
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.report.fhir import concepts
from calcinosis_kb.report.fhir.resources import Json

__all__ = ["requirements"]

_SECTIONS = {
    "medications": "MedicationStatement",
    "conditions": "Condition",
    "allergies": "AllergyIntolerance",
}
"""What a question about a whole list asks for."""

_OF_THE_PATIENT = {"age": "birthDate", "sex": "gender"}
"""The facts that the resource of the patient holds, with the element."""

_CODED: dict[str, tuple[str, Callable[[str, Knowledge], Json]]] = {
    "condition": ("Condition", concepts.condition),
    "medication": ("MedicationStatement", concepts.medication),
    "allergy": ("AllergyIntolerance", concepts.medication),
}
"""What a fact of a kind asks for, and how it is coded."""


def requirements(questions: Iterable[Question], knowledge: Knowledge) -> Iterator[Json]:
    """Yield what each question asks for, in the order of the questions, each requirement once."""
    found: list[Json] = []
    for question in questions:
        section = _SECTIONS.get(question.topic)
        asked = [{"type": section}] if section else list(_of(question.facts, knowledge))
        found += [one for one in asked if one not in found]
    yield from found


def _of(facts: Iterable[str], knowledge: Knowledge) -> Iterator[Json]:
    """What some facts ask for: one requirement a type of resource, with the codes of all its facts."""
    wanted: dict[str, list[Json]] = {}
    for fact in facts:
        kind, _, name = fact.rpartition(":")
        if name in _OF_THE_PATIENT:
            yield {"type": "Patient", "mustSupport": [_OF_THE_PATIENT[name]]}
        elif kind in _CODED:
            type_, coded = _CODED[kind]
            wanted.setdefault(type_, []).append(coded(name, knowledge))
        else:
            known = not kind and name in knowledge.terms.labs
            said = concepts.test(name, knowledge) if known else {"display": fact_label(fact, knowledge)}
            wanted.setdefault("Observation", []).append(said)
    for type_, codes in wanted.items():
        path = "medication" if type_ == "MedicationStatement" else "code"
        yield {"type": type_, "codeFilter": [{"path": path, "code": codes}]}
