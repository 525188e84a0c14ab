"""Read the files of ``knowledge/`` into a `Knowledge`, and report each problem at its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from calcinosis_kb._version import __version__
from calcinosis_kb.documents.document import Document, Path_
from calcinosis_kb.documents.fingerprint import content_hash, yaml_files
from calcinosis_kb.documents.kinds import FileKind
from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.errors import CalcinosisError, KnowledgeError, Place, Problem
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import GUIDELINES, PREFIXES, REFERENCES, STUDIES, THERAPIES, Reference, Therapy
from calcinosis_kb.knowledge.pathophysiology import OUTLINE, STORIES, THEMES, Edge, Node, Question, ThemeOutline
from calcinosis_kb.knowledge.searches import SEARCHES
from calcinosis_kb.knowledge.terms import TERMS

if TYPE_CHECKING:
    from calcinosis_kb.documents.overlay import Overlay

__all__ = [
    "KINDS",
    "Loaded",
    "build_knowledge",
    "load_knowledge",
    "read_documents",
]

T = TypeVar("T")

KINDS = (THERAPIES, STUDIES, THEMES, OUTLINE, GUIDELINES, REFERENCES, STORIES, TERMS, PREFIXES)
"""The files that make a `Knowledge`."""


def read_documents(directory: Path, root: str | None = None) -> tuple[dict[str, Document], list[Problem]]:
    """Parse every YAML file below a directory but the records of searches; return the documents by name, and the problems.

    A name is the path after ``root``, which is the directory's own name by default (``knowledge/terms.yaml``).
    """
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for path in yaml_files(directory):
        name = f"{root or directory.name}/{path.relative_to(directory).as_posix()}"
        if SEARCHES.fits(name):
            continue  # they grow, and no answer reads them
        try:
            documents[name] = parse(read_text(path, name=name, error=KnowledgeError), name, error=KnowledgeError)
        except CalcinosisError as error:
            problems.extend(error.problems)
    return documents, problems


@dataclass
class Loaded:
    """The knowledge with its documents by (section, id); ``roots`` are the paths of the records in them.

    ``contents`` lists each file with its kind and its validated content.
    """

    knowledge: Knowledge
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)
    roots: dict[tuple[str, str], Path_] = field(default_factory=dict)
    contents: list[tuple[Document, FileKind[Any], Any]] = field(default_factory=list)

    def place(self, section: str, id_: str, *path: str | int) -> Place:
        """The place of a part of a record: ``place("edges", "e153", "sign")``."""
        return self.documents[(section, id_)].place((*self.roots.get((section, id_), ()), *path))


def load_knowledge(directory: Path, overlay: Overlay | None = None) -> Loaded:
    """Load all of ``knowledge/``, with what an overlay adds or changes. References are not checked.

    Raises `KnowledgeError` if a file cannot be read or does not fit its model.
    """
    documents, problems = read_documents(directory)
    hash_ = content_hash(directory)
    loaded, found = build_knowledge(documents, problems, hash_=hash_, overlay=overlay)
    if loaded is None or found:
        raise KnowledgeError(tuple(found))
    return loaded


def build_knowledge(
    documents: dict[str, Document],
    problems: Iterable[Problem],
    *,
    hash_: str,
    overlay: Overlay | None = None,
) -> tuple[Loaded | None, list[Problem]]:
    """Build the knowledge from parsed documents without the broken records, and return all problems.

    ``problems`` are those of the files that could not be parsed; the returned list includes them. The knowledge is None
    if the terms or prefixes are broken, because everything else needs them.
    """
    base, problems = documents, list(problems)
    if overlay is not None:
        from calcinosis_kb.knowledge.layers import lay_over, local_records  # most answers have no overlay

        documents, found = lay_over(base, overlay, KINDS)
        problems.extend(found)
    reader = _Reader(documents, problems)
    therapies = reader.by_id(THERAPIES)
    studies = reader.by_id(STUDIES)
    guidelines = reader.by_id(GUIDELINES)
    references: dict[str, Reference] = reader.by_key(REFERENCES)
    stories = reader.by_id(STORIES)
    themes, nodes, edges, questions = reader.graph()
    edges.update(reader.therapy_edges(therapies))
    terms = reader.only(TERMS)
    prefixes = reader.only(PREFIXES)
    outline = reader.only(OUTLINE)
    if terms is None or prefixes is None or outline is None:
        return None, problems
    local = local_records(overlay, base, reader.origins, dict(terms)) if overlay is not None else {}
    knowledge = Knowledge(
        version=__version__,
        hash=hash_,
        therapies=therapies,
        studies=studies,
        references=references,
        guidelines=guidelines,
        nodes=nodes,
        edges=edges,
        questions=questions,
        themes=themes,
        outline=outline,
        stories=stories,
        terms=terms,
        prefixes=prefixes,
        overlay=overlay.hash if overlay is not None else None,
        local=local,
    )
    return Loaded(knowledge, reader.origins, reader.roots, reader.contents), problems


@dataclass
class _Reader:
    documents: dict[str, Document]
    problems: list[Problem]
    origins: dict[tuple[str, str], Document] = field(default_factory=dict)
    roots: dict[tuple[str, str], Path_] = field(default_factory=dict)
    contents: list[tuple[Document, FileKind[Any], Any]] = field(default_factory=list)

    def content(self, name: str, kind: FileKind[T]) -> T | None:
        """The validated content of a file, or None if it does not fit its kind."""
        document = self.documents[name]
        value, problems = validate(document, kind.content)
        self.problems.extend(problems)
        self.origins[("file", name)] = document
        if value is not None:
            self.contents.append((document, kind, value))
        return value

    def only(self, kind: FileKind[T]) -> T | None:
        """The content of the only file of a kind."""
        name = kind.pattern
        if name in self.documents:
            return self.content(name, kind)
        if not any(problem.place and problem.place.file == name for problem in self.problems):
            self.problems.append(Problem("CKB001", f"{name} is missing", fix="restore the file"))
        return None

    def each(self, kind: FileKind[T]) -> Iterator[tuple[str, T]]:
        """The name and content of every file of a kind."""
        # Overlay files come last, so that a duplicate id is reported in the overlay.
        for name in sorted(self.documents, key=lambda name: (self.documents[name].name != name, name)):
            if kind.fits(name) and (value := self.content(name, kind)) is not None:
                yield name, value

    def by_id(self, kind: FileKind[T]) -> dict[str, T]:
        """The records of a kind with one record per file, by id."""
        found: dict[str, T] = {}
        for name, value in self.each(kind):
            id_ = str(getattr(value, "id"))  # noqa: B009 - every model of these kinds has an id
            stem = name.rpartition("/")[2].removesuffix(".yaml")
            self._claim((_space(kind.folder), id_), self.documents[name], ("id",))
            self.origins[(kind.folder, id_)] = self.documents[name]
            if id_ != stem:
                place = self.documents[name].place(("id",))
                fix = f"call the file {id_}.yaml, or write 'id: {stem}'"
                self.problems.append(Problem("CKB015", f"the id '{id_}' is not the file's name", place, fix=fix))
            found[id_] = value
        return found

    def by_key(self, kind: FileKind[dict[str, T]]) -> dict[str, T]:
        """The records of a kind with many records per file, by key."""
        found: dict[str, T] = {}
        for name, values in self.each(kind):
            for id_, value in values.items():
                self._claim((_space(kind.folder), id_), self.documents[name], (id_,))
                self.origins[(kind.folder, id_)], self.roots[(kind.folder, id_)] = self.documents[name], (id_,)
                found[id_] = value
        return found

    def graph(self) -> tuple[dict[str, ThemeOutline], dict[str, Node], dict[str, Edge], dict[str, Question]]:
        themes: dict[str, ThemeOutline] = {}
        nodes: dict[str, Node] = {}
        edges: dict[str, Edge] = {}
        questions: dict[str, Question] = {}
        for name, theme in self.each(THEMES):
            self._claim(("themes", theme.theme), self.documents[name], ("theme",))
            themes[theme.theme] = ThemeOutline(
                name=theme.name, part=theme.part, about=theme.about, nodes=tuple(node.id for node in theme.nodes)
            )
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
            message = f"the id '{key[1]}' is taken: it is also in {first.name}"
            self.problems.append(Problem("CKB015", message, document.place(path), fix="give one of the two another id"))
        self.origins.setdefault(key, document)
        self.roots.setdefault(key, path[:-1] if path[-1] == "id" else path)


def _space(section: str) -> str:
    """Studies, guidelines and references share one space of ids, because all of them are cited by id."""
    return "sources" if section in ("studies", "guidelines", "references") else f"ids of {section}"
