"""The page and the picture of a run: docs/peers.md and docs/peers.svg, made from docs/studies/peers.json."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from benchmarks.peers.conditions import Conditions
from benchmarks.peers.measurement import EngineFigures, Figures, Growth, Spread

__all__ = ["Run", "shown", "with_figures"]

BEGIN, END = "<!-- what `python -m benchmarks.peers` measured -->\n", "<!-- end of the figures -->"


class Run(msgspec.Struct, frozen=True):
    """A run of the benchmark, as it is kept."""

    conditions: Conditions
    figures: Figures


def with_figures(page: str, run: Run) -> str:
    """Return the page with these figures between its two marks. Raises `ValueError` if a mark is missing."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError("docs/peers.md lacks one of its marks")
    return f"{before}{BEGIN}\n{_section(run)}\n{END}{after}"


def shown(number: float) -> str:
    """Return a number with three digits that count.

    >>> shown(12345.6), shown(123.4), shown(0.04567), shown(0)
    ('12,300', '123', '0.0457', '0')
    """
    digits = float(f"{number:.3g}")
    return f"{digits:,.0f}" if digits >= 100 or digits == 0 else f"{digits:.3g}"


def _section(run: Run) -> str:
    figures, conditions = run.figures, run.conditions
    first = figures.by_facts[0]
    versions = ", ".join(f"{name} {version}" for name, version in conditions.versions.items())
    return f"""\
{figures.rules:,} rules, {figures.conjunctions:,} conjunctions, {figures.patients} patients; the median patient has {first.size} facts and
{first.firings} firings. Every engine fired the same, for each patient and at each size below.

{conditions.processor}, {conditions.processors} processors, {conditions.memory}; {conditions.system}. Load average when the run began:
{conditions.load:g} (above {conditions.processors}, other programs took part of the time). {versions}.

![{_description(figures)}](peers.svg)

{_engines(figures)}

Patients a second as rules grow (evenly spaced conjunctions of the whole):

{_growth("conjunctions", figures.by_rules)}

Patients a second as facts grow (what is recorded of several patients, given as one):

{_growth("facts", figures.by_facts)}
"""


def _engines(figures: Figures) -> str:
    floor = figures.engines[0].processor.median
    columns: dict[str, Callable[[EngineFigures], str]] = {
        "engine": lambda one: one.name,
        "patients a second": lambda one: _range(one.rate),
        "processor, ms a patient": lambda one: _range(one.processor),
        "times the parsing": lambda one: shown(one.processor.median / floor),
        "cold start, s": lambda one: _range(one.cold),
        "rules written, s": lambda one: shown(one.translate),
        "rules loaded, s": lambda one: _range(one.load),
        "most memory, MiB": lambda one: shown(one.peak),
    }
    return _table(list(columns), [[cell(one) for cell in columns.values()] for one in figures.engines])


def _growth(what: str, rows: Iterable[Growth]) -> str:
    rows = list(rows)
    names = list(rows[0].rates)
    cells = [[f"{row.size:,}", f"{row.firings:,}", *(shown(row.rates[name].median) for name in names)] for row in rows]
    return _table([what, "firings", *names], cells)


def _range(spread: Spread) -> str:
    return f"{shown(spread.median)} ({shown(spread.low)}–{shown(spread.high)})"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _description(figures: Figures) -> str:
    """The picture in words."""
    rates = ", ".join(f"{one.name} {shown(one.rate.median)}" for one in figures.engines)
    cold = ", ".join(f"{one.name} {shown(one.cold.median)}" for one in figures.engines)
    return (
        f"Four panels. Patients a second: {rates}. Seconds of a cold start: {cold}. "
        "Milliseconds for a patient as conjunctions grow, and as facts grow: the figures of the last two tables."
    )
