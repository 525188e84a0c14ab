"""A folder of YAML files becomes a `Knowledge`; each mistake is reported at its line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from calcinosis_kb.documents.fingerprint import content_hash, yaml_files
from calcinosis_kb.errors import KnowledgeError
from calcinosis_kb.knowledge.loader import build_knowledge, load_knowledge, read_documents

FILES = {
    "terms.yaml": "{diseases: {}, patterns: {}, sites: {}, features: {}, purposes: {}, outcomes: {}, designs: {}, "
    "conditions: {}, medications: {}, labs: {}}",
    "prefixes.yaml": "{}",
    "outline.yaml": "{sentence: {text: Bone grows.}, parts: {tissue: {name: Tissue}}, therapies: tissue}",
    "therapies/zinc.yaml": "id: zinc\nname: Zinc\nkind: drug\n",
    "studies/a-2020.yaml": "id: a-2020\ncitation: {}\ndesign: case_report\nseen: []\nresults:\n"
    "- {therapy: zinc, agent: zinc, finding: It helped., confidence: seen_abstract}\n",
    "references/labels.yaml": "b-2021: {title: Zinc tablets, authority: label}\n",
    "pathophysiology/bone.yaml": "theme: bone\nname: Bone\npart: tissue\nnodes: [{id: mgp, name: MGP, kind: mediator}]\n",
    "words/drugs.tsv": "# names\n",
}


def written(folder: Path, files: Mapping[str, str | None] = {}) -> Path:
    """A folder of ``FILES`` with some of them changed, or left out where the text is None."""
    for name, text in {**FILES, **files}.items():
        path = folder / "knowledge" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            path.write_text(text, encoding="utf-8")
    return folder / "knowledge"


def test_a_folder_becomes_knowledge(tmp_path: Path) -> None:
    loaded = load_knowledge(written(tmp_path))
    knowledge = loaded.knowledge
    assert [*knowledge.therapies, *knowledge.studies, *knowledge.references, *knowledge.nodes] == [
        "zinc", "a-2020", "b-2021", "mgp",
    ]  # fmt: skip
    assert knowledge.themes["bone"].nodes == ("mgp",)
    assert knowledge.hash == content_hash(tmp_path / "knowledge")


@pytest.mark.parametrize(
    ("section", "id_", "path", "place"),
    [
        ("therapies", "zinc", ("kind",), "knowledge/therapies/zinc.yaml:3:7"),
        ("studies", "a-2020", ("results", 0, "finding"), "knowledge/studies/a-2020.yaml:6:41"),
        ("references", "b-2021", ("title",), "knowledge/references/labels.yaml:1:17"),
        ("nodes", "mgp", ("name",), "knowledge/pathophysiology/bone.yaml:4:25"),
    ],
)
def test_a_part_of_a_record_has_a_place(
    tmp_path: Path, section: str, id_: str, path: tuple[str | int, ...], place: str
) -> None:
    assert str(load_knowledge(written(tmp_path)).place(section, id_, *path)) == place


@pytest.mark.parametrize(
    ("files", "code", "place", "message"),
    [
        ({"therapies/zinc.yaml": "id: zinc\nname: [\n"}, "CKB006", "therapies/zinc.yaml:3:1", "not YAML"),
        ({"therapies/zinc.yaml": "id: zinc\nname: Zinc\n"}, "CKB012", "therapies/zinc.yaml:1:1", "'kind' is missing"),
        ({"therapies/tin.yaml": FILES["therapies/zinc.yaml"]}, "CKB015", "therapies/tin.yaml:1:5", "not the file's name"),
        ({"pathophysiology/blood.yaml": FILES["pathophysiology/bone.yaml"].replace("theme: bone", "theme: blood")},
         "CKB015", "pathophysiology/bone.yaml:4:14", "'mgp' is taken"),
        ({"references/papers.yaml": "a-2020: {title: A, authority: low}\n"},
         "CKB015", "references/papers.yaml:1:9", "'a-2020' is taken"),
        ({"terms.yaml": None}, "CKB001", "", "knowledge/terms.yaml is missing"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_at_its_line(
    tmp_path: Path, files: Mapping[str, str | None], code: str, place: str, message: str
) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(written(tmp_path, files))
    problem = caught.value.problems[0]
    assert problem.code == code
    assert message in problem.message
    assert str(problem.place or "") == (f"knowledge/{place}" if place else "")


def test_what_is_sound_is_built_beside_what_is_broken(tmp_path: Path) -> None:
    directory = written(tmp_path, {"therapies/tin.yaml": "id: tin\n", "studies/a-2020.yaml": "[\n"})
    documents, unparsed = read_documents(directory)
    loaded, problems = build_knowledge(documents, unparsed, hash_="")
    assert loaded is not None
    assert [*loaded.knowledge.therapies, *loaded.knowledge.studies] == ["zinc"]
    assert {problem.place.file for problem in problems if problem.place} == {
        "knowledge/studies/a-2020.yaml", "knowledge/therapies/tin.yaml",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["terms.yaml", "prefixes.yaml", "outline.yaml"])
def test_nothing_is_built_without_terms_and_prefixes(tmp_path: Path, name: str) -> None:
    documents, problems = read_documents(written(tmp_path, {name: None}))
    assert build_knowledge(documents, problems, hash_="")[0] is None


@pytest.mark.parametrize(
    "files",
    [{"prefixes.yaml": "{} "}, {"words/drugs.tsv": "zinc\tzinc\n"}, {"therapies/zinc.yaml": None}, {"notes.yaml": ""}],
)
def test_the_hash_is_of_names_and_contents(tmp_path: Path, files: Mapping[str, str | None]) -> None:
    first, second = (content_hash(written(tmp_path / name)) for name in ("one", "two"))
    assert first == second != content_hash(written(tmp_path / "three", files))


def test_files_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    files = yaml_files(written(tmp_path, {"therapies/a/b.yaml": "", "therapies/a.yaml": ""}))
    assert [path.relative_to(tmp_path / "knowledge").as_posix() for path in files] == [
        "outline.yaml", "pathophysiology/bone.yaml", "prefixes.yaml", "references/labels.yaml", "studies/a-2020.yaml", "terms.yaml",
        "therapies/a.yaml", "therapies/a/b.yaml", "therapies/zinc.yaml",
    ]  # fmt: skip
