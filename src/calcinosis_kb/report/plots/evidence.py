"""Plot the evidence: a forest plot of responders per study, and a map of therapies and diseases."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from typing import Any

from calcinosis_kb.advice.stamp import stamp, stamp_words
from calcinosis_kb.knowledge.grading import LEAST_FOR_SHARE
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.primary import NOT_STATED, POOLED, Cell, StudyRow, by_disease, by_study
from calcinosis_kb.report.blocks import Table
from calcinosis_kb.report.forest import ForestLine, forest
from calcinosis_kb.report.plots.figure import DIRECTIONS, figure, save

__all__ = ["draw_forest", "draw_map", "forest_table", "map_table"]

_NARROWEST = 0.01
"""Half of the width of the mark of a pooled share without an interval."""


def forest_table(knowledge: Knowledge, therapy: str) -> Table:
    """Return the responders of treated patients, one row per study and a pooled one last, for each member of a family.

    Studies that do not account for their patients are not pooled; a share of few patients has no interval.
    """
    rows = [
        _cells(
            row.therapy, row.study, row.year, ", ".join(row.diseases), ", ".join(row.combined_with),
            row.design, row.direction, row.responded, row.treated,
            row.not_stated, *(row.interval or (None, None)),
        )
        for row in by_study(knowledge, therapy)
    ]  # fmt: skip
    columns = (
        "therapy", "study", "year", "diseases", "combined_with", "design", "direction", "responded", "treated", "not_stated", "low", "high",
    )  # fmt: skip
    return Table(columns, rows)


def map_table(knowledge: Knowledge) -> Table:
    """Return the number of studies and patients per therapy, disease and direction."""
    return Table(Cell._fields, [_cells(*cell) for cell in by_disease(knowledge)])


def _cells(*values: Any) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in values)


def draw_forest(knowledge: Knowledge, therapy: str, path: Path) -> None:
    """Write a forest plot: the responders of a therapy per study, and pooled; a family member by member.

    Raises as `figure` and `save` do.
    """
    lines: list[ForestLine | str] = []
    for group in forest(knowledge, therapy):
        lines.extend([group.title] if group.title else [])
        lines.extend(group.lines)
    drawn = figure(path, 10.5, 1.6 + 0.32 * max(len(lines), 1))
    axes = drawn.subplots()
    for place, line in enumerate(reversed(lines)):
        if isinstance(line, str):
            axes.text(-0.05, place, line, ha="right", va="center", fontstyle="italic", fontweight="bold")
        else:
            _line(axes, place, line)
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.7, max(len(lines), 1) - 0.3)
    axes.set_yticks([])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["none", "a quarter", "half", "three quarters", "all"])
    axes.set_xlabel(
        f"patients who responded, completely or in part\n95 % Wilson interval from {LEAST_FOR_SHARE} patients on"
    )
    axes.set_title(f"{knowledge.therapies[therapy].name}: responders of treated")
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    _legend(drawn, [line.row.direction for line in lines if not isinstance(line, str) and line.share is not None])
    save(drawn, path, stamp_words(stamp(knowledge)))


def _line(axes: Any, place: int, line: ForestLine) -> None:
    """One line of a forest plot: label, mark with interval, counts."""
    weight = "bold" if line.is_pooled else "normal"
    if line.share is None:
        axes.text(
            0.5, place, "not accounted for patient by patient", ha="center", va="center", fontsize=8, color="#5A5A5A"
        )
    else:
        _share(axes, place, line.row, line.share)
    axes.text(-0.05, place, line.label, ha="right", va="center", fontweight=weight)
    axes.text(1.05, place, line.counts, ha="left", va="center", fontweight=weight)


def _share(axes: Any, place: int, row: StudyRow, share: float) -> None:
    low, high = row.interval or (share, share)
    if row.study == POOLED:
        half = max((high - low) / 2, _NARROWEST)
        left, right = (low, high) if row.interval else (share - half, share + half)
        axes.fill([left, share, right, share], [place, place + 0.28, place, place - 0.28], color="#222222", linewidth=0)
        return
    colour, marker, _ = DIRECTIONS[row.direction]
    axes.plot((low, high), (place, place), color=colour, linewidth=1.8)
    axes.plot([share], [place], marker=marker, color=colour, markersize=7, linestyle="none")


def draw_map(knowledge: Knowledge, path: Path) -> None:
    """Write a mark per therapy, disease and direction: its area and the number beside it show the patients.

    Raises as `figure` and `save` do.
    """
    cells = by_disease(knowledge)
    diseases = [d for d in (*knowledge.terms.diseases, NOT_STATED) if any(cell.disease == d for cell in cells)]
    totals: dict[str, int] = {}
    together: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        totals[cell.therapy] = totals.get(cell.therapy, 0) + cell.studies
        together.setdefault((cell.therapy, cell.disease), []).append(cell)
    therapies = sorted(totals, key=lambda id_: (totals[id_], knowledge.therapies[id_].name))
    drawn = figure(path, 17, 2.2 + 0.29 * len(therapies))
    axes = drawn.subplots()
    order = list(DIRECTIONS)
    for (therapy, disease), found in together.items():
        y = therapies.index(therapy)
        # The marks of one disease share its column evenly.
        for place, cell in enumerate(sorted(found, key=lambda cell: order.index(cell.direction))):
            colour, marker, _ = DIRECTIONS[cell.direction]
            x = diseases.index(disease) - 0.5 + (place + 0.4) / len(found)
            size = 26 + 1.5 * cell.patients
            axes.scatter([x], [y], s=size, marker=marker, color=colour, alpha=0.85, linewidths=0)
            right = (3.5 + sqrt(size) / 2, 0)
            patients = str(cell.patients) if cell.patients else ""
            axes.annotate(patients, (x, y), right, textcoords="offset points", va="center", fontsize=7, color=colour)
    for edge in range(len(diseases) + 1):
        axes.axvline(edge - 0.5, color="#d0d0d0", linewidth=0.8, zorder=0)
    axes.set_xticks(
        range(len(diseases)), [knowledge.disease_in_short(disease) for disease in diseases], rotation=40, ha="left",
    )  # fmt: skip
    axes.set_yticks(range(len(therapies)), [knowledge.therapies[id_].name for id_ in therapies], fontsize=9)
    axes.set_xlim(-0.5, len(diseases) - 0.5)
    axes.set_ylim(-0.7, len(therapies) - 0.3)
    axes.xaxis.tick_top()
    axes.grid(axis="y", color="#e6e6e6", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_title(
        "Patients by therapy and disease; a study of several diseases counts under each with all of its patients"
    )
    _legend(drawn, [cell.direction for cell in cells])
    save(drawn, path, stamp_words(stamp(knowledge)))


def _legend(drawn: Any, directions: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], color=colour, marker=marker, linestyle="none", markersize=7, label=words)
        for direction, (colour, marker, words) in DIRECTIONS.items()
        if direction in directions
    ]
    if marks:
        drawn.legend(handles=marks, loc="outside lower center", ncols=len(marks), frameon=False)
