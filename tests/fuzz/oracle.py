"""What holds for every input: an answer or a refusal that teaches, twice the same, in a short time."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from calcinosis_kb import KnowledgeBase, load
from calcinosis_kb.codes import CODES
from calcinosis_kb.errors import CalcinosisError, InternalFault, Problem

__all__ = ["SECONDS", "answered", "base", "check_problems", "settled"]

SECONDS = 10.0
"""Processor time within which any input is answered or refused, under instrumentation that makes everything slower."""

T = TypeVar("T")


@cache
def base() -> KnowledgeBase:
    """The knowledge base, once for a run."""
    return load()


def settled(call: Callable[..., T], *given: object) -> T | None:
    """What a call with some arguments gives, twice the same; None if it refuses the input."""
    first, refused = _tried(call, given)
    again, refused_again = _tried(call, given)
    assert refused == refused_again, "another refusal the second time"
    assert first == again, "another result the second time"
    return first


def answered(call: Callable[..., T], *given: object) -> T | None:
    """What a call gives; None if it refuses the input. Anything but a refusal with codes is raised."""
    return _tried(call, given)[0]


def check_problems(problems: tuple[Problem, ...] | list[Problem]) -> None:
    """Every problem has a code that is documented, and says something."""
    for problem in problems:
        assert problem.code in CODES and problem.code != "CKB099", problem
        assert problem.message, problem


def _tried(call: Callable[..., T], given: tuple[object, ...]) -> tuple[T | None, str]:
    begun = time.process_time()
    try:
        return call(*given), ""
    except InternalFault:
        raise
    except CalcinosisError as error:
        assert error.problems, "a refusal without a problem"
        check_problems(tuple(error.problems))
        assert error.exit_code in (1, 2)
        return None, str(error)
    finally:
        spent = time.process_time() - begun
        assert spent < SECONDS, f"{spent:.1f} s of processor time"
