"""The summary of a screen: a few tables of counts, in which nobody can be recognised."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from calcinosis_kb.advice.questions import fact_label
from calcinosis_kb.advice.state import STATES, State
from calcinosis_kb.cohort.small_counts import Count
from calcinosis_kb.cohort.summary import FIRST, FactCount, Summary, TherapyCounts
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.report.blocks import Block, Table, Text
from calcinosis_kb.rules.models import Rule

__all__ = ["STATE_WORDS", "TITLE", "Section", "gone", "in_first", "opening", "sections", "waited_for"]

TITLE = "Calcinosis cutis: what has not been tried, in many patients"

ROWS = 15
"""How many lines a table or a picture of the most frequent has."""

RULES = 3
"""How many rules are named that rule a therapy out."""

STATE_WORDS: Mapping[State, str] = {
    "ready": "ready",
    "check": "check first",
    "caution": "caution",
    "reserve": "last resort",
    "ruled_out": "ruled out",
    "not_applicable": "does not fit",
    "used_up": "used up",
}
"""The states in the words of the tables."""


class Section(msgspec.Struct, frozen=True):
    """A part of the summary; ``picture`` is the name of the file that shows its table."""

    heading: str
    blocks: tuple[Block, ...]
    picture: str


def in_first(summary: Summary) -> list[TherapyCounts]:
    """The therapies that most people have among their first ten and have not tried, as far as is known."""
    return _most(summary.therapies, lambda one: one.in_first)


def gone(summary: Summary) -> list[TherapyCounts]:
    """The therapies that are used up or ruled out for most people."""
    return _most(summary.therapies, lambda one: one.gone)


def waited_for(summary: Summary) -> list[FactCount]:
    """The missing facts that something among the first ten of most people waits for."""
    return [one for one in summary.facts if one.people.shown][:ROWS]


def _most(therapies: Sequence[TherapyCounts], number: Callable[[TherapyCounts], int]) -> list[TherapyCounts]:
    found = sorted((one for one in therapies if number(one)), key=lambda one: (-number(one), one.therapy))
    return found[:ROWS]


def opening(summary: Summary) -> Iterator[Block]:
    """How many people were judged, and what is withheld."""
    least = summary.least
    yield Text(f"{summary.people.text(least)} people were judged.")
    if not summary.therapies:
        yield Text("They are too few for any count to be shown.")
        return
    yield Text(
        f"Counts of 1 to {least - 1} are shown as <{least}. 'Withheld' is a larger count from which such a small one could be worked out. "
        "Nobody is described here; two summaries of almost the same people may still give somebody away when they are compared."
    )


def sections(summary: Summary, knowledge: Knowledge, rules: Mapping[str, Rule]) -> list[Section]:
    """The parts of the summary in their order; none if there are too few people."""
    if not summary.therapies:
        return []
    return [
        _first(summary, knowledge),
        _gone(summary, knowledge, rules),
        _facts(summary, knowledge),
        _states(summary, knowledge),
    ]


def _first(summary: Summary, knowledge: Knowledge) -> Section:
    rows = [
        (knowledge.therapies[one.therapy].name, *_texts(summary, one.untried, one.not_found))
        for one in in_first(summary)
    ]
    text = Text(
        f"People who have it among their first {FIRST} offers. Untried: the history is complete and does not contain it. Not found: "
        "the record does not contain it, and may have gaps."
    )
    heading = f"Most often not tried, among the first {FIRST}"
    return Section(heading, (text, Table(("Treatment", "Untried", "Not found in the record"), rows)), "first.svg")


def _gone(summary: Summary, knowledge: Knowledge, rules: Mapping[str, Rule]) -> Section:
    rows = []
    for one in gone(summary):
        named = [f"{rules[rule].title} ({count.text(summary.least)})" for rule, count in one.excluded if rule in rules]
        counts = _texts(summary, one.states["used_up"], one.states["ruled_out"])
        rows.append((knowledge.therapies[one.therapy].name, *counts, "; ".join(named[:RULES]) or "–"))
    text = Text(
        "Used up: tried without success, or not tolerated. Ruled out: something recorded is a contraindication. Of the rules that rule "
        f"it out, the {RULES} that concern most people; one person may be counted for several."
    )
    columns = ("Treatment", "Used up", "Ruled out", "By which rules")
    return Section("Most often failed or ruled out", (text, Table(columns, rows)), "gone.svg")


def _facts(summary: Summary, knowledge: Knowledge) -> Section:
    rows = [(_capital(fact_label(one.fact, knowledge)), *_texts(summary, one.people)) for one in waited_for(summary)]
    text = Text(f"People in whose record it is missing, while a treatment among their first {FIRST} depends on it.")
    return Section("Whose missing fact matters most", (text, Table(("Missing", "People"), rows)), "facts.svg")


def _states(summary: Summary, knowledge: Knowledge) -> Section:
    rows = [
        (knowledge.therapies[one.therapy].name, *_texts(summary, *(one.states[state] for state in STATES)))
        for one in sorted(summary.therapies, key=lambda one: knowledge.therapies[one.therapy].name.casefold())
    ]
    text = Text("Everybody is counted once for each treatment.")
    columns = ("Treatment", *(_capital(STATE_WORDS[state]) for state in STATES))
    return Section("How each treatment stands", (text, Table(columns, rows)), "states.svg")


def _texts(summary: Summary, *counts: Count) -> tuple[str, ...]:
    return tuple(count.text(summary.least) for count in counts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
