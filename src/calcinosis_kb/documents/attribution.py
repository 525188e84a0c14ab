"""Trace a problem reported in a base file back to the overlay file that caused it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from msgspec.structs import replace

from calcinosis_kb.documents.overlay import Overlay
from calcinosis_kb.errors import Place, Problem

__all__ = ["Find", "attributed"]

Find = Callable[[Overlay | None], Sequence[Problem]]
"""Returns all problems of the base with the given files of the overlay, or with no overlay."""


def attributed(problems: Collection[Problem], overlay: Overlay, find: Find) -> list[Problem]:
    """Return the problems; each that an overlay causes in a file of the base is moved to the overlay's file.

    A problem that exists without the overlay stays in the base. The files are found by bisection, which reads everything
    once per step, and only if something is wrong.
    """
    if all(overlay.owns(problem.place) for problem in problems):
        return list(problems)
    trial = _Trial(overlay, find, frozenset(map(_key, problems)))
    own = set(find(None))
    return [
        problem if overlay.owns(problem.place) or problem in own else _placed(problem, trial.responsible(_key(problem)))
        for problem in problems
    ]


def _key(problem: Problem) -> tuple[str, Place | None]:
    """What identifies a problem in every trial. The message does not, because it may contain counts."""
    return problem.code, problem.place


def _placed(problem: Problem, files: Sequence[str]) -> Problem:
    shown = f" (found at {problem.place})" if problem.place else ""
    others = f"; it also needs {' and '.join(files[1:])}" if files[1:] else ""
    return replace(problem, message=f"{problem.message}{shown}{others}", place=Place(files[0]))


class _Trial:
    def __init__(self, overlay: Overlay, find: Find, whole: frozenset[tuple[str, Place | None]]) -> None:
        self.overlay = overlay
        self.find = find
        self.whole = whole
        self.known: dict[frozenset[str], frozenset[tuple[str, Place | None]]] = {}

    def responsible(self, key: tuple[str, Place | None]) -> tuple[str, ...]:
        """The one file that causes a problem by itself, otherwise all files without which it disappears."""
        files = tuple(self.overlay.files)
        while len(files) > 1:
            half = len(files) // 2
            alone = next((part for part in (files[:half], files[half:]) if key in self._with(part)), None)
            if alone is None:
                break
            files = alone
        if len(files) == 1:
            return files
        every = self.overlay.files
        needed = []
        for file in files:
            left = self._with([name for name in every if name != file])
            # If leaving a file out causes other problems, the absence of this one proves nothing.
            if key not in left and left <= self.whole:
                needed.append(file)
        return tuple(needed) or files

    def _with(self, files: Collection[str]) -> frozenset[tuple[str, Place | None]]:
        chosen = frozenset(files)
        if chosen not in self.known:
            self.known[chosen] = frozenset(map(_key, self.find(self.overlay.only(chosen))))
        return self.known[chosen]
