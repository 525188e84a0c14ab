"""What is said of data that does not fit its model: code, place, message."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Field

from calcinosis_kb.documents.fields import Count, Id, Model, Text
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.documents.validation import validate


class Part(Model):
    text: Text
    share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] | None = None


class Whole(Model):
    id: Id
    kind: Literal["drug", "procedure"] = "drug"
    n: Count | None = None
    done: Annotated[bool, Field(strict=True)] = False
    words: Annotated[tuple[Text, ...], Field(max_length=2)] = ()
    part: Part | None = None
    parts: Annotated[tuple[Part, ...], Field(min_length=1)] | None = None


@pytest.mark.parametrize(
    ("text", "code", "place", "message"),
    [
        ("id: a\ncolour: red", "CKB010", "2:1", "unknown key 'colour'"),
        ("kind: drug", "CKB012", "1:1", "the key 'id' is missing"),
        ("id: a\nkind: drog", "CKB013", "2:7", "'drog' is not a valid word for 'kind'"),
        ("id: a\nkind:", "CKB013", "2:6", "'kind' is empty"),
        ("id:", "CKB011", "1:4", "'id' is empty"),
        ("id: a\nn: many", "CKB011", "2:4", "'n' cannot be 'many': it must be a whole number"),
        ("id: a\nn: -1", "CKB011", "2:4", "'n' cannot be -1: it must be at least 0"),
        ("id: a\ndone: 1", "CKB011", "2:7", "'done' cannot be 1: it must be true or false"),
        ("id: a\nwords: one", "CKB011", "2:8", "'words' cannot be 'one': it must be a list"),
        (
            "id: a\nwords: [a, b, c]",
            "CKB011",
            "2:8",
            "'words' cannot be ['a', 'b', 'c']: it must have at most 2 entries",
        ),
        ("id: a\nwords: [a, '']", "CKB011", "2:12", "'words' cannot be '': it must not be empty"),
        ("id: a\npart: one", "CKB011", "2:7", "'part' cannot be 'one': it must be a mapping of keys to values"),
        ("id: a\npart: {text: 3}", "CKB011", "2:14", "'text' cannot be 3: it must be a text"),
        ("id: a\npart: {text: t, share: 0}", "CKB011", "2:24", "'share' cannot be 0: it must be above 0"),
        ("id: a\npart: {text: t, share: half}", "CKB011", "2:24", "'share' cannot be 'half': it must be a number"),
        ("id: a\nparts: []", "CKB011", "2:8", "'parts' cannot be []: it must have at least 1 entries"),
        ("- id: a", "CKB011", "1:1", "'x.yaml' cannot be [{'id': 'a'}]: it must be a mapping of keys to values"),
    ],
)
def test_a_mistake_has_one_problem(text: str, code: str, place: str, message: str) -> None:
    value, problems = validate(parse(text, "x.yaml"), Whole)
    assert value is None
    assert [(p.code, str(p.place), p.message) for p in problems] == [(code, f"x.yaml:{place}", message)]


def test_all_mistakes_of_a_file_come_at_once() -> None:
    problems = validate(parse("id: A b\nkind: drog\nn: many\nparts: [{}, {text: t, shore: 1}]", "x.yaml"), Whole)[1]
    assert [problem.code for problem in problems] == ["CKB011", "CKB013", "CKB011", "CKB012", "CKB010"]
    assert problems[1].nearest == ("drug",)
    assert problems[4].nearest == ("share",)


def test_what_fits_is_returned() -> None:
    value, problems = validate(parse("id: a\nparts: [{text: ' t '}]", "x.yaml"), Whole)
    assert problems == []
    assert value == Whole(id="a", parts=(Part(text="t"),))
