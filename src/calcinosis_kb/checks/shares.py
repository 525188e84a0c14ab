"""Find shares of patients in the text of a result ("seven of eight", "88 %", "n = 8") that contradict its counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from calcinosis_kb.errors import Problem
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.models import Result

__all__ = ["check_shares", "contradiction"]

# fmt: off
_WORDS = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)
# fmt: on
_VALUES = {word: number for number, word in enumerate(_WORDS)} | {"thirty": 30, "forty": 40, "fifty": 50}
_NUMBER = rf"[0-9]{{1,4}}|{'|'.join(sorted(_VALUES, key=len, reverse=True))}"
_COURSE = (
    r"(?:improv|respon|regress|resol|dissol|disappear|clear|shr[aiu]nk|smaller|wors|progress|unchanged|stable|did not change"
    r"|benefi)\w*"
)
"""A word about the outcome of the patients."""
_BEFORE = rf"(?P<before>\b{_COURSE}(?: [\w-]+){{0,2}} in (?:only )?)?"
_AFTER = rf"(?P<after>(?: [\w-]+){{0,5}}? {_COURSE})?"
_SHARE = re.compile(
    rf"{_BEFORE}(?<![\w/.])(?P<part>{_NUMBER})(?: (?:out )?of (?:the |all |these |its |our )?|/)(?P<whole>{_NUMBER})(?![\w/])"
    rf"(?! (?:percent|years|months|weeks|mg)){_AFTER}",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    rf"{_BEFORE}(?<![\w.])(?P<percent>[0-9]{{1,3}}(?:\.[0-9]+)?) ?(?:%|percent|per cent)(?: of)?{_AFTER}", re.IGNORECASE
)
_SIZE = re.compile(r"\bn ?= ?(?P<whole>[0-9]{1,4})\b", re.IGNORECASE)


def check_shares(loaded: Loaded) -> Iterator[Problem]:
    """Check the texts of results on the course of calcinosis against their counts of patients (CKB084)."""
    for id_, study in loaded.knowledge.studies.items():
        for index, result in enumerate(study.results):
            design = loaded.knowledge.terms.designs[result.design or study.design]
            if design.patients and result.endpoint == "calcinosis":
                for key in ("finding", "note"):
                    words = contradiction(getattr(result, key) or "", result)
                    if words:
                        message = f"the text says '{words}'; the counts are {_counts(result)}"
                        place = loaded.place("studies", id_, "results", index, key)
                        fix = "correct the counts or the text; for a share of other patients, name them"
                        yield Problem("CKB084", message, place, fix=fix, severity="warning")


def contradiction(text: str, result: Result) -> str | None:
    """Return the first share in a text that contradicts the counts, or None if there is none or another share fits them.

    Only shares of all patients are compared, if every outcome is stated or the text names the outcome. A share of
    fewer patients may be about a subgroup, and percentages may measure something else.
    """
    if result.n is None or result.counted:
        return None
    possible = _possible(result)
    complete = result.responded is not None or sum(_stated(result)) == result.n
    wrong: list[str] = []
    for found in _SHARE.finditer(text):
        part, whole, course = _value(found["part"]), _value(found["whole"]), found["before"] or found["after"]
        if whole == result.n and part in possible:
            return None
        if (whole == result.n and possible and (complete or course)) or (whole > result.n and course):
            wrong.append(found[0])
    for found in _PERCENT.finditer(text):
        decimals = len(found["percent"].partition(".")[2])
        if any(abs(100 * part / result.n - float(found["percent"])) <= 0.51 / 10**decimals for part in possible):
            return None
        if complete and (found["before"] or found["after"]):
            wrong.append(found[0])
    wrong.extend(found[0] for found in _SIZE.finditer(text) if int(found["whole"]) > result.n)
    return wrong[0] if wrong else None


def _value(number: str) -> int:
    return int(number) if number.isdigit() else _VALUES[number.lower()]


def _stated(result: Result) -> list[int]:
    return [count for _, count in result.outcomes if count is not None]


def _possible(result: Result) -> set[int]:
    """The possible numerators of a share of all patients: sums of any outcomes, and their complements."""
    assert result.n is not None
    stated = [*_stated(result)] if result.responded is None else [result.responded]
    sums = (
        {sum(chosen) for size in range(len(stated) + 1) for chosen in combinations(stated, size)} if stated else set()
    )
    return sums | {result.n - part for part in sums}


def _counts(result: Result) -> str:
    parts = [f"{key} {count}" for key, count in result.outcomes if count is not None]
    parts += [f"responded {result.responded}"] if result.responded is not None else []
    return f"{', '.join(parts) or 'nothing of the outcome'} of {result.n}"
