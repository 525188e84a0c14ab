"""A fixed pool of processes that answer: the server itself only listens, and stays responsive however many ask."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from calcinosis_kb.errors import CalcinosisError, InternalFault, Problem
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.settings import Settings

__all__ = ["Workers", "end_with_parent", "shares_locks"]

P = ParamSpec("P")
T = TypeVar("T")

_here = threading.local()
"""The service of this worker."""


class Workers:
    """Runs functions that take the `Service` of a worker first, and return something that can be pickled.

    Each process calls ``warm_up`` before its first work, so that the first to ask does not wait for what is made on first use.
    """

    def __init__(self, settings: Settings, warm_up: Callable[[Service], object]) -> None:
        self.settings = settings
        self._warm_up = warm_up
        self.warning = ""
        """What every page says on top."""
        self._pool = self._new_pool()

    async def run(self, work: Callable[Concatenate[Service, P], T], *args: P.args, **named: P.kwargs) -> T:
        """Return what ``work`` returns in a worker; it and its arguments must be importable and picklable.

        Raises what it raises. Where a worker has died the pool is replaced, and the work is tried once more.
        """
        pool = self._pool
        try:
            return await _submit(pool, self.warning, work, args, named)
        except BrokenProcessPool:
            if pool is self._pool:  # else another request has replaced it
                self.restart()
            return await _submit(self._pool, self.warning, work, args, named)

    def restart(self) -> None:
        """Replace all workers at once, and wait for none."""
        old, self._pool = self._pool, self._new_pool()
        old.shutdown(wait=False)

    async def start(self) -> None:
        """Start all workers now, not when each is first needed: the files may have been broken by then.

        Raises `BrokenExecutor` where they cannot be loaded.
        """
        await _all_ready(self._pool, self.settings.workers)

    async def renew(self) -> None:
        """Have workers answer that have read the files as they are now; the old ones answer until these are ready.

        Raises `BrokenExecutor`, and the old ones stay, where the files cannot be loaded.
        """
        new = self._new_pool()
        try:
            await _all_ready(new, self.settings.workers)
        except BaseException:
            new.shutdown(wait=False, cancel_futures=True)
            raise
        old, self._pool = self._pool, new
        old.shutdown(wait=False)

    def close(self) -> None:
        """End all workers."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _new_pool(self) -> Executor:
        if not self.settings.workers:
            return ThreadPoolExecutor(1, initializer=_start, initargs=(self.settings,))
        # A new interpreter holds nothing of the server's: no socket, no lock, no thread of the rule engine.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(
            self.settings.workers, context, initializer=_begin, initargs=(self.settings, self._warm_up)
        )


def _begin(settings: Settings, warm_up: Callable[[Service], object]) -> None:
    """Start a worker process: the server decides when it ends, and it does not outlive the server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    _start(settings)
    warm_up(_here.service)
    # What lives as long as this process is never looked through for garbage, which would take an eighth of each answer.
    gc.collect()
    gc.freeze()


def shares_locks() -> bool:
    """Whether processes can share locks on this computer: where /dev/shm cannot be written they cannot."""
    try:
        multiprocessing.get_context("spawn").Lock()
    except (ImportError, OSError):
        return False
    return True


def end_with_parent() -> None:
    """Let this process end when the one that started it does."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _start(settings: Settings) -> None:
    _here.service = Service(settings)


async def _all_ready(pool: Executor, number: int) -> None:
    # A pool starts one more process for each piece of work that finds none idle.
    await asyncio.gather(*(_submit(pool, "", _nothing, (), {}) for _ in range(max(1, number))))


async def _submit(
    pool: Executor,
    warning: str,
    work: Callable[Concatenate[Service, P], T],
    args: tuple[Any, ...],
    named: dict[str, Any],
) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, _run, warning, work, args, named)


def _nothing(_: Service) -> None:
    """Do nothing, in a worker that is ready for something."""


def _run(warning: str, work: Callable[..., T], args: tuple[Any, ...], named: dict[str, Any]) -> T:
    """Call ``work``. A fault is told by its kind and its line: its text may hold words on a patient, which no log may keep."""
    _here.service.warning = warning
    try:
        return work(_here.service, *args, **named)
    except CalcinosisError:
        raise
    except Exception as error:
        *_, last = traceback.extract_tb(error.__traceback__)
        message = f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
        fix = "please report it with what you did"
    raise InternalFault((Problem("CKB099", message, fix=fix),))
