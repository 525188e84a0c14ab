"""Plot the evidence: a forest plot of responders per study, and a map of therapies and diseases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.primary import NOT_STATED, POOLED, Cell, by_disease, by_study
from calcinosis_kb.report.blocks import Table
from calcinosis_kb.report.plots.figure import DIRECTIONS, figure, save

__all__ = ["SHORT_NAMES", "draw_forest", "draw_map", "forest_table", "map_table"]

SHORT_NAMES = {
    "systemic_sclerosis": "SSc", "limited_ssc_crest": "CREST", "diffuse_ssc": "dcSSc", "dermatomyositis": "DM",
    "juvenile_dermatomyositis": "JDM", "polymyositis": "PM", "sle": "SLE", "mixed_ctd": "MCTD", "overlap": "Overlap",
    "other_ctd": "Other CTD", "idiopathic": "Idiopathic",
    "scrotal_calcinosis": "Scrotal", "tumoral_calcinosis": "Tumoral", "metastatic_calcinosis": "Metastatic",
    "iatrogenic_calcinosis": "Iatrogenic", "other": "Other",
}  # fmt: skip
"""Short names of diseases, for the head of a narrow column."""


def forest_table(knowledge: Knowledge, therapy: str) -> Table:
    """Return responders of treated patients with the 95 % Wilson interval, one row per study and a pooled one last.

    Studies that do not account for their patients have no interval and are not pooled.
    """
    rows = [_cells(*row[:-1], *(row.interval or (None, None))) for row in by_study(knowledge, therapy)]
    return Table(("study", "year", "direction", "responded", "treated", "low", "high"), rows)


def map_table(knowledge: Knowledge) -> Table:
    """Return the number of studies and patients per therapy, disease and direction."""
    return Table(Cell._fields, [_cells(*cell) for cell in by_disease(knowledge)])


def _cells(*values: Any) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in values)


def draw_forest(knowledge: Knowledge, therapy: str, path: Path) -> None:
    """Write a forest plot: the responders of one therapy per study, and pooled. Raises as `figure` and `save` do."""
    rows = by_study(knowledge, therapy)
    drawn = figure(path, 8.6, 1.6 + 0.32 * max(len(rows), 1))
    axes = drawn.subplots()
    for place, (study, year, direction, responded, treated, interval) in enumerate(reversed(rows)):
        label = f"{study}{f' ({year})' if year and str(year) not in study else ''}"
        if interval and treated:
            share = (responded or 0) / treated
            _interval(axes, place, direction, share, *interval, pooled=study == POOLED)
            counts = f"{responded}/{treated}"
        else:
            counts = f"?/{treated}" if treated else "?"
            axes.text(
                0.5,
                place,
                "not accounted for patient by patient",
                ha="center",
                va="center",
                fontsize=8,
                color="#5A5A5A",
            )
        axes.text(-0.05, place, label, ha="right", va="center", fontweight="bold" if study == POOLED else "normal")
        axes.text(1.05, place, counts, ha="left", va="center")
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.7, max(len(rows), 1) - 0.3)
    axes.set_yticks([])
    axes.set_xlabel("share that responded, completely or in part, with the 95 % Wilson interval")
    axes.set_title(f"{knowledge.therapies[therapy].name}: responders of treated")
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    _legend(drawn, [row.direction for row in rows if row.interval])
    save(drawn, path)


def _interval(axes: Any, place: int, direction: str, share: float, low: float, high: float, *, pooled: bool) -> None:
    if pooled:
        axes.fill([low, share, high, share], [place, place + 0.28, place, place - 0.28], color="#222222", linewidth=0)
        return
    colour, marker, _ = DIRECTIONS[direction]
    axes.plot((low, high), (place, place), color=colour, linewidth=1.8)
    axes.plot([share], [place], marker=marker, color=colour, markersize=7, linestyle="none")


def draw_map(knowledge: Knowledge, path: Path) -> None:
    """Write a bubble per therapy, disease and direction: the area shows the patients, colour and shape the direction.

    Raises as `figure` and `save` do.
    """
    cells = by_disease(knowledge)
    diseases = [d for d in (*knowledge.terms.diseases, NOT_STATED) if any(cell.disease == d for cell in cells)]
    totals: dict[str, int] = {}
    for cell in cells:
        totals[cell.therapy] = totals.get(cell.therapy, 0) + cell.studies
    therapies = sorted(totals, key=lambda id_: (totals[id_], knowledge.therapies[id_].name))
    drawn = figure(path, 12, 1.8 + 0.29 * len(therapies))
    axes = drawn.subplots()
    order = list(DIRECTIONS)
    for therapy, disease, direction, _, patients in cells:
        colour, marker, _ = DIRECTIONS[direction]
        # Directions of one cell are drawn side by side.
        x = diseases.index(disease) + (order.index(direction) - 2) * 0.2
        size = 26 + 4 * patients
        axes.scatter([x], [therapies.index(therapy)], s=size, marker=marker, color=colour, alpha=0.85, linewidths=0)
    axes.set_xticks(range(len(diseases)), [SHORT_NAMES.get(disease, disease.replace("_", " ")) for disease in diseases])
    axes.set_yticks(range(len(therapies)), [knowledge.therapies[id_].name for id_ in therapies], fontsize=9)
    axes.set_ylim(-0.7, len(therapies) - 0.3)
    axes.xaxis.tick_top()
    axes.grid(color="#e6e6e6", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_title("Studies with patients of their own; the area of a mark grows with its patients")
    _legend(drawn, [cell.direction for cell in cells])
    save(drawn, path)


def _legend(drawn: Any, directions: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], color=colour, marker=marker, linestyle="none", markersize=7, label=words)
        for direction, (colour, marker, words) in DIRECTIONS.items()
        if direction in directions
    ]
    if marks:
        drawn.legend(handles=marks, loc="outside lower center", ncols=len(marks), frameon=False)
