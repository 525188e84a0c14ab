"""What an annotation allows, and the names in a value."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter

from calcinosis_kb.documents.fields import Id, Model, Names, Shape, models, named, shape

Drug = Annotated[Id, Names("drugs")]


class Leaf(Model):
    drug: Drug | None = None
    other: Id | None = None


class Tree(Model):
    scope: Literal["all"] | tuple[Drug, ...] = ()
    purpose: Annotated[str, Names("purposes", open=True)] = Field("", alias="for")
    leaves: tuple[Leaf, ...] = ()
    by_drug: dict[Drug, Leaf] = Field({})
    listed: Annotated[tuple[str, ...], Names("words", open=True)] = ()
    anything: tuple[dict[str, Any], ...] = ()


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (int, Shape(scalars=(int,))),
        (int | None, Shape(scalars=(int,))),
        (tuple[int, ...], Shape(items=int)),
        (dict[str, int], Shape(keys=str, values=int)),
        (Literal["a", "b"] | None, Shape(words=("a", "b"))),
        (Drug | None, Shape(names=Names("drugs"), scalars=(str,), is_patterned=True)),
        (Annotated[Literal["a"], Field(description="x")], Shape(words=("a",))),
    ],
)
def test_the_shape_of_an_annotation(annotation: Any, expected: Shape) -> None:
    assert shape(annotation) == expected


def test_the_fields_of_a_model_are_by_their_keys() -> None:
    at = shape(Tree)
    assert at.model is Tree
    assert list(at.fields) == ["scope", "for", "leaves", "by_drug", "listed", "anything"]
    assert shape(at.step("for")).names == Names("purposes", open=True)
    assert shape(shape(at.step("leaves")).step(3)).model is Leaf
    assert at.step("nothing") is None
    assert set(models(tuple[Tree, ...])) == {Tree, Leaf}


def test_every_name_of_a_value_has_its_path() -> None:
    value = TypeAdapter(Tree).validate_python(
        {
            "scope": ["a"], "for": "pain", "leaves": [{}, {"drug": "b", "other": "c"}], "by_drug": {"d": {"drug": "e"}},
            "listed": ["f"], "anything": [{"drug": "g"}],
        }
    )  # fmt: skip
    assert [(path, word, names.space) for path, word, names in named(Tree, value)] == [
        (("scope", 0), "a", "drugs"),
        (("for",), "pain", "purposes"),
        (("leaves", 1, "drug"), "b", "drugs"),
        (("by_drug", "d"), "d", "drugs"),
        (("by_drug", "d", "drug"), "e", "drugs"),
        (("listed", 0), "f", "words"),
    ]
    assert list(named(Tree, TypeAdapter(Tree).validate_python({"scope": "all"}))) == [
        (("for",), "", Names("purposes", open=True))
    ]


def test_the_json_schema_says_the_list() -> None:
    made = TypeAdapter(Tree).json_schema()
    assert made["properties"]["for"]["x-names"] == "purposes"
    assert made["properties"]["for"]["x-open"] is True
    assert made["$defs"]["Leaf"]["properties"]["drug"]["anyOf"][0]["x-names"] == "drugs"
    assert json.dumps(made)
