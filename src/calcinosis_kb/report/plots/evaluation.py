"""Plot an evaluation: for each order, how far down the list the therapy given next stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from calcinosis_kb.evaluation.scoring import OURS
from calcinosis_kb.evaluation.summary import reports_within
from calcinosis_kb.report.evaluation import ORDERS
from calcinosis_kb.report.plots.figure import figure, save

if TYPE_CHECKING:
    from calcinosis_kb.evaluation.case_score import CaseScore
    from calcinosis_kb.evaluation.scoring import Evaluation
    from calcinosis_kb.evaluation.summary import Summary

__all__ = ["draw_evaluation"]

# Okabe and Ito's colours, safe for colour-blind readers; line style and marker repeat the difference in grey.
_STYLES: dict[str, dict[str, Any]] = {
    "calcinosis_kb": {"color": "#0072B2", "linestyle": "-", "marker": "o", "linewidth": 2.4},
    "alphabetical": {"color": "#767676", "linestyle": ":", "marker": "s", "linewidth": 1.4},
    "most_published": {"color": "#B35900", "linestyle": "--", "marker": "^", "linewidth": 1.4},
    "highest_level": {"color": "#8A4A77", "linestyle": "-.", "marker": "D", "linewidth": 1.4},
    "similar": {"color": "#00735C", "linestyle": (0, (5, 1, 1, 1, 1, 1)), "marker": "v", "linewidth": 1.4},
}


def draw_evaluation(evaluation: Evaluation, path: Path, made_with: str) -> None:
    """Write the plot to a file in the format of its suffix; the same evaluation gives the same bytes. Its metadata says ``made_with``.

    Left: reports whose next therapy is among the first k. Right: the mean reciprocal rank with its 95 % interval.
    Raises as `calcinosis_kb.report.plots.figure` does.
    """
    drawn = figure(path, 10.5, 4.6)
    left, right = drawn.subplots(1, 2, width_ratios=(3, 2))
    _curves(left, evaluation.orders, evaluation.all[OURS].n)
    _intervals(right, evaluation.all)
    save(drawn, path, made_with)


def _curves(axes: Any, orders: dict[str, tuple[CaseScore, ...]], reports: int) -> None:
    for name, cases in orders.items():
        longest = max((case.of for case in cases if case.scored), default=0)
        reached = [reports_within(cases, at) for at in range(1, longest + 1)]
        style = {**_STYLES[name], "markevery": max(1, longest // 8), "markersize": 5}
        axes.plot(range(1, longest + 1), reached, label=ORDERS[name], **style)
    axes.set_xlabel("first k decisions of the list")
    axes.set_ylabel(f"reports (of {reports}) whose next therapy is among them")
    axes.set_ylim(0, reports + 0.5)
    axes.set_title("How far down one has to read")
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.legend(loc="lower right", frameon=False)


def _intervals(axes: Any, figures: dict[str, Summary]) -> None:
    names = list(figures)
    for place, name in enumerate(reversed(names)):
        summary, style = figures[name], _STYLES[name]
        if summary.mrr is None or summary.interval is None:
            continue
        axes.plot(summary.interval, (place, place), color=style["color"], linewidth=2)
        axes.plot([summary.mrr], [place], marker=style["marker"], color=style["color"], markersize=8)
        axes.annotate(f"{summary.mrr:.2f}", (summary.mrr, place), (0, 9), textcoords="offset points", ha="center")
    axes.set_yticks(range(len(names)), [ORDERS[name] for name in reversed(names)])
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.set_xlim(left=0)
    axes.set_xlabel("mean reciprocal rank, 95 % bootstrap interval")
    axes.set_title("Higher is better")
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
