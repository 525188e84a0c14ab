"""The whole answer for a patient as one FHIR R4 Bundle (docs/fhir-export.md)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from calcinosis_kb._version import __version__
from calcinosis_kb.advice.answer import NOTICE, Advice
from calcinosis_kb.advice.head import Head, head
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.advice.reasons import Reason
from calcinosis_kb.characters import visible
from calcinosis_kb.patients.account import Entry
from calcinosis_kb.report.advice import version_line
from calcinosis_kb.report.fhir import concepts
from calcinosis_kb.report.fhir.citations import address
from calcinosis_kb.report.fhir.proposals import add_proposals
from calcinosis_kb.report.fhir.requirements import requirements
from calcinosis_kb.report.fhir.resources import Json, Resources

__all__ = ["guidance_bundle"]


def guidance_bundle(advice: Advice) -> Json:
    """Return the answer: a guidance response with proposals, what is missing, warnings and the verdict on every therapy.

    It holds no time: whoever stores it knows when it was received.
    """
    shown = head(advice.patient, advice.knowledge)
    resources = Resources(msgspec.json.encode(advice.to_dict()))
    patient = resources.add("Patient", _patient(advice), reads=_described(shown))
    device = resources.add("Device", _device(advice), reads=[version_line(advice)])
    group = add_proposals(resources, advice, patient, device)
    verdicts = resources.add("Parameters", {"parameter": [_verdict(item, advice) for item in advice.judged]})
    messages = _messages(advice, shown)
    outcome = resources.add("OperationOutcome", {"issue": messages}, reads=shown.alerts) if messages else None
    needed = list(requirements(advice.questions, advice.knowledge))
    response = {
        "moduleCodeableConcept": {"text": "calcinosis-kb: which treatments of calcinosis cutis have not been tried"},
        "status": "data-requested" if needed else "success",
        "subject": patient,
        "performer": device,
        "reasonCode": [concepts.calcinosis(advice.knowledge)],
        "note": [{"text": NOTICE}, {"text": version_line(advice)}],
        **({"evaluationMessage": [outcome]} if outcome else {}),
        "outputParameters": verdicts,
        "result": group,
        **({"dataRequirement": needed} if needed else {}),
    }
    asked = [f"{question.text} It {question.effect}." for question in advice.questions]
    guidance = resources.add("GuidanceResponse", response, reads=[NOTICE, *asked])
    for warning in advice.warnings:
        resources.add("DetectedIssue", _issue(warning, advice, patient, device, guidance), reads=[warning.shown])
    return resources.bundle()


def _patient(advice: Advice) -> Json:
    """Sex alone: a patient file has an age, and no date of birth can be made of it."""
    return {"gender": advice.patient.sex} if advice.patient.sex else {}


def _described(shown: Head) -> Iterator[str]:
    yield shown.who
    yield from (f"{label}: {', '.join(words)}" for label, words in shown.lines)
    if shown.blank:
        yield f"not recorded: {', '.join(shown.blank)}"


def _device(advice: Advice) -> Json:
    """This program, with the versions and hashes that the answer depends on."""
    knowledge = advice.knowledge
    versions = {
        "software": __version__,
        "knowledge": knowledge.version,
        "knowledge hash": knowledge.hash,
        "rules hash": advice.rules_hash,
        "overlay hash": knowledge.overlay,
        **{f"engine {n}": engine for n, engine in enumerate(advice.engines, 1)},
    }
    return {
        "deviceName": [{"name": "calcinosis-kb", "type": "user-friendly-name"}],
        "type": {"text": "Decision support software"},
        "version": [{"type": {"text": name}, "value": value} for name, value in versions.items() if value],
    }


def _verdict(item: Judgement, advice: Advice) -> Json:
    """The verdict on a therapy; why-not in words where the group of proposals does not hold it."""
    told = {
        "therapy": item.therapy.id,
        "name": item.name,
        "verdict": item.verdict,
        "standing": item.standing,
        "seen": item.evidence.seen,
        "state": item.state,
        "past": advice.past.openness(item),
    }
    parts: list[Json] = [{"name": name, "valueString": value} for name, value in told.items() if value]
    if item.rank is not None:
        parts.append({"name": "rank", "valuePositiveInt": item.rank})
    parts.extend({"name": "checkFirst", "valueString": check.fact} for check in item.check_first)
    if not item.listed:
        parts.extend({"name": "reason", "valueString": reason.shown} for reason in item.reasons)
    return {"name": "therapy", "part": parts}


def _messages(advice: Advice, shown: Head) -> list[Json]:
    """What was not understood or is doubtful, contradictions in the record, and drafts that were left out."""
    drafts = sorted(advice.knowledge.drafts)
    record = advice.patient.record
    entries = record.account.entries if record else ()
    said = [
        *(("warning", "code-invalid", text) for text in shown.alerts),
        *(("warning", "incomplete", _entry(one)) for one in entries if one.state in ("unresolved", "doubtful")),
        *(("warning", "conflict", text) for text in advice.patient.notes),
        *([("information", "informational", f"Drafts, left out: {', '.join(drafts)}.")] if drafts else ()),
    ]
    return [{"severity": severity, "code": code, "diagnostics": visible(text)} for severity, code, text in said]


def _entry(entry: Entry) -> str:
    """An entry of a health record that was not used, by which a record system finds it."""
    named = f" '{entry.named}'" if entry.named else ""
    return f"{entry.resource}/{entry.id}{named}: {entry.state}, {entry.why}"


def _issue(warning: Reason, advice: Advice, patient: Json, author: Json, guidance: Json) -> Json:
    """A medicine taken now that may do harm; preliminary, since nobody has judged it."""
    publications = map(advice.knowledge.publication, warning.sources)
    where = next((url for one in publications if one and (url := address(one))), None)
    return {
        "status": "preliminary",
        "code": {"text": warning.title},
        "patient": patient,
        "author": author,
        "evidence": [{"detail": [guidance]}],
        "detail": f"Taken now, and may do harm: {warning.shown}",
        **({"reference": where} if where else {}),
    }
