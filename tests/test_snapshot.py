"""The snapshot never changes an answer: the YAML is the source."""

from __future__ import annotations

import json
import os
import shutil
import stat
from hashlib import sha256
from pathlib import Path

import pytest

from calcinosis_kb import Advice, KnowledgeError, contents, load, snapshot
from calcinosis_kb.rules.engine import ENGINES, choose_engines
from strategies import ROOT, SEED

pytestmark = pytest.mark.slow
"""Each test reads the whole base anew."""


def snapshots(folder: Path) -> list[Path]:
    return sorted((folder / "calcinosis-kb").glob("*"))


def rules_of(therapy: str, advice: Advice) -> set[str]:
    return {reason.rule for reason in advice.judgement(therapy).reasons}


def test_a_changed_file_changes_the_answer_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    patient = {"diseases": ["crest"], "history": []}
    assert "evidence-against-trials" in rules_of("warfarin", load(rules=rules).advise(patient))
    evidence = rules / "evidence.yaml"
    evidence.write_text(evidence.read_text().replace("level: {at_most: 2}", "level: {at_most: 1}"))
    assert "evidence-against-trials" not in rules_of("warfarin", load(rules=rules).advise(patient))
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


# --- an answer never rests on a snapshot that somebody else may have written

NAME, FORGED = b"Rituximab", b"Forgedmab"


def forge(file: Path) -> None:
    """Another word in a snapshot, with a digest that fits: only who may write in the folder tells it from a true one."""
    content = file.read_bytes().partition(b"\n")[2].replace(NAME, FORGED)
    file.write_bytes(sha256(content).hexdigest().encode() + b"\n" + content)


def name_of_rituximab() -> str:
    return load().knowledge.therapies["rituximab"].name


def test_the_folder_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    load()
    assert stat.S_IMODE((tmp_path / "calcinosis-kb").stat().st_mode) == 0o700


def test_a_word_changed_in_it_is_never_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    load()
    (file,) = snapshots(tmp_path)
    true = file.read_bytes()
    assert NAME in true
    file.write_bytes(true.replace(NAME, FORGED))
    assert name_of_rituximab() == NAME.decode()
    assert file.read_bytes() == true


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o777])
def test_a_folder_that_others_can_enter_is_closed_and_emptied(
    mode: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    load()
    (file,) = snapshots(tmp_path)
    forge(file)
    assert name_of_rituximab() == FORGED.decode(), "the forgery would be believed"
    file.parent.chmod(mode)
    assert name_of_rituximab() == NAME.decode()
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_link_in_place_of_the_folder_or_the_file_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    load()
    (file,) = snapshots(tmp_path / "cache")
    forge(file)
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    elsewhere = file.rename(other / file.name)
    forged = elsewhere.read_bytes()
    file.symlink_to(elsewhere)
    assert name_of_rituximab() == NAME.decode()
    assert (file.is_symlink(), elsewhere.read_bytes()) == (False, forged), "what a link points to is left alone"
    shutil.rmtree(file.parent)
    file.parent.symlink_to(other)
    assert name_of_rituximab() == NAME.decode()
    assert elsewhere.read_bytes() == forged


def test_a_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    load()
    (file,) = snapshots(tmp_path)
    forge(file)
    forged = file.read_bytes()
    # Only root can give a folder away, so the process takes another identity.
    monkeypatch.setattr(os, "geteuid", lambda: file.parent.stat().st_uid + 1)
    assert name_of_rituximab() == NAME.decode()
    assert file.read_bytes() == forged


# --- an answer from a snapshot is the answer without one


def test_it_holds_the_compiled_rules_of_both_engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = load()
    monkeypatch.setattr(contents, "compile_rules", None)
    kept = load()
    assert kept.advisor.verdict_rules.compiled == first.advisor.verdict_rules.compiled
    for engine in choose_engines(ENGINES):
        assert load(engines=(engine,)).advise({"history": []}).options
    one, other = (kb.advise(kb.reader.file(str(SEED))).to_dict() for kb in (first, kept))
    assert one == other


def test_a_model_read_from_it_can_be_copied_compared_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made, kept = load().knowledge, load().knowledge
    assert kept == made
    assert kept.model_dump_json() == made.model_dump_json()
    assert kept.model_copy(update={"version": "0"}).version == "0"


def test_another_program_makes_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    load()
    (before,) = snapshots(tmp_path)
    monkeypatch.setattr(snapshot, "change_mark", lambda *_: "changed")
    load()
    (after,) = snapshots(tmp_path)
    assert before.name != after.name


@pytest.mark.parametrize("content", [b"", b"not a pickle", b"cno_such_module\nname\n.", b"\x80\x05N."])
def test_a_snapshot_that_cannot_be_read_is_rebuilt_even_with_a_right_digest(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    before = load().knowledge.hash
    (file,) = snapshots(tmp_path)
    damaged = b"{}\n" + content
    file.write_bytes(sha256(damaged).hexdigest().encode() + b"\n" + damaged)
    assert load().knowledge.hash == before
    assert damaged not in file.read_bytes()
