"""JSON Schemas of the YAML files, for an editor: the models' own, with every word that the base knows.

Words of closed vocabularies become enums with their meaning. Sources are completed and a new one is not refused, and so
are the words of a patient file, which may also be an alias. All of a schema is in its own file.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from pydantic import BaseModel, TypeAdapter

from calcinosis_kb.advice.verdicts import VERDICTS
from calcinosis_kb.documents.kinds import FileKind
from calcinosis_kb.editing.kinds import KINDS, SCHEMAS
from calcinosis_kb.editing.meanings import MEANINGS
from calcinosis_kb.editing.schema_clauses import clause_schema
from calcinosis_kb.errors import Place, Problem
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.patients.file import PatientFile
from calcinosis_kb.rules.loader import RuleBook

__all__ = ["as_text", "attribute_docstrings", "models", "schemas", "stale"]

Schema = dict[str, Any]

PATIENT = FileKind("patient", "", PatientFile)
"""A patient file lies where its owner keeps it."""

CLOSED = {
    "Result.therapy": "therapies", "Result.populations": "diseases", "Result.design": "designs",
    "Result.reviewed_designs": "designs", "Study.design": "designs",
    "Therapy.family": "families", "Therapy.classes": "medications",
    "Edge.source": "nodes", "Edge.target": "nodes", "Question.nodes": "nodes", "Statement.therapy": "therapies",
    "Sentence.nodes": "nodes", "Sentence.paths": "nodes", "Sentence.edges": "edges", "Sentence.questions": "questions",
    "Rule.therapies": "therapies", "Rule.families": "families", "Rule.kinds": "kinds",
    "Disease.broader": "diseases", "Condition.broader": "conditions", "Medication.broader": "medications",
    "Expected.standing": "standings", "Expected.verdict": "verdicts", "Expected.rules": "rules", "Expected.not_rules": "rules",
    "Golden.first": "therapies", "Golden.order": "therapies", "Attribute.vocabulary": "vocabularies",
}  # fmt: skip
"""Fields that take only words of a list (and lists of them)."""

OPEN = {
    "Claim.sources": "sources", "AdequateTrial.sources": "sources", "Edge.sources": "sources", "Sentence.sources": "sources",
    "Rule.sources": "sources", "Notes.study": "sources",
    "PatientFile.diseases": "diseases", "Published.diseases": "diseases", "Lesions.pattern": "patterns",
    "Lesions.sites": "sites", "Lesions.features": "features", "Treatment.therapy": "medications", "Treatment.for": "purposes",
    "Treatment.outcome": "outcomes", "NextGiven.therapy": "medications", "NextGiven.outcome": "outcomes",
    "PatientFile.medications": "medications", "Published.medications": "medications",
    "PatientFile.allergies": "medications", "Published.allergies": "medications",
    "PatientFile.conditions": "conditions", "Published.conditions": "conditions",
}  # fmt: skip
"""Fields for which an editor offers the words of a list and takes any other."""


def schemas(knowledge: Knowledge, rules: RuleBook) -> dict[str, Schema]:
    """The JSON Schema (draft 2020-12) of each kind of file by the kind's name, "patient" among them."""
    words = _words(knowledge, rules)
    return {kind.name: _Builder(kind, words, knowledge, rules).build() for kind in (*KINDS, PATIENT)}


def as_text(schema: Schema) -> str:
    """A schema as it stands in its file."""
    return f"{json.dumps(schema, indent=1, ensure_ascii=False)}\n"


