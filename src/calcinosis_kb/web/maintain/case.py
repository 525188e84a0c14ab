"""Accept an answer as a golden case: what it would say, looked at and corrected before it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.documents.fields import shape
from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.editing.amend import amended
from calcinosis_kb.editing.fmt import canonical
from calcinosis_kb.editing.kinds import Golden
from calcinosis_kb.editing.saving import digest, file_in, save
from calcinosis_kb.errors import CalcinosisError, KnowledgeError, Problem
from calcinosis_kb.evaluation.golden import ask, known_names, read_case, unknown_names
from calcinosis_kb.web.service import Service

__all__ = ["Case", "case_page", "proposed_page", "save_case", "sent_case"]

GOLDEN = "tests/cases"
PUBLISHED = "knowledge/cases"


@dataclass(frozen=True)
class Case:
    """A golden case that may be written: the ``name`` of its file, its ``text``, what is wrong with it.

    ``opened`` is the digest of the file that it replaces, ``changes`` are the proposed ones in words.
    """

    name: str
    text: str
    opened: str = ""
    problems: tuple[Problem, ...] = ()
    changes: tuple[str, ...] = ()
    says: str = ""


def proposed_page(service: Service, file: str, therapies: Sequence[str], says: str) -> str:
    """Return the page of a golden or published case, with the verdicts of now on some therapies.

    Raises `InputError` (CKB057) for another file, or where there is none (CKB001), `KnowledgeError` where it cannot be read.
    """
    folder, _, name = file.rpartition("/")
    checkout = service.settings.checkout
    path = file_in(checkout, folder if folder in (GOLDEN, PUBLISHED) else GOLDEN, name)
    text = read_text(path, name=file)
    known = [id_ for id_ in dict.fromkeys(therapies) if id_ in {option.id for option in service.kb.knowledge.options}]
    made = _updated(service, path, text, known) if folder == GOLDEN else _from_published(service, path, text, known)
    return case_page(service, replace(_checked(service, made), says=says))


def sent_case(service: Service, fields: Mapping[str, str]) -> Case:
    """Return the case that was sent, with what is wrong with it."""
    text = fields.get("yaml", "").replace("\r\n", "\n")
    return _checked(service, Case(fields.get("name", ""), text, fields.get("opened", "")))


def save_case(service: Service, case: Case) -> str:
    """Write a golden case in canonical form, and return its name. Raises `InputError` (CKB057, CKB104)."""
    checkout = service.settings.checkout
    path = file_in(checkout, GOLDEN, case.name)
    save(path, canonical(case.text, path, checkout.root), case.opened)
    return f"{GOLDEN}/{path.name}"


def case_page(service: Service, case: Case) -> str:
    """Return the page of a golden case that may be written."""
    return service.render("maintain/case.html", "/maintain/case", case=case)


def _updated(service: Service, path: Path, text: str, therapies: Sequence[str]) -> Case:
    """A golden case with the verdicts of now."""
    document = parse(text, path.name, error=KnowledgeError)
    data, advice = document.data, service.kb.advise(read_case(document).patient)
    expect: dict[str, Any] = {id_: dict(one) for id_, one in data.get("expect", {}).items()}
    changes: list[str] = []
    for id_ in therapies:
        expect.setdefault(id_, {}).setdefault("verdict", None)
    for id_, wanted in expect.items():
        for key in ("standing", "verdict"):
            now = getattr(advice.judgement(id_), key)
            if key in wanted and wanted[key] != now:
                changes.append(f"{id_}: {key} {wanted[key] or 'not expected'} → {now}")
                wanted[key] = now
    new = {"expect": expect, **dict(_order(data, advice, changes))}
    made = amended(text, path.name, Golden, new, only=frozenset(new))
    return Case(path.name, made, digest(path), changes=tuple(changes))


def _order(data: Mapping[str, Any], advice: Advice, changes: list[str]) -> Iterator[tuple[str, Any]]:
    """The keys on the order of a case that has any, as the answer has it now."""
    offered = [item.therapy.id for item in advice.options]
    now = {"first": offered[0] if offered else None, "order": [id_ for id_ in offered if id_ in data.get("order", ())]}
    for key, value in now.items():
        if key in data and data[key] != value:
            changes.append(f"{key}: {data[key]} → {value}")
            yield key, value


def _from_published(service: Service, path: Path, text: str, therapies: Sequence[str]) -> Case:
    """A new golden case with the patient of a published one; why the answer is right has to be written by hand."""
    patient = {key: one for key, one in parse(text, path.name, error=KnowledgeError).data.items() if key != "case"}
    advice = service.kb.advise(patient)
    expect = {id_: {"verdict": advice.judgement(id_).verdict} for id_ in therapies}
    data = {"title": f"The published patient {path.stem}", "why": None, "patient": patient, "expect": expect}
    made = amended("", path.name, Golden, data, only=frozenset(shape(Golden).fields))
    changes = tuple(f"{id_}: verdict {wanted['verdict']}" for id_, wanted in expect.items())
    return Case(f"{path.stem}.case.yaml", made, changes=changes)


def _checked(service: Service, case: Case) -> Case:
    """The case with what keeps it from being read, or where the answer of now is another one."""
    kb, name = service.kb, f"{GOLDEN}/{case.name}"
    try:
        document = parse(case.text, name, error=KnowledgeError)
        golden = read_case(document)
    except CalcinosisError as error:
        return replace(case, problems=tuple(error.problems))
    problems = unknown_names(known_names(kb.knowledge, kb.rules), document, golden)
    return replace(case, problems=tuple(problems or ask(kb, document, golden).problems))
