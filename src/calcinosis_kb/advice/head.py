"""The head of an answer: the patient in words, what was used, what was not understood and what is blank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.person import CHILD_BELOW
from calcinosis_kb.knowledge.spelling import in_sentence, normalise
from calcinosis_kb.patients.account import ALLERGIES, CONDITIONS, MEDICINES, State
from calcinosis_kb.patients.dose import BLANKS, blanks
from calcinosis_kb.patients.models import LabResult, NamedDrug, Patient, Trial, Unresolved
from calcinosis_kb.patients.record_reading import RecordReading

__all__ = ["STARRED", "Head", "head"]

MEANINGS = 4
"""Number of meanings named for a word; the others are counted."""

STARRED = " of *"
"""The end of what is blank of treatments that may have been too small or too short."""

_INFANT_BELOW = 2
"""Age in years below which the age is told in months."""

_SECTIONS = {
    "history": "history", "outcomes": "outcomes", "medications": "medicines", "conditions": "conditions",
    "allergies": "allergies", "labs": "results", "sites": "sites", "features": "complaints",
}  # fmt: skip

_COURSES = {
    "ineffective": "failed", "worse": "failed", "partial": "partly", "effective": "helped", "recurred": "came back",
    "not_tolerated": "stopped", "ongoing": "taking", "contraindicated": "not given", "declined": "not given", "unknown": "tried",
}  # fmt: skip
"""The label of a treatment for calcinosis by its outcome."""

_SAID = {"worse": "worse", "contraindicated": "contraindicated", "declined": "declined"}
"""Outcomes that their label does not tell."""

_KINDS = {"medication": "also had", "recognised": "also had", "open": "not clear", "unresolved": "not read"}
"""The label of entries that are no trial of a known therapy."""

_PURPOSES = {"underlying_disease": "disease", "other": "other use"}
"""The label of a treatment for another purpose."""

_LABELS = (*dict.fromkeys(_COURSES.values()), *_PURPOSES.values(), *dict.fromkeys(_KINDS.values()))


@dataclass(frozen=True)
class Head:
    """The patient in a few words, alerts about words that were not understood, and labelled lists of what is recorded.

    ``blank``: what is not recorded, the dose or duration of treatments marked * among it.
    """

    who: str
    alerts: tuple[str, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]
    blank: tuple[str, ...]


def head(patient: Patient, knowledge: Knowledge) -> Head:
    """Return the head of an answer for a patient."""
    history = _history(patient, knowledge)
    lines = (
        ("record", tuple(_record(patient.record, knowledge)) if patient.record else ()),
        ("deposits", tuple(_deposits(patient, knowledge))),
        *((label, tuple(words)) for label, words in history.items()),
        *_recorded(patient, knowledge),
    )
    return Head(
        who=" · ".join(_who(patient, knowledge)),
        alerts=tuple(_not_understood(patient, knowledge)),
        lines=tuple((label, words) for label, words in lines if words),
        blank=(*_starred(patient, knowledge), *_blank(patient)),
    )


_STATES: Mapping[State, str] = {
    "unresolved": "not understood", "doubtful": "doubtful", "used": "used", "recognised": "without consequence", "ignored": "ignored",
}  # fmt: skip
"""What became of the entries of a record, in words: first what needs a reader."""


def _record(reading: RecordReading, knowledge: Knowledge) -> Iterator[str]:
    """The form of a record, the day on which it was read, and what became of its entries; whether it names calcinosis at all."""
    entries, counts = len(reading.account.entries), reading.account.counts
    yield f"{reading.said}: {entries} entr{'y' if entries == 1 else 'ies'}"
    yield from (f"{counts[state]} {words}" for state, words in _STATES.items() if counts[state])
    data = reading.data
    named = any(knowledge.is_calcinosis(word) for list_ in ("conditions", "diseases") for word in data.get(list_) or ())
    if not named and not any(trial.get("for") == "calcinosis" for trial in data.get("history") or ()):
        yield "calcinosis not named"


def _who(patient: Patient, knowledge: Knowledge) -> Iterator[str]:
    """Age and sex, and the diseases."""
    yield _person(patient)
    if patient.pregnant is not None:
        yield "pregnant" if patient.pregnant else "not pregnant"
    diseases = [in_sentence(knowledge.terms.diseases[disease].name) for disease in patient.diseases or ()]
    yield " and ".join(diseases) or ("disease not recorded" if patient.diseases is None else "no underlying disease")


def _person(patient: Patient) -> str:
    """The age and sex: "63-year-old woman", "2-month-old boy"."""
    age = patient.age
    child = age is not None and age < CHILD_BELOW
    sex = {"female": "girl" if child else "woman", "male": "boy" if child else "man"}.get(patient.sex or "")
    if age is None:
        return f"{sex or 'sex and'}, age not recorded" if sex else "age and sex not recorded"
    old = f"{age * 12:.0f}-month-old" if age < _INFANT_BELOW else f"{age:g}-year-old"
    return f"{old} {sex}" if sex else f"{old}, sex not recorded"


def _deposits(patient: Patient, knowledge: Knowledge) -> Iterator[str]:
    terms = knowledge.terms
    yield in_sentence(terms.patterns[patient.pattern].name) if patient.pattern else "pattern not recorded"
    yield from (in_sentence(terms.features[feature].name) for feature in patient.features or ())
    if patient.symptoms is False:
        yield "no complaints"
    if patient.largest_mm:
        yield f"up to {patient.largest_mm:g} mm"
    yield from (in_sentence(terms.sites[site].name) for site in patient.sites or ())


def _not_understood(patient: Patient, knowledge: Knowledge) -> Iterator[str]:
    """Say of the words that were not understood, or that have several meanings, what that means for the answer."""
    for where in dict.fromkeys(item.where for item in patient.unresolved):
        items = [item for item in patient.unresolved if item.where == where]
        words = ", ".join(f"'{item.named}'{_asked(item, knowledge)}" for item in items)
        yield f"Not understood in {_SECTIONS[where]}: {words}. {_until(where, len(items))}"
    for word in patient.open_words:
        if word.understood:
            continue
        meanings = " or ".join(_name(id_, knowledge) for id_ in word.may_be[:MEANINGS])
        more = f" or {len(word.may_be) - MEANINGS} more" if len(word.may_be) > MEANINGS else ""
        yield f"Not certain in {_SECTIONS[word.where]}: '{word.named}' may mean {meanings}{more}. Write which."


def _asked(item: Unresolved, knowledge: Knowledge) -> str:
    return f" ({', '.join(_name(id_, knowledge) for id_ in item.nearest)}?)" if item.nearest else ""


def _until(where: str, number: int) -> str:
    if where == "labs":
        return f"The result{'s were' if number > 1 else ' was'} not used."
    if where == "outcomes":
        return "What came of it counts as not recorded: 'calcinosis-kb words outcomes' lists the words."
    until = "Until they are" if number > 1 else "Until it is"
    if where == "history":
        return f"{until}, any treatment may have been tried."
    more = ", and it may be any medicine" if where == "medications" else ""
    return f"{until}, the list is not complete{more}."


def _history(patient: Patient, knowledge: Knowledge) -> dict[str, list[str]]:
    """The treatments by label: those for calcinosis by outcome, those for other purposes, entries that are no trial."""
    found: dict[str, list[str]] = {}
    for trial in patient.trials:
        said = f"{_written(trial.named, trial.therapy, knowledge)}{_said(trial)}{_star(trial, knowledge)}"
        found.setdefault(_label(trial), []).append(said)
    if not found and patient.history_complete:
        found["tried"] = ["nothing"]
    return {label: list(dict.fromkeys(found[label])) for label in _LABELS if label in found}


def _label(trial: Trial) -> str:
    if trial.kind in _KINDS:
        return _KINDS[trial.kind]
    return _PURPOSES.get(trial.purpose) or _COURSES[trial.outcome]


def _said(trial: Trial) -> str:
    """Dose, duration, outcome and an unclear purpose, as far as name and label do not tell them: " (60 mg/day, 2 months)"."""
    duration = trial.duration or trial.lasted
    own = _label(trial) not in _COURSES.values() and trial.outcome != "unknown"
    outcome = trial.outcome.replace("_", " ") if own else ""
    purpose = "purpose not recorded" if trial.purpose == "unclear" else ""
    parts = (trial.dose or "", duration, trial.adverse_event or "", _SAID.get(trial.outcome, outcome), purpose)
    shown = [part for part in parts if part and part not in trial.named]
    return f" ({', '.join(shown)})" if shown else ""


def _star(trial: Trial, knowledge: Knowledge) -> str:
    """A star if the treatment has an adequate dose or duration and the record does not say whether they were reached."""
    return "*" if _left_blank(trial, knowledge) else ""


def _left_blank(trial: Trial, knowledge: Knowledge) -> tuple[str, ...]:
    """What is blank of a treatment that may have been too small or too short. The age is named elsewhere."""
    known = knowledge.therapies.get(trial.therapy or "")
    judged = _label(trial) in ("failed", "partly") and trial.adequacy in ("unknown", "age_decides")
    return blanks(known, trial.dose, trial.months) if judged and known else ()


def _starred(patient: Patient, knowledge: Knowledge) -> Iterator[str]:
    """What is blank of the treatments with a star, together: "dose or time of *"."""
    found = {part for trial in patient.trials for part in _left_blank(trial, knowledge)}
    if found:
        *parts, last = (part for part in BLANKS if part in found)
        yield f"{' or '.join(filter(None, (', '.join(parts), last)))}{STARRED}"


def _written(named: str, id_: str | None, knowledge: Knowledge) -> str:
    """A treatment or medicine as written in the record; an id is shown as its name."""
    if "_" not in named:
        return named
    known = knowledge.therapies.get(id_ or "") or knowledge.terms.medications.get(id_ or "")
    names = (known.name, *known.aliases) if known else ()
    same = (in_sentence(name) for name in names if "_" not in name and normalise(name) == normalise(named))
    return next(same, named.replace("_", " "))


def _drugs(drugs: Iterable[NamedDrug], knowledge: Knowledge) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_written(drug.named, drug.id, knowledge) for drug in drugs))


def _recorded(patient: Patient, knowledge: Knowledge) -> Iterator[tuple[str, tuple[str, ...]]]:
    terms = knowledge.terms
    yield "takes", _drugs(patient.medications or (), knowledge)
    yield "also", tuple(in_sentence(terms.conditions[id_].name) for id_ in patient.conditions or ())
    yield "allergy", _drugs(patient.allergies or (), knowledge)
    yield "none", tuple(_none(patient))
    yield "results", tuple(_result(patient.labs[id_], knowledge) for id_ in patient.labs)
    yield "derived", patient.notes
    yield "not used", tuple(dict.fromkeys(word.named for word in patient.recognised))


_NONE = {
    "medications": ("medicines", MEDICINES),
    "conditions": ("other conditions", CONDITIONS),
    "allergies": ("allergies", ALLERGIES),
}
"""The lists that may be empty: what they are of, and the types of entries of a record that may stand in them."""


def _none(patient: Patient) -> Iterator[str]:
    """What there is none of. A record may name some that no rule reads, which is not the same as none."""
    empty = {
        name: patient.record is not None and bool(patient.record.account.of(*types, state="recognised"))
        for field, (name, types) in _NONE.items()
        if getattr(patient, field) == () and getattr(patient, f"{field}_complete")
    }
    yield from (name for name, named in empty.items() if not named)
    without = [name for name, named in empty.items() if named]
    if without:
        yield f"{' or '.join(without)} of consequence here"


_SIGNS = {"positive": "+", "negative": "-"}


def _result(lab: LabResult, knowledge: Knowledge) -> str:
    test = knowledge.terms.labs[lab.name]
    return f"{test.short or test.name} {_SIGNS.get(lab.finding or '', lab.shown)}{f' ({lab.note})' if lab.note else ''}"


def _blank(patient: Patient) -> Iterator[str]:
    """The sections of the record that are missing, or not complete."""
    if not patient.history_complete:
        yield "the whole history" if patient.trials else "treatments tried"
    for field, title in (("features", "complaints"), ("sites", "sites")):
        if getattr(patient, field) is None:
            yield title
        elif any(item.where == field for item in patient.unresolved):
            yield f"other {title}"
    for field, missing, rest in (
        ("medications", "medicines", "other medicines"), ("conditions", "conditions", "other conditions"),
        ("allergies", "allergies", "other allergies"),
    ):  # fmt: skip
        if getattr(patient, field) is None:
            yield missing
        elif not getattr(patient, f"{field}_complete"):
            yield rest
    if not patient.labs:
        yield "test results"
    if patient.largest_mm is None:
        yield "size"


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
        terms.outcomes,
    ):
        if id_ in section:
            return str(section[id_].name)
    return id_.replace("_", " ")
