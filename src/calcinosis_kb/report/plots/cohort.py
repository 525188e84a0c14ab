"""Plot the summary of a screen: bars of people, in which a withheld count is no bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from calcinosis_kb.advice.questions import fact_label
from calcinosis_kb.advice.state import STATES
from calcinosis_kb.cohort.small_counts import Count
from calcinosis_kb.cohort.summary import FIRST, Summary
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.report.cohort import STATE_WORDS, gone, in_first, waited_for
from calcinosis_kb.report.plots.figure import figure, rendered

__all__ = ["PICTURES"]

_COLOURS = {
    "untried": "#0072B2", "not found in the record": "#56B4E9", "used up": "#5A5A5A", "ruled out": "#A3007A", "people": "#0072B2",
    "ready": "#00735C", "check first": "#56B4E9", "caution": "#E69F00", "last resort": "#B35900", "does not fit": "#CCCCCC",
}  # fmt: skip
"""Okabe and Ito's colours, safe for colour-blind readers; the order of the parts of a bar and of the legend is the same."""

_HATCHES = {"not found in the record": "//", "ruled out": "\\\\", "caution": "..", "last resort": "xx", "used up": "--"}
"""Patterns that repeat the difference in grey."""

Line = tuple[str, Sequence[tuple[str, Count]]]


def _first(summary: Summary, knowledge: Knowledge) -> bytes:
    lines: list[Line] = [
        (knowledge.therapies[one.therapy].name, [("untried", one.untried), ("not found in the record", one.not_found)])
        for one in in_first(summary)
    ]
    return _bars(
        lines, f"people who have it among their first {FIRST} offers and have not tried it, as far as is known"
    )


def _gone(summary: Summary, knowledge: Knowledge) -> bytes:
    lines: list[Line] = [
        (
            knowledge.therapies[one.therapy].name,
            [(STATE_WORDS[state], one.states[state]) for state in ("used_up", "ruled_out")],
        )
        for one in gone(summary)
    ]
    return _bars(lines, "people for whom it is used up or ruled out")


def _facts(summary: Summary, knowledge: Knowledge) -> bytes:
    lines: list[Line] = [(fact_label(one.fact, knowledge), [("people", one.people)]) for one in waited_for(summary)]
    return _bars(lines, f"people in whose record it is missing while something among their first {FIRST} depends on it")


def _states(summary: Summary, knowledge: Knowledge) -> bytes:
    ordered = sorted(summary.therapies, key=lambda one: knowledge.therapies[one.therapy].name.casefold())
    lines: list[Line] = [
        (knowledge.therapies[one.therapy].name, [(STATE_WORDS[state], one.states[state]) for state in STATES])
        for one in ordered
    ]
    return _bars(lines, "people")


PICTURES: Mapping[str, Callable[[Summary, Knowledge], bytes]] = {
    "first.svg": _first, "gone.svg": _gone, "facts.svg": _facts, "states.svg": _states,
}  # fmt: skip
"""What draws each picture, by the name of its file."""


def _bars(lines: Sequence[Line], label: str) -> bytes:
    """One bar a line, of parts one after the other; a mark says where something is withheld."""
    drawn = figure(Path("bars.svg"), 10.5, 1.4 + 0.26 * max(len(lines), 1))
    axes = drawn.subplots()
    for place, (_, parts) in enumerate(reversed(lines)):
        left = 0
        for name, count in parts:
            if count.shown:
                style = {"color": _COLOURS[name], "hatch": _HATCHES.get(name), "edgecolor": "white", "linewidth": 0.4}
                axes.barh(place, count.shown, left=left, height=0.72, **style)
                left += count.shown
        if any(count.shown is None for _, count in parts):
            axes.annotate("*", (left, place), (3, -1), textcoords="offset points", va="center", fontsize=9)
    axes.set_yticks(range(len(lines)), [name for name, _ in reversed(lines)], fontsize=9)
    axes.set_ylim(-0.7, max(len(lines), 1) - 0.3)
    axes.set_xlim(left=0, right=None if lines else 1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}".replace(",", " "))
    axes.set_xlabel(f"{label}\n* and people whose number is withheld (see the table)" if _withheld(lines) else label)
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    _legend(drawn, lines)
    return rendered(drawn, ".svg")


def _withheld(lines: Sequence[Line]) -> bool:
    return any(count.shown is None for _, parts in lines for _, count in parts)


def _legend(drawn: Any, lines: Sequence[Line]) -> None:
    from matplotlib.patches import Patch

    names = dict.fromkeys(name for _, parts in lines for name, count in parts if count.shown)
    if len(names) > 1:
        patches = [
            Patch(facecolor=_COLOURS[name], hatch=_HATCHES.get(name), edgecolor="white", label=name) for name in names
        ]
        drawn.legend(handles=patches, loc="outside lower center", ncols=len(patches), frameon=False)
