"""Reads the files of ``knowledge/`` into a `Knowledge`, or says at which line each thing is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from calcinosis_kb.documents.fields import Id
from calcinosis_kb.documents.strict_yaml import Document, Path_, parse, read_text
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.errors import CalcinosisError, KnowledgeError, Place, Problem
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Guideline, Prefix, Reference, Study, Therapy
from calcinosis_kb.knowledge.pathophysiology import Edge, Node, Question, Story, Theme, ThemeOutline
from calcinosis_kb.knowledge.terms import Terms

if TYPE_CHECKING:
    from calcinosis_kb.documents.overlay import Overlay

__all__ = [
    "Loaded",
    "build_knowledge",
    "content_hash",
    "load_knowledge",
    "read_documents",
    "yaml_files",
]

T = TypeVar("T")


def yaml_files(directory: Path) -> list[Path]:
    """The YAML files below a directory in a fixed order."""
    return sorted(directory.rglob("*.yaml"), key=lambda path: path.relative_to(directory).as_posix())


def content_hash(directory: Path) -> str:
    """SHA-256 over the names and bytes of the YAML files and word lists below a directory, as 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in (*yaml_files(directory), *sorted(directory.glob("words/*.tsv"))):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(directory).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def read_documents(directory: Path, root: str | None = None) -> tuple[dict[str, Document], list[Problem]]:
    """Every YAML file below a directory by its name: the path below ``root``, by default the directory's own name
    (``knowledge/terms.yaml``)."""
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for path in yaml_files(directory):
        name = f"{root or directory.name}/{path.relative_to(directory).as_posix()}"
        try:
            documents[name] = parse(read_text(path, name=name, error=KnowledgeError), name, error=KnowledgeError)
        except CalcinosisError as error:
            problems.extend(error.problems)
    return documents, problems


@dataclass
class Loaded:
    """The knowledge with the documents it came from: ``documents`` by (section, id), ``roots`` where in them each stands."""

    knowledge: Knowledge
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    roots: dict[tuple[str, str], Path_] = field(default_factory=dict)

    def place(self, section: str, id_: str, *path: str | int) -> Place:
        """The place of a part of a record: ``place("edges", "e153", "sign")``."""
        return self.documents[(section, id_)].place((*self.roots.get((section, id_), ()), *path))


def load_knowledge(directory: Path, version: str, overlay: Overlay | None = None) -> Loaded:
    """All of ``knowledge/``, with what an overlay adds or changes.

    Raises `KnowledgeError` where files cannot be read or do not fit their schema; what can be built but does not
    hold together is left in ``problems`` for `calcinosis_kb.knowledge.integrity`.
    """
    documents, problems = read_documents(directory)
    hash_ = content_hash(directory)
    return build_knowledge(directory.name, documents, problems, version=version, hash_=hash_, overlay=overlay)


def build_knowledge(
    root: str,
    documents: dict[str, Document],
    problems: list[Problem],
    *,
    version: str,
    hash_: str,
    overlay: Overlay | None = None,
) -> Loaded:
    """The knowledge of documents that are parsed already; ``problems`` are those of the files that could not be.

    Raises `KnowledgeError` like `load_knowledge`.
    """
    base = documents
    if overlay is not None:
        from calcinosis_kb.knowledge.layers import lay_over, local_records  # an answer mostly has none

        documents, found = lay_over(base, overlay)
        problems.extend(found)
    reader = _Reader(root, documents, problems)
    therapies = reader.by_id("therapies", Therapy)
    studies = reader.by_id("studies", Study)
    guidelines = reader.by_id("guidelines", Guideline)
    references = reader.mappings("references", Reference)
    stories = reader.by_id("stories", Story)
    themes, nodes, edges, questions = reader.graph()
    edges.update(reader.therapy_edges(therapies))
    terms = reader.one(f"{root}/terms.yaml", Terms)
    prefixes: dict[str, Prefix] | None = reader.one(f"{root}/prefixes.yaml", dict[str, Prefix])
    if any(problem.severity == "error" for problem in problems) or terms is None or prefixes is None:
        raise KnowledgeError(tuple(problems))
    local = local_records(overlay, base, reader.origins, dict(terms)) if overlay is not None else {}
    knowledge = Knowledge(
        version=version,
        hash=hash_,
        therapies=therapies,
        studies=studies,
        references=references,
        guidelines=guidelines,
        nodes=nodes,
        edges=edges,
        questions=questions,
        themes=themes,
        stories=stories,
        terms=terms,
        prefixes=prefixes,
        overlay=overlay.hash if overlay is not None else None,
        local=local,
    )
    return Loaded(knowledge, reader.origins, problems, reader.roots)


