"""Which treatments the orders being written are, and which of them this patient should rather not get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.fhir.bundle import resources
from calcinosis_kb.patients.fhir.concept import concept
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.medication import Medication, medication
from calcinosis_kb.patients.fhir.purpose import purpose
from calcinosis_kb.patients.fhir.record import Record, Resource
from calcinosis_kb.patients.models import FOR_CALCINOSIS
from calcinosis_kb.web.hooks.request import HookRequest

__all__ = ["Objection", "Order", "objections", "orders"]

Kind = Literal["avoid", "not_tolerated", "failed", "not_advised"]


@dataclass(frozen=True)
class Order:
    """An order that is being written: as it is named there, the treatments of this base that it may be, and what it is for."""

    named: str
    therapies: tuple[str, ...]
    purpose: str


@dataclass(frozen=True)
class Objection:
    """What speaks against an order: the judgement on its treatment, and in which way."""

    order: Order
    kind: Kind
    judgement: Judgement


def orders(request: HookRequest, record: Record, names: Names) -> Iterator[Order]:
    """Yield the orders to judge: all drafts, or those that were selected. None of them is a treatment that was tried."""
    drafts = tuple(resources([request.drafts])) if request.drafts else ()
    meanings, around = Meanings(names), Record((*drafts, *record.resources), frozenset())
    for draft in drafts:
        if request.selected is not None and f"{draft.type}/{draft.id}" not in request.selected:
            continue
        what = _said(around, draft)
        if (
            what is None
            or draft.body.get("doNotPerform") is True
            or draft.body.get("status") in ("cancelled", "entered-in-error")
        ):
            continue
        ids = (id_ for match in meanings.drug(what.said, what.given).matches for id_ in _options(match.id, names))
        yield Order(what.said.shown, tuple(dict.fromkeys(ids)), purpose(around, draft, meanings))


def _said(record: Record, draft: Resource) -> Medication | None:
    """What is ordered; None if it is neither a medicine nor a procedure."""
    if draft.type == "MedicationRequest":
        return medication(record, draft)
    return Medication(concept(draft.body.get("code"))) if draft.type == "ServiceRequest" else None


def _options(id_: str, names: Names) -> tuple[str, ...]:
    """The options of a treatment: itself, or the members of a family."""
    return tuple(option.id for option in names.knowledge.options if id_ in (option.id, option.family))


def objections(found: Iterable[Order], advice: Advice) -> Iterator[Objection]:
    """Yield what speaks against orders. An order that may be several treatments is objected to if each of them is."""
    for order in found:
        judged = [advice.judgement(id_) for id_ in order.therapies]
        kinds = [_kind(item, order) for item in judged]
        kind = kinds[0] if kinds and all(kinds) else None
        if kind is not None:
            yield Objection(order, kind, judged[0])


def _kind(item: Judgement, order: Order) -> Kind | None:
    """In which way a treatment should not be given. What failed in calcinosis may be right for something else."""
    if item.verdict == "avoid":
        return "avoid"
    if item.standing == "not_tolerated":
        return "not_tolerated"
    if item.verdict == "not_advised" and item.therapy.kind == "exposure":
        return "not_advised"
    if order.purpose not in FOR_CALCINOSIS:
        return None
    if item.standing == "failed":
        return "failed"
    return "not_advised" if item.verdict == "not_advised" else None
