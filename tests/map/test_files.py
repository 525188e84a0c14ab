"""Maps as files: formats, text alternative, libraries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from calcinosis_kb import InputError, KnowledgeBase
from calcinosis_kb.map.files import WRITERS, libraries, save
from calcinosis_kb.map.page_patient import PatientPart
from calcinosis_kb.map.scene import route
from calcinosis_kb.map.svg import MapDrawing
from strategies import SEED

STARTS = {".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF"}


@pytest.fixture(scope="module")
def drawing(kb: KnowledgeBase) -> MapDrawing:
    return MapDrawing(route(kb.graph, "warfarin", "gla"), kb.graph, footer="A footer.")


@pytest.mark.parametrize("suffix", WRITERS)
def test_each_format_is_written_with_its_words_and_the_same_bytes_twice(
    drawing: MapDrawing, tmp_path: Path, suffix: str
) -> None:
    written = [save(drawing, tmp_path / f"{name}{suffix}") for name in ("one", "other")]
    assert sorted(tmp_path.iterdir()) == sorted(file for files in written for file in files)
    (one, words), (other, other_words) = ([file.read_bytes() for file in files] for files in written)
    assert one == other
    assert one.startswith(STARTS[suffix])
    assert words == other_words == drawing.words.text_alternative("A footer.").encode()


def test_the_pdf_of_a_patient_is_sheets_of_a4(kb: KnowledgeBase, tmp_path: Path) -> None:
    """The names of the drugs stand on the first, what is open before what failed."""
    advice = kb.advise(kb.reader.file(str(SEED)))
    sheet = PatientPart(kb, advice).sheet()
    assert sheet[0][0].endswith("Not tried, offered")
    assert [text.partition(";")[0] for _, text in sheet[:1]] == [f"1 {advice.options[0].therapy.name}"]
    scene = route(kb.graph, "warfarin", "gla")
    one, _ = save(MapDrawing(scene, kb.graph, sheet=sheet), tmp_path / "patient.pdf")
    assert re.findall(rb"/MediaBox \[ ?0 0 (\d+)[.\d]* (\d+)", one.read_bytes()) == [(b"595", b"841")] * 2


def test_a_suffix_may_be_in_capitals(drawing: MapDrawing, tmp_path: Path) -> None:
    picture, _ = save(drawing, tmp_path / "MAP.SVG")
    assert picture.read_bytes().startswith(STARTS[".svg"])


def test_a_folder_that_does_not_exist_is_an_error(drawing: MapDrawing, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        save(drawing, tmp_path / "nowhere" / "map.svg")
    assert caught.value.problems[0].code == "CKB057"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("suffix", "writing"),
    [(".svg", ()), (".html", ()), (".png", ("resvg_py",)), (".PDF", ("reportlab", "svglib"))],
)
def test_every_file_needs_the_layout_and_some_a_library_that_writes(suffix: str, writing: tuple[str, ...]) -> None:
    assert libraries(suffix) == (*libraries(".svg"), *writing)
    assert "igraph" in libraries(suffix)