@dataclass
class _Reader:
    root: str
    documents: dict[str, Document]
    problems: list[Problem]
    origins: dict[tuple[str, str], Document] = field(default_factory=dict)
    roots: dict[tuple[str, str], Path_] = field(default_factory=dict)

    def one(self, name: str, schema: type[T] | Any) -> T | None:
        if name not in self.documents:
            if not any(problem.place and problem.place.file == name for problem in self.problems):
                self.problems.append(Problem("CKB001", f"{name} is missing", fix="restore the file"))
            return None
        value, problems = validate(self.documents[name], schema)
        self.problems.extend(problems)
        self.origins[("file", name)] = self.documents[name]
        return value

    def _files(self, section: str) -> Iterator[tuple[str, str]]:
        prefix = f"{self.root}/{section}/"
        # What an overlay holds comes last, so that of two records with one id the overlay's is the one too many.
        for name in sorted(self.documents, key=lambda name: (self.documents[name].name != name, name)):
            if name.startswith(prefix):
                yield name, name.removeprefix(prefix).removesuffix(".yaml")

    def by_id(self, section: str, schema: type[T]) -> dict[str, T]:
        found: dict[str, T] = {}
        for name, stem in self._files(section):
            value = self.one(name, schema)
            if value is None:
                continue
            id_ = str(getattr(value, "id"))  # noqa: B009 - every schema of these sections has an id
            self._claim((_space(section), id_), self.documents[name], ("id",))
            self.origins[(section, id_)] = self.documents[name]
            if id_ != stem:
                place = self.documents[name].place(("id",))
                fix = f"call the file {id_}.yaml, or write 'id: {stem}'"
                self.problems.append(Problem("CKB015", f"the id '{id_}' is not the file's name", place, fix=fix))
            found[id_] = value
        return found

    def mappings(self, section: str, schema: type[T]) -> dict[str, T]:
        found: dict[str, T] = {}
        for name, _ in self._files(section):
            values: dict[str, T] = self.one(name, dict[Id, schema]) or {}  # type: ignore[valid-type]
            for id_, value in values.items():
                self._claim((_space(section), id_), self.documents[name], (id_,))
                self.origins[(section, id_)], self.roots[(section, id_)] = self.documents[name], (id_,)
                found[id_] = value
        return found

    def graph(self) -> tuple[dict[str, ThemeOutline], dict[str, Node], dict[str, Edge], dict[str, Question]]:
        themes: dict[str, ThemeOutline] = {}
        nodes: dict[str, Node] = {}
        edges: dict[str, Edge] = {}
        questions: dict[str, Question] = {}
        for name, _ in self._files("pathophysiology"):
            theme = self.one(name, Theme)
            if theme is None:
                continue
            self._claim(("themes", theme.theme), self.documents[name], ("theme",))
            themes[theme.theme] = ThemeOutline(name=theme.name, nodes=tuple(node.id for node in theme.nodes))
            for index, node in enumerate(theme.nodes):
                self._claim(("nodes", node.id), self.documents[name], ("nodes", index, "id"))
                nodes[node.id] = node
            for index, edge in enumerate(theme.edges):
                self._claim(("edges", edge.id), self.documents[name], ("edges", index, "id"))
                edges[edge.id] = edge
            for index, question in enumerate(theme.questions):
                self._claim(("questions", question.id), self.documents[name], ("questions", index, "id"))
                questions[question.id] = question
        return themes, nodes, edges, questions

    def therapy_edges(self, therapies: dict[str, Therapy]) -> dict[str, Edge]:
        edges: dict[str, Edge] = {}
        for id_, therapy in therapies.items():
            for index, edge in enumerate(therapy.mechanisms):
                self._claim(("edges", edge.id), self.origins[("therapies", id_)], ("mechanisms", index, "id"))
                edges[edge.id] = edge
        return edges

    def _claim(self, key: tuple[str, str], document: Document, path: tuple[str | int, ...]) -> None:
        if key in self.origins:
            first = self.origins[key]
            message = f"the id '{key[1]}' is taken: it also stands in {first.name}"
            self.problems.append(Problem("CKB015", message, document.place(path), fix="give one of the two another id"))
        self.origins.setdefault(key, document)
        self.roots.setdefault(key, path[:-1] if path[-1] == "id" else path)


def _space(section: str) -> str:
    """Studies, guidelines and references are cited by one id, so they share one space of ids."""
    return "sources" if section in ("studies", "guidelines", "references") else f"ids of {section}"
