"""Read orders and statements of medicines: what was tried, and what is taken on the day of reading."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Match
from calcinosis_kb.patients.account import Entry, State
from calcinosis_kb.patients.fhir.concept import Concept, concept
from calcinosis_kb.patients.fhir.dates import ended, last_day
from calcinosis_kb.patients.fhir.drugs import Meaning
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.plain import Json, mapping, mappings, number, text
from calcinosis_kb.patients.fhir.purpose import CALCINOSIS, purpose
from calcinosis_kb.patients.fhir.record import Record, Resource

__all__ = ["MEDICINES", "Medicines", "Trial", "medication", "medicines"]

MEDICINES = ("MedicationRequest", "MedicationStatement")

LONG_OVER = timedelta(days=90)
"""How long the stated end of a medicine may lie back while its entry still says that it is taken."""

_NOT_MEANT = {
    "cancelled": "cancelled", "draft": "a draft", "entered-in-error": "entered in error", "not-taken": "not taken",
    "intended": "intended only",
}  # fmt: skip
"""The statuses of what was never given, in words."""

_PLANS = ("proposal", "plan", "option")

_NO_EFFECT = frozenset({"58848006"})
"""SNOMED CT: lack of drug effect."""

_NOT_TOLERATED = frozenset({"281647001", "62014003", "419076005", "sintol", "salg"})
"""SNOMED CT adverse reaction (to a drug), allergic reaction; HL7 reasons of intolerance and allergy."""


class Trial(msgspec.Struct):
    """A course of a therapy, as an entry of the history of a patient file."""

    therapy: str
    purpose: str
    outcome: str
    dose: str | None = None
    adverse_event: str | None = None

    def data(self) -> dict[str, Any]:
        """The entry of the patient file."""
        given = {"dose": self.dose, "adverse_event": self.adverse_event}
        return {
            "therapy": self.therapy,
            "for": self.purpose,
            "outcome": self.outcome,
            **{key: value for key, value in given.items() if value},
        }


class Medicines(msgspec.Struct):
    """What orders and statements say. ``taken`` are the words of the list of medicines; ``whole`` if it is complete."""

    trials: list[Trial] = msgspec.field(default_factory=list)
    taken: list[str] = msgspec.field(default_factory=list)
    whole: bool = True
    entries: list[Entry] = msgspec.field(default_factory=list)


def medicines(record: Record, found: list[Resource], meanings: Meanings, today: date) -> Medicines:
    """Read orders and statements; a course of one therapy for one purpose is one trial, however often it was ordered."""
    read = Medicines()
    for resource in found:
        said = medication(record, resource)
        state, why = _one(read, record, resource, said, meanings, today)
        read.entries.append(Entry(resource.type, resource.id, state, said.shown, why))
    read.trials = _courses(read.trials)
    return read


def medication(record: Record, resource: Resource) -> Concept:
    """The medicine of an order or statement: inline, contained, elsewhere in the record, or by the name of the reference."""
    body = resource.body
    if "medicationCodeableConcept" in body:
        return concept(body["medicationCodeableConcept"])
    newer = mapping(body.get("medication"))  # the shape of R5
    if "concept" in newer:
        return concept(newer["concept"])
    reference = mapping(body.get("medicationReference") or newer.get("reference"))
    there = record.follow(reference, resource)
    said = concept(there.body.get("code")) if there else Concept()
    ingredients = mappings(there.body.get("ingredient")) if there else []
    if not said.shown and len(ingredients) == 1:
        said = concept(ingredients[0].get("itemCodeableConcept"))
    return said if said.shown else Concept(text=text(reference.get("display")))


def _one(
    read: Medicines, record: Record, resource: Resource, said: Concept, meanings: Meanings, today: date
) -> tuple[State, str]:
    """Read one entry: its state in the account, and why."""
    body = resource.body
    status, intent = text(body.get("status")), text(body.get("intent"))
    if status in _NOT_MEANT:
        return "ignored", _NOT_MEANT[status]
    if intent in _PLANS:
        return "ignored", f"a {intent}, no order"
    if body.get("doNotPerform") is True or text(body.get("taken")) in ("n", "no"):
        return "ignored", "not to be taken"
    meaning = meanings.drug(said)
    if not meaning.understood:
        return _unread(read, said, meaning, status)
    trials = [match for match in meaning.matches if _is_therapy(match, meanings.names)]
    doubt = _doubt(body, status, today)
    current = status == "active" and not doubt
    outcome, event = _outcome(body, status, current)
    why = purpose(record, resource, meanings)
    for match in trials:
        definite = outcome if why == CALCINOSIS or outcome in ("ongoing", "unknown") else "unknown"
        read.trials.append(Trial(match.id, why, definite, _daily(body), event if definite == "not_tolerated" else None))
    if current and not meaning.local:
        read.taken.extend(_in_list(meaning.matches))
    if doubt:
        read.whole = False
        return "doubtful", doubt
    ours = bool(trials) or (current and bool(_in_list(meaning.matches)))
    if ours:
        return "used", ""
    return "recognised", "acts where it is applied" if meaning.local else "" if current else "no longer taken"


def _unread(read: Medicines, said: Concept, meaning: Meaning, status: str) -> tuple[State, str]:
    """Keep what was not understood: while it is in the list, no answer relies on the list."""
    if status in ("active", "on-hold", "unknown", ""):
        read.whole = False
        if meaning.written:
            read.taken.append(meaning.written)
    return "unresolved", meaning.why if said.shown else "no medicine is named"


def _doubt(body: Json, status: str, today: date) -> str:
    """Why it cannot be said whether a medicine is taken; empty if it can."""
    if status in ("on-hold", "unknown", ""):
        return f"whether it is taken is not told (status {status or 'missing'})"
    if body.get("modifierExtension"):
        return "something in it changes its meaning and was not understood"
    if status != "active":
        return ""
    over = ended(body, "effectivePeriod") or _end_of_supply(body)
    return f"active, though it ended on {over}" if over and over + LONG_OVER < today else ""


def _end_of_supply(body: Json) -> date | None:
    """The stated end of an order: of its dosage, or of the period in which it may be dispensed."""
    for dosage in mappings(body.get("dosageInstruction")):
        bounds = mapping(mapping(mapping(dosage.get("timing")).get("repeat")).get("boundsPeriod"))
        if (end := last_day(bounds.get("end"))) is not None:
            return end
    return ended(mapping(body.get("dispenseRequest")), "validityPeriod")


def _outcome(body: Json, status: str, current: bool) -> tuple[str, str | None]:
    """The outcome that an entry tells: stopped or completed is none, only a stated reason is."""
    if current:
        return "ongoing", None
    for reason in mappings(body.get("statusReason")) if status == "stopped" else ():
        said = concept(reason)
        codes = {coding.code for coding in said.codings if coding.system in ("snomed", "status-reason")}
        if codes & _NO_EFFECT:
            return "ineffective", None
        if codes & _NOT_TOLERATED:
            return "not_tolerated", said.shown[:300] or None
    return "unknown", None


def _is_therapy(match: Match, names: Names) -> bool:
    """Whether a medicine is an option of the knowledge base, a family of options, or a relative of one."""
    return match.kind in ("therapy", "family") or bool(names.families(match))


def _in_list(matches: tuple[Match, ...]) -> list[str]:
    """What the list of medicines names: our drugs and classes, and the classes of a drug that is none of ours."""
    return [id_ for match in matches for id_ in ((match.id,) if match.kind != "other" else match.classes)]


_PER_DAY = {"d": 1.0, "h": 24.0}
_MASSES = {"mg": 1.0, "g": 1000.0, "ug": 0.001, "mcg": 0.001, "µg": 0.001}


def _daily(body: Json) -> str | None:
    """The daily dose, where one structured dosage gives a mass and how often a day; texts are not read."""
    dosages = mappings(body.get("dosageInstruction")) or mappings(body.get("dosage"))
    if len(dosages) != 1 or dosages[0].get("asNeededBoolean") is True:
        return None
    repeat = mapping(mapping(dosages[0].get("timing")).get("repeat"))
    often, period = number(repeat.get("frequency")), number(repeat.get("period"))
    unit = _PER_DAY.get(text(repeat.get("periodUnit")))
    for given in mappings(dosages[0].get("doseAndRate")):
        quantity = mapping(given.get("doseQuantity"))
        amount = number(quantity.get("value"))
        mass = _MASSES.get((text(quantity.get("unit")) or text(quantity.get("code"))).casefold())
        if amount and mass and often and period and unit and "when" not in repeat:
            return f"{amount * mass * often * unit / period:g} mg daily"
    return None


def _courses(trials: list[Trial]) -> list[Trial]:
    """One trial for each therapy and purpose: still ongoing if one entry is, else with the outcome that one entry tells."""
    found: dict[tuple[str, str], Trial] = {}
    for trial in trials:
        known = found.setdefault((trial.therapy, trial.purpose), trial)
        if known is trial:
            continue
        if trial.outcome == "ongoing" or known.outcome == "unknown":
            known.outcome, known.adverse_event = trial.outcome, trial.adverse_event
        known.dose = trial.dose or known.dose
    return list(found.values())
