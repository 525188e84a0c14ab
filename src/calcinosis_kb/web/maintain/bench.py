"""A process for long work, apart from the workers that answer: one piece at a time, with its steps, and it can be stopped."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from calcinosis_kb.web.settings import Settings
from calcinosis_kb.web.workers import end_with_parent

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

__all__ = ["Bench", "Step", "Stopped", "Tools"]

T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """How far a piece of work is; ``of`` is 0 where nobody knows how long it takes."""

    text: str
    done: int = 0
    of: int = 0


class Stopped(Exception):
    """The work was not wanted any more."""


@dataclass
class Tools:
    """What a piece of work has at hand in its process; ``kept`` is what it leaves there for the next one."""

    settings: Settings
    pipe: Connection
    kept: dict[str, Any] = field(default_factory=dict)

    def step(self, text: str, done: int = 0, of: int = 0) -> None:
        """Tell how far the work is. Raises `Stopped` where it is not wanted any more."""
        if self.pipe.poll():
            self.pipe.recv()
            raise Stopped
        self.pipe.send(Step(text, done, of))


class Bench:
    """Runs functions that take `Tools` first in one process of its own, which starts with the first of them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._turn = asyncio.Lock()
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._is_working = False

    async def run(self, work: Callable[..., T], *args: Any, told: Callable[[Step], None] = lambda _: None) -> T:
        """Return what ``work`` returns, after what is under way; ``told`` hears of each step.

        Raises what it raises, and `Stopped` where `stop` ended it.
        """
        async with self._turn:
            pipe = await asyncio.to_thread(self._started)
            self._is_working = True
            try:
                pipe.send((work, args))
                while isinstance(answer := await asyncio.to_thread(pipe.recv), Step):
                    told(answer)
            except (EOFError, OSError):
                self._pipe = None  # the process has died; the next piece of work starts another
                raise Stopped from None
            finally:
                self._is_working = False
        result, error = answer
        if error is not None:
            raise error
        made: T = result
        return made

    def stop(self) -> None:
        """Have the work that is under way end at its next step."""
        if self._is_working and self._pipe is not None:
            with suppress(OSError):
                self._pipe.send(None)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()

    def _started(self) -> Connection:
        if self._pipe is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, other = context.Pipe()
            self._process = context.Process(target=_work, args=(self.settings, other), daemon=True)
            self._process.start()
            other.close()
        return self._pipe


def _work(settings: Settings, pipe: Connection) -> None:
    """Do what comes through the pipe, until the server ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    tools = Tools(settings, pipe)
    with suppress(EOFError):
        while True:
            given = pipe.recv()
            if given is None:  # asked to stop when it had just ended
                continue
            work, args = given
            try:
                pipe.send((work(tools, *args), None))
            except Exception as error:  # it is raised where the work was asked for
                pipe.send((None, error))
