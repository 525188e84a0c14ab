"""Whole answers, word by word, of published patients and with a department's overlay (tests/printed_answers.py writes them anew)."""

from __future__ import annotations

from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase, base
from printed_answers import ANSWERS, printed, typed

TYPED = [(command, answer) for file in ANSWERS for command, answer in typed(file)]


@pytest.fixture(autouse=True)
def _ward_loaded_once(ward: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    load = base.load

    def load_once(**given: Any) -> KnowledgeBase:
        return ward if given.get("overlay") else load(**given)

    monkeypatch.setattr(base, "load", load_once)


@pytest.mark.parametrize(("command", "answer"), TYPED, ids=[command for command, _ in TYPED])
def test_an_answer_is_printed_as_it_was(command: str, answer: str) -> None:
    assert printed(command) == answer, "where this is meant: python tests/printed_answers.py (docs/golden-cases.md)"
