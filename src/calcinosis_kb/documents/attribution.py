"""Trace a problem reported in a base file back to the overlay file that caused it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from calcinosis_kb.documents.overlay import Overlay
from calcinosis_kb.errors import Place, Problem

__all__ = ["Find", "attributed"]

Find = Callable[[Overlay | None], Sequence[Problem]]
"""All problems of the base with some files of the overlay, or without any."""


def attributed(problems: Collection[Problem], overlay: Overlay, find: Find) -> list[Problem]:
    """The problems with each that shows in a file of the base placed in the files of the overlay that bring it about.

    What is found without the overlay as well is the base's own and stays. The files are found by trial, which takes as
    many readings of everything as halving them takes steps, and only where something is wrong.
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
    """What a problem is known by in another trial; a message may count what is there."""
    return problem.code, problem.place


def _placed(problem: Problem, files: Sequence[str]) -> Problem:
    shown = f" (it shows at {problem.place})" if problem.place else ""
    others = f"; it takes {' and '.join(files[1:])} as well" if files[1:] else ""
    return replace(problem, message=f"{problem.message}{shown}{others}", place=Place(files[0]))


class _Trial:
    def __init__(self, overlay: Overlay, find: Find, whole: frozenset[tuple[str, Place | None]]) -> None:
        self.overlay = overlay
        self.find = find
        self.whole = whole
        self.known: dict[frozenset[str], frozenset[tuple[str, Place | None]]] = {}

    def responsible(self, key: tuple[str, Place | None]) -> tuple[str, ...]:
        """The fewest files that bring a problem about: one where one alone does, otherwise those it does not do without."""
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
            # Where leaving a file out breaks something else, what is found after that says nothing.
            if key not in left and left <= self.whole:
                needed.append(file)
        return tuple(needed) or files

    def _with(self, files: Collection[str]) -> frozenset[tuple[str, Place | None]]:
        chosen = frozenset(files)
        if chosen not in self.known:
            self.known[chosen] = frozenset(map(_key, self.find(self.overlay.only(chosen))))
        return self.known[chosen]
