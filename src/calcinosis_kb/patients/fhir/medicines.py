"""Read orders, statements, dispenses and administrations of medicines: what was tried, and what is taken on the day of reading."""

from __future__ import annotations

from datetime import date

import msgspec
from msgspec import structs

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Match
from calcinosis_kb.patients.account import Entry, State
from calcinosis_kb.patients.fhir.concept import Concept, concept
from calcinosis_kb.patients.fhir.courses import Trial, Use, courses
from calcinosis_kb.patients.fhir.doses import dose, dose_text
from calcinosis_kb.patients.fhir.drugs import Meaning
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.medication import Medication, medication
from calcinosis_kb.patients.fhir.outcome import outcome
from calcinosis_kb.patients.fhir.plain import Json
from calcinosis_kb.patients.fhir.purpose import CALCINOSIS, purpose
from calcinosis_kb.patients.fhir.record import Record, Resource
from calcinosis_kb.patients.fhir.statements import superseded
from calcinosis_kb.patients.fhir.taking import GAP, Taking, taking
from calcinosis_kb.patients.fhir.uses import drug_use

__all__ = [
    "LIVE_VACCINE",
    "VACCINATIONS",
    "Medicines",
    "given_once",
    "in_list",
    "is_therapy",
    "medicines",
    "of_medicines",
]

VACCINATIONS = "Immunization"
PROBLEM = "Condition"
"""A problem list may say which medicines are taken."""
_VACCINE, LIVE_VACCINE = "vaccine", "live_vaccine"
_OVERRULED = "a later statement about it holds"
_UNNAMED_VACCINE = "unnamed vaccine"
"""What a patient file calls a vaccine that may be a live one: it leaves that one question open, and the list complete."""

_NONE, _NO_INFORMATION = frozenset({"no-known-medications", "787481004"}), frozenset({"no-medication-info"})
"""What says that no medicine is taken, and that nothing is known of medicines: in an International Patient Summary, and in SNOMED CT."""


class Medicines(msgspec.Struct):
    """What a record says of medicines. ``taken`` are the words of the list of medicines; ``whole`` if it is complete, ``known`` if there
    is one. ``conditions`` are words for what the use of a medicine leaves open: insulin, a diabetes."""

    trials: list[Trial] = msgspec.field(default_factory=list)
    taken: list[str] = msgspec.field(default_factory=list)
    whole: bool = True
    known: bool = True
    conditions: list[str] = msgspec.field(default_factory=list)
    entries: list[Entry] = msgspec.field(default_factory=list)
    uses: list[Use] = msgspec.field(default_factory=list)


def medicines(record: Record, found: list[Resource], meanings: Meanings, today: date) -> Medicines:
    """Read the entries about medicines; a course of one therapy for one purpose is one trial, however often it was ordered."""
    read = Medicines()
    later = superseded(record, found, today)
    for resource in found:
        use = taking(resource, today)
        if resource in later:
            use = structs.replace(use, current=False, doubt="")
        entry = _entry(read, record, resource, use, meanings, today)
        read.entries.append(structs.replace(entry, why=_OVERRULED) if resource in later else entry)
    read.trials = courses(read.uses, today)
    return read


def of_medicines(problems: list[Resource], names: Names) -> list[Resource]:
    """The entries of a problem list that say which medicine is taken."""
    return [one for one in problems if drug_use(concept(one.body.get("code")), names) is not None]


def _entry(read: Medicines, record: Record, resource: Resource, use: Taking, meanings: Meanings, today: date) -> Entry:
    """Read one entry: what it gives, its state in the account, and why."""
    used = drug_use(concept(resource.body.get("code")), meanings.names) if resource.type == PROBLEM else None
    medicine = Medication(used) if used is not None else medication(record, resource)
    entry = Entry(resource.type, resource.id, "ignored", medicine.said.shown, use.ignored, use.when)
    said = {*medicine.said.codes("absent"), *medicine.said.codes("snomed")}
    if said & _NO_INFORMATION:  # whatever its status and dates are
        read.known = False
        return structs.replace(entry, why="says that nothing is known")
    if use.ignored:
        return entry
    if said & _NONE:
        return structs.replace(entry, state="used", why="no medicines are known")
    meaning = _meaning(medicine, meanings)
    if resource.type == VACCINATIONS or given_once(meaning, meanings.names):
        return _vaccination(read, entry, meaning, use, meanings.names, today)
    if not meaning.understood:
        return _unread(read, entry, medicine.said, meaning, use)
    suspected = _beside(resource, meanings) if use.current else ()
    read.conditions.extend(suspected)
    words = in_list(meaning, meanings.names)
    therapies = [match.id for match in meaning.matches if is_therapy(match, meanings.names)]
    if use.current:
        read.taken.extend(words)
    unread = _left_open(read, meaning, use)
    why = purpose(record, resource, meanings) if therapies else ""
    for id_ in therapies:
        read.uses.append(Use(_trial(id_, why, resource.body, medicine, use, meanings.names), resource.type, use))
    gave = (
        *(("medications", word) for word in words if use.current),
        *(("history", id_) for id_ in therapies),
        *(("conditions", word) for word in suspected),
    )
    state, told = _state(read, meaning, use, bool(words or therapies), bool(gave), meanings.names)
    notes = (
        told,
        "by name" if meaning.by_name and state == "used" else "",
        _untold_dose(resource.body, medicine) if therapies else "",
    )
    return structs.replace(entry, state=state, why="; ".join(filter(None, notes)), gave=(*gave, *unread))


