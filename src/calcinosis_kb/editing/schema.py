"""Make the JSON Schemas of the YAML files for editors: the schemas of the models, with the ids of every list.

Ids become enums with their meanings. A source may be new and a word of a patient file may be an alias, so for these an editor
offers the known ids and accepts others. Each schema file is self-contained.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from pydantic import BaseModel, TypeAdapter

from calcinosis_kb.documents.fields import Model, Names, models
from calcinosis_kb.documents.kinds import FileKind
from calcinosis_kb.documents.writing import make_folder, write_file
from calcinosis_kb.editing.kinds import KINDS, SCHEMAS
from calcinosis_kb.editing.schema_clauses import clause_schema
from calcinosis_kb.errors import Place, Problem
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.references import spaces
from calcinosis_kb.patients.file import PatientFile
from calcinosis_kb.rules.loader import RuleBook
from calcinosis_kb.rules.models import Rule

__all__ = ["as_text", "attribute_docstrings", "meanings", "schemas", "stale", "write_schemas"]

Schema = dict[str, Any]

PATIENT = FileKind("patient", "", PatientFile)
"""The kind of patient files, which may be anywhere."""


def schemas(knowledge: Knowledge, rules: RuleBook) -> dict[str, Schema]:
    """Return the JSON Schema (draft 2020-12) of each kind of file by the name of the kind, including "patient"."""
    words = meanings(knowledge, rules)
    return {kind.name: _Builder(kind, words, knowledge, rules).build() for kind in (*KINDS, PATIENT)}


def as_text(schema: Schema) -> str:
    """Return the text of a schema file."""
    return f"{json.dumps(schema, indent=1, ensure_ascii=False)}\n"


def write_schemas(folder: Path, made: Mapping[str, Schema]) -> list[Path]:
    """Write schemas into a folder by name and return the files that changed. Raises `InputError` (CKB057)."""
    make_folder(folder)
    changed: list[Path] = []
    for name, one in made.items():
        path, content = folder / f"{name}.schema.json", as_text(one).encode()
        if not path.is_file() or path.read_bytes() != content:
            write_file(path, content)
            changed.append(path)
    return changed


def stale(root: Path, knowledge: Knowledge, rules: RuleBook, broken: Collection[str] = ()) -> Iterator[Problem]:
    """Find schemas of a checkout whose words or clauses differ from its knowledge and rules (CKB073).

    Only what an edit of YAML can change is compared, because building a schema takes longer than reading it; tests
    hold the rest to the models. Words in ``broken``, which are in files that cannot be read, are ignored.
    """
    words = meanings(knowledge, rules)
    current = {
        **{name: _listed(meanings) for name, meanings in words.items()},
        **clause_schema(rules.vocabulary, words),
    }
    for kind in (*KINDS, PATIENT):
        path = root / SCHEMAS / f"{kind.name}.schema.json"
        place = Place(f"{SCHEMAS}/{path.name}")
        fix = "run 'calcinosis-kb schema' and commit what it writes"
        try:
            written = msgspec.json.decode(path.read_bytes()).get("$defs", {})
        except FileNotFoundError:
            yield Problem("CKB073", f"the schema of '{kind.name}' is missing", place, fix=fix)
            continue
        except (msgspec.DecodeError, AttributeError):
            yield Problem("CKB073", f"the schema of '{kind.name}' is not a JSON Schema", place, fix=fix)
            continue
        old = [
            name
            for name, schema in written.items()
            if name in current and _without(schema, broken) != _without(current[name], broken)
        ]
        if old:
            message = f"the schema of '{kind.name}' does not match knowledge and rules in: {', '.join(sorted(old))}"
            yield Problem("CKB073", message, place, fix=fix)


def _without(schema: Schema, words: Collection[str]) -> Schema:
    """A definition without some of its words."""
    if not words or "enum" not in schema:
        return schema
    kept = [index for index, word in enumerate(schema["enum"]) if word not in words]
    return {
        key: [value[index] for index in kept] if isinstance(value, list) else value for key, value in schema.items()
    }


def meanings(knowledge: Knowledge, rules: RuleBook) -> dict[str, dict[str, str]]:
    """Every list of ids with their meanings, by the name that `Names` uses."""
    terms = {name: {id_: _meaning(term) for id_, term in entries.items()} for name, entries in knowledge.terms}
    therapies = {id_: therapy.name for id_, therapy in sorted(knowledge.therapies.items())}
    known = spaces(knowledge)
    return {
        **terms,
        **{name: _chosen(therapies, known[name].ids) for name in ("therapies", "options", "families")},
        "medications": {**terms["medications"], **therapies},
        "classes": terms["medications"],
        "quantities": _chosen(terms["labs"], known["quantities"].ids),
        "meanings": {**therapies, **terms["medications"], **terms["conditions"], **terms["diseases"]},
        "nodes": {**{id_: node.name for id_, node in sorted(knowledge.nodes.items())}, **therapies},
        "edges": {id_: edge.claim for id_, edge in sorted(knowledge.edges.items())},
        "parts": {id_: part.name for id_, part in knowledge.outline.parts.items()},
        "questions": {id_: question.question for id_, question in sorted(knowledge.questions.items())},
        "sources": {id_: knowledge.cite(id_) for id_ in sorted(knowledge.authorities)},
        "studies": {id_: knowledge.cite(id_) for id_ in sorted(knowledge.studies)},
        "rules": {rule.id: rule.title for rule in (*rules.standing_rules, *rules.verdict_rules)},
        "kinds": dict.fromkeys(known["kinds"].ids, ""),
        "vocabularies": dict.fromkeys(known["vocabularies"].ids, ""),
    }


def _chosen(meanings: Mapping[str, str], ids: Collection[str]) -> dict[str, str]:
    return {id_: meaning for id_, meaning in meanings.items() if id_ in ids}


def _meaning(term: Any) -> str:
    parts = [term.name, term.meaning, f"in {term.unit}" if getattr(term, "unit", None) else None]
    return ": ".join(part for part in parts if part)


class _Builder:
    """Builds one schema: that of the model, and the lists of words that it needs."""

    def __init__(
        self, kind: FileKind[Any], words: Mapping[str, Mapping[str, str]], knowledge: Knowledge, rules: RuleBook
    ):
        self.kind = kind
        self.words = words
        self.knowledge = knowledge
        self.rules = rules
        self.definitions: Schema = {}

    def build(self) -> Schema:
        made = self._listed(TypeAdapter(self.kind.content).json_schema())
        own = made.pop("$defs", {})
        by_name = {model.__name__: model for model in models(self.kind.content)}
        for name, schema in [*own.items(), (made.get("title", ""), made)]:
            if name in by_name:
                self._describe(schema, by_name[name])
        _tidied([made, own])
        made.pop("title", None)
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"{self.kind.name} of calcinosis-kb",
            **made,
            "$defs": dict(sorted({**own, **self.definitions}.items())),
        }

    def _describe(self, schema: Schema, model: type[BaseModel]) -> None:
        for key, meaning in attribute_docstrings(model).items():
            schema["properties"][key]["description"] = meaning
        if "description" in schema:
            schema["description"] = _plain(schema["description"])
        if model is Rule:
            self._rule(schema)
        elif issubclass(model, PatientFile):
            self._labs(schema["properties"]["labs"])

    def _listed(self, part: Any) -> Any:
        """A schema with each `Names` mark replaced by its list of ids."""
        if isinstance(part, list):
            return [self._listed(inner) for inner in part]
        if not isinstance(part, dict):
            return part
        if "x-names" not in part:
            return {key: self._listed(value) for key, value in part.items()}
        names = Names(part.pop("x-names"), part.pop("x-open", False))
        if "items" not in part:
            return self._list(names)
        return {**part, "items": self._list(names)}

    def _rule(self, schema: Schema) -> None:
        """Add what `Rule` checks beyond types, and the clauses that rules/facts.yaml allows."""
        del schema["properties"]["at"]
        schema["oneOf"] = [{"required": ["effect"]}, {"required": ["standing"]}]
        schema["allOf"] = [{"oneOf": [{"required": [scope]} for scope in ("therapies", "families", "kinds")]}]
        for decides in ("effect", "standing"):
            # The reader refuses null, so an editor should not offer it.
            given = next(member for member in schema["properties"][decides].pop("anyOf") if member != {"type": "null"})
            schema["properties"][decides] |= given
        schema["properties"]["when"]["items"] = {"$ref": "#/$defs/clause"}
        self.definitions |= clause_schema(self.rules.vocabulary, self.words)

    def _labs(self, schema: Schema) -> None:
        """Add each test with its unit; other names of a test are allowed."""
        values = next(member for member in schema["anyOf"] if member.get("type") == "object")
        each = values["additionalProperties"]
        values["properties"] = {
            id_: {**each, "description": _meaning(lab)} for id_, lab in self.knowledge.terms.labs.items()
        }

    def _list(self, names: Names) -> Schema:
        """A reference to a list of ids, which is added to the definitions."""
        name = names.space
        self.definitions[name] = _listed(self.words[name])
        if not names.open and name != "sources":
            return {"$ref": f"#/$defs/{name}"}
        # A source may be new, so an editor offers the known ones; `check` reports an unknown one.
        pattern = r"\S" if names.open else r"^[a-z0-9][a-z0-9_-]*$"
        return {"anyOf": [{"$ref": f"#/$defs/{name}"}, {"type": "string", "pattern": pattern}]}


def _listed(words: Mapping[str, str]) -> Schema:
    """The definition of a list of words."""
    if not any(words.values()):
        return {"enum": list(words)}
    # Not a keyword of JSON Schema; the YAML language server shows it beside each word.
    return {"enum": list(words), "markdownEnumDescriptions": list(words.values())}


def _tidied(part: Any) -> None:
    """Remove titles that repeat names and defaults of absent values, and forbid keys that do not match a pattern."""
    if isinstance(part, dict):
        if isinstance(part.get("title"), str):
            del part["title"]
        if "type" in part or "anyOf" in part or "$ref" in part:
            part.pop("default", None)
        if "patternProperties" in part:
            part["additionalProperties"] = False
        for value in part.values():
            _tidied(value)
    elif isinstance(part, list):
        for value in part:
            _tidied(value)


def _plain(docstring: str) -> str:
    """A docstring on one line, with Markdown's marks of code."""
    return " ".join(docstring.split()).replace("``", "`")


@cache
def attribute_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Return the docstring below each field in the source, by key in the file.

    Pydantic can do this (``use_attribute_docstrings``), but at import, which would slow every start.
    """
    found: dict[str, str] = {}
    for parent in (cls for cls in reversed(model.__mro__) if issubclass(cls, Model)):
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(parent))).body
        body = getattr(tree, "body", [])
        for above, below in pairwise(body):
            match above, below:
                case ast.AnnAssign(target=ast.Name(id=field)), ast.Expr(value=ast.Constant(value=str(text))):
                    found[model.model_fields[field].alias or field] = _plain(text)
    return found
