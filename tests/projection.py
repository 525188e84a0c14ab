"""What of a patient a form of health record can carry: the rest becomes unknown (docs/projection.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.conditionnames import CAUSES_ELSEWHERE
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.person import FERTILE_AGES
from calcinosis_kb.patients.models import Patient, Trial

__all__ = [
    "FORMS", "UNNAMED", "Form", "clinical_status", "daily_dose", "days_of", "diseases_of", "is_procedure", "labs_of", "months_old",
    "projected",
]  # fmt: skip

Json = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """What a form of record can say, beyond what is there.

    ``orders``: what a treatment was for, at what dose, and why it was stopped. ``goes_on``: that a list goes on. ``none_taken``: that no
    medicine is taken. ``watched``: it knows all medicines and conditions of a time. ``whole_allergies``: that these are all allergies.
    """

    orders: bool = True
    goes_on: bool = False
    none_taken: bool = False
    watched: bool = False
    whole_allergies: bool = True


FORMS: Mapping[str, Form] = {
    "transaction": Form(),
    "searches": Form(goes_on=True),
    "summary": Form(none_taken=True),
    "omop": Form(orders=False, watched=True, whole_allergies=False),
}

_ENDED = {"ineffective": "ineffective", "worse": "ineffective", "not_tolerated": "not_tolerated"}
"""The outcomes that the reason for an end can tell."""

UNNAMED = "Adverse reaction"
"""What a record calls an adverse event that nobody named."""

_DAYS_A_MONTH = 365 / 12
_WRITTEN = re.compile(r"([0-9.]+) ?(\D.*)")
_DAILY = re.compile(r"([0-9.]+) mg(?:/day| daily| (twice) daily)")


def projected(kb: KnowledgeBase, data: Json, form: Form) -> Json:
    """The patient file that a careful reader takes from the record of a patient in some form."""
    patient = kb.reader.mapping(data)
    listed = [drug for drug in patient.medications or () if form.orders or drug.id != "vaccine"]
    taken = [id_ for drug in listed for id_ in drug.classes or (drug.id,)]
    taken += [trial.therapy for trial in patient.trials if trial.outcome == "ongoing" and trial.therapy]
    problems = [*(patient.conditions or ()), "calcinosis_cutis", *(["pregnancy"] if patient.pregnant else [])]
    if not form.watched and patient.age is not None and not FERTILE_AGES[0] <= patient.age <= FERTILE_AGES[1]:
        problems = ["suspected pregnancy" if problem == "pregnancy" else problem for problem in problems]
    problems += [word.named for word in patient.unresolved if word.where == "conditions"]
    found: Json = {
        "patient": {"age": _age(patient.age), "sex": patient.sex},
        "history": _courses(kb, patient, form),
        "history_complete": False,
        "conditions": list(dict.fromkeys(problems)),
        "conditions_complete": not form.goes_on or patient.conditions_complete,
        "labs": labs_of(kb, data),
    }
    if diseases := diseases_of(patient):
        found["diseases"] = list(diseases)
    ordered = any(trial.given and not is_procedure(kb.knowledge, trial) for trial in patient.trials)
    none = form.watched or (patient.medications is not None and form.none_taken)
    if ordered or patient.medications or none:
        found["medications"] = list(dict.fromkeys(taken))
        found["medications_complete"] = not form.goes_on or patient.medications_complete
    if patient.allergies is not None:
        found["allergies"] = [drug.id for drug in patient.allergies]
        whole = form.whole_allergies or not patient.allergies
        found["allergies_complete"] = whole and (not form.goes_on or patient.allergies_complete)
    return found


def _courses(kb: KnowledgeBase, patient: Patient, form: Form) -> list[Json]:
    """One course for each therapy and purpose; a medicine taken now that has none is one, for no stated purpose."""
    found: dict[tuple[str, str], Json] = {}
    current = {trial.therapy for trial in patient.trials if trial.outcome == "ongoing"}
    taken = [drug for drug in patient.medications or () if drug.id not in current]
    now = (Trial(drug.named, "medication", drug.id, "unclear", "ongoing") for drug in taken)
    for trial in (*patient.trials, *now):
        if trial.therapy is None or not trial.given or not _is_therapy(kb, trial.therapy):
            continue
        purpose = trial.purpose if form.orders else "unclear"
        course = found.setdefault((trial.therapy, purpose), {"therapy": trial.therapy, "for": purpose})
        outcome = _outcome(kb.knowledge, trial, purpose)
        if outcome == "ongoing" or course.get("outcome", "unknown") == "unknown":
            course["outcome"] = outcome
        if outcome == "not_tolerated":
            course["adverse_event"] = trial.adverse_event or UNNAMED
        dose = daily_dose(trial.dose) if form.orders else None
        if dose:
            course["dose"] = f"{dose[0] * dose[1]:g} mg daily"
        if form.orders and trial.months and outcome != "ongoing" and not is_procedure(kb.knowledge, trial):
            course["months"] = round(days_of(trial.months) / _DAYS_A_MONTH, 1)
    return list(found.values())


def _outcome(knowledge: Knowledge, trial: Trial, purpose: str) -> str:
    """What came of a course: of a procedure nothing, of an order that it is taken, or why it ended if it was for calcinosis."""
    if is_procedure(knowledge, trial):
        return "unknown"
    if trial.outcome == "ongoing":
        return "ongoing"
    return _ENDED.get(trial.outcome, "unknown") if purpose == "calcinosis" else "unknown"


def is_procedure(knowledge: Knowledge, trial: Trial) -> bool:
    """Whether a record holds a treatment among the procedures."""
    therapy = knowledge.therapies.get(trial.therapy or "")
    return therapy is not None and therapy.kind in ("procedure", "measure", "supportive") and trial.kind == "therapy"


def _is_therapy(kb: KnowledgeBase, id_: str) -> bool:
    """Whether a medicine is a therapy, a family of therapies or a relative of one: only these are tried."""
    read = kb.reader.mapping({"history": [{"therapy": id_}]}).trials
    return any(trial.therapy in kb.knowledge.therapies for trial in read)


def diseases_of(patient: Patient) -> tuple[str, ...]:
    """The diseases that a problem list can name. That there is none, or one without a name, it cannot say."""
    return tuple(id_ for id_ in patient.diseases or () if id_ not in CAUSES_ELSEWHERE)


def daily_dose(dose: str | None) -> tuple[float, int] | None:
    """A dose as milligrams and times a day, if it is written so.

    >>> daily_dose("180 mg twice daily"), daily_dose("360 mg/day"), daily_dose("60 mg"), daily_dose("15-25 mg SC weekly")
    ((180.0, 2), (360.0, 1), None, None)
    """
    found = _DAILY.fullmatch(dose or "")
    return (float(found[1]), 2 if found[2] else 1) if found else None


def days_of(months: float) -> int:
    """A duration in days, since a record has the days on which a course began and ended."""
    return round(months * _DAYS_A_MONTH)


def months_old(age: float) -> int:
    """An age in whole months, since a record has a date of birth."""
    return round(age * 12)


def _age(age: float | None) -> float | None:
    """The age that follows from a date of birth: in whole years, below two years in months."""
    if age is None:
        return None
    months = months_old(age)
    return float(months // 12) if months >= 24 else round(months / 12, 2)


def clinical_status(knowledge: Knowledge, condition: str) -> str | None:
    """The status that a problem list gives a condition: a mark of the past is resolved, and of a cancer that may be over none is known."""
    if condition.endswith("_history"):
        return "resolved"
    above = knowledge.ancestors("conditions", condition)
    return "active" if "malignancy_history" not in above or "malignancy_active" in above else None


def labs_of(kb: KnowledgeBase, data: Json) -> Json:
    """The results that have a LOINC code, under the id of their test."""
    return dict(_coded_labs(kb, data))


def _coded_labs(kb: KnowledgeBase, data: Json) -> Iterator[tuple[str, Any]]:
    for name, result in (data.get("labs") or {}).items():
        id_ = kb.names.term("labs", name)
        if id_ is None or result is None or not kb.knowledge.terms.labs[id_].loinc:
            continue
        written = _WRITTEN.fullmatch(result) if isinstance(result, str) else None
        yield id_, {"value": float(written[1]), "unit": written[2]} if written else result
