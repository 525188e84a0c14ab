"""A study on the maintainer's desk: its form beside its YAML, each following the other, and what is wrong in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Literal

from calcinosis_kb.checks.duplicates import holders
from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.fields import shape
from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.editing.amend import amended
from calcinosis_kb.editing.citation import proposed_id
from calcinosis_kb.editing.citation_text import read_citation
from calcinosis_kb.editing.fmt import canonical
from calcinosis_kb.editing.form import Field, form, sent, typed
from calcinosis_kb.editing.saving import digest, file_in, save
from calcinosis_kb.editing.schema import meanings
from calcinosis_kb.errors import CalcinosisError, InputError, KnowledgeError, Place, Problem, unknown
from calcinosis_kb.knowledge.models import Citation, Study
from calcinosis_kb.knowledge.references import missing, spaces
from calcinosis_kb.web.maintain.jobs import Job
from calcinosis_kb.web.maintain.parts import shown_job
from calcinosis_kb.web.problem import NotFound
from calcinosis_kb.web.service import Service

__all__ = ["FOLDER", "Sheet", "finished_text", "opened_sheet", "save_study", "sent_sheet", "study_page", "with_disk"]

FOLDER = "knowledge/studies"
FIELD = "study."
"""Before the name of each field of the form, which tells it from what else is sent."""
KEYS = frozenset(shape(Study).fields) - {"draft"}
"""The keys of a study that the form holds."""
FEW = 30
"""A list of at most so many ids is a choice; in a longer one ids are typed, and proposed."""


@dataclass(frozen=True)
class Sheet:
    """A study as it is being written.

    ``id`` is that of its file, None for a new one, and ``opened`` the digest of the file when it was opened. ``data`` is what
    the form shows, ``text`` the YAML. ``differ`` is set where both were changed by hand, so that one has to be chosen.
    ``known`` are records of the same publication. ``on_disk`` is the text of the file if it has changed meanwhile, and
    ``opened_now`` its digest.
    """

    id: str | None
    text: str
    data: Any
    opened: str = ""
    problems: tuple[Problem, ...] = ()
    says: tuple[str, ...] = ()
    differ: bool = False
    cited: str = ""
    known: tuple[tuple[str, str], ...] = ()
    on_disk: str | None = None
    opened_now: str = ""

    @property
    def has_errors(self) -> bool:
        """Whether something in it would break the base."""
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def name(self) -> str:
        """The file, as findings name it."""
        return f"{FOLDER}/{self.id or 'new'}.yaml"

    @property
    def written_id(self) -> str:
        """The id that the YAML says; empty if it says none."""
        id_ = self.data.get("id") if isinstance(self.data, Mapping) else None
        return id_ if isinstance(id_, str) else ""


def opened_sheet(service: Service, id_: str | None, says: str = "") -> Sheet:
    """Return the study of a file, or an empty one without an id. Raises `NotFound` where there is no such file."""
    if id_ is None:
        data = typed(Study, {"results.0.": [""]})
        return _checked(service, Sheet(None, amended("", "new", Study, data, only=KEYS), data))
    path = file_in(service.settings.checkout, FOLDER, f"{id_}.yaml")
    if not path.exists():
        known = service.kb.knowledge.studies
        raise NotFound((unknown("study", id_, known, fix="open one of the known studies, or write a new one"),))
    text = read_text(path, name=f"{FOLDER}/{path.name}")
    return _checked(service, Sheet(id_, text, {}, digest(path), says=(says,) if says else ()))


def sent_sheet(service: Service, id_: str | None, fields: Sequence[tuple[str, str]], do: str) -> Sheet:
    """Return the study that was sent as form and YAML, after one act: ``form`` or ``yaml`` is the one that counts.

    Other acts follow whichever was changed: ``add:PATH`` and ``remove:PATH`` for a part of a list, ``cite`` to take over a
    pasted citation. Raises `InputError` (CKB057) for an id that cannot be one of a file.
    """
    if id_ is not None:
        file_in(service.settings.checkout, FOLDER, f"{id_}.yaml")
    given: dict[str, list[str]] = {}
    for name, value in fields:
        given.setdefault(name, []).append(value.replace("\r\n", "\n"))

    def one(name: str) -> str:
        return given.get(name, [""])[0]

    data = typed(Study, {name.removeprefix(FIELD): values for name, values in given.items() if name.startswith(FIELD)})
    sheet = Sheet(id_, one("yaml"), data, one("opened"), cited=one("citation"))
    form_changed = _digest(json.dumps(data)) != one("was_form")
    if do not in ("form", "yaml") and form_changed and _digest(sheet.text) != one("was_yaml"):
        return replace(_checked(service, sheet, keep_form=True), differ=True)
    if do == "form" or (do != "yaml" and form_changed):
        sheet = _written(sheet)
    sheet = _checked(service, sheet)
    act, _, path = do.partition(":")
    if path and path in _paths(form(Study, sheet.data), "parts" if act == "add" else "part of a list"):
        return _checked(service, _written(replace(sheet, data=_with_part(sheet.data, path, add=act == "add"))))
    return _cited(service, sheet) if act == "cite" else sheet


def finished_text(_: Service, sheet: Sheet) -> str:
    """Return the YAML without its mark of a draft. Raises `KnowledgeError` for what is not YAML."""
    return _marked(sheet, draft=False)


def save_study(service: Service, sheet: Sheet, *, draft: bool) -> str:
    """Write the file of a study in canonical form, and return its name.

    Raises `InputError` for a file that is not one of these (CKB057) or has changed meanwhile (CKB104), `KnowledgeError` for
    what is not YAML.
    """
    checkout = service.settings.checkout
    path = file_in(checkout, FOLDER, f"{sheet.id or sheet.written_id}.yaml")
    save(path, canonical(_marked(sheet, draft=draft), path, checkout.root), sheet.opened)
    return f"{FOLDER}/{path.name}"


def with_disk(service: Service, sheet: Sheet) -> Sheet:
    """The sheet beside the text that its file has now."""
    path = file_in(service.settings.checkout, FOLDER, f"{sheet.id or sheet.written_id}.yaml")
    return replace(sheet, on_disk=read_text(path), opened_now=digest(path)) if path.exists() else sheet


def _marked(sheet: Sheet, *, draft: bool) -> str:
    return amended(sheet.text, sheet.name, Study, {"draft": True} if draft else {}, only=frozenset({"draft"}))


def study_page(service: Service, sheet: Sheet, job: Job | None = None) -> str:
    """Return the page of a study that is being written."""
    fields = form(Study, sheet.data)
    lists = meanings(service.kb.knowledge, service.kb.rules)
    used = sorted({field.space for field in _every(fields) if field.space})
    return service.render(
        "maintain/study.html",
        f"/maintain/study/{sheet.id}" if sheet.id else "/maintain/study",
        sheet=sheet,
        fields=fields,
        prefix=FIELD,
        found=_by_field(sheet, fields),
        lists={space: lists[space] for space in used},
        few=FEW,
        was_form=_digest(json.dumps(typed(Study, sent(fields)))),
        was_yaml=_digest(sheet.text),
        **shown_job(job),
    )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _written(sheet: Sheet) -> Sheet:
    """The sheet with the form written into the YAML; from the beginning where nobody can read that."""
    try:
        text = amended(sheet.text, sheet.name, Study, sheet.data, only=KEYS)
    except CalcinosisError:
        text = amended("", sheet.name, Study, sheet.data, only=KEYS)
    return replace(sheet, text=text)


def _checked(service: Service, sheet: Sheet, *, keep_form: bool = False) -> Sheet:
    """The sheet with what is wrong in its YAML; the form follows the YAML as long as that can be read."""
    knowledge = service.kb.knowledge
    try:
        document = parse(sheet.text, sheet.name, error=KnowledgeError)
    except CalcinosisError as error:
        return replace(sheet, problems=tuple(error.problems))
    data = sheet.data if keep_form else document.data
    study, problems = validate(document, Study)
    if study is not None:
        problems += missing(Study, study, spaces(knowledge), document.place)
    problems += _misnamed(sheet, document, knowledge.authorities)
    known = _known(service, study.citation, study.id) if study is not None else ()
    return replace(sheet, data=data, problems=tuple(problems), known=known)


def _misnamed(sheet: Sheet, document: Document, taken: Mapping[str, str]) -> Iterator[Problem]:
    id_ = document.data.get("id") if isinstance(document.data, Mapping) else None
    if not isinstance(id_, str):
        return
    if sheet.id is not None and id_ != sheet.id:
        fix = f"write 'id: {sheet.id}'"
        yield Problem("CKB015", f"the id '{id_}' is not the file's name", document.place(("id",)), fix=fix)
    elif sheet.id is None and id_ in taken:
        yield Problem("CKB074", f"the id '{id_}' is taken", document.place(("id",)), fix="choose another id")


def _known(service: Service, citation: Citation, id_: str) -> tuple[tuple[str, str], ...]:
    return tuple((section, one) for section, one in holders(service.kb.knowledge, citation) if one != id_)


def _cited(service: Service, sheet: Sheet) -> Sheet:
    """The sheet with the pasted citation in it, and with an id where it has none."""
    try:
        citation = read_citation(sheet.cited)
    except InputError as error:
        return replace(sheet, says=tuple(f"{one.message}; {one.fix}" for one in error.problems))
    data = dict(sheet.data) if isinstance(sheet.data, Mapping) else {}
    before = data.get("citation")
    data["citation"] = {**(before if isinstance(before, Mapping) else {}), **citation.model_dump(exclude_none=True)}
    if sheet.id is None and not data.get("id"):
        data["id"] = proposed_id(citation, service.kb.knowledge.authorities)
    made = _checked(service, _written(replace(sheet, data=data, cited="")))
    return replace(made, known=_known(service, citation, sheet.id or ""))


def _with_part(data: Any, path: str, *, add: bool) -> Any:
    """The data with one more part at the end of the list at a path, or without the part at a path."""
    copy = json.loads(json.dumps(data))
    *way, last = path.split(".")
    at = copy
    for part in way:
        at = at[int(part)] if isinstance(at, list) else at.setdefault(part, {})
    if add:
        listed = at.get(last)
        at[last] = [*(listed if isinstance(listed, list) else []), _empty_part(path)]
    else:
        del at[int(last)]
    return copy


def _empty_part(path: str) -> dict[str, Any]:
    """An empty part of the list at a path, with its required keys."""
    at: Any = Study
    for part in path.split("."):
        at = shape(at).step(int(part) if part.isdigit() else part)
    model = shape(shape(at).items).model
    assert model is not None
    return typed(model, {})


def _paths(fields: Iterable[Field], what: Literal["parts", "part of a list"]) -> set[str]:
    """The addresses of the lists of parts in a form, or of the parts in them."""
    lists = [field for field in _every(fields) if field.kind == "parts"]
    return {field.path for field in lists} if what == "parts" else {part.path for one in lists for part in one.parts}


def _every(fields: Iterable[Field]) -> Iterator[Field]:
    for field in fields:
        yield field
        for part in field.parts:
            yield from _every(part.fields)


def _by_field(sheet: Sheet, fields: Iterable[Field]) -> dict[str, list[Problem]]:
    """The problems by the field that they are in: that of the nearest place in the YAML that has one."""
    try:
        document = parse(sheet.text, sheet.name)
    except CalcinosisError:
        return {}
    paths = {field.path for field in _every(fields)} | {part.path for field in _every(fields) for part in field.parts}
    places: dict[Place, str] = {}
    for marks in (document.key_marks, document.marks):
        for path, (line, column) in sorted(marks.items(), key=lambda item: -len(item[0])):
            places[Place(sheet.name, line + 1, column + 1)] = ".".join(map(str, path))
    found: dict[str, list[Problem]] = {}
    for problem in sheet.problems:
        at = places.get(problem.place, "") if problem.place is not None else ""
        while at and at not in paths:
            at = at.rpartition(".")[0]
        found.setdefault(at, []).append(problem)
    return found
