"""Which answers change: by a study that is being written, or since a revision. Long work for the `Bench`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs

from calcinosis_kb.documents.overlay import Overlay, read_overlay
from calcinosis_kb.errors import KnowledgeError, Problem
from calcinosis_kb.evaluation.changes import Comparison, Version, compare, golden_and_published, open_version
from calcinosis_kb.evaluation.revisions import extract
from calcinosis_kb.knowledge.grading import Finding
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.web.maintain.bench import Tools
from calcinosis_kb.web.maintain.examine import files_mark

__all__ = ["Effect", "difference", "effect_of", "problems_with"]

FORM = "form"
"""The name of the overlay that holds what is being written."""


@dataclass(frozen=True)
class Effect:
    """What a study would change, or the problems for which it cannot be read among the others.

    ``left_out`` are those of its results with patients of its own whose response is not added up, by therapy, and why.
    """

    found: Comparison | None
    problems: tuple[Problem, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()


def effect_of(tools: Tools, path: str, text: str) -> Effect:
    """Return what changes if a file of the base held this text."""
    layer = _layer(tools)
    now = _now(tools, layer)
    tools.step("Reading the study among the others")
    texts = {path: text, **(layer.texts if layer else {})}
    try:
        then = open_version("with the study", now.root, Overlay(FORM, texts))
    except KnowledgeError as error:
        return Effect(None, tuple(_in_base(problem) for problem in error.problems))
    return Effect(_compared(tools, now, then), left_out=tuple(_left_out(then.kb.knowledge, Path(path).stem)))


def _left_out(knowledge: Knowledge, study: str) -> Iterator[tuple[str, str]]:
    for result in knowledge.studies[study].results if study in knowledge.studies else ():
        for finding in knowledge.findings(result.therapy):
            if finding.result is result and finding.design.patients and not finding.poolable:
                yield result.therapy, _why_left_out(finding)


def _why_left_out(finding: Finding) -> str:
    """Why the response of a result cannot be added up with others, and what to write where the source says more."""
    result = finding.result
    if result.endpoint != "calcinosis":
        return f"the endpoint is {result.endpoint.replace('_', ' ')}"
    if finding.combined:
        return "it was given together with something else"
    if result.counted:
        return f"{result.counted} are counted, not patients"
    if not result.n:
        return "the number of patients (n) is not given"
    if finding.responded is None:
        return "nothing is given on how many of them improved"
    return (
        f"{finding.responded} improved, and nothing is given on {finding.not_stated} of {result.n}."
        f" If the source says that they did not improve, write none: {finding.not_stated}"
    )


def problems_with(tools: Tools, path: str, text: str) -> tuple[Problem, ...]:
    """Return what keeps the base from being loaded if a file of it held this text."""
    layer = _layer(tools)
    overlay = Overlay(FORM, {path: text, **(layer.texts if layer else {})})
    try:
        open_version("with the file", tools.settings.checkout.root, overlay)
    except KnowledgeError as error:
        return tuple(_in_base(problem) for problem in error.problems if overlay.owns(problem.place))
    return ()


def difference(tools: Tools, revision: str) -> Comparison:
    """Return what changed since a revision of git. Raises `InputError` (CKB055), and `KnowledgeError` where a version cannot be read."""
    layer = _layer(tools)
    with tempfile.TemporaryDirectory() as folder:
        tools.step(f"Reading {revision}")
        before = open_version(revision, extract(tools.settings.checkout.root, revision, Path(folder)), layer)
        return _compared(tools, before, _now(tools, layer))


def _in_base(problem: Problem) -> Problem:
    """A problem in what is being written, placed in the file that it is written to."""
    place = problem.place
    if place is None or not place.file.startswith(f"{FORM}/"):
        return problem
    return structs.replace(problem, place=structs.replace(place, file=place.file.removeprefix(f"{FORM}/")))


def _layer(tools: Tools) -> Overlay | None:
    return read_overlay(tools.settings.overlay) if tools.settings.overlay is not None else None


def _now(tools: Tools, layer: Overlay | None) -> Version:
    """The files as they are, with what they have answered before."""
    mark = files_mark(tools.settings)
    kept: tuple[str, Version] | None = tools.kept.get("now")
    if kept is None or kept[0] != mark:
        tools.step("Reading knowledge and rules")
        kept = mark, open_version("the files as they are", tools.settings.checkout.root, layer)
        tools.kept["now"] = kept
    return kept[1]


def _compared(tools: Tools, before: Version, after: Version) -> Comparison:
    here = tools.settings.checkout
    cases = golden_and_published(here.cases, here.knowledge / "cases")
    done = 0

    def tell(_: str) -> None:
        nonlocal done
        tools.step("Asking the cases", done, len(cases))
        done += 1

    return compare(before, after, cases, progress=tell)
