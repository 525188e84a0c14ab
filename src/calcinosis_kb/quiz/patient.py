"""Questions on published patients: what had been tried, and what was given next."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.knowledge.evidence_words import cited_as
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import ReportedPatient, Study
from calcinosis_kb.quiz.credit import read_patients
from calcinosis_kb.quiz.draw import Draw
from calcinosis_kb.quiz.question import CHOICES, Choice, Question
from calcinosis_kb.quiz.words import listed, named

__all__ = ["described", "patient_key", "patient_questions"]

_UNSPECIFIC = "drug_treatment_unspecified"

_CAME_OF_IT = {
    "benefit": "It helped.",
    "mixed": "The result was mixed.",
    "no_benefit": "It did not help.",
    "harm": "It did harm.",
    None: "What came of it is not in the part that was read.",
}


def patient_questions(kb: KnowledgeBase, draw: Draw) -> Iterator[Question]:
    """Yield a question for each published patient whose history and next therapy are known, in the order drawn."""
    knowledge = kb.knowledge
    patients = [pair for pair in read_patients(knowledge) if _askable(*pair)]
    for study, patient in draw.order(patients, lambda pair: patient_key(*pair), lot="patient"):
        wrong = _others(knowledge, draw, study, patient)
        if len(wrong) == CHOICES - 1:
            yield _question(knowledge, draw, study, patient, wrong)


def patient_key(study: Study, patient: ReportedPatient) -> str:
    """Return the name of a patient for drawing lots."""
    return f"{study.id} {study.patients.index(patient)}"


def _askable(study: Study, patient: ReportedPatient) -> bool:
    """Whether one therapy was given next that had not failed before, and nobody like this patient was given another."""
    if (
        len(patient.given) != 1
        or not patient.failed
        or _UNSPECIFIC in patient.failed
        or patient.given[0] in patient.failed
    ):
        return False
    same = {"given": (), "direction": None, "note": None}
    alike = [other for other in study.patients if other.model_copy(update=same) == patient.model_copy(update=same)]
    return len(alike) == 1


def _others(knowledge: Knowledge, draw: Draw, study: Study, patient: ReportedPatient) -> list[str]:
    """Therapies that other published patients were given next, those of the same disease first; none that this report gave."""
    related = knowledge.related_diseases(frozenset(patient.diseases))
    near: dict[str, int] = {}
    for other in knowledge.studies.values():
        for reported in other.patients:
            if len(reported.given) == 1:
                far = int(related.isdisjoint(reported.diseases))
                near[reported.given[0]] = min(far, near.get(reported.given[0], 1))
    used = {id_ for reported in study.patients for id_ in (*reported.given, *reported.failed)}
    families = {knowledge.therapies[id_].family for id_ in used}
    open_ = [
        id_
        for id_ in near
        if id_ not in used | families | {_UNSPECIFIC}
        and knowledge.therapies[id_].family not in used
        and knowledge.therapies[id_].kind in ("drug", "procedure", "family")
    ]
    return draw.order(open_, str, lot=f"patient {patient_key(study, patient)}", first=near.__getitem__)[: CHOICES - 1]


def _question(knowledge: Knowledge, draw: Draw, study: Study, patient: ReportedPatient, wrong: list[str]) -> Question:
    given = patient.given[0]
    tried = listed([named(knowledge.therapies[id_].name) for id_ in patient.failed])
    choices = [Choice(knowledge.therapies[given].name, right=True)]
    choices += [Choice(knowledge.therapies[id_].name, right=False) for id_ in wrong]
    note = f" {patient.note}" if patient.note else ""
    return Question(
        "patient",
        study.id,
        f"{described(knowledge, patient)} Tried before without enough effect, or stopped: {tried}. What was given next?",
        tuple(draw.order(choices, lambda choice: choice.text, lot=f"order {patient_key(study, patient)}")),
        f"{cited_as(knowledge, study.id)}. {_CAME_OF_IT[patient.direction]}{note}",
        (study.id,),
        about=(given, *patient.failed),
    )


def described(knowledge: Knowledge, patient: ReportedPatient) -> str:
    """Return the person, disease, pattern and complaints in a sentence, as far as they are known."""
    child = patient.ages == "child" or (patient.age is not None and patient.age < 18)
    person = {
        "female": "girl" if child else "woman",
        "male": "boy" if child else "man",
        None: "child" if child else "patient",
    }[patient.sex]
    who = f"A {patient.age:g}-year-old {person}" if patient.age is not None else f"A {person}"
    if who.startswith(("A 8", "A 11", "A 18")):
        who = who.replace("A ", "An ", 1)
    diseases = listed([named(knowledge.terms.diseases[id_].name) for id_ in patient.diseases])
    noun = "deposits" if "calcinosis" in diseases else "calcinosis"
    pattern = f" and {named(knowledge.terms.patterns[patient.pattern].name)} {noun}" if patient.pattern else ""
    complaints = (
        listed([named(knowledge.terms.features[id_].name) for id_ in patient.features]) if patient.features else ""
    )
    return f"{who} with {diseases}{pattern}{f' ({complaints})' if complaints else ''}."
