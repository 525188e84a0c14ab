"""Problems as data (code, place, message, valid values, fix) and the exceptions that carry them.

Exception tree::

    CalcinosisError
    ├── InputError (ValueError)      exit code 2: the caller's file, options or names
    │   └── NoAnswer                 exit code 1: sound input that calls for no answer
    ├── KnowledgeError (ValueError)  exit code 2: the YAML of knowledge/ or rules/
    └── InternalFault (RuntimeError) exit code 3: a fault of calcinosis-kb; no answer is given
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

import msgspec

from calcinosis_kb.characters import visible

__all__ = [
    "CalcinosisError",
    "InputError",
    "InternalFault",
    "KnowledgeError",
    "NoAnswer",
    "Place",
    "Problem",
    "Severity",
    "nearest",
    "unknown",
]

Severity = Literal["error", "warning"]

_FEW = 20
"""As many words as a message lists whole."""


class Place(msgspec.Struct, frozen=True, order=True):
    """A place in a file; line and column count from 1, and 0 means "the whole file".

    >>> str(Place("rules/fit.yaml", 12, 3))
    'rules/fit.yaml:12:3'
    >>> str(Place("rules/fit.yaml"))
    'rules/fit.yaml'
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Problem(msgspec.Struct, frozen=True):
    """One problem, with its code and place.

    >>> print(Problem("CKB013", "'crst' is not a disease", Place("p.yaml", 2, 4), nearest=("crest",)))
    CKB013 p.yaml:2:4
      'crst' is not a disease
      nearest: crest
    """

    code: str
    message: str
    place: Place | None = None
    valid: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    fix: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        head = self.code if self.place is None else f"{self.code} {self.place}"
        if self.severity == "warning":
            head = f"{head} (warning)"
        lines = [head, self.message]
        if self.nearest:
            lines.append(f"nearest: {', '.join(self.nearest)}")
        elif self.valid:
            between = "\n       " if any(" (" in word for word in self.valid) else ", "
            lines.append(f"valid: {between.join(self.valid)}")
        if self.fix:
            lines.append(f"fix: {self.fix}")
        # Indented, so that no text from a file can pass for the head of another problem.
        return visible("\n".join(lines).replace("\n", "\n  "))


@dataclass(eq=False)
class CalcinosisError(Exception):
    """Base of all errors of this package: every problem that was found, and the exit code."""

    problems: Sequence[Problem] = field(default_factory=tuple)
    exit_code = 2

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InputError(CalcinosisError, ValueError):
    """A patient file, an option or a name that cannot be used."""


class NoAnswer(InputError):
    """Input that was understood and calls for no answer: the record of somebody who has died."""

    exit_code = 1


class KnowledgeError(CalcinosisError, ValueError):
    """The YAML of ``knowledge/`` or ``rules/`` is wrong; ``calcinosis-kb check`` lists everything."""


class InternalFault(CalcinosisError, RuntimeError):
    """The program contradicts itself (for example, the two engines disagree) and gives no answer."""

    exit_code = 3


def nearest(word: str, words: Iterable[str], *, limit: int = 3, cutoff: float = 0.6) -> tuple[str, ...]:
    """Return the known words most similar to an unknown one, best first.

    >>> nearest("dilitazem", ["diltiazem", "colchicine"])
    ('diltiazem',)
    """
    return tuple(get_close_matches(word, sorted(set(words)), n=limit, cutoff=cutoff))


def unknown(
    noun: str,
    word: str,
    known: Iterable[str],
    place: Place | None = None,
    *,
    code: str = "CKB014",
    fix: str | None = None,
) -> Problem:
    """The problem that nothing of a kind is called ``word``, with the nearest of the known names.

    >>> print(unknown("therapy", "dilitazem", ["diltiazem", "colchicine"]))
    CKB014
      there is no therapy 'dilitazem'
      nearest: diltiazem
      fix: write 'diltiazem', or add 'dilitazem'
    """
    words = tuple(known)
    near = nearest(word, words)
    fix = fix or (f"write '{near[0]}', or add '{word}'" if near else f"add '{word}', or correct it")
    valid = words if len(words) <= _FEW else ()
    return Problem(code, f"there is no {noun} '{word}'", place, valid, near, fix)
