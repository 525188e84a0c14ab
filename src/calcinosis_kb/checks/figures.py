"""Find numbers of patients in a result's text that are missing from its counts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from calcinosis_kb.errors import Problem
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.models import Result

__all__ = ["check_figures", "figure_in"]

_NUMBER = (
    r"(?:[1-9][0-9]{0,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty)"
)
_WHO = r"(?:patients|children|adults|women|men|girls|boys|cases)"
_FIGURES = re.compile(
    rf"\b{_NUMBER} (?:out )?of (?:the |all |these )?{_NUMBER}\b(?! (?:percent|years|months|weeks|mg))"
    rf"|(?<![\d/.]){_NUMBER}/{_NUMBER}(?![\d/])(?! ?(?:mg|g|day|week|month))"
    rf"|\b{_NUMBER} (?:\w+ )?{_WHO}\b",
    re.IGNORECASE,
)

_DISCLAIMED = re.compile(r"\bis not given\b|\btold apart\b", re.IGNORECASE)
"""Words of a result that explain why its numbers are not counts of outcomes."""


def figure_in(text: str) -> str | None:
    """Return the first count of patients in a text, or None.

    >>> figure_in("Nine of 17 improved partly"), figure_in("3/10 responded"), figure_in("12 patients with SSc")
    ('Nine of 17', '3/10', '12 patients')
    >>> figure_in("given for 3 of 6 months"), figure_in("at 240/480 mg"), figure_in("one of the drugs")
    (None, None, None)
    """
    found = _FIGURES.search(text)
    return found.group() if found else None


def check_figures(loaded: Loaded) -> Iterator[Problem]:
    """Find results on the course of calcinosis with counts of patients in the text but no ``n`` (CKB043).

    A text with "is not given" or "cannot be told apart" explains why there is no count, and passes.
    """
    for id_, study in loaded.knowledge.studies.items():
        for index, result in enumerate(study.results):
            design = loaded.knowledge.terms.designs[result.design or study.design]
            words = f"{result.finding} {result.note or ''}"
            if not design.patients or result.endpoint != "calcinosis" or _counts(result) or _DISCLAIMED.search(words):
                continue
            for key in ("finding", "note"):
                figure = figure_in(getattr(result, key) or "")
                if figure:
                    message = f"the text counts patients ('{figure}'), but n is missing"
                    fix = "write n and the outcomes; if the source does not state them, write in the text that the number 'is not given'"
                    place = loaded.place("studies", id_, "results", index, key)
                    yield Problem("CKB043", message, place, fix=fix, severity="warning")
                    break


def _counts(result: Result) -> bool:
    return any(value is not None for value in (result.n, result.counted, result.responded))
