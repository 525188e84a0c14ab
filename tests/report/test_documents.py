"""The JSON documents are what their written schemas say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator, meta

from calcinosis_kb import KnowledgeBase, load
from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.reach import reach
from calcinosis_kb.advice.stamp import Stamp, stamp
from calcinosis_kb.checks.retractions import Consulted
from calcinosis_kb.checks.run import Section
from calcinosis_kb.errors import Place, Problem
from calcinosis_kb.evaluation.golden import read_cases
from calcinosis_kb.evaluation.published import read_published
from calcinosis_kb.evaluation.scoring import evaluate
from calcinosis_kb.knowledge.mechanism_paths import polarity
from calcinosis_kb.patients.account import Account, Entry
from calcinosis_kb.patients.record_reading import RecordReading
from calcinosis_kb.report.check import CheckReport
from calcinosis_kb.report.compare import Column, CompareReport
from calcinosis_kb.report.documents import DOCUMENTS, document_schemas
from calcinosis_kb.report.evaluation import EvaluationReport
from calcinosis_kb.report.graph.reach import ReachReport
from calcinosis_kb.report.letter import LetterReport
from calcinosis_kb.report.record import RecordReport
from calcinosis_kb.report.therapies import TherapiesReport
from calcinosis_kb.report.therapy import TherapyReport
from calcinosis_kb.report.why import FamilyReport, WhyReport

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "docs" / "schemas"
CASES = [(document.name, case.patient) for document, case in read_cases(ROOT / "tests" / "cases")]


@cache
def validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    meta.validate(schema)
    return Draft202012Validator(schema)


def errors(name: str, data: Any) -> list[str]:
    """What the written schema has against a document, as it is after a way through JSON."""
    return [
        f"{error.instance_path}: {error.message}" for error in validator(name).iter_errors(json.loads(json.dumps(data)))
    ]


def test_the_written_schemas_are_those_of_the_code() -> None:
    for name, schema in document_schemas().items():
        assert json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")) == schema, name


@pytest.mark.parametrize(("name", "patient"), CASES, ids=[name for name, _ in CASES])
def test_every_golden_answer_is_as_its_schema_says(kb: KnowledgeBase, name: str, patient: dict[str, Any]) -> None:
    assert errors("advice", kb.advise(patient).to_dict()) == [], name


@pytest.fixture(scope="module")
def advice(kb: KnowledgeBase) -> Advice:
    return kb.advise(dict(CASES)["tests/cases/seed-patient.case.yaml"])


def documents(kb: KnowledgeBase, advice: Advice) -> Iterator[tuple[str, Any]]:
    knowledge = kb.knowledge
    for id_ in knowledge.therapies:
        paths = {one: kb.paths(one) for one in (id_, *knowledge.members(id_))}
        yield "therapy-report", TherapyReport(knowledge, kb.rules, id_, paths).document()
    for therapy in ("minocycline", "warfarin"):
        yield "why", WhyReport(advice, kb.advisor.explain(advice, therapy)).document()
    family = [kb.advisor.explain(advice, member) for member in knowledge.members("bisphosphonate")]
    yield "why-family", FamilyReport(advice, "bisphosphonate", family).document()
    judged = {item.therapy.id: item for item in advice.judged}
    for ids in (("rituximab", "warfarin"), ("minocycline", "pamidronate", "denosumab")):
        items = [judged[id_] for id_ in ids]
        yield "compare", CompareReport(knowledge, advice, (Column(items[0], (items[1],)), Column(items[-1]))).document()
        yield "letter", LetterReport(advice, (tuple(items), (items[0],))).document()
    polarities = {option.id: polarity(kb.paths(option.id)) for option in knowledge.options}
    yield "therapies", TherapiesReport(knowledge, polarities).document()
    entry = Entry("Condition", "1", "used", "asthma", "", "2020", (("conditions", "asthma"),))
    yield "reading", RecordReport(RecordReading({}, Account([entry]), date(2020, 1, 1), dead=False)).document()
    yield "reach", ReachReport(knowledge, kb.graph, advice, reach(knowledge, kb.graph, advice)).document()


def test_every_other_answer_is_as_its_schema_says(kb: KnowledgeBase, advice: Advice) -> None:
    for name, data in documents(kb, advice):
        assert errors(name, data) == [], name


def test_an_evaluation_is_as_its_schema_says(kb: KnowledgeBase) -> None:
    cases = read_published(ROOT / "knowledge" / "cases", kb.reader)[:6]
    plain = stamp(kb.knowledge, kb.rules.hash)
    with_overlay: Stamp = {**plain, "knowledge": {**plain["knowledge"], "overlay": "1f2e3d4c"}}
    for made_with in (plain, with_overlay):
        assert errors("evaluation", EvaluationReport(evaluate(kb, cases), cases, made_with).document()) == []


def test_a_check_is_as_its_schema_says() -> None:
    problems = [Problem("CKB013", "wrong", Place("a.yaml", 3, 4), nearest=("b",)), Problem("CKB084", "old")]
    consulted = Consulted("r.csv", sources=3, unidentified=1, newest=date(2026, 1, 2), notes=("n",))
    sections = [Section("knowledge", 3, problems), Section("rules", skipped="no reason")]
    assert errors("check", CheckReport(sections).document()) == []
    assert errors("check", CheckReport(sections, consulted).document()) == []


def test_what_rests_on_an_overlay_is_in_the_schemas(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "ward.yaml").write_text(
        "- id: ward-no-minocycline\n  title: Not given here\n  therapies: [minocycline]\n  when:\n    - option: {}\n"
        "  effect: against\n  because: We do not give it.\n  sources: [calcinosis-kb-method]\n",
        encoding="utf-8",
    )
    kb = load(overlay=tmp_path, engines=("reference",))
    advice = kb.advise({"diseases": ["crest"]})
    data = advice.to_dict()
    assert data["knowledge"]["overlay"] and errors("advice", data) == []
    for name, one in documents(kb, advice):
        assert errors(name, one) == [], name


def test_a_schema_refuses_what_it_does_not_describe(kb: KnowledgeBase, advice: Advice) -> None:
    made: dict[str, Any] = dict(documents(kb, advice)) | {"advice": advice.to_dict()}
    for name in sorted(made.keys() & DOCUMENTS.keys()):
        first = made[name][0] if isinstance(made[name], list) else made[name]
        key = next(iter(first))
        for changed in (
            {**first, "extra": 1},
            {**first, key: {"no": "such"}},
            {k: v for k, v in first.items() if k != key},
        ):
            assert errors(name, [changed] if isinstance(made[name], list) else changed), (name, key)
