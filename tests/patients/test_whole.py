"""Read patient files whole: everything that is understood of one, and everything that is said of a wrong one (whole.yaml)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml

from calcinosis_kb import InputError, KnowledgeBase
from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.errors import Problem
from calcinosis_kb.patients.models import Patient

WHOLE: dict[str, Any] = yaml.load(Path(__file__).with_name("whole.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)


def told(problem: Problem) -> str:
    """A problem on one line."""
    valid = f"valid: {' '.join(problem.valid[:3])} of {len(problem.valid)}" if problem.valid else ""
    parts = (problem.code, str(problem.place), problem.message, valid, " ".join(problem.nearest), problem.fix)
    return " | ".join(filter(None, parts))


EMPTY = Patient(history_complete=False, medications_complete=False, conditions_complete=False, allergies_complete=False)
"""What is understood of a file that says nothing."""


def understood(kb: KnowledgeBase, document: Document) -> dict[str, Any]:
    """What is understood of a patient file beyond an empty one, and of what kind and how adequate each trial was."""
    patient, nothing = kb.reader.document(document), EMPTY.to_dict()
    found = {key: value for key, value in patient.to_dict().items() if value != nothing.get(key)}
    trials = [" | ".join((trial.kind, trial.lasted, *trial.adequacy_reasons)) for trial in patient.trials]
    results = [result.shown for result in patient.labs.values()]
    return {**found, **({"trials": trials} if trials else {}), **({"results": results} if results else {})}


def test_a_patient_is_understood_whole(kb: KnowledgeBase) -> None:
    assert kb.reader.mapping(WHOLE["written"]).to_dict() == WHOLE["understood"]


@pytest.mark.parametrize("file", WHOLE["files"], ids=lambda file: file["written"][:60])
def test_a_small_file_is_understood_whole(kb: KnowledgeBase, file: dict[str, Any]) -> None:
    assert understood(kb, parse(file["written"], "p.yaml")) == file["understood"]


def test_a_file_is_read_by_its_address_or_from_standard_input(
    kb: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "patient: {age: 9}\ndiseases: [lumps]\n"
    (tmp_path / "p.yaml").write_text(text)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    for address, name in ((str(tmp_path / "p.yaml"),) * 2, ("-", "<standard input>")):
        with pytest.raises(InputError) as wrong:
            kb.reader.file(address)
        assert [str(problem.place) for problem in wrong.value.problems] == [f"{name}:2:12"]


def test_symptoms_are_open_while_a_word_for_one_is(kb: KnowledgeBase) -> None:
    told = {"{}": None, "{features: []}": False, "{features: [pain]}": True, "{features: [zyx]}": None}
    for written, expected in told.items():
        assert kb.reader.document(parse(f"calcinosis: {written}", "p.yaml")).symptoms is expected, written


@pytest.mark.parametrize("mistake", WHOLE["mistakes"], ids=lambda mistake: mistake["written"][:30])
def test_every_mistake_is_told_with_its_place_and_a_way_out(kb: KnowledgeBase, mistake: dict[str, Any]) -> None:
    with pytest.raises(InputError) as wrong:
        kb.reader.document(parse(mistake["written"], "p.yaml"))
    assert [told(problem) for problem in wrong.value.problems] == mistake["said"]
