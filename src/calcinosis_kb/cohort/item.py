"""What is known of a person, item by item: the rows of the table that a source of many patients gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from msgspec.structs import replace

from calcinosis_kb.patients.bound import COMPARATORS
from calcinosis_kb.patients.models import Adequacy, LabResult, Patient, Trial, Unresolved
from calcinosis_kb.patients.reader import PatientReader

__all__ = ["KNOWN", "LISTS", "Item", "joined", "part"]

LISTS = ("history", "medications", "conditions", "allergies")
"""The lists of a record that say whether they are complete."""

KNOWN = (*LISTS, "sites", "features")
"""The lists that may be missing, or hold something that was not understood."""

_WORDS = {
    "disease": "diseases", "condition": "conditions", "medication": "medications", "allergy": "allergies",
}  # fmt: skip
"""The list of a patient file for each kind of item that is a word of it."""

NOT_UNDERSTOOD = "not understood"


class Item(NamedTuple):
    """One thing that is known of a person.

    ``kind`` is disease, condition, medication, allergy, site, feature (``id`` names it); pattern; sex; pregnant; age and largest
    (``value``); lab (``value`` in the unit of the test, with a comparator as ``detail`` if it is a bound; or a finding as ``detail``);
    trial (``detail`` is purpose, outcome, adequacy and whether it has ended, with slashes between them); list (``detail``: complete or
    incomplete); unread (a list in which something was not understood); or open (a list, and the word in it that leaves something open).
    """

    kind: str
    id: str
    detail: str = ""
    value: float | None = None

    @property
    def measured(self) -> bool:
        """Whether it is a number that counts by the region between limits in which it lies."""
        return self.value is not None and self.detail not in COMPARATORS


def part(item: Item, reader: PatientReader) -> Patient:
    """Return a patient of whom only one item is known; `joined` puts several together."""
    kind, id_, detail, value = item
    if kind == "lab" and item.measured and value is not None:
        lab = LabResult(
            id_, value=value, unit=reader.knowledge.terms.labs[id_].unit, provisional=detail == "provisional"
        )
        return Patient(labs={id_: lab})
    if kind in ("list", "unread"):
        unread = (Unresolved(NOT_UNDERSTOOD, id_),) if kind == "unread" else ()  # type: ignore[arg-type]
        empty: dict[str, Any] = {} if id_ == "history" else {id_: ()}
        return Patient(**empty, unresolved=unread)
    read = reader.mapping(_mapping(item, reader))
    if kind == "trial":
        return replace(read, trials=tuple(_as_given(trial, *detail.split("/")[2:]) for trial in read.trials))
    return read


def _as_given(trial: Trial, adequacy: str = "unknown", ended: str = "") -> Trial:
    """A trial that was as adequate as it was found to be, and has ended if it has."""
    return replace(trial, adequacy=cast(Adequacy, adequacy), ended=ended or None)


def _mapping(item: Item, reader: PatientReader) -> dict[str, Any]:
    """The patient file of whom only one item is known."""
    kind, id_, detail, value = item
    if kind in _WORDS:
        return {_WORDS[kind]: [id_]}
    if kind == "open":
        return {id_: [detail]}
    if kind == "trial":
        purpose, outcome, *_ = detail.split("/")
        return {"history": [{"therapy": id_, "for": purpose, "outcome": outcome}]}
    if kind == "lab":
        unit = reader.knowledge.terms.labs[id_].unit
        return {"labs": {id_: detail if value is None else {"value": value, "unit": unit, "comparator": detail}}}
    if kind in ("site", "feature"):
        return {"calcinosis": {f"{kind}s": [id_]}}
    if kind == "pattern":
        return {"calcinosis": {"pattern": id_}}
    if kind == "largest":
        return {"calcinosis": {"largest_mm": value}}
    return {"patient": {kind: {"true": True, "false": False}.get(id_, id_) if value is None else value}}


def joined(known: Mapping[Item, Patient]) -> Patient:
    """Return the patient of whom all of some items are known, given the `part` of each.

    A list is complete only if an item says so, and nothing in it was left unread.
    """

    def every(name: str) -> tuple[Any, ...] | None:
        told = [value for one in known.values() if (value := getattr(one, name)) is not None]
        return tuple(dict.fromkeys(entry for value in told for entry in value)) if told else None

    def one_of(name: str) -> Any:
        return next((value for one in known.values() if (value := getattr(one, name)) is not None), None)

    said = {one.pregnant for one in known.values() if one.pregnant is not None}
    lists = {
        (item.id, item.kind == "list" and item.detail == "complete")
        for item in known
        if item.kind in ("list", "unread")
    }

    def whole(name: str) -> bool:
        return (name, True) in lists and (name, False) not in lists

    return Patient(
        age=one_of("age"),
        sex=one_of("sex"),
        pregnant=any(said) if said else None,
        diseases=every("diseases"),
        pattern=one_of("pattern"),
        sites=every("sites"),
        features=every("features"),
        largest_mm=one_of("largest_mm"),
        trials=tuple(trial for one in known.values() for trial in one.trials),
        history_complete=whole("history"),
        medications=every("medications"),
        medications_complete=whole("medications"),
        conditions=every("conditions"),
        conditions_complete=whole("conditions"),
        allergies=every("allergies"),
        allergies_complete=whole("allergies"),
        labs={name: lab for one in known.values() for name, lab in one.labs.items()},
        unresolved=every("unresolved") or (),
        open_words=every("open_words") or (),
    )
