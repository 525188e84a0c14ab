"""Draw a run: how many patients a second, how long a cold start, and how both rules and facts slow each engine down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.peers.measurement import EngineFigures, Figures, Growth, Spread
from benchmarks.peers.page import shown
from calcinosis_kb.report.plots.figure import figure, rendered

__all__ = ["draw"]


class Look(NamedTuple):
    """Okabe and Ito's colours, some darkened for contrast with white; marker and line repeat the difference in grey."""

    colour: str
    marker: str
    line: str


LOOKS = {
    "parsing alone": Look("#767676", "|", ":"),
    "reference": Look("#0072B2", "o", "-"),
    "durable_rules": Look("#2C94C9", "s", "-"),
    "both": Look("#000000", "D", "-"),
    "CLIPS": Look("#D55E00", "^", "--"),
    "ZEN": Look("#B37A00", "v", "--"),
    "JSON Logic": Look("#00735C", "P", "--"),
    "CQL": Look("#A3007A", "X", "--"),
}
"""Ours are drawn with whole lines, the others with dashed ones."""


def draw(figures: Figures) -> bytes:
    """Return the picture as SVG."""
    drawn = figure(Path("peers.svg"), 10.5, 8.4)
    (rate, cold), (rules, facts) = drawn.subplots(2, 2)
    _points(rate, figures.engines, lambda one: one.rate, "patients a second, more is better")
    _points(cold, figures.engines, lambda one: one.cold, "seconds to a first answer, less is better")
    _lines(rules, figures.by_rules, "conjunctions")
    _lines(facts, figures.by_facts, "facts of a patient")
    handles, labels = rules.get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=len(LOOKS), frameon=False)
    return rendered(drawn, ".svg")


def _points(axes: Any, engines: Sequence[EngineFigures], of: Callable[[EngineFigures], Spread], label: str) -> None:
    """One line an engine: the median on a logarithmic scale, in figures too, and the range of the repetitions."""
    for place, one in enumerate(reversed(engines)):
        spread, look = of(one), LOOKS[one.name]
        axes.axhline(place, color="#DDDDDD", linewidth=0.6, zorder=0)
        ranges = [[spread.median - spread.low], [spread.high - spread.median]]
        axes.errorbar(spread.median, place, xerr=ranges, color=look.colour, marker=look.marker, markersize=9, capsize=3)
        words = axes.annotate(
            shown(spread.median), (spread.high, place), (8, 0), textcoords="offset points", va="center"
        )
        words.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
    axes.set_yticks(range(len(engines)), [one.name for one in reversed(engines)])
    axes.set_ylim(-0.6, len(engines) - 0.4)
    axes.set_xlim(min(of(one).low for one in engines) / 1.5, max(of(one).high for one in engines) * 3)
    axes.set_xlabel(label)
    _logarithmic(axes, axes.xaxis, "x")


def _logarithmic(axes: Any, axis: Any, name: str) -> None:
    """Let an axis be logarithmic, with plain numbers at 1 and 3 of each power of ten."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set(**{f"{name}scale": "log"})
    axis.set_major_locator(LogLocator(subs=(1, 3)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: shown(value)))
    axis.set_minor_locator(NullLocator())
    axes.spines[["top", "right"]].set_visible(False)


def _lines(axes: Any, grown: Sequence[Growth], label: str) -> None:
    """A line an engine, on two logarithmic scales; the bars show the range."""
    for name, look in LOOKS.items():
        spreads = [growth.rates[name] for growth in grown]
        times = [1000 / spread.median for spread in spreads]
        ranges = [
            [1000 / spread.median - 1000 / spread.high for spread in spreads],
            [1000 / spread.low - 1000 / spread.median for spread in spreads],
        ]
        axes.errorbar(
            [growth.size for growth in grown], times, yerr=ranges, label=name, color=look.colour, marker=look.marker,
            linestyle=look.line, linewidth=1.6, markersize=6, elinewidth=0.8,
        )  # fmt: skip
    _logarithmic(axes, axes.xaxis, "x")
    _logarithmic(axes, axes.yaxis, "y")
    axes.set_xlabel(label)
    axes.set_ylabel("milliseconds for a patient, less is better")
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
