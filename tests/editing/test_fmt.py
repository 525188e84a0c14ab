"""Formatting keeps data and comments, and formatting twice changes nothing more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.editing import fmt as formatting
from calcinosis_kb.editing.comments import all_comments
from calcinosis_kb.editing.fmt import WIDTH, canonical, formatted
from calcinosis_kb.editing.kinds import kind_of, yaml_paths
from calcinosis_kb.editing.order import in_order
from calcinosis_kb.errors import InputError, InternalFault, KnowledgeError
from calcinosis_kb.knowledge.models import Claim, Study, Therapy
from calcinosis_kb.rules.models import Rule
from strategies import ROOT, examples

EVERY = yaml_paths(ROOT)

WORDS = st.text(st.sampled_from("abcz 0159.:#-_'\"[]{},&*!%@`|>?=~é≥–\n\t"), min_size=1, max_size=60) | st.sampled_from(
    ["yes", "no", "null", "012", "1e5", "1:30", "10.1016/j.x", "<0.05", "p > 0.05", "- a", "a: b", "# c", "a # b", " "]
)
SCALARS = WORDS | st.integers() | st.booleans() | st.none() | st.integers(1, 10**6).map(lambda number: number / 1000)
FIELDS = [*Study.model_fields, *Therapy.model_fields, "another"]
KEYS = st.sampled_from(sorted(set(FIELDS)))


def _maps(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mappings, lists of mappings and lists of words: what the models are made of."""
    maps = st.dictionaries(KEYS, inner, min_size=1, max_size=4)
    return maps | st.lists(maps, max_size=3) | st.lists(SCALARS, max_size=4)


TREES: st.SearchStrategy[Any] = st.recursive(SCALARS, _maps, max_leaves=15)
DATA = st.lists(st.dictionaries(KEYS, TREES, min_size=1, max_size=4), min_size=1, max_size=3) | st.dictionaries(
    KEYS, TREES, min_size=1, max_size=5
)


@st.composite
def commented(draw: st.DrawFn) -> str:
    """Valid data as YAML, with comments and empty lines above entries and comments behind them."""
    flow = draw(st.sampled_from([None, False, True]))
    width = draw(st.integers(30, 200))
    data = draw(DATA)
    text = yaml.dump(data, sort_keys=False, default_flow_style=flow, width=width, allow_unicode=draw(st.booleans()))
    lines = text.splitlines()
    starts = _entry_lines(text)
    made: list[str] = []
    for number, line in enumerate(lines):
        if number in starts and draw(st.integers(0, 3)) == 0:
            indent = len(line) - len(line.lstrip())
            made += [""] * draw(st.integers(0, 2)) + [f"{' ' * indent}# above {number}"]
        ends = number + 1 in starts or number + 1 == len(lines)
        made.append(f"{line}  # behind {number}" if ends and draw(st.integers(0, 3)) == 0 else line)
    return "\n".join(made) + "\n"


def _entry_lines(text: str) -> set[int]:
    """The lines on which an entry of a mapping or list in block style begins."""
    found: set[int] = set()
    pending: list[Any] = [yaml.compose(text, Loader=yaml.SafeLoader)]
    while pending:
        node = pending.pop()
        if isinstance(node, yaml.ScalarNode) or node.flow_style:
            continue
        parts = node.value if isinstance(node, yaml.SequenceNode) else [key for key, _ in node.value]
        found.update(part.start_mark.line for part in parts)
        pending += parts if isinstance(node, yaml.SequenceNode) else [value for _, value in node.value]
    return found


@examples(60)
@given(commented(), st.sampled_from([Study, Therapy, tuple[Study, ...], dict[str, Therapy]]))
def test_data_and_comments_stay_and_the_form_is_stable(text: str, schema: Any) -> None:
    try:
        data = parse(text, "x.yaml").data
    except InputError:
        return  # what the strict reader refuses is not valid data
    once = formatted(text, "x.yaml", schema)
    assert repr(_sorted(parse(once, "x.yaml").data)) == repr(_sorted(data))
    assert all_comments(once) == all_comments(text)
    assert formatted(once, "x.yaml", schema) == once


def test_an_entry_that_moves_to_the_top_leaves_its_empty_line_behind() -> None:
    text = "- claims: []\n\n  # above 1\n  citation:\n  - a\n  - {}\n"
    once = formatted(text, "x.yaml", tuple[Study, ...])
    assert once.startswith("# above 1\n- citation:")
    assert formatted(once, "x.yaml", tuple[Study, ...]) == once


def _sorted(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _sorted(data[key]) for key in sorted(data)}
    return [_sorted(item) for item in data] if isinstance(data, list) else data


