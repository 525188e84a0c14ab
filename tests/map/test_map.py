"""The map as a picture: visible, readable by screen readers, reachable by keyboard, written to a file."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice import reach as reaching
from calcinosis_kb.advice.answer import NOTICE
from calcinosis_kb.cli.graph.draw import WantedLook, WantedStrength, draw
from calcinosis_kb.errors import InputError
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE
from calcinosis_kb.map.layout.text_width import CAPTION_SIZE, FONT_SIZE, measure
from calcinosis_kb.map.patient_scene import patient_scene
from calcinosis_kb.map.scene import Scene, focus, overview, route
from calcinosis_kb.map.svg import MapDrawing
from strategies import ROOT, SEED

SVG = "{http://www.w3.org/2000/svg}"


def picture(output: Path, **wanted: object) -> None:
    asked = {"focus": None, "path": None, "patient": None, **wanted}
    draw(output=output, strength=WantedStrength.contested, look=WantedLook.light, **asked)


def scenes(kb: KnowledgeBase) -> Iterator[Scene]:
    yield overview(kb.knowledge, kb.graph)
    yield focus(kb.graph, "tissue_hypoxia")
    yield focus(kb.graph, OUTCOME_NODE)
    yield route(kb.graph, "warfarin", OUTCOME_NODE)
    yield seed_scene(kb)[0]


def seed_scene(kb: KnowledgeBase) -> tuple[Scene, dict[str, reaching.Reached]]:
    reached = reaching.reach(kb.knowledge, kb.graph, kb.advise(kb.reader.file(str(SEED))))
    return patient_scene(kb.graph, reached, "a patient"), reached


def test_every_box_is_a_link_with_a_name_and_a_description(kb: KnowledgeBase) -> None:
    for scene in scenes(kb):
        root = ET.fromstring(MapDrawing(scene, kb.graph).svg())
        assert root.get("role") == "graphics-document"
        assert root.findtext(f"{SVG}title") == scene.title
        assert root.findtext(f"{SVG}desc")
        links = root.findall(f".//{SVG}a")
        assert len(links) == len(scene.nodes)
        for link in links:
            assert link.get("tabindex") == "0"
            assert link.get("href") == f"#{link.get('id')}"
            assert (link.findtext(f"{SVG}title") or "").count(",") >= 1
            assert link.find(f"{SVG}desc") is not None
        lines = [group for group in root.iter(f"{SVG}g") if group.get("class") == "edge"]
        assert len(lines) == len(scene.edges)
        assert all(line.findtext(f"{SVG}title") for line in lines)
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        assert len(ids) == len(set(ids))


def test_the_text_alternative_says_what_the_picture_says(kb: KnowledgeBase) -> None:
    for scene in scenes(kb):
        words = MapDrawing(scene, kb.graph).words
        text = words.text_alternative("the end").splitlines()
        boxes = sorted(line for line in text if line.startswith("- "))
        assert boxes == sorted(f"- {words.name(node)}" for node in scene.nodes)
        assert {line for line in text if line.startswith("  - ")} == {
            f"  - {words.sentence(edge)}" for edge in scene.edges
        }
        assert text[-1] == "the end"


def test_no_label_leaves_its_box(kb: KnowledgeBase) -> None:
    for scene in scenes(kb):
        for node in scene.nodes:
            for number, line in enumerate(node.lines):
                small = number >= len(node.lines) - node.captions
                assert measure(line, CAPTION_SIZE if small else FONT_SIZE, bold=not small) <= node.width - 16


def test_what_the_base_says_is_escaped(kb: KnowledgeBase) -> None:
    hostile = '</text><script>alert("&")</script>'
    graph = kb.graph.copy()
    graph.nodes["b_cell"].update(name=hostile, description=hostile)
    for _, _, edge in graph.out_edges("b_cell", data=True):
        edge["claim"] = hostile
    drawing = MapDrawing(focus(graph, "b_cell"), graph, footer=hostile)
    root = ET.fromstring(drawing.svg())
    assert not list(root.iter(f"{SVG}script"))
    assert any(hostile in (title.text or "") for title in root.iter(f"{SVG}title"))


def test_control_characters_in_a_name_leave_the_svg_well_formed(kb: KnowledgeBase) -> None:
    graph = kb.graph.copy()
    for character in "\x00\x08\x0b\x1b\x7f\x85\u202e\ufffe":
        graph.nodes["b_cell"]["name"] = graph.nodes["b_cell"]["description"] = f"B{character}cell"
        drawing = MapDrawing(focus(graph, "b_cell"), graph, footer=f"the{character}end")
        root = ET.fromstring(drawing.svg())
        assert character not in "".join(root.itertext())


def test_the_seed_patients_bands_say_what_was_tried_and_what_was_not(kb: KnowledgeBase) -> None:
    scene, reached = seed_scene(kb)
    band = {name.state: name for name in scene.bands}

    def inside(node: str, state: str) -> bool:
        box = next(one for one in scene.nodes if one.id == node)
        frame = band[state]
        return frame.y <= box.y - box.height / 2 and box.y + box.height / 2 <= frame.y + frame.height

    tried = ("calcium_channel_blockade", "crystal_growth_inhibition", "vitamin_k_antagonism", "microtubule_inhibition")
    for name in (*tried, "physical_removal"):
        assert inside(f"moa_{name}", "failed")
    assert inside("moa_cd20_b_cell_depletion", "new")
    assert inside("b_cell@new", "new")
    for id_, at in reached.items():
        if kb.graph.nodes[id_]["kind"] == "mechanism_of_action":
            assert inside(id_, at.state)
    drawn = MapDrawing(scene, kb.graph, reached=reached).svg()
    for therapy in ("Diltiazem", "Warfarin", "Colchicine", "Surgical excision", "Rituximab"):
        assert f">{therapy}</text>" in drawn
    tops = sorted((frame.y, frame.height) for frame in scene.bands)
    assert all(y + height < below for (y, height), (below, _) in pairwise(tops))


def test_a_patients_picture_carries_the_notice_and_the_hashes(kb: KnowledgeBase, tmp_path: Path) -> None:
    picture(tmp_path / "map.svg", patient=str(SEED))
    for file in ("map.svg", "map.svg.txt"):
        told = " ".join((tmp_path / file).read_text(encoding="utf-8").replace("</text>", " ").split())
        assert kb.knowledge.hash in told
        assert NOTICE.split(".")[0] in told


@pytest.mark.slow
def test_pictures_do_not_hang_on_the_order_of_sets(tmp_path: Path) -> None:
    drawn = []
    for seed in ("1", "2"):
        file = tmp_path / f"{seed}.svg"
        run = [sys.executable, "-m", "calcinosis_kb", "graph", "draw", "--patient", str(SEED), "-o", str(file)]
        subprocess.run(run, check=True, capture_output=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed})
        drawn.append(file.read_bytes())
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize(
    ("name", "wanted", "code"),
    [
        ("map.gif", {}, "CKB028"),
        ("map.svg", {"focus": "b_cell", "path": "b_cell"}, "CKB028"),
        ("map.svg", {"focus": "moonlight"}, "CKB085"),
        ("map.svg", {"path": OUTCOME_NODE, "target": "warfarin"}, "CKB090"),
        ("nowhere/map.svg", {}, "CKB057"),
    ],
)
def test_what_cannot_be_drawn_is_explained(tmp_path: Path, name: str, wanted: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as caught:
        picture(tmp_path / name, **wanted)
    assert caught.value.problems[0].code == code
    assert not list(tmp_path.iterdir())
