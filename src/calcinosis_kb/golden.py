"""Golden cases: a patient and what the answer must be, in YAML that a clinician can read (docs/golden-cases.md)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.errors import CalcinosisError, KnowledgeError, Problem
from calcinosis_kb.schema import validate
from calcinosis_kb.source import Document, parse, read_text

__all__ = ["GoldenCase", "cases_directory", "failures", "read_cases"]


class Expected(BaseModel):
    """What must hold of one therapy; what is absent is not looked at. Lists name what must be among the others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    standing: str | None = None
    verdict: str | None = None
    rules: tuple[str, ...] = ()
    not_rules: tuple[str, ...] = ()
    check_first: tuple[str, ...] = ()
    not_check_first: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


class GoldenCase(BaseModel):
    """A case file: ``order`` lists offered therapies in the order they must have among themselves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    why: str
    patient: dict[str, Any]
    expect: dict[str, Expected] = {}
    first: str | None = None
    order: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()


def cases_directory() -> Path:
    """Where the golden cases lie in a checkout; an installed package does not carry them."""
    return Path(__file__).resolve().parents[2] / "tests" / "cases"


def read_cases(directory: Path) -> Iterator[tuple[Document, GoldenCase]]:
    """Every ``*.case.yaml`` of a folder in order. Raises `KnowledgeError` for one that cannot be read."""
    for path in sorted(directory.glob("*.case.yaml")):
        name = f"tests/cases/{path.name}"
        document = parse(read_text(path, name=name, error=KnowledgeError), name, error=KnowledgeError)
        case, problems = validate(document, GoldenCase)
        if case is None:
            raise KnowledgeError(tuple(problems))
        yield document, case


def failures(kb: KnowledgeBase, document: Document, case: GoldenCase) -> tuple[set[str], list[Problem]]:
    """The rules that held, and everything in which the answer is not what the case expects (CKB037)."""
    advisor = kb.advisor
    try:
        patient = kb.reader.mapping(case.patient)
        situation = advisor.situation(patient)
        firings = advisor.judging.judge(situation.facts)
    except CalcinosisError as error:
        return set(), [Problem("CKB037", str(error), document.place(("patient",)), mend="mend the case's patient")]
    held = {firing.rule.rule for firing in firings if not firing.rule.asks}
    held.update(reason.rule for _, reason in situation.standings.values())
    return held, list(_differences(advisor.answer(patient, situation, firings), document, case))


def _differences(advice: Advice, document: Document, case: GoldenCase) -> Iterator[Problem]:
    def problem(message: str, *path: str) -> Problem:
        mend = f"'calcinosis-kb why' shows the reasoning; the case says: {case.why}"
        return Problem("CKB037", message, document.place(path), mend=mend)

    judged = {item.therapy.id: item for item in advice.judged}
    for therapy, expected in case.expect.items():
        item = judged.get(therapy)
        if item is None:
            yield problem(f"'{therapy}' is no option", "expect", therapy)
            continue
        for key in ("standing", "verdict"):
            wanted = getattr(expected, key)
            if wanted is not None and wanted != getattr(item, key):
                yield problem(f"the {key} of {therapy} is {getattr(item, key)}, not {wanted}", "expect", therapy, key)
        rules = {reason.rule for reason in item.reasons} | {check.rule for check in item.check_first}
        facts = {check.fact for check in item.check_first}
        text = " ".join(reason.text for reason in item.reasons).casefold()
        for key, found in (("rules", rules), ("check_first", facts)):
            for wanted in getattr(expected, key):
                if wanted not in found:
                    yield problem(f"{therapy}: '{wanted}' is not among the {key}", "expect", therapy, key)
            for unwanted in getattr(expected, f"not_{key}"):
                if unwanted in found:
                    yield problem(f"{therapy}: '{unwanted}' is among the {key}", "expect", therapy, f"not_{key}")
        for words in expected.says:
            if words.casefold() not in text:
                yield problem(f"no reason on {therapy} says '{words}'", "expect", therapy, "says")
    offered = [item.therapy.id for item in advice.options]
    if case.first is not None and offered[:1] != [case.first]:
        yield problem(f"first is {offered[:1] or 'nothing'}, not {case.first}", "first")
    if [id_ for id_ in offered if id_ in case.order] != list(case.order):
        yield problem(f"the order is {[id_ for id_ in offered if id_ in case.order]}", "order")
    named = {item.named for item in advice.patient.unresolved}
    for word in case.unresolved:
        if word not in named:
            yield problem(f"'{word}' was understood, though the case says that it is not", "unresolved")