def _beside(resource: Resource, meanings: Meanings) -> tuple[str, ...]:
    """The words of conditions that a use in a problem list leaves open."""
    if resource.type != PROBLEM:
        return ()
    return tuple(word for word, _ in meanings.condition(concept(resource.body.get("code"))).open)


def _state(read: Medicines, meaning: Meaning, use: Taking, ours: bool, gave: bool, names: Names) -> tuple[State, str]:
    """What became of an entry that was understood, and why."""
    if meaning.written and ours:
        read.whole = read.whole and not (use.current or use.doubt)
    if use.doubt and ours:
        read.whole = False
        return "doubtful", use.doubt
    if gave:
        return "used", _unnamed(meaning, names) or (
            f"not understood in it: {meaning.written}" if meaning.written else ""
        )
    if meaning.written:
        return "unresolved", f"not understood in it: {meaning.written}"
    if ours and (class_ := _unnamed(meaning, names)):
        return "doubtful", class_
    return "recognised", "acts where it is applied" if meaning.local else "" if use.current else "no longer taken"


def _meaning(medicine: Medication, meanings: Meanings) -> Meaning:
    """What a medicine means: by its own code and name, else by its ingredients."""
    meaning = meanings.drug(medicine.said, medicine.given)
    if meaning.understood or not medicine.ingredients:
        return meaning
    parts = [meanings.drug(one, medicine.given) for one in medicine.ingredients]
    if not any(part.understood for part in parts):
        return meaning
    return Meaning(
        tuple(match for part in parts for match in part.matches),
        classes=tuple(id_ for part in parts for id_ in part.classes),
        local=all(part.local for part in parts if part.understood),
        by_name=all(part.by_name for part in parts),
        written="; ".join(part.written or "an ingredient" for part in parts if not part.understood),
    )


def _unread(read: Medicines, entry: Entry, said: Concept, meaning: Meaning, use: Taking) -> Entry:
    """Keep what was not understood: while it may be in the list, no answer relies on the list."""
    if use.current or use.doubt:
        read.whole = False
    gave = _left_open(read, meaning, use)
    return structs.replace(
        entry, state="unresolved", why=meaning.why if said.shown else "no medicine is named", gave=gave
    )


def _left_open(read: Medicines, meaning: Meaning, use: Taking) -> tuple[tuple[str, str], ...]:
    """Add to the list what was not understood and may be taken, and return it as what the entry gave."""
    if not meaning.written or not (use.current or use.doubt):
        return ()
    read.whole = False
    read.taken.append(meaning.written)
    return (("medications", meaning.written),)


def _vaccination(read: Medicines, entry: Entry, meaning: Meaning, use: Taking, names: Names, today: date) -> Entry:
    """A vaccine is given once: it is in the list of medicines for as long as it matters to a treatment that begins.

    An immunization is done, so that of these only live vaccines are listed, and what may be one.
    """
    last = use.over or use.begun
    if last is not None and today - last > GAP:
        return structs.replace(entry, state="recognised", why=f"a vaccine, given more than {GAP.days} days ago")
    if entry.resource == VACCINATIONS and not meaning.understood:
        read.taken.append(_UNNAMED_VACCINE)
        why = "a vaccine; whether it is a live one is not told"
        return structs.replace(entry, state="doubtful", why=why, gave=(("medications", _UNNAMED_VACCINE),))
    words = [word for word in in_list(meaning, names) if entry.resource != VACCINATIONS or word == LIVE_VACCINE]
    read.taken.extend(words)
    gave = tuple(("medications", word) for word in words)
    return structs.replace(entry, state="used" if words else "recognised", why="a vaccine", gave=gave)


def given_once(meaning: Meaning, names: Names) -> bool:
    """Whether a medicine is given and not taken: a vaccine."""
    known = [above for match in meaning.matches for above in names.classes(match)]
    return _VACCINE in (*known, *meaning.classes)


def _trial(id_: str, why: str, body: Json, medicine: Medication, use: Taking, names: Names) -> Trial:
    ended, event = outcome(body, use, names)
    definite = ended if why == CALCINOSIS or ended in ("ongoing", "unknown") else "unknown"
    return Trial(id_, why, definite, dose(body, medicine), adverse_event=event if definite == "not_tolerated" else None)


def is_therapy(match: Match, names: Names) -> bool:
    """Whether a medicine is an option of the knowledge base, a family of options, or a relative of one."""
    return match.kind in ("therapy", "family") or bool(names.families(match))


def _unnamed(meaning: Meaning, names: Names) -> str:
    """What to say of a class of medicines that may stand for one of our treatments; empty for any other medicine."""
    ids = [match.id for match in meaning.matches if match.kind == "medication"]
    open_ = [id_ for id_ in (*ids, *(meaning.classes if meaning.unnamed else ())) if names.could_be(id_)]
    return "a class of medicines; which of them is not told" if open_ else ""


def in_list(meaning: Meaning, names: Names) -> list[str]:
    """What the list of medicines names: our drugs and classes, and the lowest classes of a drug that is none of ours.

    Of what acts where it is applied only the classes that count in any form.
    """
    matches = () if meaning.local else meaning.matches
    ids = [id_ for match in matches for id_ in ((match.id,) if match.kind != "other" else match.classes)]
    return list(names.lowest((*ids, *meaning.classes)))


def _untold_dose(body: Json, medicine: Medication) -> str:
    """The words of a dosage from which no dose was taken."""
    words = dose_text(body)
    return f"dose in words only: {words[:200]}" if words and dose(body, medicine) is None else ""
