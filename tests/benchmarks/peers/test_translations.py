"""What small rules become for each engine, and the figures that a page shows of a run."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from benchmarks.peers import clips, cql, json_logic, zen
from benchmarks.peers.conjunctions import distinct, grounded
from benchmarks.peers.facts import by_name
from benchmarks.peers.page import Run, with_figures
from calcinosis_kb.rules.compiler import Clause, Conjunction
from calcinosis_kb.rules.compiler import Test as Bound
from strategies import ROOT

LOW = Conjunction(None, (Clause("lab", (Bound("name", "=", "egfr"), Bound("value", "<", 30))),))
TRIED = Conjunction(
    Clause("option", (Bound("reach", "=", "local"),)),
    (
        Clause("trial", (Bound("outcome", "=", "failed"),), (("family", "family"),)),
        Clause("disease", (Bound("name", "=", "lupus"),), negated=True),
    ),
)


def test_clips_has_a_template_for_each_kind_and_a_rule_with_the_option_last() -> None:
    assert clips.translate([LOW, TRIED]).decode().splitlines() == [
        "(deftemplate disease (slot id) (slot name))",
        "(deftemplate lab (slot id) (slot name) (slot value))",
        "(deftemplate option (slot family) (slot id) (slot reach))",
        "(deftemplate trial (slot family) (slot id) (slot outcome))",
        '(defrule r0 (lab (id ?f0) (name "egfr") (value ?p0-value&:(and (numberp ?p0-value) (< ?p0-value 30)))) => (fire 0 ?f0))',
        '(defrule r1 (trial (id ?f1) (family ?its-family&~nil) (outcome "failed"))'
        ' (option (id ?f0) (family ?its-family) (reach "local"))'
        ' (not (disease (name "lupus"))) => (fire 1 ?f0 ?f1))',
    ]


def test_zen_has_an_expression_for_each_question_and_a_row_for_each_rule() -> None:
    nodes = {node["id"]: node["content"] for node in json.loads(zen.translate([LOW, TRIED]))["nodes"]}
    assert [one["value"] for one in nodes["clauses"]["expressions"]] == [
        'filter(named.lab["egfr"] ?? [] as f, f.value != null and f.value < 30)',
        'filter(every.option ?? [] as f, f.reach == "local")',
        'filter(every.trial ?? [] as f, f.outcome == "failed")',
        'named.disease["lupus"] ?? []',
    ]
    bound = "flatMap(c1 as f0, flatMap(filter(c2 as j, (j.family != null and j.family == f0.family)) as f1, [[f0.id, f1.id]]))"
    assert [(row["when"], row["facts"]) for row in nodes["rules"]["rules"]] == [
        ("len(c0) > 0", "flatMap(c0 as f0, [[f0.id]])"),
        (f"len(c1) > 0 and len(c2) > 0 and len(c3) == 0 and len({bound}) > 0", bound),
    ]


def test_json_logic_gives_whether_a_rule_holds_or_for_which_options() -> None:
    value, family = {"var": ["value"]}, {"var": ["family"]}
    below = {"and": [{"!==": [value, None]}, {"<": [value, 30]}]}
    failed = {"filter": [{"var": ["../../every.trial", []]}, {"and": [{"===": [{"var": ["outcome"]}, "failed"]}]}]}
    local = {"filter": [{"var": ["every.option", []]}, {"and": [{"===": [{"var": ["reach"]}, "local"]}]}]}
    joined = {"and": [{"!==": [family, None]}, {"in": [family, {"map": [failed, family]}]}]}
    assert json.loads(json_logic.translate([LOW, TRIED])) == [
        {"!!": [{"and": [{"!!": [{"filter": [{"var": ["named.lab.egfr", []]}, {"and": [below]}]}]}]}]},
        {
            "if": [
                {"and": [{"!": [{"!!": [{"var": ["named.disease.lupus", []]}]}]}]},
                {"map": [{"filter": [local, {"and": [joined]}]}, {"var": ["id"]}]},
                [],
            ]
        },
    ]


def test_cql_retrieves_facts_by_code_and_asks_for_them_in_queries() -> None:
    library = json.loads(cql.translate([LOW, TRIED]))["library"]
    assert [code["name"] for code in library["codes"]["def"]] == ["egfr", "lupus"]
    defined: dict[str, dict[str, Any]] = {one["name"]: one["expression"] for one in library["statements"]["def"]}
    assert list(defined) == ["c0", "c1", "c2", "c3", "r0", "r1"]
    assert defined["c0"]["where"]["type"] == "Less"
    assert defined["c0"]["source"][0]["expression"] == {
        "type": "Retrieve",
        "dataType": "lab",
        "codeProperty": "name",
        "codes": {"type": "ToList", "operand": {"type": "CodeRef", "name": "egfr"}},
    }
    assert [source["expression"]["name"] for source in defined["r1"]["source"]] == ["c1", "c2"]
    joined, absent = defined["r1"]["where"]["operand"]
    assert [operand["path"] for operand in joined["operand"]] == ["family", "family"]
    assert absent == {"type": "Not", "operand": {"type": "Exists", "operand": {"type": "ExpressionRef", "name": "c3"}}}


def test_a_join_to_a_word_that_the_option_must_have_is_a_test_for_it() -> None:
    unwanted = Clause("option", (Bound("advised", "=", "recommended"),), (("therapy", "therapy"),), negated=True)
    rule = Conjunction(Clause("option", (Bound("therapy", "=", "warfarin"),)), (unwanted, *TRIED.clauses))
    tests = (Bound("advised", "=", "recommended"), Bound("therapy", "=", "warfarin"))
    assert grounded(rule) == Conjunction(rule.option, (Clause("option", tests, negated=True), *TRIED.clauses))
    assert grounded(LOW) == LOW


def test_a_word_that_an_engine_cannot_quote_is_refused() -> None:
    quoted = Conjunction(None, (Clause("condition", (Bound("name", "=", 'the "old" one'),)),))
    assert r'(name "the \"old\" one")' in clips.translate([quoted]).decode()
    with pytest.raises(ValueError, match="ZEN cannot quote"):
        zen.translate([quoted])
    dotted = Conjunction(None, (Clause("condition", (Bound("name", "=", "vitamin.d"),)),))
    with pytest.raises(ValueError, match="a path of JSON Logic cannot hold"):
        json_logic.translate([dotted])


def test_rules_that_share_a_conjunction_are_judged_once() -> None:
    assert distinct([LOW, TRIED, LOW]) == (LOW, TRIED)


def test_facts_are_found_by_name() -> None:
    warfarin, unnamed = {"id": "f0", "therapy": "warfarin"}, {"id": "f1", "age": 60}
    missing = {"id": "f2", "about": "lab", "name": "egfr"}
    facts: Any = {"option": [warfarin], "patient": [unnamed], "unknown": [missing]}
    assert by_name(facts) == {"option": {"warfarin": [warfarin]}, "patient": {}, "unknown": {"lab egfr": [missing]}}


def test_the_page_shows_the_figures_of_the_last_run() -> None:
    """``python -m benchmarks.peers`` measures them anew."""
    page = (ROOT / "docs" / "peers.md").read_text(encoding="utf-8")
    run = msgspec.json.decode((ROOT / "docs" / "studies" / "peers.json").read_bytes(), type=Run)
    assert with_figures(page, run) == page
