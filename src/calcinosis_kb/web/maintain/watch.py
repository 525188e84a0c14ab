"""Watch the files of knowledge, rules and cases: check what changed, and let answers follow while the files are sound.

No page tells a time: the files are known by their hash.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from calcinosis_kb.errors import Problem
from calcinosis_kb.web.maintain.bench import Bench, Step, Stopped
from calcinosis_kb.web.maintain.examine import check_files, files_mark, read_files
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.settings import Settings
from calcinosis_kb.web.workers import Workers

if TYPE_CHECKING:
    from calcinosis_kb.checks.run import Section

__all__ = ["Found", "Watch"]

SECONDS = 0.5
"""Between two looks at the files; a change counts when two looks agree, so that a save is over."""


@dataclass(frozen=True)
class Found:
    """What is known of the files; ``number`` grows whenever it changes.

    ``problems`` are those of the last look at all files: if it ended with ``phase`` broken, only what keeps them from being
    loaded. ``sections`` are those of the last whole check.
    """

    number: int = 0
    phase: Literal["checking", "broken", "sound"] = "checking"
    step: str = "Reading knowledge and rules"
    problems: tuple[Problem, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def errors(self) -> int:
        """The number of findings that are errors."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """The number of findings that are warnings."""
        return len(self.problems) - self.errors

    def __str__(self) -> str:
        if self.phase == "checking":
            return f"{self.step} …"
        if self.phase == "broken":
            return f"The files are broken: {_counted(self.errors, 'error')}. The last good knowledge answers."
        return f"The files are sound: {_counted(self.errors, 'error')}, {_counted(self.warnings, 'warning')}."


class Watch:
    """Follows the files of one server."""

    def __init__(self, settings: Settings, workers: Workers) -> None:
        self.settings = settings
        self.workers = workers
        self.found = Found()
        self.mark = ""
        """That of the files which were checked last."""
        self._bench = Bench(settings)
        self._following: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Check the files, and begin to look whether they change."""
        self._following = asyncio.create_task(self._follow())

    def close(self) -> None:
        """Look no more."""
        if self._following is not None:
            self._following.cancel()
        self._bench.close()

    async def _follow(self) -> None:
        before = ""
        checking: asyncio.Task[None] | None = None
        while True:
            try:
                now = await asyncio.to_thread(files_mark, self.settings)
            except OSError:  # a file went away between its name and its size
                now = ""
            if now and now != self.mark and now == before:
                self._bench.stop()
                if checking is not None:
                    await checking
                checking = asyncio.create_task(self._check())
                self.mark = now
            before = now
            await asyncio.sleep(SECONDS)

    async def _check(self) -> None:
        """Read the files, let answers rest on them if they are sound, then run every check."""
        try:
            self._tell(phase="checking", step=Found.step)
            disk = await self._bench.run(read_files)
            version, hash_ = await self.workers.run(_version)
            if disk.problems:
                self.workers.warning = _warning(disk.problems, hash_)
                self._tell(phase="broken", problems=disk.problems)
                return
            if disk.version != version:
                self._tell(step="Answers take the new files")
                await self.workers.renew()
            self.workers.warning = ""
            sections = await self._bench.run(check_files, told=self._told)
            problems = tuple(problem for section in sections for problem in section.problems)
            self._tell(phase="sound", problems=problems, sections=sections)
        except (Stopped, BrokenExecutor, OSError):  # the files have changed meanwhile
            self.mark = ""

    def _told(self, step: Step) -> None:
        self._tell(step=step.text)

    def _tell(self, **new: Any) -> None:
        self.found = replace(self.found, number=self.found.number + 1, **new)


def _warning(problems: Sequence[Problem], answering: str) -> str:
    """What every page says while the files are broken, and by which knowledge it was answered."""
    files = dict.fromkeys(problem.place.file for problem in problems if problem.place is not None)
    where = f" in {next(iter(files))}{f' and {len(files) - 1} more' if len(files) > 1 else ''}" if files else ""
    found = _counted(len(problems), "error")
    return f"The knowledge on disk is broken: {found}{where}. Answers rest on the last good knowledge, {answering}."


def _version(service: Service) -> tuple[str, str]:
    return service.version, service.kb.knowledge.hash


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
