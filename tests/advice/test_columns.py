"""Texts in lines of a fixed width: what fits, what is counted, and what is cut."""

from __future__ import annotations

import pytest

from calcinosis_kb.advice.columns import LABEL, WIDTH, cut, labelled, wrapped

ROOM = WIDTH - LABEL


@pytest.mark.parametrize(
    ("words", "most", "lines"),
    [
        ([], 1, []),
        (["one"], 1, ["label     one"]),
        (["one", "two"], 1, ["label     one, two"]),
        (["x" * 33, "y" * 33], 1, [f"label     {'x' * 33}, {'y' * 33}"]),
        (["x" * 33, "y" * 34], 1, [f"label     {'x' * 33} + 1 more"]),
        (["x" * 40, "y" * 40], 2, [f"label     {'x' * 40},", f"          {'y' * 40}"]),
        (["x" * 40, "y" * 40, "z" * 40], 2, [f"label     {'x' * 40},", f"          {'y' * 40} + 1 more"]),
        (["a " * 40], 1, [f"label     {'a ' * 33}a…"]),
        (["a-b " * 40], 2, [f"label     {('a-b ' * 17).strip()}", f"          {'a-b ' * 16}a-b…"]),
    ],
)
def test_what_does_not_fit_behind_a_label_is_counted(words: list[str], most: int, lines: list[str]) -> None:
    found = labelled("label", words, most=most)
    assert found == lines
    assert max(map(len, found), default=0) <= WIDTH


def test_what_is_left_may_be_named_and_stand_between_other_marks() -> None:
    words = ["x" * 30, "y" * 30, "z" * 30]
    found = labelled("", words, most=1, separator=" · ", left="reasons", column=2)
    assert found == [f"  {words[0]} + 2 more reasons"]
    assert labelled("", words[:2], most=1, separator=" · ", left="reasons") == [f"{' ' * LABEL}{' · '.join(words[:2])}"]


def test_a_number_stays_on_the_line_of_its_word() -> None:
    """Also where the line would break between the two."""
    text = f"{'x' * (WIDTH - 4)} 12 patients"
    assert wrapped(text, 2) == ["x" * (WIDTH - 4), "12 patients"]
    assert wrapped(f"{'x' * (WIDTH - 12)} 12 patients", 1) == [f"{'x' * (WIDTH - 12)} 12 patients"]
    assert wrapped(f"{'x' * (WIDTH - 4)} 12 Patients", 2) == [f"{'x' * (WIDTH - 4)} 12", "Patients"]


def test_a_text_that_needs_more_lines_ends_in_an_ellipsis() -> None:
    assert wrapped("a " * 100, 1) == [f"{'a ' * 38}…"]
    assert wrapped("well-known " * 8, 2)[0].endswith("well-known")


@pytest.mark.parametrize(("text", "shown"), [("four", "four"), ("fives", "fiv…"), ("in a row", "in…"), ("", "")])
def test_a_text_is_cut_to_a_width(text: str, shown: str) -> None:
    assert cut(text, 4) == shown
