"""The listed therapies as a group of proposals, best first, each with its reasons, what to check first, and its sources."""

from __future__ import annotations

from calcinosis_kb.advice.answer import NOTICE, Advice
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.knowledge.evidence_words import evidence_words
from calcinosis_kb.report.blocks import Marked
from calcinosis_kb.report.detail import Details
from calcinosis_kb.report.fhir import concepts
from calcinosis_kb.report.fhir.citations import citations
from calcinosis_kb.report.fhir.resources import Json, Resources
from calcinosis_kb.report.render import as_text

__all__ = ["add_proposals"]


def add_proposals(resources: Resources, advice: Advice, subject: Json, author: Json) -> Json:
    """Add a proposal for each listed therapy and the group of them, of which any may be chosen; return the reference to the group."""
    for_whom = {
        "status": "draft",
        "intent": "proposal",
        "subject": subject,
        "reasonCode": [concepts.calcinosis(advice.knowledge)],
        "note": [{"text": NOTICE}],
    }
    actions = {
        item.therapy.id: _action(item, advice, resources.add(*_request(item, for_whom | {"requester": author})))
        for item in advice.options
    }
    groups = (
        _group("offered", "Open for this patient, best first", [actions[item.therapy.id] for item in advice.options if item.offered]),
        _group("reserve", "Last resorts", [actions[item.therapy.id] for item in advice.options if not item.offered]),
    )  # fmt: skip
    body = {
        **for_whom,
        "author": author,
        "code": {"text": "Treatments of calcinosis cutis that are open for this patient"},
        "action": [group for group in groups if group["action"]],
    }
    lines = [f"{item.rank}. {item.name}: {_standing(item)}" for item in advice.options]
    return resources.add("RequestGroup", {key: value for key, value in body.items() if value}, reads=[*lines, NOTICE])


def _request(item: Judgement, for_whom: Json) -> tuple[str, Json]:
    """The type and content of a proposal. It has no dose and no route beyond the name: choosing them is the prescriber's."""
    said = concepts.therapy(item.therapy)
    if item.therapy.kind == "drug":
        return "MedicationRequest", {**for_whom, "medicationCodeableConcept": said}
    return "ServiceRequest", {**for_whom, "code": said}


def _group(id_: str, title: str, actions: list[Json]) -> Json:
    behaviour = {"groupingBehavior": "logical-group", "selectionBehavior": "any"}
    return {"id": id_, "title": title, **behaviour, "action": actions}


def _action(item: Judgement, advice: Advice, request: Json) -> Json:
    details = Details(advice.knowledge, [item])
    reads = as_text([Marked(details.of(item))])
    documents = list(citations(details.sources))
    return {
        "id": item.therapy.id.replace("_", "-"),
        "prefix": str(item.rank),
        "title": item.name,
        "description": f"{_standing(item)}; {evidence_words(item.evidence)}",
        "textEquivalent": reads,
        **({"documentation": documents} if documents else {}),
        "precheckBehavior": "no",
        "resource": request,
    }


def _standing(item: Judgement) -> str:
    return f"{item.verdict}, {item.state.replace('_', ' ')}"