def stale(root: Path, knowledge: Knowledge, rules: RuleBook, broken: Collection[str] = ()) -> Iterator[Problem]:
    """The schemas of a checkout whose words or clauses are not those of its knowledge and rules (CKB073).

    What an edit of YAML can change is looked at; that the rest follows the models is for the tests to hold, since to build a
    schema takes longer than to read it. Words in ``broken`` are left out: they stand in files that cannot be read.
    """
    words = _words(knowledge, rules)
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
            yield Problem("CKB073", f"the schema of '{kind.name}' is no JSON Schema", place, fix=fix)
            continue
        old = [
            name
            for name, schema in written.items()
            if name in current and _without(schema, broken) != _without(current[name], broken)
        ]
        if old:
            message = (
                f"the schema of '{kind.name}' has other {', '.join(sorted(old))} than knowledge and rules have now"
            )
            yield Problem("CKB073", message, place, fix=fix)


def _without(schema: Schema, words: Collection[str]) -> Schema:
    """A definition without some of the words that it lists."""
    if not words or "enum" not in schema:
        return schema
    kept = [index for index, word in enumerate(schema["enum"]) if word not in words]
    return {
        key: [value[index] for index in kept] if isinstance(value, list) else value for key, value in schema.items()
    }


def _words(knowledge: Knowledge, rules: RuleBook) -> dict[str, dict[str, str]]:
    """Every list of words with what each means."""
    words = {name: {id_: _meaning(term) for id_, term in terms.items()} for name, terms in knowledge.terms if terms}
    therapies = {id_: therapy.name for id_, therapy in sorted(knowledge.therapies.items())}
    kinds = TypeAdapter(type(next(iter(knowledge.therapies.values())))).json_schema()["properties"]["kind"]["enum"]
    return {
        **words,
        "therapies": therapies,
        "families": {id_: name for id_, name in therapies.items() if knowledge.therapies[id_].kind == "family"},
        "kinds": dict.fromkeys(kinds, ""),
        "medications": {**words["medications"], **therapies},
        "nodes": {**{id_: node.name for id_, node in sorted(knowledge.nodes.items())}, **therapies},
        "edges": {id_: edge.claim for id_, edge in sorted(knowledge.edges.items())},
        "questions": {id_: question.question for id_, question in sorted(knowledge.questions.items())},
        "sources": {id_: knowledge.cite(id_) for id_ in sorted(knowledge.authorities)},
        "rules": {rule.id: rule.title for rule in (*rules.standing_rules, *rules.verdict_rules)},
        "standings": dict.fromkeys(rules.vocabulary["option"].attributes["standing"].values, ""),
        "verdicts": dict.fromkeys(VERDICTS, ""),
        "vocabularies": dict.fromkeys((*words, "therapies"), ""),
    }


def _meaning(term: Any) -> str:
    parts = [term.name, term.meaning, f"in {term.unit}" if getattr(term, "unit", None) else None]
    return ": ".join(part for part in parts if part)


