"""``suggest -o``: the answer in a new file, in the format of its suffix."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.screen import screen
from calcinosis_kb.knowledge.spelling import in_sentence
from commandline import call
from strategies import SEED


@pytest.mark.parametrize(("suffix", "format_"), [(".json", "json"), (".md", "md"), (".csv", "csv"), (".txt", "table")])
def test_a_file_holds_what_would_be_printed(tmp_path: Path, suffix: str, format_: str) -> None:
    file = tmp_path / f"answer{suffix}"
    done = call("suggest", str(SEED), "-o", str(file))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert file.read_text(encoding="utf-8") == call("suggest", str(SEED), "-f", format_).stdout


def test_a_page_stands_alone_with_every_open_row_and_its_reasons(tmp_path: Path, kb: KnowledgeBase) -> None:
    file = tmp_path / "answer.html"
    assert call("suggest", str(SEED), "-o", str(file)).returncode == 0
    page = file.read_text(encoding="utf-8")
    assert "default-src 'none'; style-src 'sha256-" in page and "<script" not in page
    assert not re.search(r"""(?:src|href)=["'](?!https://(?:doi\.org|p)|data:,)""", page)
    for option in kb.knowledge.options:
        assert in_sentence(option.name).split(", ")[0].casefold() in page.casefold(), option.id
    assert page.count("<summary>Why") == sum(
        len(row.items) for row in screen(kb.advise(kb.reader.file(str(SEED)))).rows
    )
    assert "Before the first dose" in page and 'class="sources"' in page


@pytest.mark.parametrize(
    ("name", "more", "code"),
    [
        ("answer.pdf", (), "CKB056"),
        ("missing/answer.html", (), "CKB057"),
        ("there.html", (), "CKB074"),
        ("answer.json", ("-f", "json"), "CKB028"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path, name: str, more: tuple[str, ...], code: str) -> None:
    (tmp_path / "there.html").write_text("kept", encoding="utf-8")
    done = call("suggest", str(SEED), "-o", str(tmp_path / name), *more)
    assert done.returncode == 2 and done.stderr.startswith(code)
    assert (tmp_path / "there.html").read_text(encoding="utf-8") == "kept"


def test_a_page_needs_an_extra_and_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    monkeypatch.setattr("calcinosis_kb.report.extras.find_spec", lambda _: None)
    done = call("suggest", str(SEED), "-o", str(tmp_path / "answer.html"))
    assert done.returncode == 2 and re.match(r"CKB054\n  this needs jinja2.*\n  fix: .*\[web\]", done.stderr)
    assert not list(tmp_path.iterdir())
