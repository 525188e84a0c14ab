"""New files mark their gaps, and pass the check once these are filled."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.editing.kinds import KINDS, kind_of
from calcinosis_kb.editing.new import NewFile
from calcinosis_kb.errors import InputError
from calcinosis_kb.knowledge.models import Citation
from strategies import ROOT

WRITTEN: dict[str, Callable[[NewFile], Path]] = {
    "study": lambda shop: shop.study(Citation(doi="10.1234/made-up"), "made-up-2020"),
    "therapy": lambda shop: shop.therapy("made_up"),
    "rule": lambda shop: shop.rule("made-up", "colchicine"),
    "rule for all": lambda shop: shop.rule("made-up"),
    "golden case": lambda shop: shop.case("made-up"),
    "published case": lambda shop: shop.case("made-up", published=True),
}
FILLED: dict[str, Any] = {
    "design": "case_report", "therapy": "rituximab", "confidence": "seen_abstract", "seen": ["https://example.org"],
    "kind": "drug", "therapies": "all", "when": [{"patient": {"pregnant": True}}], "effect": "note", "sources": ["nunes-2019"],
    "diseases": ["crest"], "source_seen": ["https://example.org"], "expect": {"rituximab": {"verdict": "suggest"}},
}  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> NewFile:
    return NewFile.open(Checkout.of_package(), tmp_path)


def gaps(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(data, dict | list):
        entries = data.items() if isinstance(data, dict) else enumerate(data)
        return [gap for key, value in entries for gap in gaps(value, (*path, key))]
    return [path] if data is None else []


@pytest.mark.slow
@pytest.mark.parametrize("what", WRITTEN)
def test_every_gap_that_must_be_filled_is_pointed_to(what: str, shop: NewFile) -> None:
    path = WRITTEN[what](shop)
    document = parse(read_text(path), path.name)
    problems = validate(document, kind_of(path).content)[1]
    told = {problem.place for problem in problems}
    assert problems
    assert told <= {document.place(gap) for gap in gaps(document.data)}


def test_all_gaps_of_a_rule_are_told_at_once(shop: NewFile) -> None:
    path = shop.rule("made-up", "colchicine")
    document = parse(read_text(path), path.name)
    told = {problem.message: problem for problem in validate(document, kind_of(path).content)[1]}
    assert set(told) == {f"'{key}' is empty" for key in ("title", "when", "effect", "because", "sources")}
    assert "avoid" in told["'effect' is empty"].valid


@pytest.mark.slow
@pytest.mark.parametrize("what", WRITTEN)
def test_once_its_gaps_are_filled_a_file_fits(what: str, shop: NewFile) -> None:
    path = WRITTEN[what](shop)
    document = parse(read_text(path), path.name)
    open_ = gaps(document.data)
    assert open_
    for gap in open_:
        part = document.data
        for key in gap[:-1]:
            part = part[key]
        part[gap[-1]] = FILLED.get(str(gap[-1]), "Words.")
    assert validate(Document(path.name, document.data), kind_of(path).content)[1] == []


def test_the_comments_name_every_key_of_the_model(shop: NewFile) -> None:
    for what, kind in (("study", "study"), ("therapy", "therapy"), ("published case", "published-case")):
        text = WRITTEN[what](shop).read_text(encoding="utf-8")
        model = next(known.content for known in KINDS if known.name == kind)
        for field in model.model_fields:
            assert f"\n{field}:" in text or f"# {field}:" in text or text.startswith(f"{field}:")
    assert "case_report" in (shop.root / "knowledge/studies/made-up-2020.yaml").read_text(encoding="utf-8")


def test_a_rule_is_added_and_the_others_stay(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    before = (tmp_path / "rules/safety/colchicine.yaml").read_text(encoding="utf-8")
    path = NewFile.open(Checkout.of_package(), tmp_path).rule("made-up", "colchicine")
    after = path.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert [rule["id"] for rule in parse(after, "x").data][-1] == "made-up"
    assert (tmp_path / "rules/safety/warfarin.yaml").read_text() == (ROOT / "rules/safety/warfarin.yaml").read_text()


def test_what_is_there_is_refused_and_nothing_is_written(shop: NewFile) -> None:
    with_doi = next(
        document
        for name, document in shop.knowledge.items()
        if "/studies/" in name and "doi" in document.data["citation"]
    )
    doi = with_doi.data["citation"]["doi"]
    refused: list[tuple[Callable[[], Path], str, str]] = [
        (lambda: shop.study(Citation(doi=doi.upper())), "CKB075", with_doi.name),
        (lambda: shop.study(Citation(doi="10.1234/x"), "nunes-2019"), "CKB074", "knowledge/studies/nunes-2019.yaml"),
        (lambda: shop.study(Citation(doi="10.1234/x"), "../x"), "CKB076", "'../x'"),
        (lambda: shop.therapy("rituximab"), "CKB074", "knowledge/therapies/rituximab.yaml"),
        (lambda: shop.therapy("b_cell"), "CKB074", "knowledge/pathophysiology/"),
        (lambda: shop.rule("colchicine-statin"), "CKB074", "rules/safety/colchicine.yaml"),
        (lambda: shop.rule("made-up", "colchicin"), "CKB014", "nearest: colchicine"),
    ]
    for attempt, code, told in refused:
        with pytest.raises(InputError, match=code) as caught:
            attempt()
        assert told in str(caught.value)
    assert list(shop.root.rglob("*.yaml")) == []


def test_nothing_is_written_over(shop: NewFile) -> None:
    path = shop.case("made-up")
    path.write_text("mine")
    with pytest.raises(InputError, match="CKB074"):
        shop.case("made-up")
    assert path.read_text() == "mine"


def test_a_study_is_called_after_author_and_year_or_after_its_number(shop: NewFile) -> None:
    assert shop.study(Citation(first_author="Nunes", year=2019, pmid="1")).stem == "nunes-2019-b"
    assert shop.study(Citation(pmid="2")).stem == "pmid-2"
    assert shop.study(Citation(doi="10.1234/A_(b)")).stem == "doi-10-1234-a-b"


def test_a_base_with_mistakes_still_takes_a_new_file(tmp_path: Path) -> None:
    shop = NewFile.open(Checkout.of_package(), tmp_path)
    first = shop.study(Citation(doi="10.1234/x"), "x-2020")
    (tmp_path / "knowledge/studies/broken.yaml").write_text("id: [")
    with pytest.raises(InputError, match="CKB075"):
        NewFile.open(Checkout.of_package(), tmp_path).study(Citation(doi="10.1234/x"))
    assert first.exists()
    assert NewFile.open(Checkout.of_package(), tmp_path).study(Citation(doi="10.1234/y"), "y-2020").exists()
