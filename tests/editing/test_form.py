"""A form gives back what it shows, an amended file keeps what did not change, and nothing is saved outside its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.documents.fields import shape
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.editing.amend import amended
from calcinosis_kb.editing.citation_text import read_citation
from calcinosis_kb.editing.form import form, sent, typed
from calcinosis_kb.editing.kinds import Golden
from calcinosis_kb.editing.saving import digest, file_in, save
from calcinosis_kb.errors import InputError
from calcinosis_kb.knowledge.models import Citation, Study
from strategies import ROOT

STUDIES = sorted((ROOT / "knowledge" / "studies").glob("*.yaml"))
KEYS = frozenset(shape(Study).fields)


@pytest.mark.parametrize("path", STUDIES[::24], ids=lambda path: path.stem)
def test_a_form_that_nobody_touched_changes_no_byte(path: Path) -> None:
    text = path.read_text()
    data = typed(Study, sent(form(Study, parse(text, path.name).data)))
    assert amended(text, path.name, Study, data, only=KEYS) == text


@pytest.mark.slow
@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_no_study_loses_anything_in_its_form(path: Path) -> None:
    data = parse(path.read_text(), path.name).data
    assert typed(Study, sent(form(Study, data))) == data


def test_a_change_leaves_comments_and_unknown_keys_alone() -> None:
    text = "id: a\n# the abstract only\ndesign: case_report\nodd: 1\nseen: [x] # today\n"
    made = amended(text, "a.yaml", Study, {"id": "a", "design": "case_series", "seen": ["x"]}, only=KEYS)
    assert made == text.replace("case_report", "case_series").replace(
        "odd: 1\nseen: [x] # today\n", "seen: [x] # today\nodd: 1\n"
    )


def test_words_that_yaml_reads_as_something_else_are_quoted() -> None:
    data = {"title": "NO", "doi": "10.5555/1", "pmid": "012", "journal": "12:30"}
    assert parse(amended("", "x", Citation, data, only=frozenset(data)), "x").data == data


def test_a_mapping_of_any_keys_is_amended_key_by_key() -> None:
    text = "title: t\nexpect:\n  a: {verdict: avoid} # read twice\n  b: {verdict: avoid}\n"
    data = {"expect": {"a": {"verdict": "avoid"}, "c": {"verdict": "suggest"}}}
    made = amended(text, "x", Golden, data, only=frozenset({"expect"}))
    assert parse(made, "x").data == {"title": "t", **data}
    assert "# read twice" in made


def test_a_number_that_is_none_stays_what_was_typed() -> None:
    assert typed(Citation, {"year": ["last year"], "pmid": ["0123"]}) == {"year": "last year", "pmid": "0123"}


RIS = """TY  - JOUR
AU  - Carberry, Josiah
AU  - Other, A
TI  - Broken pots.
JO  - J Ceram
PY  - 2008/04/01
DO  - 10.5555/12345678
ER  - """
PUBMED = """PMID- 22221908
TI  - Broken
      pots.
FAU - Carberry, Josiah
AU  - Carberry J
DP  - 2008 Apr
TA  - J Ceram
LID - 10.5555/12345678 [doi]"""
BIBTEX = """@article{c08,
  title = {Broken {pots}},
  author = {Carberry, Josiah and Other, A.},
  year = {2008}, journal = {J Ceram},
  doi = {10.5555/12345678}
}"""
CSL = """[{"title": "Broken pots", "author": [{"family": "Carberry", "given": "J"}], "issued": {"date-parts": [[2008, 4]]},
"container-title": "J Ceram", "DOI": "10.5555/12345678"}]"""


@pytest.mark.parametrize("text", [RIS, PUBMED, BIBTEX, CSL], ids=["RIS", "PubMed", "BibTeX", "CSL JSON"])
def test_a_copied_citation_is_read(text: str) -> None:
    found = read_citation(text)
    wanted = Citation(
        title="Broken pots", first_author="Carberry", year=2008, journal="J Ceram", doi="10.5555/12345678"
    )
    assert found.model_copy(update={"pmid": None}) == wanted


@pytest.mark.parametrize(
    "text", ["", "hello", "{", "[1]", "@article{", "@article{a, b", '{"author": [1], "issued": 3}', "TI", "10.x/y"]
)
def test_a_text_without_a_citation_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="CKB076"):
        read_citation(text)


@pytest.fixture
def here(tmp_path: Path) -> Checkout:
    (tmp_path / "knowledge" / "studies").mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text("secret")
    return Checkout(tmp_path)


@pytest.mark.parametrize(
    "name",
    ["../../secret.yaml", "..%2fsecret.yaml", "/etc/passwd", "a/b.yaml", "a.txt", ".yaml", "", "A.yaml", "a\0.yaml"],
)
def test_no_name_leads_out_of_its_folder(here: Checkout, name: str) -> None:
    with pytest.raises(InputError, match="CKB057"):
        file_in(here, "knowledge/studies", name)


@pytest.mark.parametrize("linked", ["file", "dangling", "folder"])
def test_no_link_is_followed(here: Checkout, linked: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    studies = here.knowledge / "studies"
    if linked == "folder":
        studies.rmdir()
        studies.symlink_to(tmp_path_factory.mktemp("elsewhere"))
    else:
        (studies / "a.yaml").symlink_to(here.root / ("secret.yaml" if linked == "file" else "none.yaml"))
    with pytest.raises(InputError, match="CKB057"):
        file_in(here, "knowledge/studies", "a.yaml")


def test_the_change_of_somebody_else_is_not_undone(here: Checkout) -> None:
    path = file_in(here, "knowledge/studies", "a.yaml")
    save(path, "mine", "")
    opened = digest(path)
    path.write_text("theirs")
    for known in (opened, ""):
        with pytest.raises(InputError, match="CKB104"):
            save(path, "mine again", known)
    assert path.read_text() == "theirs"
    save(path, "both", digest(path))
    assert path.read_text() == "both"
