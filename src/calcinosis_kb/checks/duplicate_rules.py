"""Find rules that repeat another rule."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.advice.advisor import Advisor
from calcinosis_kb.errors import Problem
from calcinosis_kb.rules.loader import LoadedRules

__all__ = ["check_duplicate_rules"]

NOT_COUNTED = ("note", "warn")


def check_duplicate_rules(read: LoadedRules, advisor: Advisor) -> Iterator[Problem]:
    """Find rules with the same effect, therapies and facts (CKB046).

    Two such cautions would count twice in the ranking. Notes and warnings do not count, so they may repeat.
    """
    parts: dict[str, list[object]] = {}
    for part in (*advisor.standings.evaluator.compiled, *advisor.verdict_rules.compiled):
        if not part.asks:
            clauses = frozenset(part.clauses)
            parts.setdefault(part.rule, []).append((part.option, clauses, part.therapies))
    first: dict[tuple[object, ...], str] = {}
    for rule in (*read.book.standing_rules, *read.book.verdict_rules):
        if rule.effect in NOT_COUNTED:
            continue
        key = (rule.effect, rule.standing, frozenset(parts.get(rule.id, ())))
        known = first.setdefault(key, rule.id)
        if known != rule.id:
            message = f"'{rule.id}' fires for the same therapies on the same facts as '{known}', to the same effect"
            fix = f"put the sources of both under '{known}', or write the difference under 'when'"
            yield Problem("CKB046", message, read.place(rule.id, "id"), fix=fix, severity="warning")
