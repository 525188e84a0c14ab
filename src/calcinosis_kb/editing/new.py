"""Create a new file of the knowledge base: choose its path, refuse a duplicate, write a template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pydantic import BaseModel

from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.strict_yaml import read_text
from calcinosis_kb.documents.writing import make_folder, write_file
from calcinosis_kb.editing.citation import study_id
from calcinosis_kb.editing.fmt import canonical, formatted
from calcinosis_kb.editing.kinds import Golden
from calcinosis_kb.editing.templates import template
from calcinosis_kb.errors import InputError, Place, Problem, unknown
from calcinosis_kb.knowledge.citations import normal_identifier
from calcinosis_kb.knowledge.loader import read_documents
from calcinosis_kb.knowledge.models import Citation, Study, Therapy
from calcinosis_kb.patients.published import Published
from calcinosis_kb.rules.models import Rule

__all__ = ["NewFile"]

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,119}")


@dataclass
class NewFile:
    """Write new files: the parsed files of the base, even with mistakes, and the folder for new files."""

    checkout: Checkout
    root: Path
    knowledge: dict[str, Document]
    rules: dict[str, Document]

    @classmethod
    def open(cls, checkout: Checkout, into: Path | None = None) -> NewFile:
        """Open a checkout; new files go to ``into`` if given, a folder of the same layout. Raises `InputError` (CKB057)."""
        if into is None and checkout.is_installed:
            fix = "name a folder: --into DIR"
            raise InputError((Problem("CKB057", "an installed package takes no new files", fix=fix),))
        return cls.read(checkout, into)

    @classmethod
    def read(cls, checkout: Checkout, into: Path | None = None) -> NewFile:
        """Read the files of a checkout, and those of ``into``; see `open`."""
        knowledge, _ = read_documents(checkout.knowledge)
        rules, _ = read_documents(checkout.rules)
        if into is not None:
            for found, name in ((knowledge, "knowledge"), (rules, "rules")):
                added, _ = read_documents(into / name) if (into / name).is_dir() else ({}, [])
                found.update({f"{into / key}": document for key, document in added.items()})
        return cls(checkout, into or checkout.root, knowledge, rules)

    def study(self, citation: Citation, id_: str | None = None) -> Path:
        """Write a study with its citation. Raises `InputError`: id taken (CKB074) or invalid (CKB076), publication known (CKB075)."""
        self.refuse_known(citation)
        taken = dict(self.sources())
        given = id_ or study_id(citation, taken)
        self._free(given, taken)
        known = {"id": given, "draft": True, "citation": citation.model_dump(exclude_none=True)}
        return self._write(Path("knowledge/studies") / f"{given}.yaml", Study, known)

    def therapy(self, id_: str) -> Path:
        """Write a therapy. Raises `InputError` (CKB074, CKB076)."""
        taken = dict(self._ids("therapies"))
        for name, document in self._below("pathophysiology"):
            taken.update({str(node.get("id")): name for node in _items(document.data, "nodes")})
        self._free(id_, taken, "_")
        return self._write(Path("knowledge/therapies") / f"{id_}.yaml", Therapy, {"id": id_, "draft": True})

    def rule(self, id_: str, therapy: str | None = None) -> Path:
        """Add a rule to the file of its therapy, or to ``rules/fit.yaml``. Raises `InputError` (CKB014, CKB074, CKB076)."""
        taken = {
            str(rule.get("id")): name
            for name, document in self.rules.items()
            for rule in (document.data if isinstance(document.data, list) else [])
            if isinstance(rule, Mapping)
        }
        self._free(id_, taken)
        therapies = dict(self._ids("therapies"))
        if therapy is not None and therapy not in therapies:
            fix = "correct the id, or begin with 'calcinosis-kb new therapy'"
            raise InputError((unknown("therapy", therapy, therapies, fix=fix),))
        known = {"id": id_, "draft": True, **({"therapies": [therapy]} if therapy else {})}
        lines = template(Rule, known, self.words(), gaps={"therapies", "when", "effect", "sources"})
        kinds = ", ".join(self._document(self.rules, "/facts.yaml"))
        lines = [line if not line.startswith("when:") else f"{line} Kinds of facts: {kinds}" for line in lines]
        lines = [line for line in lines if not line.startswith(("# families:", "# kinds:", "# standing:"))]
        text = "\n".join(_item(lines)) + "\n"
        path = self.root / (f"rules/safety/{therapy}.yaml" if therapy else "rules/fit.yaml")
        block = formatted(text, str(path), tuple[Rule, ...])
        if not path.exists():
            return self._put(path, canonical(block, path, self.checkout.root))
        before = read_text(path)
        write_file(path, f"{before.rstrip()}\n\n{block}".encode())
        return path

    def case(self, id_: str, *, published: bool = False) -> Path:
        """Write a golden case or a published case. Raises `InputError` (CKB074, CKB076)."""
        self._free(id_, {})
        if published:
            gaps = {"diseases", "history", "case.source_seen", "case.next_therapy.therapy"}
            return self._write(Path("knowledge/cases") / f"{id_}.yaml", Published, {"draft": True}, gaps)
        gaps = {"expect", "patient.diseases", "patient.history"}
        return self._write(Path("tests/cases") / f"{id_}.case.yaml", Golden, {"draft": True}, gaps)

    def words(self) -> dict[str, list[str]]:
        """The lists of words that the comments of a template name."""
        terms = self._document(self.knowledge, "/terms.yaml")
        words = {name: list(entries) for name, entries in terms.items() if isinstance(entries, Mapping)}
        therapies = sorted(id_ for id_, _ in self._ids("therapies"))
        return {**words, "therapies": therapies, "medications": [*therapies, *words.get("medications", [])]}

    @staticmethod
    def _document(documents: Mapping[str, Document], ending: str) -> Mapping[str, Any]:
        """The mapping in the file whose name ends so, or an empty one."""
        found = next((document.data for name, document in documents.items() if name.endswith(ending)), None)
        return found if isinstance(found, Mapping) else {}

    def _below(self, folder: str) -> Iterator[tuple[str, Document]]:
        for name, document in self.knowledge.items():
            if f"knowledge/{folder}/" in name:
                yield name, document

    def _ids(self, folder: str) -> Iterator[tuple[str, str]]:
        for name, document in self._below(folder):
            if isinstance(document.data, Mapping):
                yield str(document.data.get("id")), name

    def sources(self) -> Iterator[tuple[str, str]]:
        """The ids of studies, guidelines and references, which share one space, each with its file."""
        yield from self._ids("studies")
        yield from self._ids("guidelines")
        for name, document in self._below("references"):
            yield from ((str(id_), name) for id_ in (document.data if isinstance(document.data, Mapping) else ()))

    def refuse_known(self, citation: Citation) -> None:
        """Raise `InputError` (CKB075) if a study or reference has the DOI or PMID; a guideline may also be a study."""
        for name, document in [*self._below("studies"), *self._below("references")]:
            data = document.data if isinstance(document.data, Mapping) else {}
            entries = [data["citation"]] if "citation" in data else list(data.values())
            for entry in entries:
                for key in ("doi", "pmid"):
                    mine, other = getattr(citation, key), entry.get(key) if isinstance(entry, Mapping) else None
                    if mine and other and normal_identifier(key, mine) == normal_identifier(key, str(other)):
                        message = f"the publication with {key} {mine} already exists in {name}"
                        raise InputError((Problem("CKB075", message, Place(name), fix="add to that file"),))

    def _free(self, id_: str, taken: Mapping[str, str], joint: str = "-") -> None:
        if not _ID.fullmatch(id_):
            near = re.sub("[^a-z0-9]+", joint, id_.lower()).strip(joint)[:120]
            fix = "use small letters a to z, digits, '-' and '_', beginning with a letter or digit"
            raise InputError((Problem("CKB076", f"'{id_}' cannot be an id", nearest=(near,) if near else (), fix=fix),))
        if id_ in taken:
            _taken(f"the id '{id_}' is taken: it is in {taken[id_]}")

    def _write(self, below: Path, model: type[BaseModel], known: Mapping[str, Any], gaps: Any = ()) -> Path:
        path = self.root / below
        text = "\n".join(template(model, known, self.words(), gaps=gaps)) + "\n"
        return self._put(path, canonical(text, path, self.checkout.root))

    def _put(self, path: Path, text: str) -> Path:
        if path.exists():
            _taken(f"the file {path} already exists")
        make_folder(path.parent)
        write_file(path, text.encode())
        return path


def _taken(message: str) -> NoReturn:
    raise InputError((Problem("CKB074", message, fix="choose another id, or edit the existing file"),))


def _items(data: Any, key: str) -> list[Mapping[str, Any]]:
    found = data.get(key) if isinstance(data, Mapping) else None
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _item(lines: list[str]) -> list[str]:
    """The lines of a mapping, indented as an item of a list."""
    return [f"- {lines[0]}", *(f"  {line}" for line in lines[1:])]
