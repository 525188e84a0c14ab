"""Check golden cases: form, names and answers, and that each rule is expected by one of them."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.errors import Problem

__all__ = ["check_answers", "check_case_names", "check_cases", "check_expected"]


def check_cases(subject: Subject) -> Iterator[Problem]:
    """Find cases that cannot be read."""
    yield from subject.cases.problems
    yield from subject.golden[1]


def check_case_names(subject: Subject) -> Iterator[Problem]:
    """Find names in a case that do not exist (CKB013, CKB014)."""
    for problems in subject.unknown_names.values():
        yield from problems


def check_answers(subject: Subject) -> Iterator[Problem]:
    """Find answers that differ from what a case expects (CKB037)."""
    for outcome in subject.outcomes:
        yield from outcome.problems


def check_expected(subject: Subject) -> Iterator[Problem]:
    """Find rules that no golden case expects by name (CKB035). Firing by chance in a case is no test of a rule."""
    shown = {rule for outcome in subject.outcomes for rule in outcome.shown}
    book = subject.reading.rules.book
    for rule in (*book.standing_rules, *book.verdict_rules):
        if rule.id not in shown:
            fix = f"write 'rules: [{rule.id}]' in a case in tests/cases/, under a therapy for which it fires"
            place = subject.reading.rules.place(rule.id, "id")
            yield Problem("CKB035", f"no golden case expects '{rule.id}' to fire", place, fix=fix)