@pytest.mark.parametrize(
    ("schema", "text", "canonical_form"),
    [
        # Comments go with the entry below them; the first of the file stay on top.
        (
            Study,
            "# file\nseen: []\n# what kind\ndesign: cohort # sic\n\n# the id\nid: a-1\n",
            "# file\n\n# the id\nid: a-1\n# what kind\ndesign: cohort # sic\nseen: []\n",
        ),
        # In a list, where the first key shares its line with the dash.
        (
            tuple[Rule, ...],
            "- title: T\n  # why\n  because: B\n  id: r\n\n- id: s\n",
            "- id: r\n  title: T\n  # why\n  because: B\n\n- id: s\n",
        ),
        # Nested lists, the indentation of lists, flow style and quotes.
        (Study, "results:\n- {agent: x, therapy: 'y'}\n", "results:\n  - {therapy: 'y', agent: x}\n"),
        (Study, 'citation: {doi: "10.1/x", title: T}\n', 'citation: {title: T, doi: "10.1/x"}\n'),
        # What the model does not know goes last and stays in its order.
        (Study, "zzz: 1\naaa: 2\nid: x\n", "id: x\nzzz: 1\naaa: 2\n"),
        (dict[str, Therapy], "z: {name: Z, id: z}\na: {id: a}\n", "z: {id: z, name: Z}\na: {id: a}\n"),
        # Line ends of another system, and a missing one.
        (Study, "design: x\r\nid: y", "id: y\ndesign: x\n"),
        # Text that only looks like something else keeps its quotes; anchors stay.
        (Study, "id: '012'\ndesign: &d 'no'\nseen: [*d]\n", "id: '012'\ndesign: &d 'no'\nseen: [*d]\n"),
        (Study, "# only a comment\n", "# only a comment\n"),
        # Comments are indented like their entry, also between mappings in flow style.
        (
            Study,
            "results:\n# first\n- {agent: x} # a\n\n# second\n- {agent: y}\n# third\n- {agent: z} # c\n# end\n",
            "results:\n  # first\n  - {agent: x} # a\n\n  # second\n  - {agent: y}\n  # third\n  - {agent: z} # c\n# end\n",
        ),
        # What looks like a comment inside a text is text.
        (
            Study,
            "seen:\n- |\n  # a\n\n  b\n- >-\n  # c\n- d\n",
            "seen:\n  - |\n    # a\n\n    b\n  - >-\n    # c\n  - d\n",
        ),
    ],
)
def test_the_canonical_form(schema: Any, text: str, canonical_form: str) -> None:
    assert formatted(text, "x.yaml", schema) == canonical_form


def test_long_lines_are_broken_without_a_space_at_their_end() -> None:
    text = "id: x\nseen: ['" + "word " * 60 + "end']\ndesign: " + "plain " * 60 + "end\n"
    lines = formatted(text, "x.yaml", Study).splitlines()
    assert max(map(len, lines)) <= formatting.WIDTH + len(" plain")
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize(
    "text", ["a: [1", "a: 1\na: 2\n", "a: yes\n", "a: !!python/object:x 1\n", "a: \x07\n", "\t- a"]
)
def test_what_is_not_valid_is_refused(text: str) -> None:
    with pytest.raises(KnowledgeError):
        formatted(text, "x.yaml", Study)


def test_a_comment_inside_a_list_in_flow_style_is_for_its_author_to_move() -> None:
    with pytest.raises(InternalFault, match=r"CKB070 x.yaml[\s\S]*line of its own"):
        formatted("seen: [a, # of a\n  # of b\n  b]\n", "x.yaml", Study)


def test_a_form_that_says_something_else_is_nobody_s_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    for damage in (
        lambda text: text.replace("1", "1.0"),
        lambda text: text.replace("# kept", "#"),
        lambda text: text + "- x",
    ):
        monkeypatch.setattr(formatting, "_styled", damage)
        with pytest.raises(InternalFault, match="CKB070"):
            formatted("a: 1 # kept\n", "x.yaml", Study)


def test_every_file_has_its_keys_in_order_and_names_its_schema() -> None:
    for path in EVERY:
        text = path.read_text(encoding="utf-8")
        assert in_order(text, kind_of(path).content) == text, path
        schema = (path.parent / text.split("\n")[0].partition("$schema=")[2]).resolve()
        assert schema.parent == ROOT / "docs" / "schemas", path


@pytest.mark.parametrize("path", EVERY[::9], ids=lambda path: path.name)
def test_a_ninth_of_the_files_is_canonical(path: Path) -> None:
    """A sample of the files; 'fmt --check' looks at all."""
    assert canonical(read_text(path), path, ROOT) == path.read_text(encoding="utf-8")


def test_a_tab_in_plain_text_is_an_error_at_its_line() -> None:
    with pytest.raises(KnowledgeError) as caught:
        formatted("id: a\nnote: plain\ttext\n", "x.yaml", Study)
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.place)) == ("CKB006", "x.yaml:2:12")


@pytest.mark.parametrize("text", ["[]\n", "# one\n[]\n", "# one\n\n[]\n# two\n", "{} # one\n"])
def test_an_empty_file_stays_as_it_is(text: str) -> None:
    assert formatted(text, "x.yaml", tuple[Rule, ...]) == text


LONG = " ".join(["word"] * 30)


@pytest.mark.parametrize(
    "value",
    [
        f"text: {LONG}",
        f"text: '{LONG}'",
        f"- text: {LONG}",
        f"- {{text: {LONG}, sources: [a]}}",
        f"text: a\n  {LONG}",
    ],
)
def test_a_comment_behind_a_wrapped_value_goes_above_it(value: str) -> None:
    schema = tuple[Claim, ...] if value.startswith("-") else Claim
    first, *rest = formatted(f"{value}  # sic\n", "x.yaml", schema).splitlines()
    assert first == "# sic"
    assert max(map(len, rest)) <= WIDTH + len("word,")
    assert not any("#" in line for line in rest)


def test_a_comment_behind_a_short_value_stays() -> None:
    assert formatted("text: Pain.  # sic\n", "x.yaml", Claim) == "text: Pain.  # sic\n"


def test_a_comment_goes_above_its_own_entry() -> None:
    text = f"- text: Pain.\n  sources:\n    - a\n    - {LONG}  # sic\n    - c\n"
    lines = formatted(text, "x.yaml", tuple[Claim, ...]).splitlines()
    assert lines[lines.index("    # sic") + 1].startswith("    - word")
