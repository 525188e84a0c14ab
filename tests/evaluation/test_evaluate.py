"""Compare answers with what clinicians did: what is scored, what is excluded, and that nothing dangerous is offered."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from calcinosis_kb import KnowledgeBase
from calcinosis_kb._version import __version__
from calcinosis_kb.cli.evaluate import evaluate as evaluate_command
from calcinosis_kb.errors import InputError
from calcinosis_kb.evaluation.case_score import CaseScore, Unsafe
from calcinosis_kb.evaluation.collection import CASE_KEYS, KEYS, as_patient_file
from calcinosis_kb.evaluation.orders import BASELINES, ranks
from calcinosis_kb.evaluation.own_report import own_report
from calcinosis_kb.evaluation.published import PublishedCase, read_published
from calcinosis_kb.evaluation.scoring import BANDS, OURS, Evaluation, evaluate
from calcinosis_kb.evaluation.sensitivity import Move
from calcinosis_kb.evaluation.summary import Lead, lead, summarise
from calcinosis_kb.knowledge.expected import DISCOUNTS
from calcinosis_kb.knowledge.models import Citation
from calcinosis_kb.patients.published import NextGiven
from calcinosis_kb.report.plots.evaluation import draw_evaluation
from calcinosis_kb.report.plots.figure import SUFFIXES
from strategies import ROOT

CASES = ROOT / "knowledge" / "cases"

COLLECTED: dict[str, Any] = {
    "id": "made-1",
    "report": "made",
    "citation": {"pmid": None, "title": "Made for a test", "year": 2021, "first_author": "Nobody"},
    "patient": {
        "age": 55,
        "sex": "female",
        "underlying_disease": "limited_ssc_crest",
        "calcinosis": {"pattern": "universalis", "sites": ["hands"], "size_mm": None, "features": ["pain"]},
        "comorbidities": ["hypertension", "a thing unheard of"],
        "labs": {"calcium_mg_dl": 9.0, "anticentromere": "positive", "ana": "1/240"},
        "allergies": None,
        "concurrent_medications": None,
    },
    "history_detail": "named",
    "history": [
        {"therapy": "diltiazem", "for": "calcinosis", "outcome": "ineffective", "duration": "over 2 years"},
        {"therapy": "sodium thiosulfate", "for": "calcinosis", "outcome": "ineffective", "route": "topical"},
    ],
    "next_therapy": {"therapy": "rituximab", "route": None},
}


def written(tmp_path: Path, *entries: dict[str, Any]) -> Path:
    path = tmp_path / "collection.yaml"
    path.write_text(yaml.safe_dump(list(entries), allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def published(kb: KnowledgeBase) -> list[PublishedCase]:
    return read_published(CASES, kb.reader)


@pytest.fixture(scope="module")
def evaluation(kb: KnowledgeBase, published: list[PublishedCase]) -> Evaluation:
    return evaluate(kb, published)


def test_the_json_is_as_documented(evaluation: Evaluation) -> None:
    data = evaluation.to_dict()
    assert list(data) == ["cases", "summary", "baselines", "lead", "helped", "sensitivity", "not_held"]
    for case in data["cases"]:
        assert case["offered"] is (case["rank"] is not None)
        assert case["scored"] is (case["why_not_scored"] is None)
    assert list(data["baselines"]) == list(data["lead"]) == list(BASELINES)
    for both in (data["summary"], *data["baselines"].values()):
        for summary in (both["all"], both["named"]):
            assert list(summary) == ["n", "decisions", "offered", "mrr", "mrr_interval", "hits", "unsafe_offers"]
            assert list(summary["hits"]) == ["3", "5", "10"]
            interval, rank = summary["mrr_interval"], summary["mrr"]
            assert interval is not None and rank is not None and interval[0] <= rank <= interval[1]
            assert list(summary["hits"].values()) == sorted(summary["hits"].values())
            assert max(summary["hits"].values()) <= summary["offered"] <= summary["n"] <= summary["decisions"]
        assert both["named"]["decisions"] <= both["all"]["decisions"]


def test_every_decision_with_a_known_next_therapy_is_scored(
    evaluation: Evaluation, published: list[PublishedCase]
) -> None:
    known = {case.id for case in published if case.notes.next_therapy is not None}
    assert {case.id for case in evaluation.cases if case.scored} == known
    data = evaluation.to_dict()
    assert data["summary"]["all"]["decisions"] == len(known) == 25
    assert data["summary"]["all"]["n"] == len({case.report for case in published if case.id in known}) == 19
    named = [case for case in published if case.id in known and case.notes.history_detail == "named"]
    assert data["summary"]["named"]["decisions"] == len(named) == 13


def test_nothing_dangerous_is_offered(evaluation: Evaluation) -> None:
    assert {case.id: case.unsafe for case in evaluation.cases if case.unsafe} == {}


def test_it_beats_the_orders_that_know_nothing_of_the_evidence(evaluation: Evaluation) -> None:
    for name in ("alphabetical", "highest_level"):
        difference = evaluation.lead[name].difference
        assert difference is not None and difference > 0


def test_every_published_case_is_read(published: list[PublishedCase]) -> None:
    assert len(published) == 28
    assert {case.id: case.unreadable for case in published if case.patient is None} == {}


def test_the_report_of_a_case_never_speaks_for_itself(kb: KnowledgeBase, published: list[PublishedCase]) -> None:
    """The evidence for a case excludes the case's own report."""
    left_out = 0
    for case in published:
        assert case.patient is not None
        own = own_report(case, kb.names, kb.experience)
        left_out += bool(own)
        for item in kb.advisor.advise(case.patient, without=own).judged:
            used = {finding.study.id for finding in (*item.evidence.findings, *item.evidence.others)}
            assert not used & own
    assert left_out >= 10