class _Builder:
    """One schema being built: the model's own, and the lists of words that it turns out to need."""

    def __init__(
        self, kind: FileKind[Any], words: Mapping[str, Mapping[str, str]], knowledge: Knowledge, rules: RuleBook
    ):
        self.kind = kind
        self.words = words
        self.knowledge = knowledge
        self.rules = rules
        self.definitions: Schema = {}

    def build(self) -> Schema:
        made = TypeAdapter(self.kind.content).json_schema()
        own = made.pop("$defs", {})
        documented = {cls.__name__: attribute_docstrings(cls) for cls in models(self.kind.content)}
        for name, schema in [*own.items(), (made.get("title", ""), made)]:
            self._describe(name, schema, documented.get(name, {}))
        _tidied([made, own])
        made.pop("title", None)
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"{self.kind.name} of calcinosis-kb",
            **made,
            "$defs": dict(sorted({**own, **self.definitions}.items())),
        }

    def _describe(self, model: str, schema: Schema, meanings: Mapping[str, str]) -> None:
        properties: Schema = schema.get("properties", {})
        for field, value in properties.items():
            where = f"{model}.{field}"
            if where in CLOSED or where in OPEN:
                properties[field] = value = _pointing(
                    value, self._list(CLOSED.get(where) or OPEN[where], where in OPEN)
                )
            meaning = meanings.get(field) or MEANINGS.get(where)
            if meaning:
                value["description"] = meaning
        if "description" in schema:
            schema["description"] = _plain(schema["description"])
        if model == "Rule":
            self._rule(schema)
        elif model in ("PatientFile", "Published"):
            self._labs(properties["labs"])
        elif model == "Golden":
            properties["expect"]["propertyNames"] = self._list("therapies", False)

    def _rule(self, schema: Schema) -> None:
        """What `Rule` checks beyond types, and the clauses that rules/facts.yaml allows."""
        del schema["properties"]["at"]
        schema["oneOf"] = [{"required": ["effect"]}, {"required": ["standing"]}]
        schema["allOf"] = [{"oneOf": [{"required": [scope]} for scope in ("therapies", "families", "kinds")]}]
        for decides in ("effect", "standing"):
            # The reader refuses an empty one, so an editor should not offer null.
            given = next(member for member in schema["properties"][decides].pop("anyOf") if member != {"type": "null"})
            schema["properties"][decides] |= given
        schema["properties"]["when"]["items"] = {"$ref": "#/$defs/clause"}
        self.definitions |= clause_schema(self.rules.vocabulary, self.words)

    def _labs(self, schema: Schema) -> None:
        """Each test with its unit; a test may also be called by another name."""
        values = next(member for member in schema["anyOf"] if member.get("type") == "object")
        each = values["additionalProperties"]
        values["properties"] = {
            id_: {**each, "description": _meaning(lab)} for id_, lab in self.knowledge.terms.labs.items()
        }

    def _list(self, name: str, is_open: bool) -> Schema:
        """A reference to a list of words, which is added to the definitions."""
        self.definitions[name] = _listed(self.words[name])
        if not is_open:
            return {"$ref": f"#/$defs/{name}"}
        pattern = r"^[a-z0-9][a-z0-9_-]*$" if name == "sources" else r"\S"
        return {"anyOf": [{"$ref": f"#/$defs/{name}"}, {"type": "string", "pattern": pattern}]}


def _listed(words: Mapping[str, str]) -> Schema:
    """The definition of a list of words."""
    if not any(words.values()):
        return {"enum": list(words)}
    # Not a keyword of JSON Schema, but what the YAML language server shows beside each word.
    return {"enum": list(words), "markdownEnumDescriptions": list(words.values())}


def _pointing(schema: Schema, target: Schema) -> Schema:
    """A schema with its strings replaced by a list of words: itself, in a list, or beside null."""
    if schema.get("type") == "string" and "const" not in schema:
        return {**target, **({"description": schema["description"]} if "description" in schema else {})}
    if "anyOf" in schema:
        return {**schema, "anyOf": [_pointing(member, target) for member in schema["anyOf"]]}
    if "items" in schema:
        return {**schema, "items": _pointing(schema["items"], target)}
    return schema


def _tidied(part: Any) -> None:
    """Pydantic titles each property by its own name, and an absent value needs no default.

    Keys that must fit a pattern may not be others, which pydantic does not say.
    """
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
    """On one line, and with the code marks of Markdown."""
    return " ".join(docstring.split()).replace("``", "`")


def models(content: Any) -> Iterator[type[BaseModel]]:
    """Every model that a type is made of."""
    pending, seen = [content], set()
    while pending:
        part = pending.pop()
        if isinstance(part, type) and issubclass(part, BaseModel):
            if part not in seen:
                seen.add(part)
                yield part
                pending.extend(field.annotation for field in part.model_fields.values())
        else:
            pending.extend(getattr(part, "__args__", ()))


@cache
def attribute_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """What stands below a field in the source, by the name that the field has in a file."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    for field, below in zip(tree.body, tree.body[1:], strict=False):
        if not (
            isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr)
        ):
            continue
        if isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            name = model.model_fields[field.target.id].alias or field.target.id
            found[name] = _plain(below.value.value)
    return found
