"""Read YAML as its specification says, or refuse it: an alias means the nearest anchor before it."""

from __future__ import annotations

import time
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import ReusedAnchorWarning

from calcinosis_kb import InputError
from calcinosis_kb.documents.strict_yaml import parse

NAMES = st.sampled_from("xyz")


@st.composite
def anchored(draw: st.DrawFn) -> str:
    """A list whose items set and use anchors of three names, again and again."""
    items = draw(st.lists(st.tuples(st.sampled_from(["word", "list", "alias"]), NAMES, NAMES), min_size=1, max_size=8))
    set_: set[str] = set()
    lines: list[str] = []
    for number, (kind, name, other) in enumerate(items):
        if kind == "alias" and name in set_:
            lines.append(f"- *{name}")
        elif kind == "list" and other in set_ - {name}:
            lines.append(f"- &{name} [w{number}, *{other} ]")
            set_.add(name)
        else:
            lines.append(f"- &{name} w{number}")
            set_.add(name)
    return "\n".join(lines)


@given(anchored())
def test_an_alias_stands_for_the_nearest_anchor_before_it(text: str) -> None:
    with warnings.catch_warnings(action="ignore", category=ReusedAnchorWarning):
        assert parse(text, "x.yaml").data == YAML(typ="safe", pure=True).load(text)


def test_an_anchor_that_is_set_again_keeps_what_was_said_before() -> None:
    text = "allergies: &drugs [minocycline]\nmedications: *drugs\nconditions: &drugs [anuria]\nsame: *drugs\n"
    data = parse(text, "x.yaml").data
    assert data["medications"] == ["minocycline"]
    assert data["same"] == ["anuria"]
    nested = parse("a: &x 1\nb: &y [*x ]\nc: &x 2\nd: *y\n", "x.yaml").data
    assert nested["d"] == [1]


@pytest.mark.parametrize("text", ["a: *x\nb: &x 1\n", "a: &a [*a]\n", "a: &a {b: *a}\n"])
def test_an_alias_without_an_anchor_or_in_itself_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, "x.yaml")
    assert [problem.code for problem in caught.value.problems] == ["CKB009"]


def test_many_aliases_of_a_long_list_end_at_once() -> None:
    start = time.process_time()
    with pytest.raises(InputError):
        parse(f"a: &a [{'x, ' * 50_000}]\nb: [{'*a , ' * 50_000}]\n", "x.yaml")
    assert time.process_time() - start < 5