def test_the_same_author_and_year_is_the_same_report(kb: KnowledgeBase, tmp_path: Path) -> None:
    entry = {**COLLECTED, "citation": {"first_author": "Daoussis D", "year": 2012}}
    (case,) = read_published(written(tmp_path, entry), kb.reader)
    assert "daoussis-2012" in own_report(case, kb.names, kb.experience)


def test_a_collection_is_read_as_it_is(kb: KnowledgeBase, tmp_path: Path) -> None:
    (case,) = read_published(written(tmp_path, COLLECTED), kb.reader)
    patient = case.patient
    assert patient is not None
    assert [(trial.therapy, trial.months) for trial in patient.trials] == [
        ("diltiazem", 24.0),
        ("sodium_thiosulfate_topical", None),
    ]
    assert patient.conditions_complete is False
    assert patient.medications is None
    assert patient.labs["calcium"].value == 9.0
    assert [(item.named, item.where) for item in patient.unresolved] == [("a thing unheard of", "conditions")]
    assert case.dropped == ("ana: 1/240 (labs)",)


def test_a_generic_history_is_reported_apart(kb: KnowledgeBase, tmp_path: Path) -> None:
    generic = {**COLLECTED, "id": "made-2", "history_detail": "generic"}
    evaluation = evaluate(kb, read_published(written(tmp_path, COLLECTED, generic), kb.reader))
    scores = evaluation.cases
    assert (evaluation.all[OURS].decisions, evaluation.named[OURS].decisions) == (2, 1)
    assert [(score.scored, score.named) for score in scores] == [(True, True), (True, False)]


