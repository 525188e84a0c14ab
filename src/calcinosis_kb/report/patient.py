"""The head of an answer: the patient as understood, what was not understood, and what is not recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.spelling import in_sentence, normalise
from calcinosis_kb.patients.models import LabResult, NamedDrug, Patient, Trial, Unresolved
from calcinosis_kb.report.blocks import Alert, Block, Text

__all__ = ["not_understood", "patient_blocks", "patient_lines"]

PURPOSES = {
    "calcinosis": "",
    "unclear": "purpose not recorded",
    "underlying_disease": "for the underlying disease",
}
"""The purpose of a treatment in words; any other purpose is shown as "for something else"."""

_SECTIONS = {
    "history": "history", "medications": "medicines", "conditions": "conditions", "allergies": "allergies", "labs": "results",
    "sites": "sites", "features": "complaints",
}  # fmt: skip


def patient_blocks(patient: Patient, knowledge: Knowledge) -> Iterator[Block]:
    """The head of an answer. Words that were not understood come first: the answer does not use them."""
    yield Text(" · ".join(patient_lines(patient, knowledge)), style="bold")
    yield from not_understood(patient, knowledge)
    yield Text(f"History: {_history(patient, knowledge)}")
    for title, words in _recorded(patient, knowledge):
        if words:
            yield Text(f"{title}: {words}")
    for note in patient.notes:
        yield Text(f"Note: {note}", style="yellow")
    if patient.recognised:
        shown = _list(f"{item.named} ({_SECTIONS[item.where]})" for item in patient.recognised)
        yield Text(f"Recognised, without effect here: {shown}", style="dim")
    left_open = [f"'{word.named}'" for word in patient.open_words if word.understood]
    if left_open:
        yield Text(f"Not specific enough, asked about below: {_list(left_open)}", style="dim")
    blank = list(_blank(patient))
    if blank:
        yield Text(f"Not recorded: {', '.join(blank)}", style="dim")


def patient_lines(patient: Patient, knowledge: Knowledge) -> list[str]:
    """Return the patient in a few phrases; missing items are named as "not recorded"."""
    terms = knowledge.terms
    who = [
        f"{patient.age:g} years" if patient.age is not None else "age not recorded",
        patient.sex or "sex not recorded",
    ]
    if patient.pregnant is not None:
        who.append("pregnant" if patient.pregnant else "not pregnant")
    diseases = [terms.diseases[disease].name for disease in patient.diseases or ()]
    if not diseases:
        diseases = ["disease not recorded" if patient.diseases is None else "no underlying disease"]
    pattern = in_sentence(terms.patterns[patient.pattern].name) if patient.pattern else "pattern not recorded"
    lesions = [
        *(in_sentence(terms.features[feature].name) for feature in patient.features or ()),
        *(["no complaints"] if patient.features == () else []),
        *([f"up to {patient.largest_mm:g} mm"] if patient.largest_mm else []),
    ]
    sites = ", ".join(in_sentence(terms.sites[site].name) for site in patient.sites or ())
    deposits = "; ".join(filter(None, (pattern, ", ".join(lesions), sites)))
    return [", ".join(who), ", ".join(diseases), f"calcinosis: {deposits}"]


def not_understood(patient: Patient, knowledge: Knowledge) -> Iterator[Alert]:
    """An alert per word that was not understood, with what that means for the answer."""
    for item in patient.unresolved:
        yield Alert(
            f"Not understood in {_SECTIONS[item.where]}: '{item.named}'{_asked(item, knowledge)} {_until(item)}"
        )
    for word in patient.open_words:
        if word.understood:
            continue
        meanings = " or ".join(_name(id_, knowledge) for id_ in word.may_be[:MEANINGS])
        more = f" or {len(word.may_be) - MEANINGS} more" if len(word.may_be) > MEANINGS else ""
        yield Alert(f"Not certain in {_SECTIONS[word.where]}: '{word.named}' may mean {meanings}{more}. Write which.")


MEANINGS = 4
"""Number of meanings named for a word; the others are counted."""


def _asked(item: Unresolved, knowledge: Knowledge) -> str:
    return f" ({', '.join(_name(id_, knowledge) for id_ in item.nearest)}?)." if item.nearest else "."


def _until(item: Unresolved) -> str:
    if item.where == "history":
        return "Until it is, any treatment may have been tried."
    if item.where == "medications":
        return "Until it is, the list is not complete, and it may be any medicine."
    if item.where == "labs":
        return "The result was not used."
    return "Until it is, the list is not complete."


def _history(patient: Patient, knowledge: Knowledge) -> str:
    """The treatments by outcome, then entries without effect on the answer, then those not understood."""
    found: dict[str, list[str]] = {}
    for trial in patient.trials:
        course = _KINDS.get(trial.kind) or _course(trial)
        found.setdefault(course, []).append(f"{_written(trial, knowledge)}{_amount(trial)}")
    # Treatments for calcinosis come first, entries that are no trial last.
    order = sorted(found, key=lambda course: (course in _KINDS.values(), course.startswith("for ")))
    shown = "; ".join(f"{course}: {_list(found[course])}" for course in order)
    if not shown:
        return "no treatment" if patient.history_complete else "not recorded"
    return f"{shown}{'' if patient.history_complete else ' (the history is not complete)'}"


_KINDS = {
    "medication": "also",
    "recognised": "also",
    "open": "not certain",
    "unresolved": "not understood",
}
"""The words for entries that are not a trial of a known therapy."""


def _written(trial: Trial, knowledge: Knowledge) -> str:
    """A treatment as written in the record; an id is shown as its name."""
    if "_" not in trial.named:
        return trial.named
    known = knowledge.therapies.get(trial.therapy or "") or knowledge.terms.medications.get(trial.therapy or "")
    names = (known.name, *known.aliases) if known else ()
    same = (in_sentence(name) for name in names if "_" not in name and normalise(name) == normalise(trial.named))
    return next(same, _words(trial.named))


def _course(trial: Trial) -> str:
    """The outcome, with the purpose if that was not calcinosis."""
    outcome = "" if trial.outcome == "unknown" else _words(trial.outcome)
    return (
        ", ".join(filter(None, (PURPOSES.get(trial.purpose, "for something else"), outcome))) or "outcome not recorded"
    )


def _amount(trial: Trial) -> str:
    """The dose and duration, unless the name already contains them."""
    duration = trial.duration or (f"{trial.months:g} months" if trial.months is not None else "")
    parts = [part for part in (trial.dose or "", duration) if part and part not in trial.named]
    return f" ({', '.join(parts)})" if parts else ""


def _recorded(patient: Patient, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    names = knowledge.terms.conditions
    yield (
        "Medicines",
        _whole(map(_drug, patient.medications or ()), patient.medications, patient.medications_complete),
    )
    yield (
        "Conditions",
        _whole(
            (in_sentence(names[id_].name) for id_ in patient.conditions or ()),
            patient.conditions,
            patient.conditions_complete,
        ),
    )
    yield "Allergies", _whole(map(_drug, patient.allergies or ()), patient.allergies, patient.allergies_complete)
    yield "Results", "; ".join(_result(patient.labs[id_], knowledge) for id_ in patient.labs)


def _whole(words: Iterable[str], recorded: tuple[object, ...] | None, complete: bool) -> str:
    """A list in words: "none" if it is empty, with a note if it is not complete."""
    if recorded is None:
        return ""
    shown = _list(words)
    if not shown:
        return "none" if complete else ""
    return shown if complete else f"{shown} (the list is not complete)"


def _drug(drug: NamedDrug) -> str:
    return drug.named


def _result(lab: LabResult, knowledge: Knowledge) -> str:
    return f"{knowledge.terms.labs[lab.name].name} {lab.shown}{f' ({lab.note})' if lab.note else ''}"


def _blank(patient: Patient) -> Iterator[str]:
    """The sections of the record that are missing."""
    for field, title in (
        ("sites", "sites"), ("features", "complaints"), ("medications", "current medicines"), ("conditions", "other conditions"),
        ("allergies", "allergies"),
    ):  # fmt: skip
        if getattr(patient, field) is None:
            yield title
    if not patient.labs:
        yield "test results"
    if patient.largest_mm is None:
        yield "size of the largest deposit"


def _name(id_: str, knowledge: Knowledge) -> str:
    """The name of an id of any vocabulary."""
    terms = knowledge.terms
    for section in (
        knowledge.therapies,
        terms.medications,
        terms.conditions,
        terms.diseases,
        terms.sites,
        terms.features,
        terms.labs,
    ):
        if id_ in section:
            return str(section[id_].name)
    return _words(id_)


def _list(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def _words(word: str) -> str:
    return word.replace("_", " ")
