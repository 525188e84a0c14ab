"""Count the rows of a screen: what is often open, used up or ruled out, by which rule, and which missing fact keeps most open."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec

from calcinosis_kb.advice.state import STATES, State
from calcinosis_kb.cohort.small_counts import Count, among, overlapping, parted

__all__ = ["FIRST", "LIBRARIES", "OPEN", "FactCount", "Summary", "TherapyCounts", "summarise"]

FIRST = 10
"""How many of a patient's offers are read."""

LIBRARIES = ("duckdb",)

MEMORY = "1GB"
"""How much memory DuckDB takes before it writes to a temporary folder."""

OPEN: Mapping[str, str] = {"untried": "untried", "sibling_tried": "untried", "cannot_tell": "not found"}
"""The standings of what was not tried, as far as is known: ``untried`` by a complete history, ``not found`` in one that may have gaps."""

LISTED: tuple[State, ...] = ("ready", "check", "caution", "reserve")
"""The states of therapies that may have a rank."""


class TherapyCounts(msgspec.Struct, frozen=True):
    """The people of a screen by what may be done for them with one therapy.

    ``untried``, ``not_found`` and ``other`` are those in whose first ten it stands; ``excluded`` are the rules that rule it out,
    that of most people first.
    """

    therapy: str
    untried: Count
    not_found: Count
    other: Count
    states: dict[State, Count]
    excluded: tuple[tuple[str, Count], ...]

    @property
    def in_first(self) -> int:
        """At least as many people have it in their first ten and have not tried it, as far as is known."""
        return (self.untried.shown or 0) + (self.not_found.shown or 0)

    @property
    def gone(self) -> int:
        """For at least as many people it is used up or ruled out."""
        return sum(self.states[state].shown or 0 for state in ("used_up", "ruled_out"))


class FactCount(msgspec.Struct, frozen=True):
    """A fact that nobody recorded, and the people in whose first ten something waits for it."""

    fact: str
    people: Count


class Summary(msgspec.Struct, frozen=True):
    """A screen in counts that may be shown: none below ``least``. ``therapies`` are in the order of the knowledge."""

    people: Count
    least: int
    therapies: tuple[TherapyCounts, ...]
    facts: tuple[FactCount, ...]


def summarise(screened: Path, contraindications: Collection[str], least: int) -> Summary:
    """Count the rows of a screen, a Parquet file or a folder of them. ``contraindications`` are the rules that rule a therapy out."""
    import duckdb

    # Nobody is in two files, so the people of each can be counted and added.
    files = sorted(screened.glob("*.parquet")) if screened.is_dir() else [screened]
    by_state: Counter[tuple[str, str, str, bool]] = Counter()
    by_rule: Counter[tuple[str, str]] = Counter()
    by_fact: Counter[str] = Counter()
    with (
        tempfile.TemporaryDirectory() as work,
        duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": work}) as connection,
    ):
        for file in files:
            source = {"source": str(file)}
            for *key, count in connection.execute(_BY_STATE, {**source, "first": FIRST}).fetchall():
                by_state[tuple(key)] += count
            for *key, count in connection.execute(_BY_RULE, {**source, "rules": sorted(contraindications)}).fetchall():
                by_rule[tuple(key)] += count
            for fact, count in connection.execute(_BY_FACT, {**source, "first": FIRST}).fetchall():
                by_fact[fact] += count
    return _summary(by_state, by_rule, by_fact, least)


_BY_STATE = """
SELECT therapy::VARCHAR, state::VARCHAR, standing::VARCHAR, coalesce(rank <= $first, false), count(*)
FROM read_parquet($source) GROUP BY ALL
"""
_BY_RULE = """
SELECT therapy, rule, count(*)
FROM (SELECT therapy::VARCHAR AS therapy, unnest(list_distinct(list_intersect(string_split(rules::VARCHAR, ' '), $rules))) AS rule
      FROM read_parquet($source) WHERE state = 'ruled_out')
GROUP BY ALL
"""
_BY_FACT = """
SELECT fact, count(DISTINCT person_id)
FROM (SELECT person_id, unnest(string_split(nullif(open_facts::VARCHAR, ''), ' ')) AS fact FROM read_parquet($source) WHERE rank <= $first)
GROUP BY ALL
"""


def _summary(
    by_state: Counter[tuple[str, str, str, bool]], by_rule: Counter[tuple[str, str]], by_fact: Counter[str], least: int
) -> Summary:
    of_therapy: dict[str, Counter[tuple[str, str, bool]]] = defaultdict(Counter)
    for (therapy, state, standing, first), count in by_state.items():
        of_therapy[therapy][state, standing, first] += count
    # Everybody has one row for each therapy.
    people = max((found.total() for found in of_therapy.values()), default=0)
    if people < least:
        return Summary(Count(None, small=True) if people else Count(0), least, (), ())
    therapies = tuple(
        _counts(therapy, found, {rule: n for (of, rule), n in by_rule.items() if of == therapy}, least)
        for therapy, found in sorted(of_therapy.items())
    )
    ordered = sorted(by_fact.items(), key=lambda item: (-item[1], item[0]))
    facts = tuple(FactCount(fact, among(count, people, least)) for fact, count in ordered)
    return Summary(Count(people), least, therapies, facts)


def _counts(therapy: str, found: Counter[tuple[str, str, bool]], rules: dict[str, int], least: int) -> TherapyCounts:
    in_state = [sum(count for (own, *_), count in found.items() if own == state) for state in STATES]
    states = dict(zip(STATES, parted(in_state, least), strict=True))
    places = Counter[str]()
    for (_, standing, first), count in found.items():
        places[OPEN.get(standing, "other") if first else "later"] += count
    untried, not_found, other, _ = parted(
        [places[place] for place in ("untried", "not found", "other", "later")], least
    )
    ordered = sorted(rules.items(), key=lambda item: (-item[1], item[0]))
    ruled_out = states["ruled_out"].shown
    by_rule = (
        [Count(None)] * len(ordered) if ruled_out is None else overlapping([n for _, n in ordered], ruled_out, least)
    )
    excluded = tuple((rule, count) for (rule, _), count in zip(ordered, by_rule, strict=True))
    if _narrows(states, places.total() - places["later"]):
        untried = not_found = other = Count(None)
    return TherapyCounts(therapy, untried, not_found, other, states, excluded)


def _narrows(states: Mapping[State, Count], first: int) -> bool:
    """Whether so many have a therapy in their first ten that a withheld state, which allows that, cannot be few."""
    hidden = [state for state in LISTED if states[state].shown is None]
    return bool(hidden) and first > 1 + sum(states[state].shown or 0 for state in LISTED)
