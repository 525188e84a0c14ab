"""One job at a time for the pages of the desk: its progress, its result, and its end when nobody asks for it any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any, Literal

from calcinosis_kb.errors import CalcinosisError, Problem
from calcinosis_kb.web.maintain.bench import Bench, Step, Stopped
from calcinosis_kb.web.settings import Settings

__all__ = ["Job", "Jobs"]

PATIENCE = 15.0
"""Seconds after which a job that no page has asked about is stopped."""


@dataclass
class Job:
    """A job as its page shows it; ``key`` is equal for two jobs that would find the same."""

    id: str
    key: tuple[str, ...]
    state: Literal["running", "done", "failed", "stopped"] = "running"
    step: Step = Step("Starting")  # noqa: RUF009 - frozen
    result: Any = None
    problems: tuple[Problem, ...] = ()


class Jobs:
    """The job of one server, and the process that it is done in."""

    def __init__(self, settings: Settings) -> None:
        self._bench = Bench(settings)
        self._job: Job | None = None
        self._task: asyncio.Task[None] | None = None
        self._asked = 0.0

    def find(self, id_: str) -> Job | None:
        """Return the job if it is still the last one; whoever asks for it keeps it going."""
        if self._job is None or self._job.id != id_:
            return None
        self._asked = asyncio.get_running_loop().time()
        return self._job

    async def begin(self, key: tuple[str, ...], work: Callable[..., Any], *args: Any) -> Job:
        """Return the job of this key, begun now unless it is the last one; another job that is under way is stopped."""
        if self._job is not None and self._job.key == key and self._job.state != "stopped":
            return self.find(self._job.id) or self._job
        await self.stop()
        self._job = Job(token_urlsafe(8), key)
        self._asked = asyncio.get_running_loop().time()
        self._task = asyncio.create_task(self._do(self._job, work, *args))
        return self._job

    async def finished(self, job: Job) -> Job:
        """Return the job when it has ended."""
        while job.state == "running":
            self.find(job.id)
            await asyncio.sleep(0.1)
        return job

    async def stop(self) -> None:
        """Stop what is under way."""
        if self._task is not None and not self._task.done():
            self._bench.stop()
            await self._task

    async def run(self, work: Callable[..., Any], *args: Any) -> Any:
        """Return what a short piece of work finds, in the place of a job that is under way."""
        await self.stop()
        return await self._bench.run(work, *args)

    def close(self) -> None:
        """End the process."""
        self._bench.close()

    async def _do(self, job: Job, work: Callable[..., Any], *args: Any) -> None:
        def told(step: Step) -> None:
            job.step = step
            if loop.time() - self._asked > PATIENCE:
                self._bench.stop()

        loop = asyncio.get_running_loop()
        try:
            job.result = await self._bench.run(work, *args, told=told)
            job.state = "done"
        except Stopped:
            job.state = "stopped"
        except CalcinosisError as error:
            job.problems, job.state = tuple(error.problems), "failed"
        except Exception as error:  # a page that waits must hear of it
            fault = Problem("CKB099", f"a fault inside calcinosis-kb: {error}", fix="please report it")
            job.problems, job.state = (fault,), "failed"
