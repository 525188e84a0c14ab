"""Make the JSON Schema of a rule's clauses from rules/facts.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calcinosis_kb.rules.compiler import OPERATORS
from calcinosis_kb.rules.models import Attribute, FactKind, Vocabulary

__all__ = ["clause_schema"]

Schema = dict[str, Any]
TYPES = {"text": "string", "number": "number", "boolean": "boolean"}


def clause_schema(vocabulary: Vocabulary, words: Mapping[str, Mapping[str, str]]) -> Schema:
    """Return the definitions for ``#/$defs/clause``; ``words`` are the lists to which attributes refer, with meanings.

    >>> kinds = {"feature": {"meaning": "F.", "attributes": {"name": {"type": "text", "meaning": "N.", "values": ["pain"]}}}}
    >>> made = clause_schema({name: FactKind.model_validate(kind) for name, kind in kinds.items()}, {})
    >>> made["fact_feature"]["properties"]["name"]["anyOf"][0]
    {'enum': ['pain']}
    """
    definitions: Schema = {}
    clause: Schema = {
        "description": "One kind of fact with its conditions, 'none' of one, or 'any' of several.",
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {
            **{kind: {"$ref": f"#/$defs/fact_{kind}"} for kind in vocabulary},
            "none": {"$ref": "#/$defs/clause", "description": "There is no such fact."},
            "any": {
                "type": "array",
                "minItems": 1,
                "items": {"$ref": "#/$defs/clause"},
                "description": "At least one holds.",
            },
        },
    }
    definitions["clause"] = clause
    for kind, declared in vocabulary.items():
        definitions[f"fact_{kind}"] = _fact(declared, vocabulary, words, definitions)
    return definitions


def _fact(
    declared: FactKind, vocabulary: Vocabulary, words: Mapping[str, Mapping[str, str]], definitions: Schema
) -> Schema:
    made: Schema = {
        "description": declared.meaning,
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: _attribute(attribute, vocabulary, words, definitions)
            for name, attribute in declared.attributes.items()
        },
    }
    if declared.recorded and declared.recorded.key == "name":
        made["required"] = ["name"]
    return made


def _attribute(
    attribute: Attribute, vocabulary: Vocabulary, words: Mapping[str, Mapping[str, str]], definitions: Schema
) -> Schema:
    """A value, a bound, an attribute of the judged therapy to compare with, or a list of which one must hold."""
    single = [_value(attribute, words, definitions)]
    if attribute.type == "number":
        bound = {name: {"type": "number"} for name in OPERATORS}
        single.append({"type": "object", "minProperties": 1, "additionalProperties": False, "properties": bound})
    option = vocabulary["option"].attributes if "option" in vocabulary else {}
    joins = [f"${name}" for name, other in option.items() if other.type == attribute.type]
    if joins:
        single.append({"enum": joins, "description": "The same as that of the judged therapy."})
    unit = f", in {attribute.unit}" if attribute.unit else ""
    return {
        "description": f"{attribute.meaning}{unit}",
        "anyOf": [*single, {"type": "array", "minItems": 1, "items": {"anyOf": single}}],
    }


def _value(attribute: Attribute, words: Mapping[str, Mapping[str, str]], definitions: Schema) -> Schema:
    if attribute.values:
        return {"enum": list(attribute.values)}
    known = words.get(attribute.vocabulary or "")
    if not known:
        return {"type": TYPES[attribute.type]}
    name = f"{attribute.vocabulary}"
    definitions.setdefault(name, {"enum": list(known), "markdownEnumDescriptions": list(known.values())})
    return {"$ref": f"#/$defs/{name}"}
