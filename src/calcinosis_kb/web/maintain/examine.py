"""Read and check the files as they are on disk; long work for the `Bench`."""

from __future__ import annotations

from dataclasses import dataclass

from calcinosis_kb.checks.run import Section, check
from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.documents.fingerprint import change_mark
from calcinosis_kb.documents.overlay import read_overlay
from calcinosis_kb.editing.kinds import SCHEMAS
from calcinosis_kb.errors import CalcinosisError, Problem
from calcinosis_kb.web.maintain.bench import Tools
from calcinosis_kb.web.service import version_of
from calcinosis_kb.web.settings import Settings

__all__ = ["Disk", "check_files", "files_mark", "read_files"]


@dataclass(frozen=True)
class Disk:
    """The files on disk: the version by which answers know them, and the problems for which they cannot be loaded."""

    version: str
    problems: tuple[Problem, ...]


def files_mark(settings: Settings) -> str:
    """Return a mark that changes with a file of knowledge, rules, golden cases, schemas or the overlay."""
    here = settings.checkout
    folders = [settings.knowledge or here.knowledge, settings.rules or here.rules, here.cases]
    folders += [settings.overlay] if settings.overlay is not None else []
    marks = [change_mark(folder, suffix) for folder in folders for suffix in (".yaml", ".tsv")]
    return "".join([*marks, change_mark(here.root / SCHEMAS, ".json")])


def read_files(tools: Tools) -> Disk:
    """Read the files, and keep them for `check_files`."""
    try:
        subject = _subject(tools)
    except CalcinosisError as error:  # the overlay cannot be read
        return Disk("", tuple(error.problems))
    tools.kept["subject"] = subject
    reading = subject.reading
    if reading.problems or reading.knowledge is None:
        return Disk("", reading.problems)
    return Disk(version_of(reading.knowledge.knowledge, reading.rules.book), ())


def check_files(tools: Tools) -> tuple[Section, ...]:
    """Run every check on the files that `read_files` has read."""
    return tuple(check(tools.kept.pop("subject")))


def _subject(tools: Tools) -> Subject:
    settings, here = tools.settings, tools.settings.checkout
    layer = read_overlay(settings.overlay) if settings.overlay is not None else None
    return Subject.read(
        settings.knowledge or here.knowledge,
        settings.rules or here.rules,
        here.cases,
        overlay=layer,
        progress=tools.step,
    )
