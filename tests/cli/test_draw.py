"""``graph draw`` and ``evidence`` on the command line: what is named, what is replaced, what is missing."""

from __future__ import annotations

import json
import re
import sys
from html import unescape
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from calcinosis_kb.errors import InputError
from calcinosis_kb.report.extras import require
from commandline import call

PICTURES = ("igraph", "matplotlib", "PIL", "resvg_py", "reportlab", "svglib")
NEEDED = {
    ("graph", "draw", "-o", "x.svg"): "igraph, matplotlib, pillow",
    ("graph", "draw", "-o", "x.html"): "igraph, matplotlib, pillow",
    ("graph", "draw", "-o", "x.png"): "igraph, matplotlib, pillow, resvg_py",
    ("graph", "draw", "-o", "x.pdf"): "igraph, matplotlib, pillow, reportlab, svglib",
    ("evidence", "forest", "rituximab"): "matplotlib",
    ("evidence", "map"): "matplotlib",
    ("evaluate", "--picture", "x.svg"): "matplotlib",
}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("arguments", NEEDED, ids=" ".join)
def test_all_that_is_missing_is_named_before_any_work(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for library in PICTURES:
        monkeypatch.setitem(sys.modules, library, None)
    done = call(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    code, message, fix = done.stderr.splitlines()[:3]
    assert code == "CKB054"
    assert message == f"  this needs {NEEDED[arguments]}, not installed here"
    assert "[pictures]" in fix
    assert not list(Path().iterdir())


@pytest.mark.parametrize(
    ("origin", "tool", "command"),
    [
        ({}, None, "pip install 'calcinosis-kb[pictures]'"),
        ({"url": "{}", "dir_info": {}}, None, "pip install '{}[pictures]'"),
        ({"url": "{}", "dir_info": {"editable": True}}, None, "pip install -e '{}[pictures]'"),
        ({"url": "{}/gone"}, None, "pip install 'calcinosis-kb[pictures]'"),
        ({"url": "{}"}, "uv-receipt.toml", "uv tool install --force '{}[pictures]'"),
        ({}, "pipx_metadata.json", "pipx install --force 'calcinosis-kb[pictures]'"),
    ],
)
def test_the_fix_installs_it_as_calcinosis_kb_was_installed(
    origin: dict[str, object], tool: str | None, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = json.dumps(origin).replace('"{}', f'"{tmp_path.as_uri()}')
    monkeypatch.setattr(PathDistribution, "read_text", lambda *_: text)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    if tool:
        (tmp_path / tool).touch()
    with pytest.raises(InputError) as caught:
        require(["no_such_library"])
    assert caught.value.problems[0].fix == command.format(tmp_path)


def test_an_extra_that_is_there_is_not_asked_for() -> None:
    require(PICTURES)


@pytest.mark.parametrize(
    ("arguments", "file"), [(("graph", "draw"), "map.svg"), (("evidence", "map"), "evidence-map.svg")]
)
def test_a_file_is_replaced_only_where_it_is_named(arguments: tuple[str, ...], file: str) -> None:
    Path(file).write_text("mine", encoding="utf-8")
    refused = call(*arguments)
    assert (refused.returncode, refused.stderr.splitlines()[0]) == (2, "CKB074")
    assert Path(file).read_text(encoding="utf-8") == "mine"
    done = call(*arguments, "-o", file)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, file)
    assert Path(file).read_text(encoding="utf-8").startswith("<?xml") or "<svg" in Path(file).read_text("utf-8")[:500]


@pytest.mark.parametrize(
    ("arguments", "titles"),
    [
        (("--path", "warfarin", "-o", "x.svg"), "Warfarin → Calcinosis cutis"),
        (("-o", "x.svg", "--path", "warfarin", "mgp"), "Warfarin → "),
        (("--path", "warfarin", "mgp", "-o", "x.svg"), "Warfarin → "),
    ],
)
def test_a_path_leads_to_calcinosis_or_to_the_node_that_follows(arguments: tuple[str, ...], titles: str) -> None:
    done = call("graph", "draw", *arguments)
    assert (done.returncode, done.stdout) == (0, "x.svg\nx.svg.txt\n"), done.stderr
    assert titles in Path("x.svg.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [("mgp",), ("--focus", "mgp", "--path", "warfarin"), ("-o", "x.gif")], ids=str)
def test_what_cannot_be_meant_is_refused(arguments: tuple[str, ...]) -> None:
    done = call("graph", "draw", *arguments)
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "CKB028")
    assert not list(Path().iterdir())


def test_a_page_says_how_it_is_opened(tmp_path: Path) -> None:
    done = call("graph", "draw", "--focus", "mgp", "--look", "DARK", "-o", "my map.html")
    assert (done.returncode, done.stdout) == (0, "my map.html\n")
    assert done.stderr == f"Open it in a browser: {(tmp_path / 'my map.html').as_uri()}\n"


@pytest.mark.parametrize("suffix", ["svg", "html"])
def test_words_that_were_not_understood_are_reported_on_a_drawing(suffix: str, tmp_path: Path) -> None:
    """The colours depend on them. The page names no word of the record, only their number."""
    asked = ("graph", "draw", "--disease", "crest", "--tried", "foozzz", "--tried", "diltiazem", "--medication", "quxx")
    file = tmp_path / f"patient.{suffix}"
    assert call(*asked, "-o", str(file)).returncode == 0
    drawn = " ".join(unescape(re.sub(r"<[^>]+>", " ", file.read_text(encoding="utf-8"))).split())
    if suffix == "html":
        assert "2 words of the record were not understood" in drawn
        assert "foozzz" not in drawn
    else:
        assert "'foozzz'" in drawn
        assert "'quxx'" in drawn
        assert "Not understood in medicines: 'quxx'" in file.with_name("patient.svg.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "beside"),
    [(("graph", "draw"), "map.svg.txt"), (("evidence", "forest", "rituximab"), "forest.svg.csv")],
)
def test_a_file_beside_the_default_one_is_not_replaced(arguments: tuple[str, ...], beside: str) -> None:
    Path(beside).write_text("mine", encoding="utf-8")
    done = call(*arguments)
    assert (done.returncode, "CKB074" in done.stderr) == (2, True)
    assert Path(beside).read_text(encoding="utf-8") == "mine"
