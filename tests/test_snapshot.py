"""The snapshot is a copy; the YAML is the truth."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from calcinosis_kb import KnowledgeError, load
from strategies import ROOT


def snapshots(folder: Path) -> list[Path]:
    return sorted((folder / "calcinosis-kb").glob("*"))


def test_a_changed_file_changes_the_answer_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    patient = {"diseases": ["crest"], "history": []}
    assert load(rules=rules).advise(patient).judgement("warfarin").verdict == "not_advised"
    evidence = rules / "evidence.yaml"
    evidence.write_text(evidence.read_text().replace("level: {at_most: 2}", "level: {at_most: 1}"))
    assert load(rules=rules).advise(patient).judgement("warfarin").verdict == "consider"
    assert len(snapshots(tmp_path / "cache")) == 1


@pytest.mark.parametrize("damage", [b"", b"{}", b"not json", b'{"knowledge": 3}'])
def test_a_damaged_snapshot_is_rebuilt(damage: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    patient = {"diseases": ["crest"], "history": []}
    before = json.dumps(load().advise(patient).to_dict())
    (file,) = snapshots(tmp_path)
    file.write_bytes(damage)
    assert json.dumps(load().advise(patient).to_dict()) == before
    assert file.read_bytes() != damage


def test_without_a_place_for_it_the_answer_comes_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert load().advise({"history": []}).options


def test_knowledge_that_does_not_hold_together_never_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    knowledge = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge", knowledge)
    (knowledge / "studies" / "balin-2012.yaml").unlink()
    with pytest.raises(KnowledgeError, match="balin-2012"):
        load(knowledge=knowledge)


def test_no_patient_is_written_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    load().advise({"history": [{"therapy": "diltiazem", "adverse_event": "a-very-telling-word"}]})
    assert not any(b"a-very-telling-word" in path.read_bytes() for path in snapshots(tmp_path))
