"""Read patient files whole: everything that is understood of one, and everything that is said of a wrong one (whole.yaml)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from calcinosis_kb import InputError, KnowledgeBase
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.errors import Problem

WHOLE: dict[str, Any] = yaml.load(Path(__file__).with_name("whole.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)


def told(problem: Problem) -> str:
    """A problem on one line."""
    valid = f"valid: {' '.join(problem.valid[:3])} of {len(problem.valid)}" if problem.valid else ""
    parts = (problem.code, str(problem.place), problem.message, valid, " ".join(problem.nearest), problem.fix)
    return " | ".join(filter(None, parts))


def test_a_patient_is_understood_whole(kb: KnowledgeBase) -> None:
    assert kb.reader.mapping(WHOLE["written"]).to_dict() == WHOLE["understood"]


@pytest.mark.parametrize("mistake", WHOLE["mistakes"], ids=lambda mistake: mistake["written"][:30])
def test_every_mistake_is_told_with_its_place_and_a_way_out(kb: KnowledgeBase, mistake: dict[str, Any]) -> None:
    with pytest.raises(InputError) as wrong:
        kb.reader.document(parse(mistake["written"], "p.yaml"))
    assert [told(problem) for problem in wrong.value.problems] == mistake["said"]
