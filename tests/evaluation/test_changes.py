"""Find which answers a change of knowledge or rules alters, and which file caused it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from calcinosis_kb.evaluation.changes import AnswerChange, Comparison, compare, golden_and_published, open_version
from strategies import ROOT


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("knowledge", "rules"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def compared(changed: Path) -> Comparison:
    asked = golden_and_published(ROOT / "tests" / "cases", ROOT / "knowledge" / "cases")
    few = {
        name: ask for name, ask in asked.items() if "seed-patient" in name or "egfr-25" in name or "trysberg" in name
    }
    assert len(few) == 3
    return compare(open_version("old", ROOT), open_version("new", changed), few)


def edit(file: Path, right: str, wrong: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong), encoding="utf-8")


def of(found: Comparison, therapy: str) -> list[AnswerChange]:
    return [change for change in found.answers if change.therapy == therapy]


@pytest.mark.slow
def test_nothing_changed(copy: Path) -> None:
    found = compared(copy)
    assert (found.files, found.answers, found.evidence) == ((), (), ())


@pytest.mark.slow
def test_a_changed_rule_is_named_with_its_line(copy: Path) -> None:
    edit(copy / "rules" / "safety" / "zoledronic_acid.yaml", "effect: avoid", "effect: note")
    found = compared(copy)
    (change,) = of(found, "zoledronic_acid")
    assert (change.kind, change.before, change.case) == ("verdict", "avoid", "tests/cases/egfr-25.case.yaml")
    assert change.after.startswith("reserve")
    assert any(cause.startswith("rules/safety/zoledronic_acid.yaml:") for cause in change.because)
    assert found.evidence == ()
    assert {change.therapy for change in found.answers} == {"zoledronic_acid"}


@pytest.mark.slow
def test_a_changed_count_is_told_with_its_study(copy: Path) -> None:
    edit(
        copy / "knowledge" / "studies" / "balin-2012.yaml",
        "complete: 22\n      partial: 5\n      none: 1\n",
        "complete: 2\n      partial: 5\n      none: 21\n",
    )
    found = compared(copy)
    (change,) = found.evidence
    assert change.therapy == "surgical_excision"
    assert change.because == ("knowledge/studies/balin-2012.yaml",)
    assert of(found, "surgical_excision")
    assert all("knowledge/studies/balin-2012.yaml" in one.because for one in found.answers)


@pytest.mark.slow
def test_a_draft_and_a_record_of_searches_change_no_answer(copy: Path) -> None:
    draft = copy / "knowledge" / "studies" / "doe-2026.yaml"
    draft.write_text("id: doe-2026\ndraft: true\nresults:\n  - therapy: diltiazem\n", encoding="utf-8")
    search = copy / "knowledge" / "searches" / "diltiazem.yaml"
    search.parent.mkdir()
    search.write_text("therapy: diltiazem\n", encoding="utf-8")
    old, new = open_version("old", ROOT), open_version("new", copy)
    files = {path.relative_to(copy).as_posix() for path in (draft, search)}
    assert files <= new.files()
    assert not any(new.answers_read(name) or old.answers_read(name) for name in files)
    edit(draft, "draft: true\n", "")
    assert new.answers_read("knowledge/studies/doe-2026.yaml")
    assert all(version.answers_read("rules/evidence.yaml") for version in (old, new))


@pytest.mark.slow
def test_who_only_makes_room_has_not_moved(copy: Path) -> None:
    """One more study shifts the mean that every expected response leans on, and a rule takes one therapy away."""
    edit(
        copy / "knowledge" / "studies" / "balin-2012.yaml",
        "complete: 22\n      partial: 5\n      none: 1",
        "complete: 21\n      partial: 5\n      none: 2",
    )
    edit(copy / "rules" / "safety" / "minocycline.yaml", "effect: caution", "effect: avoid")
    asked = golden_and_published(ROOT / "tests" / "cases", ROOT / "knowledge" / "cases")
    name = "tests/cases/lupus-and-tnf-inhibitors.case.yaml"
    old, new = open_version("old", ROOT), open_version("new", copy)
    found = compare(old, new, {name: asked[name]})
    (change,) = of(found, "minocycline")
    assert change.kind == "left"
    before, after = ({i.therapy.id: i for i in v.kb.advise(asked[name](v.kb)).judged} for v in (old, new))
    still = [id_ for id_ in before if before[id_].listed and before[id_].verdict == after[id_].verdict]
    followed = [id_ for id_ in still if not of(found, id_)]
    assert any(before[id_].rank != after[id_].rank and before[id_].key != after[id_].key for id_ in followed)
    assert followed == sorted(followed, key=list(after).index)


@pytest.mark.slow
def test_a_new_therapy_is_told(copy: Path) -> None:
    (copy / "knowledge" / "therapies" / "madeup.yaml").write_text(
        "id: madeup\nname: Made up\nkind: drug\nno_mechanism: None is known.\nno_evidence: None was found.\n"
    )
    added = of(compared(copy), "madeup")
    assert {change.kind for change in added} == {"added"}
    assert all(change.because[-1] == "knowledge/therapies/madeup.yaml" for change in added)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "calcinosis_kb", "diff", *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_the_command_compares_revisions() -> None:
    done = run("HEAD", "HEAD", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["files"], told["answers"], told["evidence"]) == ([], [], [])
    assert told["asked"] >= 150


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=x"])
def test_a_revision_that_is_none_is_refused(revision: str) -> None:
    done = run("--", revision)
    assert done.returncode == 2
    assert "CKB055" in done.stderr
    assert done.stdout == ""


def test_a_file_of_several_cases_is_not_asked_and_ends_nothing(tmp_path: Path) -> None:
    case = "- {id: %s, diseases: [dermatomyositis], history: [], case: {worked: []}}\n"
    (tmp_path / "two.yaml").write_text(case % "one" + case % "two", encoding="utf-8")
    version = open_version("now", ROOT)
    found = compare(version, version, golden_and_published(tmp_path / "none", tmp_path))
    assert (found.asked, found.answers) == (1, ())
