"""Read devices: what one that is in use shows of the patient (a pacemaker)."""

from __future__ import annotations

import msgspec

from calcinosis_kb.patients.account import Entry, State
from calcinosis_kb.patients.fhir.concept import Concept, concept
from calcinosis_kb.patients.fhir.dates import moment
from calcinosis_kb.patients.fhir.meaning import left_open
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.plain import Json, mapping, mappings, text
from calcinosis_kb.patients.fhir.record import Record, Resource

__all__ = ["DEVICES", "Devices", "devices"]

DEVICES = ("Device", "DeviceUseStatement")
"""A device that names its patient, and the statement that a patient uses one."""

_IN_USE = ("active", "completed", "")
"""A statement is completed where the record of it is, as a device may be without a status."""


class Devices(msgspec.Struct):
    """The conditions that devices show, and the words of what they leave open."""

    conditions: list[str] = msgspec.field(default_factory=list)
    entries: list[Entry] = msgspec.field(default_factory=list)


def devices(record: Record, found: list[Resource], meanings: Meanings) -> Devices:
    """Read devices. Only a state that lasts is shown: a device that was left in place tells of no passing illness."""
    read = Devices()
    for resource in found:
        said = _named(record, resource)
        state, why, present = _one(resource, said, meanings)
        when = moment(resource.body, "timingPeriod", "timingDateTime", "recordedOn", "manufactureDate")
        read.conditions += present
        gave = tuple(("conditions", id_) for id_ in present)
        read.entries.append(Entry(resource.type, resource.id, state, said.shown, why, when, gave))
    return read


def _one(resource: Resource, said: Concept, meanings: Meanings) -> tuple[State, str, list[str]]:
    body = resource.body
    if resource.type == "Device" and not body.get("patient"):
        return "ignored", "whose it is stands in what refers to it", []
    if text(body.get("status")) not in _IN_USE:
        return "ignored", text(body.get("status")).replace("-", " "), []
    meaning = meanings.condition(said)
    lasting = [match for match in meaning.matches if match in meanings.names.lasting(match)]
    open_ = left_open(meaning.open, lasting, meanings.names)
    present = [*(match.id for match in lasting), *(word for word, _ in open_)]
    if present:
        return "used", "", present
    if meaning.understood:
        return "recognised", meaning.why, []
    return "unresolved", "not understood", []


def _named(record: Record, resource: Resource) -> Concept:
    """What a device is called, or that which a statement is about."""
    about: Json = resource.body
    if resource.type == "DeviceUseStatement":
        used = record.follow(mapping(about.get("device")), resource)
        about = used.body if used is not None else {"type": {"text": text(mapping(about.get("device")).get("display"))}}
    kind = concept(about.get("type"))
    names = (text(one.get("name")) for one in mappings(about.get("deviceName")))
    return kind if kind.shown else Concept(text=next(filter(None, names), ""))
