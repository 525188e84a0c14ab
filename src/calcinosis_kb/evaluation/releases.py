"""Compare two releases, each answering with its own code: what a user sees change who moves from one to the other.

`changes` has one code read two versions of the data, which older data may not fit; here nothing has to fit but the patient file and the
JSON of an answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calcinosis_kb.documents.fingerprint import yaml_files
from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.evaluation.changes import AnswerChange, Judged, answer_changes
from calcinosis_kb.evaluation.golden import read_cases

__all__ = ["Release", "ReleaseComparison", "ask_release", "compare_releases", "patients"]

_NOT_THE_PATIENT = ("id", "case", "draft")
"""Keys of a published case that a patient file lacks."""

_SCRIPT = """
import json, sys
from calcinosis_kb import CalcinosisError, load
kb = load(engines=("reference",))
for line in sys.stdin:
    try:
        answer = kb.advise(json.loads(line)).to_dict()
    except CalcinosisError:
        answer = None
    print(json.dumps(answer), flush=True)
"""
"""What a release runs, by the part of its Python interface that every release has."""


@dataclass(frozen=True)
class Release:
    """A release and what it answers: for each case the judgement on each therapy, or None where it cannot read the case."""

    name: str
    version: str
    knowledge: str
    rules: str
    answers: Mapping[str, Mapping[str, Judged] | None]
    names: Mapping[str, str]
    """The names of the therapies by id."""


@dataclass(frozen=True)
class ReleaseComparison:
    """Two releases, with what differs for the cases that both can read."""

    old: Release
    new: Release
    both: tuple[str, ...]
    """The cases that both can read."""
    changes: tuple[AnswerChange, ...]

    def to_dict(self) -> dict[str, Any]:
        """What ``diff --own-code --format json`` prints."""
        return {
            "releases": [
                {
                    "name": one.name,
                    "version": one.version,
                    "knowledge": {"hash": one.knowledge},
                    "rules": {"hash": one.rules},
                }
                for one in (self.old, self.new)
            ],
            "asked": len(self.new.answers),
            "answered_by_both": list(self.both),
            "answers": [
                {
                    "case": one.case,
                    "therapy": one.therapy,
                    "kind": one.kind,
                    "before": one.before,
                    "after": one.after,
                    "rules": list(one.because),
                }
                for one in self.changes
            ],
        }


def patients(cases: Path, published: Path) -> dict[str, Mapping[str, Any]]:
    """Return the patients of the golden and published cases by the name of their file, as patient files have them."""
    found: dict[str, Mapping[str, Any]] = (
        {document.name: case.patient for document, case in read_cases(cases)} if cases.is_dir() else {}
    )
    for path in yaml_files(published):
        name = f"knowledge/cases/{path.name}"
        data = parse(read_text(path, name=name), name).data
        found[name] = {key: value for key, value in data.items() if key not in _NOT_THE_PATIENT}
    return found


def ask_release(
    name: str, root: Path, asked: Mapping[str, Mapping[str, Any]], work: Path, *, progress: Callable[[str], None]
) -> Release:
    """Let the code of a release in a folder answer each patient, in a process of its own that writes only below ``work``.

    Raises `InputError` (CKB125) if its code does not run here.
    """
    settings = {
        **os.environ,
        "PYTHONPATH": str(root / "src"),
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
        "XDG_CACHE_HOME": str(work),
    }
    questions = work / "questions"
    questions.write_text(
        "".join(f"{json.dumps(patient, default=str)}\n" for patient in asked.values()), encoding="utf-8"
    )
    complaints = work / "complaints"
    documents: list[dict[str, Any] | None] = []
    stray = ""
    with (
        questions.open(encoding="utf-8") as given,
        complaints.open("w", encoding="utf-8") as told,
        subprocess.Popen(
            [sys.executable, "-c", _SCRIPT],
            cwd=work,
            env=settings,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=told,
            encoding="utf-8",
        ) as running,
    ):
        assert running.stdout is not None
        for case, line in zip(asked, running.stdout, strict=False):
            try:
                documents.append(json.loads(line))
            except ValueError:
                stray = f"it prints '{line.strip()}' among its answers"
                break
            progress(case)
    if running.returncode or len(documents) < len(asked):
        last = stray or (complaints.read_text(encoding="utf-8").strip() or "it ended early").splitlines()[-1]
        fix = "compare with a revision whose code runs with the packages that are installed here"
        raise InputError((Problem("CKB125", f"the code of {name} does not run here: {last}", fix=fix),))
    first = next((one for one in documents if one is not None), None)
    if first is None:
        fix = "compare with a revision that reads patient files"
        raise InputError((Problem("CKB125", f"{name} can read none of the cases", fix=fix),))
    answers = {case: _judged(one) for case, one in zip(asked, documents, strict=True)}
    names = {row["therapy"]: row["name"] for one in documents if one is not None for row in _rows(one)}
    hashes = (first["knowledge"]["hash"], first["rules"]["hash"])
    return Release(name, first["knowledge"]["version"], *hashes, answers, names)


def compare_releases(old: Release, new: Release) -> ReleaseComparison:
    """Return what differs for the cases that both can read, each with the rules that hold in only one of the two."""
    both, changes = [], list[AnswerChange]()
    for case, after in new.answers.items():
        before = old.answers[case]
        if before is not None and after is not None:
            both.append(case)
            changes.extend(answer_changes(case, before, after, _rules))
    return ReleaseComparison(old, new, tuple(both), tuple(changes))


def _judged(document: Mapping[str, Any] | None) -> dict[str, Judged] | None:
    if document is None:
        return None
    found: dict[str, Judged] = {}
    open_ = {row["therapy"] for row in document["options"]}
    for row in _rows(document):
        fired = frozenset((one["rule"], one["effect"]) for one in row.get("details", row["reasons"]))
        listed = row["therapy"] in open_
        found[row["therapy"]] = Judged(row["verdict"], listed, listed, row.get("rank"), fired)
    return found


def _rows(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The rows of an answer in order; the first version of the document has no list of what is unproven."""
    for part in ("options", "not_offered", "unproven"):
        yield from document.get(part, ())


def _rules(_: str, before: Judged | None, after: Judged | None) -> tuple[str, ...]:
    """The rules that hold for a therapy in only one of two answers."""
    if before is None or after is None:
        return ()
    return tuple(sorted({rule for rule, _ in before.fired ^ after.fired}))
