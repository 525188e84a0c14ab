"""Each field that names something is checked against the list that its mark says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.fields import models, named, shape
from calcinosis_kb.editing.kinds import KINDS
from calcinosis_kb.knowledge.loader import load_knowledge
from calcinosis_kb.knowledge.models import Study
from calcinosis_kb.knowledge.references import missing, missing_in_knowledge, spaces
from strategies import ROOT


def marks(annotation: Any) -> Iterator[str]:
    at = shape(annotation)
    if at.names:
        yield at.names.space
    for inner in (at.keys, at.values, at.items):
        if inner is not None:
            yield from marks(inner)


def test_every_mark_has_a_list(kb: KnowledgeBase) -> None:
    known = {*spaces(kb.knowledge), "rules"}
    used = {
        space
        for kind in KINDS
        for model in models(kind.content)
        for field in shape(model).fields.values()
        for space in marks(field)
    }
    assert len(used) > 15
    assert used <= known


def test_the_base_names_only_what_it_has() -> None:
    loaded = load_knowledge(ROOT / "knowledge")
    found = [word for _, kind, value in loaded.contents for _, word, _ in named(kind.content, value)]
    assert len(found) > 3000
    assert list(missing_in_knowledge(loaded)) == []


@pytest.mark.parametrize(
    ("change", "path", "message", "nearest"),
    [
        ({"design": "case_reprt"}, ("design",), "there is no design 'case_reprt'", "case_report"),
        (
            {"results": [{"therapy": "ritximab"}]},
            ("results", 0, "therapy"),
            "there is no therapy 'ritximab'",
            "rituximab",
        ),
        (
            {"results": [{"populations": ["slee"]}]},
            ("results", 0, "populations", 0),
            "there is no disease 'slee'",
            "sle",
        ),
    ],
)
def test_a_name_that_nothing_has(
    kb: KnowledgeBase, change: dict[str, Any], path: tuple[str | int, ...], message: str, nearest: str
) -> None:
    result = {"therapy": "rituximab", "agent": "a", "finding": "f", "confidence": "textbook"}
    data: dict[str, Any] = {"id": "x", "citation": {}, "design": "case_report", "seen": ["s"], "results": [result]}
    data |= {key: value for key, value in change.items() if key != "results"}
    data["results"] = [result | entry for entry in change.get("results", [{}])]
    marks = {path: (4, 2)}
    found = list(
        missing(Study, Study.model_validate(data), spaces(kb.knowledge), Document("x.yaml", data, marks).place)
    )
    assert [(p.code, p.message, str(p.place)) for p in found] == [("CKB014", message, "x.yaml:5:3")]
    assert nearest in found[0].nearest


def test_an_id_of_a_broken_file_may_be_anything(kb: KnowledgeBase) -> None:
    known = spaces(kb.knowledge, ["ward-2026"])
    assert all("ward-2026" in space.ids for space in known.values())
    assert "ward-2026" not in spaces(kb.knowledge)["sources"].ids
