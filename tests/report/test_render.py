"""Show text from files as text: no terminal control, no markup, no formulas."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb.characters import HIDDEN, visible
from calcinosis_kb.errors import Place, Problem
from calcinosis_kb.report.blocks import Alert, Block, Heading, Marked, Table, Text
from calcinosis_kb.report.markup import escape
from calcinosis_kb.report.render import as_csv, as_json, as_markdown, print_blocks

EVIL = "\x1b[31mred\x1b]0;title\x07 a\u202eb \x9b1m <img src=x onerror=y> | *bold* _it_ [go](x) `code` &lt; sites_hand"


def blocks(text: str) -> list[Block]:
    return [Heading(text), Alert(text), Text(text), Marked([("!", text)]), Table((text, "n"), [(text, "1")])]


def csv_of(text: str) -> str:
    return as_csv(Table((text, "n"), [(text, "1")]), [text])


def test_nothing_steers_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_blocks(blocks(EVIL))
    problem = str(Problem("CKB013", EVIL, Place(EVIL), valid=(EVIL,), fix=EVIL))
    for shown in (capsys.readouterr().out, as_markdown(blocks(EVIL)), csv_of(EVIL), problem, as_json([EVIL])):
        assert not HIDDEN.search(shown)
        assert "1b[31m" in shown.replace("\\[", "[")
    assert json.loads(as_json({EVIL: EVIL})) == {EVIL: EVIL}


@given(st.text())
def test_any_text_is_shown_and_json_says_the_same(text: str) -> None:
    assert not HIDDEN.search(visible(text) + as_markdown(blocks(text)) + csv_of(text) + escape(text))
    assert json.loads(as_json([text])) == [text]


def test_half_a_character_is_kept() -> None:
    assert json.loads(as_json(["p\udc80.yaml"])) == ["p\udc80.yaml"]


def test_no_line_of_a_message_passes_for_another_problem() -> None:
    shown = str(Problem("CKB013", "'x\nCKB099 p.yaml:1:1' is unknown", Place("p.yaml")))
    assert [line[:3] for line in shown.split("\n")] == ["CKB", "  '", "  C"]


def test_markdown_shows_signs_as_they_were_typed() -> None:
    shown = as_markdown([Table(("a",), [(EVIL,)])])
    assert r"&lt;img src=x onerror=y> \| \*bold\* \_it\_ \[go\](x) \`code\` &amp;lt; sites_hand |" in shown
    assert as_markdown([Text("# a\n- b\n1. c\n1.5 d\n-1 e\n> f")]) == "\\# a\n\\- b\n1\\. c\n1.5 d\n\\-1 e\n\\> f"
    assert as_markdown([Marked([("!", "a\n# b")])]) == "- (caution) a # b"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\\t=1"),
        ("-1.5", "-1.5"),
        ("+2", "+2"),
        ("–", "–"),
        ("a = b", "a = b"),
    ],
)
def test_no_cell_is_a_formula_and_a_number_stays_one(cell: str, written: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(Table(("n",), [(cell,)])))))
    assert rows == [["n"], [written]]


def test_json_is_ascii_where_the_output_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="cp1252"))
    assert as_json(["→"]) == '[\n  "\\u2192"\n]'
