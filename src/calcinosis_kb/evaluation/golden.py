"""Golden cases: a patient and what the answer must be, in YAML that a clinician can read (docs/golden-cases.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.advice.verdicts import Verdict
from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.drafts import is_draft
from calcinosis_kb.documents.fields import Id, IsDraft, Model, Names
from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.errors import CalcinosisError, KnowledgeError, Problem
from calcinosis_kb.knowledge.ids import OptionId
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.references import Space, missing, spaces
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.rules.loader import RuleBook
from calcinosis_kb.rules.models import Standing

__all__ = ["GoldenCase", "Outcome", "ask", "known_names", "read_case", "read_cases", "unknown_names"]


RuleId = Annotated[Id, Names("rules")]


class Expected(Model):
    """What is expected of one therapy. Absent fields are not checked; every item of a list must be in the answer."""

    standing: Standing | None = None
    verdict: Verdict | None = None
    rules: tuple[RuleId, ...] = ()
    not_rules: tuple[RuleId, ...] = ()
    check_first: tuple[str, ...] = ()
    not_check_first: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


class GoldenCase(Model):
    """A case file; ``order`` lists offered therapies in their expected relative order."""

    draft: IsDraft = False
    """Left out of every answer while true."""
    title: str
    """The subject of the case, in a few words."""
    why: str
    """The reason for the expected answer."""
    patient: dict[str, Any]
    expect: dict[OptionId, Expected] = Field({})
    """What is expected of each therapy: standing, verdict, rules, check_first, says."""
    first: OptionId | None = None
    order: tuple[OptionId, ...] = ()
    unresolved: tuple[str, ...] = ()


def read_cases(directory: Path) -> Iterator[tuple[Document, GoldenCase]]:
    """Read every finished ``*.case.yaml`` of a folder, in order. Raises `KnowledgeError` if one cannot be read."""
    for path in sorted(directory.glob("*.case.yaml")):
        name = f"tests/cases/{path.name}"
        document = parse(read_text(path, name=name, error=KnowledgeError), name, error=KnowledgeError)
        if not is_draft(document.data):
            yield document, read_case(document)


def read_case(document: Document) -> GoldenCase:
    """Read the case in a document. Raises `KnowledgeError` if it is not a case."""
    case, problems = validate(document, GoldenCase)
    if case is None:
        raise KnowledgeError(tuple(problems))
    return case


def known_names(knowledge: Knowledge, book: RuleBook, broken: Collection[str] = ()) -> dict[str, Space]:
    """Return the therapies, rules and other ids that a case may name; ``broken`` are ids in files that cannot be read."""
    rules = dict.fromkeys([rule.id for rule in (*book.standing_rules, *book.verdict_rules)] + list(broken))
    return {**spaces(knowledge, broken), "rules": Space("rule", rules)}


def unknown_names(known: Mapping[str, Space], document: Document, case: GoldenCase) -> list[Problem]:
    """Find names in a case that do not exist (CKB014), given the `known_names`."""
    return list(missing(GoldenCase, case, known, document.place))


@dataclass(frozen=True)
class Outcome:
    """The result of a golden case: the rules that it expects by name and that fired, and all differences (CKB037)."""

    shown: frozenset[str]
    problems: tuple[Problem, ...]


def ask(kb: KnowledgeBase, document: Document, case: GoldenCase) -> Outcome:
    """Answer a golden case and compare the answer with what it expects. The names in it must exist (`unknown_names`)."""
    advisor = kb.advisor
    try:
        patient = kb.reader.mapping(case.patient)
        situation = advisor.situation(patient)
        firings = advisor.verdict_rules.evaluate(situation.facts)
    except CalcinosisError as error:
        problem = Problem("CKB037", str(error), document.place(("patient",)), fix="fix the case's patient")
        return Outcome(frozenset(), (problem,))
    # Without an expected order, only the therapies in the case must be judged.
    spoken = [option for option in kb.knowledge.options if option.id in case.expect]
    judged = advisor.judgements(spoken, situation, firings)
    fired: dict[str, set[str]] = {therapy: {reason.rule} for therapy, (_, reason) in situation.standings.items()}
    for firing in firings:
        # A shadow asks for a missing fact of its rule, so it does not show that the rule fires.
        if not firing.rule.asks:
            fired.setdefault(firing.therapy, set()).add(firing.rule.rule)
    shown = {
        rule for id_, expected in case.expect.items() for rule in fired.get(id_, set()).intersection(expected.rules)
    }
    problems = list(_differences(judged, fired, patient, document, case))
    if case.first is not None or case.order:
        problems.extend(_misplaced(advisor.answer(patient, situation, firings), document, case))
    return Outcome(frozenset(shown), tuple(problems))


def _problem(document: Document, case: GoldenCase, message: str, *path: str) -> Problem:
    fix = f"'calcinosis-kb why' shows the reasoning; the case says: {case.why}"
    return Problem("CKB037", message, document.place(path), fix=fix)


def _misplaced(advice: Advice, document: Document, case: GoldenCase) -> Iterator[Problem]:
    """Differences between the order of the offered options and that of the case."""
    offered = [item.therapy.id for item in advice.options]
    if case.first is not None and offered[:1] != [case.first]:
        yield _problem(document, case, f"first is {offered[:1] or 'nothing'}, not {case.first}", "first")
    if [id_ for id_ in offered if id_ in case.order] != list(case.order):
        order = [id_ for id_ in offered if id_ in case.order]
        yield _problem(document, case, f"the order is {order}", "order")


def _differences(
    items: Iterable[Judgement], fired: Mapping[str, set[str]], patient: Patient, document: Document, case: GoldenCase
) -> Iterator[Problem]:
    def problem(message: str, *path: str) -> Problem:
        return _problem(document, case, message, *path)

    judged = {item.therapy.id: item for item in items}
    for therapy, expected in case.expect.items():
        item = judged[therapy]
        for key in ("standing", "verdict"):
            wanted = getattr(expected, key)
            if wanted is not None and wanted != getattr(item, key):
                yield problem(f"the {key} of {therapy} is {getattr(item, key)}, not {wanted}", "expect", therapy, key)
        rules = {reason.rule for reason in item.reasons} | {check.rule for check in item.check_first}
        facts = {check.fact for check in item.check_first}
        text = " ".join(reason.text for reason in item.reasons).casefold()
        # The rule of a check fires even if the therapy is not offered and the check is not shown.
        for key, found, also in (("rules", rules, fired.get(therapy, set())), ("check_first", facts, set())):
            for wanted in getattr(expected, key):
                if wanted not in found | also:
                    yield problem(f"{therapy}: '{wanted}' is not among the {key}", "expect", therapy, key)
            for unwanted in getattr(expected, f"not_{key}"):
                if unwanted in found:
                    yield problem(f"{therapy}: '{unwanted}' is among the {key}", "expect", therapy, f"not_{key}")
        for words in expected.says:
            if words.casefold() not in text:
                yield problem(f"no reason on {therapy} says '{words}'", "expect", therapy, "says")
    named = {item.named for item in patient.unresolved}
    for word in case.unresolved:
        if word not in named:
            yield problem(f"'{word}' was understood, though the case says that it is not", "unresolved")
