"""Work shared with a second process."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, TypeVar

__all__ = ["in_two_halves"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_two_halves(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """The results of ``work`` for all items, in their order; a forked process does the second half.

    Only for a process without threads, which a fork would not survive. Where the system cannot fork, or the other process ends
    without a result, its half is done here, so that an error of ``work`` is raised here too.

    >>> in_two_halves(lambda number: number * number, [1, 2, 3])
    [1, 4, 9]
    """
    if len(items) < 2 or not hasattr(os, "fork"):
        return [work(item) for item in items]
    middle = len(items) // 2
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    other = context.Process(target=_second_half, args=(sender, work, items[middle:]), daemon=True)
    other.start()
    sender.close()
    first = [work(item) for item in items[:middle]]
    try:
        second: list[Result] = receiver.recv()
    except EOFError:
        second = [work(item) for item in items[middle:]]
    other.join()
    return first + second


def _second_half(sender: Connection[Any, Any], work: Callable[[Item], Result], items: Sequence[Item]) -> None:
    try:
        results = [work(item) for item in items]
    except Exception:
        # The other process does it again, and raises what went wrong.
        return
    sender.send(results)
