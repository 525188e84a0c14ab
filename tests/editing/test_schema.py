"""The schemas that an editor reads agree with the strict reader."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator, meta

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.editing.kinds import KINDS, SCHEMAS, Golden, kind_of, yaml_paths
from calcinosis_kb.editing.schema import as_text, attribute_docstrings, schemas, stale
from calcinosis_kb.knowledge.references import Space, spaces
from calcinosis_kb.report.documents import document_schemas
from strategies import ROOT

BY_NAME = {kind.name: kind for kind in KINDS}


@cache
def validator(name: str) -> Draft202012Validator:
    schema = json.loads((ROOT / SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    meta.validate(schema)
    return Draft202012Validator(schema)


def test_every_kind_has_files() -> None:
    """But for records of searches, which only a machine with network can make; tests/editing/watch holds one to its schema."""
    assert {kind_of(path).name for path in yaml_paths(ROOT)} | {"searches"} == set(BY_NAME)


@pytest.mark.parametrize("kind", BY_NAME)
def test_every_file_fits_its_schema(kind: str) -> None:
    paths = [path for path in yaml_paths(ROOT) if kind_of(path).name == kind]
    for path in paths:
        document = parse(read_text(path), str(path))
        assert [error.message for error in validator(kind).iter_errors(document.data)] == [], path
        assert validate(document, BY_NAME[kind].content)[1] == [], path


def test_the_schemas_are_current(kb: KnowledgeBase) -> None:
    for name, schema in schemas(kb.knowledge, kb.rules).items():
        assert (ROOT / SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8") == as_text(schema), name
    assert list(stale(ROOT, kb.knowledge, kb.rules)) == []


def test_what_is_not_current_is_told(kb: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / SCHEMAS).mkdir(parents=True)
    made = schemas(kb.knowledge, kb.rules)
    for name, schema in made.items():
        (tmp_path / SCHEMAS / f"{name}.schema.json").write_text(as_text(schema), encoding="utf-8")
    folder = tmp_path / SCHEMAS
    (folder / "study.schema.json").unlink()
    (folder / "guideline.schema.json").write_text("[]")
    without = {**made["therapy"]["$defs"], "sources": {"enum": []}}
    (folder / "therapy.schema.json").write_text(as_text({**made["therapy"], "$defs": without}))
    clauseless = {**made["rules"]["$defs"], "clause": {}}
    (folder / "rules.schema.json").write_text(as_text({**made["rules"], "$defs": clauseless}))
    found = {str(problem.place): problem.message for problem in stale(tmp_path, kb.knowledge, kb.rules)}
    assert found == {
        f"{SCHEMAS}/therapy.schema.json": "the schema of 'therapy' does not match knowledge and rules in: sources",
        f"{SCHEMAS}/study.schema.json": "the schema of 'study' is missing",
        f"{SCHEMAS}/guideline.schema.json": "the schema of 'guideline' is not a JSON Schema",
        f"{SCHEMAS}/rules.schema.json": "the schema of 'rules' does not match knowledge and rules in: clause",
    }


def test_a_schema_needs_no_other_file(kb: KnowledgeBase) -> None:
    for name, schema in schemas(kb.knowledge, kb.rules).items():
        pending: list[Any] = [schema]
        while pending:
            part = pending.pop()
            if isinstance(part, dict):
                reference = part.get("$ref")
                if isinstance(reference, str):
                    assert reference.removeprefix("#/$defs/") in schema["$defs"], f"{name}: {reference}"
                pending.extend(part.values())
            elif isinstance(part, list):
                pending.extend(part)


def test_words_come_with_their_meanings(kb: KnowledgeBase) -> None:
    made = schemas(kb.knowledge, kb.rules)
    therapies = made["study"]["$defs"]["therapies"]
    at = therapies["enum"].index("rituximab")
    assert therapies["markdownEnumDescriptions"][at] == "Rituximab"
    labs = made["patient"]["properties"]["labs"]["anyOf"][0]["properties"]
    assert labs["egfr"]["description"].endswith(f"in {kb.knowledge.terms.labs['egfr'].unit}")
    sources = made["therapy"]["$defs"]["Claim"]["properties"]["sources"]["items"]
    assert sources["anyOf"][1] == {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"}
    assert "nunes-2019" in made["therapy"]["$defs"]["sources"]["enum"]
    assert made["rules"]["$defs"]["fact_patient"]["properties"]["age"]["description"].endswith("in years")
    result = made["study"]["$defs"]["Result"]["properties"]
    assert result["n"]["description"] == "Patients treated."


STUDY = "id: x\ncitation: {}\ndesign: case_report\nseen: [s]\nresults:\n  - "
RESULT = "therapy: rituximab, agent: a, finding: f, confidence: seen_abstract"
RULE = "id: r, title: t, because: b"
EDGE = "id: e, source: b_cell, predicate: causes, target: b_cell, claim: c, confidence: textbook, sources: [s]"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("study", STUDY + f"{{{RESULT}, colour: red}}"),
        ("study", STUDY + f"{{{RESULT}, n: -1}}"),
        ("study", STUDY + f"{{{RESULT}, n: '4 of 9'}}"),
        ("study", STUDY + f"{{{RESULT}, direction: good}}"),
        ("study", STUDY + f"{{{RESULT}, populations: ssc}}"),
        ("study", STUDY + f"{{{RESULT}, outcomes: {{healed: 1}}}}"),
        ("study", STUDY + "{therapy: rituximab, agent: a, confidence: seen_abstract}"),
        ("study", STUDY.replace("case_report", "Case report") + f"{{{RESULT}}}"),
        ("study", STUDY.replace("citation: {}", "citation: {doi: 'https://doi.org/10.1/x'}") + f"{{{RESULT}}}"),
        ("study", STUDY.replace("citation: {}", "citation: {pmid: 12345}") + f"{{{RESULT}}}"),
        ("study", STUDY.replace("\nresults:\n  - ", "\nresults: []\n")),
        ("study", "- id: x\n"),
        ("therapy", "id: x\nname: X\nkind: pill\n"),
        ("therapy", "id: X y\nname: X\nkind: drug\n"),
        ("therapy", "id: x\nname: ''\nkind: drug\n"),
        ("therapy", "id: x\nname: X\nkind: drug\nclaims: [{text: t, sources: []}]\n"),
        (
            "theme",
            f"theme: t\nname: T\npart: causes\nnodes: []\nedges: [{{{EDGE}, sign: up, strength: plausible, context: [animal]}}]\n",
        ),
        (
            "theme",
            f"theme: t\nname: T\npart: causes\nnodes: []\nedges: [{{{EDGE}, sign: '+', strength: sure, context: [animal]}}]\n",
        ),
        (
            "theme",
            f"theme: t\nname: T\npart: causes\nnodes: []\nedges: [{{{EDGE}, sign: '+', strength: plausible, context: []}}]\n",
        ),
        ("theme", "theme: t\nname: T\npart: causes\nnodes: [{id: n, name: N, kind: thing}]\n"),
        ("guideline", "id: g\nkind: letter\ncitation: {}\nconfidence: textbook\nseen: []\n"),
        ("references", "r: {title: T, authority: high}\n"),
        ("references", "A b: {title: T, authority: low}\n"),
        ("story", "id: s\ntitle: T\nabout: A\nsentences: []\n"),
        ("published-case", "diseases: crest\n"),
        ("published-case", "case: {n_patients: one}\n"),
        ("facts", "patient: {meaning: M, attributes: {age: {type: years, meaning: M}}}\n"),
        ("rules", f"- {{{RULE}, therapies: all}}\n"),
        ("rules", f"- {{{RULE}, therapies: all, effect: forbid}}\n"),
        ("rules", f"- {{{RULE}, effect: avoid}}\n"),
        ("rules", f"- {{{RULE}, therapies: all, effect: null}}\n"),
        ("rules", f"- {{{RULE}, therapies: all, standing: null}}\n"),
        ("rules", f"- {{{RULE}, therapies: all, kinds: [drug], effect: avoid}}\n"),
        ("rules", f"- {{{RULE}, therapies: all, effect: avoid, standing: failed}}\n"),
        ("golden-case", "title: t\npatient: {}\n"),
        ("golden-case", "title: t\nwhy: w\npatient: {age: 4}\n"),
        ("golden-case", "title: t\nwhy: w\npatient: {patient: {age: -4}}\n"),
        ("golden-case", "title: t\nwhy: w\npatient: {}\nexpect: {rituximab: {outcome: x}}\n"),
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(kind: str, text: str) -> None:
    document = parse(text, "x.yaml")
    assert validate(document, BY_NAME[kind].content)[0] is None
    assert not validator(kind).is_valid(document.data)


@pytest.mark.parametrize(
    "when",
    [
        "{lab: {name: egfr, value: {below: thirty}}}",
        "{lab: {name: egfr, value: {under: 30}}}",
        "{lab: {value: {below: 30}}}",
        "{lab: {name: egrf}}",
        "{labs: {name: egfr}}",
        "{patient: {pregnant: maybe}}",
        "{patient: {weight: 60}}",
        "{patient: {sex: $family}, lesion: {pattern: universalis}}",
        "{none: {condition: {name: nothing_known}}}",
        "{any: {lab: {name: egfr}}}",
        "{any: []}",
        "{trial: {therapy: $colour}}",
        "lab",
        "{}",
    ],
)
def test_a_clause_that_facts_yaml_does_not_allow_is_refused(when: str) -> None:
    """The reader takes any clause; `check` and the schema hold it against rules/facts.yaml."""
    rule = f"- {{{RULE}, therapies: all, effect: avoid, when: [{when}]}}\n"
    assert not validator("rules").is_valid(parse(rule, "x.yaml").data)


@pytest.mark.parametrize(
    "when",
    [
        "{lab: {name: egfr, value: {below: 30, at_least: 15}}}",
        "{none: {medication: {name: [nifedipine, diltiazem]}}}",
        "{any: [{patient: {pregnant: true}}, {none: {lab: {name: egfr}}}]}",
        "{trial: {family: $family, outcome: [ineffective, worse]}}",
    ],
)
def test_a_clause_that_facts_yaml_allows_is_taken(when: str) -> None:
    rule = f"- {{{RULE}, therapies: all, effect: avoid, when: [{when}]}}\n"
    assert [e.message for e in validator("rules").iter_errors(parse(rule, "x.yaml").data)] == []


@pytest.mark.parametrize("word", ["therapy: rituksimab", "therapy: rituximab, populations: [scleroderma]"])
def test_a_closed_list_is_closed(word: str) -> None:
    """An alias is for patients; a study names the term by its id."""
    text = STUDY + f"{{{RESULT.replace('therapy: rituximab', word)}}}"
    assert not validator("study").is_valid(parse(text, "x.yaml").data)


def test_a_patient_may_be_described_in_other_words(kb: KnowledgeBase) -> None:
    text = "diseases: [CREST]\nhistory: [{therapy: Cardizem, outcome: failed}]\n"
    text += "labs: {egfr: {value: 40, unit: mL/min/1.73m2}, Ca: {value: 8, unit: mg/dL}}\n"
    document = parse(text, "p.yaml")
    assert kb.reader.document(document).diseases == ("limited_ssc_crest",)
    assert validator("patient").is_valid(document.data)
    for wrong in ("diseases: crest", "patient: {age: 200}", "history: [{outcome: failed}]", "sex: female"):
        assert not validator("patient").is_valid(parse(wrong, "p.yaml").data)


def test_every_name_has_its_list(kb: KnowledgeBase) -> None:
    """What `check` looks a name up in is what an editor offers for it."""
    made = schemas(kb.knowledge, kb.rules)
    known = {**spaces(kb.knowledge), "rules": Space("rule", kb.advisor.by_id)}
    offered = {
        name: set(list_["enum"])
        for schema in made.values()
        for name, list_ in schema["$defs"].items()
        if "enum" in list_
    }
    assert {"therapies", "options", "families", "nodes", "sources", "rules"} <= set(offered)
    for name, ids in offered.items():
        assert ids == set(known[name].ids), name
    assert "x-names" not in json.dumps(made)
    assert json.dumps(document_schemas())


def test_what_a_key_means_stands_below_its_field() -> None:
    assert attribute_docstrings(Golden)["title"].startswith("The subject of the case")
    assert "patient" in attribute_docstrings(Golden)
