"""Find the kind of a file from its path."""

from __future__ import annotations

import pytest

from calcinosis_kb.documents.kinds import FileKind, kind_of
from calcinosis_kb.editing.kinds import KINDS
from calcinosis_kb.knowledge.loader import KINDS as KNOWLEDGE
from calcinosis_kb.knowledge.searches import SEARCHES
from calcinosis_kb.patients.published import PUBLISHED
from strategies import ROOT


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("knowledge/therapies/rituximab.yaml", "therapy"),
        ("/home/rules/base/knowledge/therapies/rituximab.yaml", "therapy"),
        ("knowledge/therapies/deep/rituximab.yaml", None),
        ("knowledge/therapies/rituximab.yml", None),
        ("knowledge/terms.yaml", "terms"),
        ("knowledge/other.yaml", None),
        ("knowledge/cases/nunes-2019-1.yaml", "published-case"),
        ("knowledge/cases/deep/nunes-2019-1.yaml", "published-case"),
        ("rules/facts.yaml", "facts"),
        ("rules/fit.yaml", "rules"),
        ("rules/safety/deep/colchicine.yaml", "rules"),
        ("tests/cases/egfr-25.case.yaml", "golden-case"),
        ("/home/rules/base/tests/cases/egfr-25.case.yaml", "golden-case"),
        ("tests/cases/egfr-25.yaml", None),
        ("otherrules/fit.yaml", None),
    ],
)
def test_a_path_has_the_kind(path: str, name: str | None) -> None:
    kind = kind_of(path, KINDS)
    assert (kind and kind.name) == name


def test_every_file_of_the_base_has_a_kind() -> None:
    files = [path for root in ("knowledge", "rules") for path in (ROOT / root).rglob("*.yaml")]
    assert len(files) > 300
    assert [path for path in files if kind_of(path, KINDS) is None] == []


def test_folder_and_single_file() -> None:
    shown = {kind.name: (kind.folder, kind.is_one_file) for kind in KINDS}
    assert shown["study"] == ("studies", False)
    assert shown["published-case"] == ("cases", False)
    assert shown["terms"] == ("", True)
    assert shown["rules"] == ("", False)


def test_names_and_patterns_are_unique() -> None:
    assert len({kind.name for kind in KINDS}) == len({kind.pattern for kind in KINDS}) == len(KINDS)


def test_a_character_of_a_pattern_stands_for_itself() -> None:
    assert not FileKind("x", "knowledge/a.yaml", str).fits("knowledge/aXyaml")


def test_every_kind_of_the_knowledge_is_loaded() -> None:
    """But for the records of searches, which no answer reads."""
    below = {kind.name for kind in KINDS if kind.pattern.startswith("knowledge/")}
    assert below == {kind.name for kind in (*KNOWLEDGE, PUBLISHED, SEARCHES)}
