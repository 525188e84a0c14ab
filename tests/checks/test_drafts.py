"""A draft is left out and named: it blocks no command, and whatever refers to it is told so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from calcinosis_kb import KnowledgeError, load
from calcinosis_kb.checks.run import check
from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.editing.new import NewFile
from calcinosis_kb.errors import Problem
from calcinosis_kb.knowledge.models import Citation
from calcinosis_kb.report.coverage import CoverageReport
from strategies import ROOT

pytestmark = pytest.mark.slow
"""Each test reads the whole base anew."""


@pytest.fixture
def clone(tmp_path: Path) -> Checkout:
    for folder in ("knowledge", "rules", "tests/cases"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return Checkout(tmp_path)


def findings(here: Checkout) -> list[Problem]:
    subject = Subject.read(here.knowledge, here.rules, here.cases)
    return [problem for section in check(subject) for problem in section.problems]


def test_what_new_writes_blocks_nothing_and_is_named(clone: Checkout) -> None:
    new = NewFile.open(clone)
    made = [
        new.study(Citation(doi="10.5555/12345678"), "carberry-2008"),
        new.therapy("ward_paste"),
        new.rule("minocycline-asthma", "minocycline"),
        new.case("asthma"),
        new.case("carberry-2008-1", published=True),
    ]
    kb = load(knowledge=clone.knowledge, rules=clone.rules, engines=("reference",))
    assert "ward_paste" not in kb.knowledge.therapies
    assert "carberry-2008" not in kb.knowledge.studies
    assert kb.advise({"diseases": ["crest"], "history": []}).options
    drafts = CoverageReport(kb.knowledge, kb.rules, kb.graph).data()["drafts"]
    assert drafts == {
        "carberry-2008": "knowledge/studies/carberry-2008.yaml",
        "ward_paste": "knowledge/therapies/ward_paste.yaml",
        "minocycline-asthma": "rules/safety/minocycline.yaml",
        "carberry-2008-1": "knowledge/cases/carberry-2008-1.yaml",
    }
    found = findings(clone)
    assert {problem.severity for problem in found} == {"warning"}
    named = {problem.place.file for problem in found if problem.code == "CKB064" and problem.place}
    assert named == {path.relative_to(clone.root).as_posix() for path in made}
    assert any(problem.code == "CKB011" and "'design'" in problem.message for problem in found), "what is missing"


def test_what_refers_to_a_draft_is_told_so(clone: Checkout) -> None:
    file = clone.knowledge / "studies" / "balin-2012.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("id: balin-2012\n", "id: balin-2012\ndraft: true\n"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"'balin-2012' is a draft, at knowledge/studies/balin-2012\.yaml:3:1"):
        load(knowledge=clone.knowledge, rules=clone.rules)
    complete = next(problem for problem in findings(clone) if problem.code == "CKB064")
    assert "nothing to fill in" in complete.message


def test_the_places_behind_a_draft_rule_stay(clone: Checkout) -> None:
    file = clone.rules / "fit.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"- {{id: unfinished, draft: true}}\n{text}", encoding="utf-8")
    shipped = load(engines=("reference",)).rules
    moved = load(knowledge=clone.knowledge, rules=clone.rules, engines=("reference",)).rules
    for rule, other in zip(shipped.verdict_rules, moved.verdict_rules, strict=True):
        path, _, line = rule.at.partition(":")
        assert other.at == (f"{path}:{int(line) + 1}" if path == "rules/fit.yaml" else rule.at)


def test_a_draft_of_an_overlay_leaves_the_base_as_it_is(tmp_path: Path) -> None:
    study = tmp_path / "ward" / "knowledge" / "studies" / "balin-2012.yaml"
    study.parent.mkdir(parents=True)
    study.write_text("id: balin-2012\ndraft: true\n", encoding="utf-8")
    kb = load(overlay=tmp_path / "ward", engines=("reference",))
    assert "balin-2012" in kb.knowledge.studies
    assert set(kb.knowledge.drafts) == {"balin-2012"}


@pytest.mark.parametrize("file", ["knowledge/terms.yaml", "rules/facts.yaml", "knowledge/references/labels.yaml"])
def test_a_file_without_drafts_cannot_be_left_out(file: str, tmp_path: Path) -> None:
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text("draft: true\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"CKB010 .*:1:1\s+unknown key 'draft'"):
        load(overlay=tmp_path)