def with_nulls(kept: dict[str, Any]) -> dict[str, Any]:
    """A patient file of ``knowledge/cases`` in the format of case collections, where all that is absent is null."""
    person, lesions, notes = kept.get("patient") or {}, kept.get("calcinosis") or {}, kept["case"]
    given = notes.get("next_therapy")
    return {
        **dict.fromkeys(KEYS),
        **{key: notes.get(key) for key in CASE_KEYS},
        "id": "made-1",
        "history_detail": notes.get("history_detail", "named"),
        "citation": {**dict.fromkeys(Citation.model_fields), **notes.get("citation", {})},
        "patient": {
            "age": person.get("age"),
            "sex": person.get("sex"),
            "underlying_disease": kept.get("diseases"),
            "disease_duration_years": notes.get("disease_duration_years"),
            "calcinosis": {
                "pattern": lesions.get("pattern"),
                "sites": lesions.get("sites"),
                "size_mm": lesions.get("largest_mm"),
                "features": lesions.get("features"),
            },
            "comorbidities": kept.get("conditions"),
            "labs": None,
            "allergies": None,
            "concurrent_medications": kept.get("medications"),
        },
        "history": [
            {**dict.fromkeys(("therapy", "for", "dose", "duration", "outcome", "adverse_event")), **tried}
            for tried in kept.get("history") or ()
        ],
        "next_therapy": given and {**dict.fromkeys(NextGiven.model_fields), **given},
    }


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_nulls_of_a_collection_change_nothing(kb: KnowledgeBase, tmp_path: Path, path: Path) -> None:
    """A published case is the same decision as a file of the base and as an entry full of nulls."""
    (kept,) = read_published(path, kb.reader)
    (case,) = read_published(written(tmp_path, with_nulls(yaml.safe_load(path.read_text("utf-8")))), kb.reader)
    assert case.unreadable is None
    assert case.dropped == ()
    assert case.patient is not None and kept.patient is not None
    assert case.notes.next_therapy == kept.notes.next_therapy
    assert case.notes.citation == kept.notes.citation
    assert case.named_therapies == kept.named_therapies
    assert case.patient.diseases == kept.patient.diseases
    assert case.patient.features == kept.patient.features


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value below the top, keys and items alike."""
    if path:
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


FULL = {
    **COLLECTED,
    "unit": "group",
    "n_patients": 4,
    "page_cut": True,
    "notes": "Made for a test.",
    "confidence": "seen_abstract",
    "source_seen": ["https://example.org/1"],
    "authors_suggest": ["infliximab"],
    "next_therapy": {
        "therapy": "rituximab",
        "combined_with": ["prednisone"],
        "route": "intravenous",
        "dose": 1000,
        "duration": "8 weeks",
        "outcome": "partial",
        "time_to_response": "8 weeks",
        "outcome_direction": "benefit",
        "adverse_event": "rash",
    },
}


@pytest.mark.parametrize("place", list(places(FULL)), ids=lambda place: ".".join(map(str, place)))
def test_a_null_at_any_place_of_a_collection_is_not_stated(
    kb: KnowledgeBase, tmp_path: Path, place: tuple[Any, ...]
) -> None:
    entry = copy.deepcopy(FULL)
    parent: Any = entry
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = None
    (case,) = read_published(written(tmp_path, entry), kb.reader)
    assert case.unreadable is None
    assert case.patient is not None
    assert (case.notes.next_therapy is None) is (place in (("next_therapy",), ("next_therapy", "therapy")))
    if place in (("history",), ("history_detail",)):
        assert case.patient.history_complete is False


@pytest.mark.parametrize("value", [None, "x", [], {}, 0, -5, True, ["a", None], [{"therapy": "x"}]])
def test_a_part_that_makes_no_sense_never_stops_the_others(kb: KnowledgeBase, tmp_path: Path, value: Any) -> None:
    """Each part of a collection is read, or dropped and reported."""
    for key in ("patient", "history"):
        entry = {**COLLECTED, key: value}
        (case,) = read_published(written(tmp_path, entry), kb.reader)
        assert case.patient is not None, case.unreadable
    for key in COLLECTED["patient"]:
        entry = {**COLLECTED, "patient": {**COLLECTED["patient"], key: value}}
        (case,) = read_published(written(tmp_path, entry), kb.reader)
        assert case.patient is not None, (key, case.unreadable)


def test_a_case_that_cannot_be_read_is_kept_with_its_reason(kb: KnowledgeBase, tmp_path: Path) -> None:
    wrong = {**COLLECTED, "id": "made-2", "history_detail": "vague"}
    cases = read_published(written(tmp_path, COLLECTED, wrong), kb.reader)
    scores = evaluate(kb, cases).to_dict()["cases"]
    assert [score["scored"] for score in scores] == [True, False]
    assert "vague" in str(scores[1]["why_not_scored"])


def test_a_file_that_is_no_case_says_what_is_wrong_with_it(kb: KnowledgeBase, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text("colour: red\ncase: {}\n")
    (case,) = read_published(path, kb.reader)
    assert case.unreadable == "unknown key 'colour'"


@pytest.mark.parametrize(("right", "wrong"), [("next_therapy", "next_therpay"), ("history_detail", "history_detial")])
@pytest.mark.parametrize("collected", [False, True])
def test_a_mistyped_key_never_unscores_a_case_in_silence(
    right: str, wrong: str, collected: bool, kb: KnowledgeBase, tmp_path: Path
) -> None:
    if collected:
        path = written(tmp_path, {wrong if key == right else key: value for key, value in COLLECTED.items()})
    else:
        path = tmp_path / "case.yaml"
        text = (ROOT / "knowledge" / "cases" / "abramowicz-2015-3.yaml").read_text(encoding="utf-8")
        path.write_text(text.replace(f"{right}:", f"{wrong}:"), encoding="utf-8")
    (case,) = read_published(path, kb.reader)
    assert f"unknown key '{wrong}'" in (case.unreadable or "")


def test_a_key_of_another_collection_is_listed(kb: KnowledgeBase, tmp_path: Path) -> None:
    (case,) = read_published(written(tmp_path, {**COLLECTED, "hospital": "x", "n_patients": "many"}), kb.reader)
    assert case.patient is not None
    assert set(case.dropped) >= {"hospital (unknown key)", "many (n_patients)"}


def test_a_patient_file_without_a_case_is_an_error_that_teaches(kb: KnowledgeBase, tmp_path: Path) -> None:
    path = tmp_path / "patient.yaml"
    path.write_text("diseases: [crest]\nhistory: []\n")
    with pytest.raises(InputError) as caught:
        read_published(path, kb.reader)
    (problem,) = caught.value.problems
    assert problem.code == "CKB012"
    assert "'case'" in (problem.fix or "")


def test_a_case_that_stands_twice_is_refused(kb: KnowledgeBase, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_published(written(tmp_path, COLLECTED, COLLECTED), kb.reader)
    assert caught.value.problems[0].code == "CKB015"


@pytest.mark.slow
def test_the_order_of_the_cases_changes_no_figure(kb: KnowledgeBase, published: list[PublishedCase]) -> None:
    shuffled = random.Random(1).sample(published, len(published))
    one, other = evaluate(kb, published).to_dict(), evaluate(kb, shuffled).to_dict()
    for part in ("summary", "baselines", "lead", "helped", "sensitivity"):
        assert one[part] == other[part]


def score(report: str, rank: int | None, *unsafe: str) -> CaseScore:
    return CaseScore(
        "c", report, "x", rank, 10, "untried", "consider", None, tuple(Unsafe(therapy, "failed") for therapy in unsafe)
    )


def test_each_report_counts_once() -> None:
    summary = summarise([score("a", 1), score("a", 4), score("b", None, "x", "y"), score("c", 10)])
    assert (summary.n, summary.decisions, summary.offered, summary.unsafe_offers) == (3, 4, 2, 2)
    assert summary.mrr == round(((1 + 0.25) / 2 + 0 + 0.1) / 3, 4)
    assert summary.hits == {3: 0.5, 5: 1, 10: 2}
    nothing = summarise([])
    assert (nothing.n, nothing.mrr, nothing.interval) == (0, None, None)
    # One report is one draw: its patients are not independent, so nothing varies.
    assert summarise([score("a", 1), score("a", 2)]).interval == (0.75, 0.75)


def test_a_lead_is_paired_by_report() -> None:
    """Reports that are hard for both orders widen the interval of each order, but not that of their difference."""
    ours = [score("a", 1), score("b", 2), score("c", 4)]
    theirs = [replace(case, rank=2 * (case.rank or 0)) for case in ours]
    assert lead(ours, theirs) == Lead(round((1 / 2 + 1 / 4 + 1 / 8) / 3, 4), (0.125, 0.5))
    assert lead(ours, ours) == Lead(0, (0, 0))
    assert lead([], []) == Lead(None, None)


def test_the_members_of_a_family_are_one_decision_in_every_order(kb: KnowledgeBase, evaluation: Evaluation) -> None:
    wanted = ("pamidronate", "diltiazem", "zoledronic_acid", "colchicine")
    listed = ranks(kb.knowledge.therapies[id_] for id_ in wanted)
    assert listed == {"pamidronate": 1, "diltiazem": 2, "zoledronic_acid": 1, "colchicine": 3}
    decisions = {option.family or option.id for option in kb.knowledge.options}
    for cases in evaluation.orders.values():
        assert all(0 < (case.rank or 1) <= case.of <= len(decisions) for case in cases)


def test_the_order_depends_on_the_discounts_but_not_wholly(kb: KnowledgeBase, evaluation: Evaluation) -> None:
    assert list(evaluation.sensitivity) == ["halved", "doubled"]
    for one in evaluation.sensitivity.values():
        assert one.mean_rank_change is not None and 0 < one.mean_rank_change < 5
        assert one.kept_in_first is not None and 0.5 < one.kept_in_first <= 1
    # The advisor of the knowledge base keeps its own weights.
    assert kb.advisor.responses.discounts == DISCOUNTS


def test_a_move_compares_what_both_offer() -> None:
    assert Move.between("r", {"a": 1, "b": 2, "c": 6}, {"a": 2, "b": 7, "d": 1}) == Move("r", 3, 0.5)
    assert Move.between("r", {}, {"a": 1}) == Move("r", 0, 1)


def test_every_rank_is_in_one_band() -> None:
    for rank in (None, *range(1, 100)):
        assert sum(has(rank) for has in BANDS.values()) == 1


def test_what_was_given_and_is_no_option_is_listed(kb: KnowledgeBase, tmp_path: Path) -> None:
    """A therapy that the base does not hold counts as not offered in every order, and is named as the authors named it."""
    given = {"therapy": "botulinum toxin", "combined_with": ["rituximab", "a thing unheard of"]}
    evaluation = evaluate(kb, read_published(written(tmp_path, {**COLLECTED, "next_therapy": given}), kb.reader))
    assert [one.therapy for one in evaluation.not_held] == ["botulinum toxin", "a thing unheard of"]
    for summary in evaluation.all.values():
        assert (summary.decisions, summary.offered, summary.mrr) == (1, 0, 0)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_picture_is_the_same_bytes_twice(evaluation: Evaluation, tmp_path: Path, suffix: str) -> None:
    one, other = tmp_path / f"one{suffix}", tmp_path / f"other{suffix}"
    draw_evaluation(evaluation, one, "Knowledge 1.0 (ab12)")
    draw_evaluation(evaluation, other, "Knowledge 1.0 (ab12)")
    assert one.read_bytes() == other.read_bytes()
    assert one.stat().st_size > 5000


def test_an_unknown_picture_is_refused(evaluation: Evaluation, tmp_path: Path) -> None:
    for name, code in (("x.gif", "CKB028"), ("missing/x.svg", "CKB057")):
        with pytest.raises(InputError) as caught:
            draw_evaluation(evaluation, tmp_path / name, "Knowledge 1.0 (ab12)")
        assert caught.value.problems[0].code == code


@pytest.mark.slow
def test_the_command_prints_the_same(evaluation: Evaluation, capsys: pytest.CaptureFixture[str]) -> None:
    from calcinosis_kb.cli.app import OutputFormat

    evaluate_command(format_=OutputFormat.json)
    printed = json.loads(capsys.readouterr().out)
    assert {printed.pop("knowledge")["version"]} == {__version__} and printed.pop("rules")["hash"]
    assert printed == evaluation.to_dict()


def test_a_newborn_is_of_age_0(kb: KnowledgeBase) -> None:
    patient, dropped = as_patient_file({"next_therapy": None, "patient": {"age": 0}}, kb.names)
    assert patient["patient"]["age"] == 0
    assert dropped == ()
