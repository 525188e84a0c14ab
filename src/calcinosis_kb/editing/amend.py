"""Amend the YAML of a record by data of its form: what did not change keeps its style, its comments and its unknown keys."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import BaseModel

from calcinosis_kb.documents.fields import shape
from calcinosis_kb.editing.fmt import formatted, round_trip

__all__ = ["amended"]


def amended(text: str, name: str, model: type[BaseModel], data: Mapping[str, Any], *, only: frozenset[str]) -> str:
    r"""Return the canonical text of a file whose keys ``only``, and all below them, hold ``data``; one that ``data`` lacks is removed.

    An empty text is a new file. Raises what `formatted` raises.

    >>> from calcinosis_kb.knowledge.models import Grade
    >>> keys = frozenset({"scheme", "level"})
    >>> print(amended("level: IV # as printed\nodd: 1\n", "x.yaml", Grade, {"level": "IV", "scheme": "NO"}, only=keys), end="")
    scheme: 'NO'
    level: IV # as printed
    odd: 1
    """
    from ruamel.yaml.comments import CommentedMap

    if text.strip():
        formatted(text, name, model)  # refuses what is not YAML for every parser
    style = round_trip()
    tree = style.load(text) if text.strip() else None
    tree = tree if isinstance(tree, CommentedMap) else CommentedMap()
    _amend(tree, data, model, only)
    stream = io.StringIO()
    style.dump(tree, stream)
    return formatted(stream.getvalue(), name, model)


def _amend(tree: Any, data: Mapping[str, Any], model: type[BaseModel], only: frozenset[str] | None = None) -> None:
    for key, annotation in shape(model).fields.items():
        if only is not None and key not in only:
            continue
        if key in data:
            tree[key] = _value(tree.get(key), data[key], annotation)
        elif key in tree:
            del tree[key]


def _value(old: Any, new: Any, annotation: Any) -> Any:
    """The node for a new value: the old one where it says the same, or with what is new below it."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import SingleQuotedScalarString

    at = shape(annotation)
    if isinstance(new, dict):
        tree = old if isinstance(old, CommentedMap) else CommentedMap()
        if at.model:
            _amend(tree, new, at.model)
            return tree
        for key in [key for key in tree if key not in new]:
            del tree[key]
        for key, one in new.items():
            tree[key] = _value(tree.get(key), one, at.values)
        return tree
    if isinstance(new, list):
        if isinstance(old, CommentedSeq) and [_said(one) for one in old] == new:
            return old
        nodes = old if isinstance(old, CommentedSeq) else CommentedSeq()
        del nodes[len(new) :]
        for index, one in enumerate(new):
            node = _value(nodes[index] if index < len(nodes) else None, one, at.items)
            nodes[index : index + 1] = [node]
        item = shape(at.items)
        if not isinstance(old, CommentedSeq) and (item.names or item.words or at.names):
            nodes.fa.set_flow_style()
        return nodes
    if _said(old) == new and type(_said(old)) is type(new):
        return old
    if isinstance(new, str) and yaml.safe_dump(new, width=10**6).startswith(("'", '"')):
        return SingleQuotedScalarString(new)  # YAML 1.1 would read it as something else
    return new


def _said(value: Any) -> Any:
    """A value as a form gives it back: a text with single spaces."""
    return " ".join(value.split()) if isinstance(value, str) else value
